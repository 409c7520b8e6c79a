"""Keeping a nursery from applying 停止申报."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.access import holds_province
from accounts.models import User
from nurseries.models import Nursery
from publicity.statuses import RevocationGround
from quotas.models import Cycle
from supervision.models import Bar
from workflow import Refused, record


@transaction.atomic
def bar(nursery: Nursery, *, cycle: Cycle, reason: str, by: User, at: datetime) -> Bar:
    """S0, four (四): 取消申报资格 of a nursery whose files were false, title or no title.

    From `cycle` on for as many cycles as its settings say. Raises PermissionDenied, Refused.
    """
    if not holds_province(by, "accounts.supervise"):
        raise PermissionDenied
    made, fresh = Bar.objects.get_or_create(
        nursery=nursery,
        cycle=cycle,
        defaults={
            "ground": RevocationGround.FRAUD,
            "cycles": max(cycle.fraud_barred_cycles, 1),
            "reason": reason.strip(),
            "by": by,
            "at": at,
        },
    )
    if not fresh:
        raise Refused("该机构自该周期起已停止申报。")
    record(made, "bar", actor=by, at=at, reason=reason)
    return made
