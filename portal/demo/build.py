"""The order in which the example province comes to be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from accounts.models import Region
from accounts.regions import load_regions
from applications.models import Application
from nurseries.models import Nursery
from portal.demo import (
    batches,
    checks,
    current,
    objections,
    opinions,
    past,
    practices,
    publishing,
    ranking,
    supervision,
)
from portal.demo.days import Days, make_calendar_known
from portal.demo.desks import divide_work
from portal.demo.experts import make_profiles
from portal.demo.people import HOME_CITY, Offices, People
from portal.demo.places import make_home_nurseries, make_nurseries
from portal.demo.seals import make_seals
from portal.demo.tables import make_tables
from quotas.models import Cycle
from quotas.services import set_quotas
from scoring.models import Mark, RubricVersion, Sheet
from scoring.services import load_example_rubric
from workflow import perform
from workflow.models import Event

NURSERIES = 69
# The past cycle's nurseries stand behind those of the present one.
PAST_FROM = 51
# The home city has more places than the others.
HOME_EXTRA = 3
Say = Callable[[str], object]


def load_reference_data(at: datetime) -> RubricVersion:
    """The divisions and the example score table; safe to repeat."""
    load_regions(settings.BASE_DIR / "fixtures" / "divisions.csv")
    return load_example_rubric(by=None, at=at)


@transaction.atomic
def build(now: datetime, say: Say) -> None:
    """Everything, in one transaction: a demo that fails leaves nothing behind."""
    days = Days(now)
    begun = days.back(900)
    say("行政区划与评分表")
    version = load_reference_data(begun)
    make_calendar_known(days.today, days.today + timedelta(days=40))
    people = People(begun)
    offices = Offices(people)
    make_tables(version, offices.province, days.back(20))
    say("托育机构")
    nurseries = make_nurseries(NURSERIES, people, begun)
    make_profiles(offices, nurseries[2], days)
    root = Region.objects.get(parent=None)
    say("上一周期")
    before = _past_cycle(root, version, offices, days)
    past.tell(before, nurseries, people, offices, days, first=PAST_FROM)
    _take_stock()
    say("本周期")
    cycle = _present_cycle(root, version, offices, days)
    current.tell(cycle, nurseries[:PAST_FROM], people, offices, days)
    at_home = make_home_nurseries(ranking.FILES, people, begun, first=NURSERIES)
    ranking.tell(cycle, list(enumerate(at_home, start=NURSERIES)), people, offices, days)
    opinions.tell(cycle, people, offices, days)
    divide_work(cycle, days)
    _next_cycle(root, version, offices, days)
    batches.tell(offices, days)
    practices.tell(offices, days)
    publishing.tell(offices, days)
    checks.tell(offices, days)
    supervision.tell(cycle, offices, days)
    objections.tell(offices, days)
    make_seals(people, begun + timedelta(hours=1))


def _take_stock() -> None:
    """Tell PostgreSQL how much there is by now: of rows that are not committed it knows nothing."""
    names = (connection.ops.quote_name(model._meta.db_table) for model in (Mark, Sheet, Event))
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(names)}")


def _past_cycle(root: Region, version: RubricVersion, offices: Offices, days: Days) -> Cycle:
    first = days.today - timedelta(days=880)
    dates = [first, *(first + timedelta(days=n) for n in (48, 74, 94))]
    return _open(root, version, offices, days.moment(first), dates, size=2)


def _present_cycle(root: Region, version: RubricVersion, offices: Offices, days: Days) -> Cycle:
    first = days.today - timedelta(days=60)
    dates = [first, *(days.today + timedelta(days=n) for n in (12, 30, 45))]
    return _open(root, version, offices, days.moment(first), dates, size=3)


def _next_cycle(root: Region, version: RubricVersion, offices: Offices, days: Days) -> Cycle:
    first = days.today + timedelta(days=600)
    dates = [first, *(first + timedelta(days=n) for n in (48, 74, 94))]
    return _cycle(root, version, dates, days.today.year + 2)


def _cycle(root: Region, version: RubricVersion, dates: list[date], year: int) -> Cycle:
    return Cycle.objects.create(
        name=f"{year}年省级示范托育机构评选",
        year=year,
        province=root,
        version=version,
        basis="《关于开展省级示范托育机构创建活动的通知》（示例）",
        opens_on=dates[0],
        nursery_deadline=dates[1],
        county_deadline=dates[2],
        city_deadline=dates[3],
    )


def _open(
    root: Region,
    version: RubricVersion,
    offices: Offices,
    at: datetime,
    dates: list[date],
    *,
    size: int,
) -> Cycle:
    cycle = _cycle(root, version, dates, dates[0].year)
    sizes = {
        unit: size + (HOME_EXTRA if unit.code == HOME_CITY else 0)
        for unit in Region.objects.city_units().order_by("code")
    }
    set_quotas(cycle, sizes, by=offices.province, at=at)
    perform(cycle, "start", actor=offices.province, at=at)
    return cycle


def is_empty() -> bool:
    """Whether a demo may be loaded: nobody has used this database."""
    return not Nursery.objects.exists() and not Application.objects.exists()
