"""The pool of experts, and what experts say to their tasks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from accounts.models import Region
from applications import services as applications
from applications.models import Application, Review
from applications.services.planning import Options
from applications.statuses import EXPERT_STEPS, ExpertField, Recusal
from portal.demo.days import Days
from portal.demo.people import Offices

if TYPE_CHECKING:
    from nurseries.models import Nursery
    from portal.demo.stories import Stories

# Field, place of work and title, in the order of people.EXPERTS; the last has none of it yet. The
# three of the logins work at the province and so stand near to no city.
PROFILES = (
    (ExpertField.HEALTH, "210000", "主任医师"),
    (ExpertField.CARE, "210000", "教授"),
    (ExpertField.SAFETY, "210000", "高级工程师"),
    (ExpertField.HEALTH, "210100", "副主任医师"),
    (ExpertField.NUTRITION, "210200", "副教授"),
    (ExpertField.MANAGEMENT, "210300", "高级讲师"),
    (ExpertField.STAFFING, "210700", "副教授"),
    (ExpertField.CARE, "210000", "研究员"),
    (ExpertField.NUTRITION, "210000", "主任营养师"),
    (ExpertField.SAFETY, "210600", "高级工程师"),
    (ExpertField.MANAGEMENT, "210000", "高级经济师"),
)
SEED = 20230915
RECUSED = "本人曾为该机构提供收费培训，与其有经济往来。"
TIE = "近亲属在该机构任保健医。"


def make_profiles(offices: Offices, near: Nursery, days: Days) -> None:
    """What the province knows of each, when they have time; one has declared a tie to `near`."""
    regions = {region.code: region for region in Region.objects.all()}
    at = days.back(800)
    for n, (field, code, title) in enumerate(PROFILES):
        values = {"field": field, "region": regions[code], "title": title, "max_load": 20}
        profile = applications.save_profile(offices.experts[n], values, by=offices.province, at=at)
        first = days.today + timedelta(days=2 + n % 4)
        last = first + timedelta(days=12)
        applications.add_days(profile, first, last, by=offices.experts[n])
    expert = offices.experts[2]
    applications.declare_tie(expert.expert_profile, near, TIE, by=expert, at=days.back(40))


def tell(
    stories: Stories, to_province: Callable[[], Application], offices: Offices, days: Days
) -> None:
    """A panel that has not answered yet, a recusal with its replacement, one without, and a plan
    over everything that still wants experts.
    """
    _give(stories, to_province(), offices, days.back(1))
    replaced = to_province()
    _recuse(_give(stories, replaced, offices, days.back(6), first=4), days.back(5))
    successor = stories.free_experts(replaced, 1)
    given = applications.assign_experts(
        replaced, successor, EXPERT_STEPS, by=offices.province, at=days.back(4)
    )
    stories.accept(given, days.back(3))
    _recuse(_give(stories, to_province(), offices, days.back(6)), days.back(2))
    for _ in range(2):
        to_province()
    first, last = (days.today + timedelta(days=n) for n in (3, 14))
    applications.make_plan(
        stories.cycle,
        Options(same_panel=True, site_from=first, site_until=last),
        seed=SEED,
        by=offices.province,
        at=days.back(0, 8),
    )


def _give(
    stories: Stories, application: Application, offices: Offices, at: datetime, *, first: int = 0
) -> list[Review]:
    """To three, from the expert `first` on; nobody has answered."""
    group = stories.free_experts(application, 3, offices.experts[first:])
    return applications.assign_experts(application, group, EXPERT_STEPS, by=offices.province, at=at)


def _recuse(given: list[Review], at: datetime) -> None:
    """The first of them stands aside."""
    expert = given[0].reviewer
    assert expert is not None  # noqa: S101 - an expert's task has one
    applications.recuse(given[0], by=expert, at=at, reason=RECUSED, kind=Recusal.INTEREST)
