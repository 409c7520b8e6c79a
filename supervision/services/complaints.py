"""Complaints 举报 of citizens: taken from the public, followed up by the province."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from publicity.models import Title
from supervision import policies
from supervision.models import Complaint, Prompt, RectificationOrder, SpotCheck
from supervision.services.checks import open_check
from supervision.services.holding import Uploads, kept
from workflow import Refused, record

if TYPE_CHECKING:
    Followed = Prompt | RectificationOrder | SpotCheck

CAUSE = "省级专项检查。"
FIELDS: dict[type[Followed], str] = {
    Prompt: "prompt",
    RectificationOrder: "order",
    SpotCheck: "spot_check",
}


@transaction.atomic
def file_complaint(
    title: Title,
    *,
    content: str,
    at: datetime,
    name: str = "",
    contact: str = "",
    uploads: Uploads = (),
) -> tuple[Complaint, str]:
    """Take a complaint with its evidence, or nothing; with the code that opens its page.

    Raises Refused where nobody holds the title any longer, files.services.Rejected.
    """
    today = timezone.localdate(at)
    if not title.is_in_force or title.is_over(today):
        raise Refused("该机构的称号已经终止，请向所在地卫生健康部门反映。")
    complaint = Complaint(
        title=title,
        name=name.strip(),
        contact=contact.strip(),
        content=content.strip(),
        filed_at=at,
        due_on=today + timedelta(days=title.cycle.complaint_days),
    )
    code = complaint.issue()
    complaint.save()
    complaint.evidence.set(kept(uploads, by=None, at=at))
    record(complaint, "file", actor=None, at=at)
    return complaint, code


@transaction.atomic
def follow_complaint(complaint: Complaint, by_what: Followed, *, by: User, at: datetime) -> None:
    """Note on the complaint what supervision it led to; the other side says nothing of it.

    Raises PermissionDenied, Refused.
    """
    if not policies.may_decide(complaint, by):
        raise PermissionDenied
    held = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
    if not held.is_accepted:
        raise Refused("举报受理后、办结前，方可据此开展监督。")
    setattr(held, FIELDS[type(by_what)], by_what)
    held.save()
    kind = str(by_what._meta.verbose_name)
    record(held, "follow", actor=by, at=at, reason=f"{kind}", pk=by_what.pk)


@transaction.atomic
def check_complaint(complaint: Complaint, *, by: User, at: datetime) -> SpotCheck:
    """Open a spot check outside any campaign; what it says of its cause, anybody may read.

    Raises PermissionDenied, Refused.
    """
    check = open_check(complaint.title, reason=CAUSE, by=by, at=at)
    follow_complaint(complaint, check, by=by, at=at)
    return check
