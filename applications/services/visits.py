"""Site visits 实地评审: when the expert was there, and where if the expert allowed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from applications.models import Review, Visit
from applications.services.reviews import is_due, is_reviewer
from applications.statuses import Step
from workflow import Problem, Refused, record

# About a metre: more digits would say more than a phone knows.
PLACES = Decimal("0.00001")


@dataclass(frozen=True)
class Place:
    """Where a phone says it is: degrees (WGS 84), and the radius of its error in metres."""

    latitude: Decimal
    longitude: Decimal
    accuracy: int | None = None


@transaction.atomic
def record_visit(
    review: Review, *, by: User, at: datetime, arrived_at: datetime, place: Place | None = None
) -> Visit:
    """Write down that the expert has arrived; the first record stays, whatever comes after.

    `arrived_at` is the phone's time, since a visit without a network is sent later.
    Raises PermissionDenied for others, Refused for another step, a sealed sheet, a task that is
    not accepted or an impossible time.
    """
    held = Review.objects.select_for_update(of=("self",)).for_sheet_page().get(pk=review.pk)
    if not is_reviewer(held, by):
        raise PermissionDenied
    earlier = Visit.objects.filter(review=held).first()
    if earlier:
        return earlier
    _refuse(held, at, arrived_at)
    visit = Visit.objects.create(
        review=held, arrived_at=arrived_at, recorded_at=at, **_columns(place)
    )
    record(held.application, "visit", actor=by, at=at, expert=held.reviewer_id, step=held.step)
    return visit


def _refuse(review: Review, at: datetime, arrived_at: datetime) -> None:
    if review.step != Step.SITE:
        raise Refused("只有实地评审需要记录到场。")
    if not is_due(review) or not review.is_accepted or review.sheet.sealed_at:
        raise Refused("该任务目前不能记录到场。")
    if not review.assigned_at <= arrived_at <= at:
        raise Refused([Problem("到达时间应在任务分配之后、现在之前。", field="arrived_at")])


def _columns(place: Place | None) -> dict[str, Decimal | int | None]:
    if place is None:
        return {}
    return {
        "latitude": place.latitude.quantize(PLACES),
        "longitude": place.longitude.quantize(PLACES),
        "accuracy": place.accuracy,
    }
