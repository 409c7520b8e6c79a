"""A city caps what its counties may recommend."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Region, User
from applications.caps import uses_in_city
from applications.models import Application
from quotas import policies
from quotas import services as quotas
from quotas.models import Quota
from quotas.statuses import CycleState
from workflow import Problem, Refused


@transaction.atomic
def set_caps(
    quota: Quota,
    sizes: Mapping[Region, int | None],
    *,
    by: User,
    at: datetime,
    reason: str = "",
) -> None:
    """How many files each county of the quota's city may recommend, all or none; None lifts a cap.

    Raises PermissionDenied; Refused with a problem for each county that has recommended more, its
    `field` is `cap_` and the county's key.
    """
    if not policies.may_fill(quota, by):
        raise PermissionDenied
    quotas.hold_caps(quota.cycle, quota.region)
    if quota.cycle.state == CycleState.CLOSED:
        raise Refused("周期已结束，推荐上限不再调整。")
    problems = [
        Problem(f"{use.county}已推荐 {use.used} 件，上限不能少于此数。", f"cap_{use.county.pk}")
        for use in uses_in_city(Application.objects.all(), quota, sizes)
        if (size := sizes[use.county]) is not None and size < use.used
    ]
    if problems:
        raise Refused(problems)
    quotas.write_caps(quota, sizes, by=by, at=at, reason=reason)
