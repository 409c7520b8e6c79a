"""How the home county divides its work: a file handed over, one given back, filters kept."""

from __future__ import annotations

from accounts.models import User
from applications.models import Application, SavedFilter
from applications.services import hand_over, save_filter, step_out, take_on
from applications.statuses import ApplicationState, Tier
from portal.demo.days import Days
from quotas.models import Cycle

FILTERS = (
    ("等待十天以上", "tab=waiting&days=10"),
    ("补正后再报", "tab=waiting&returned=yes"),
)
COUNTY = Tier.COUNTY


def divide_work(cycle: Cycle, days: Days) -> None:
    """Of the files that nobody has begun one goes to the approver; another was taken on and given
    back.
    """
    handler, approver = (User.objects.get(username=n) for n in ("county", "county-approver"))
    files = Application.objects.waiting_for(handler).in_cycle(cycle).handled_by(handler, None)
    free = list(files.in_state(ApplicationState.COUNTY_REVIEW).order_by("pk")[:2])
    for given in free[:1]:
        hand_over(given, COUNTY, approver, by=handler, at=days.back(4))
    for left in free[1:]:
        take_on(left, COUNTY, by=handler, at=days.back(4))
        step_out(left, COUNTY, by=handler, at=days.back(3))
    for name, query in FILTERS:
        save_filter(SavedFilter(user=handler, name=name, query=query))
