"""Who acts for a nursery."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from accounts import services as accounts
from accounts.models import Appointment
from nurseries import policies

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from accounts.models import User
    from nurseries.models import Nursery

ROLE = "nursery_staff"


def appoint_staff(
    nursery: Nursery,
    user: User,
    *,
    by: User | None,
    at: datetime,
    starts: date | None = None,
    until: date | None = None,
) -> Appointment:
    """Let `user` act for the nursery from `starts` (default: today) to the end of `until`.

    `by` is None for the portal itself. Raises PermissionDenied for who does not keep the record,
    Refused where the user is staff of it already.
    """
    if by is not None and not policies.may_keep(nursery, by):
        raise PermissionDenied
    return accounts.appoint(user, ROLE, nursery, by=by, at=at, starts=starts, until=until)


def staff_of(nursery: Nursery) -> QuerySet[Appointment]:
    """The staff appointments that stand or are to begin, with their people."""
    held = Appointment.objects.on(nursery).holding_role(ROLE).filter(ended_at=None)
    return held.select_related("user").order_by("starts", "pk")


def dismiss_staff(
    nursery: Nursery, appointment: Appointment, *, by: User | None, at: datetime, reason: str = ""
) -> None:
    """End a staff appointment of this nursery now. Raises PermissionDenied like `appoint_staff`."""
    if by is not None and not policies.may_keep(nursery, by):
        raise PermissionDenied
    if appointment.role != ROLE or not appointment.is_on(nursery):
        raise PermissionDenied
    accounts.end(appointment, by=by, at=at, reason=reason)
