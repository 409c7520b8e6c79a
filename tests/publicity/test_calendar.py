"""Which days count: overrides, then the library, then a year that the commission has entered."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from publicity import calendar, services
from publicity.models import DayOverride, YearPlan
from publicity.working_days import CalendarUnknown
from tests.publicity import crowd
from tests.scenes import SEPTEMBER
from workflow import Refused
from workflow.models import Event

pytestmark = pytest.mark.django_db
SOURCE = "国办发明电〔2026〕1号"


def declare(scene, first: date, last: date | None = None, *, working: bool = False):
    return services.declare_days(
        first, last or first, working=working, source=SOURCE, by=scene.officer, at=SEPTEMBER
    )


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2023, 9, 27), True),
        (date(2023, 10, 2), False),
        (date(2023, 10, 7), True),
        (date(2024, 2, 9), True),
        (date(2026, 12, 31), True),
    ],
)
def test_the_library_is_asked_where_nothing_else_is_said(day, works):
    assert calendar.is_working_day(day) is works


def test_the_commissions_word_comes_first(scene):
    declare(scene, date(2023, 9, 27))
    declare(scene, date(2023, 9, 30), working=True)
    assert not calendar.is_working_day(date(2023, 9, 27))
    assert calendar.is_working_day(date(2023, 9, 30))


def test_an_override_moves_the_window(scene):
    declare(scene, date(2023, 9, 28))
    notice = crowd.opened(scene)
    assert [f"{day:%m-%d}" for day in notice.days] == ["09-27", "10-07", "10-08", "10-09", "10-10"]


def test_beyond_the_library_nobody_can_judge_but_what_is_said(scene):
    with pytest.raises(CalendarUnknown):
        calendar.is_working_day(date(2027, 1, 4))
    declare(scene, date(2027, 1, 4), working=True)
    assert calendar.is_working_day(date(2027, 1, 4))
    with pytest.raises(CalendarUnknown) as refusal:
        calendar.window_in(scene.cycle, date(2027, 1, 4))
    assert refusal.value.day == date(2027, 1, 5)


def test_a_year_entered_completely_counts_by_its_weekdays(scene):
    declare(scene, date(2027, 1, 1), date(2027, 1, 3))
    declare(scene, date(2027, 1, 9), working=True)
    services.confirm_plan(2027, source=SOURCE, by=scene.officer, at=SEPTEMBER)
    window = calendar.window_in(scene.cycle, date(2026, 12, 31))
    assert [f"{day:%m-%d}" for day in window] == ["12-31", "01-04", "01-05", "01-06", "01-07"]
    assert calendar.is_working_day(date(2027, 1, 9))
    assert not calendar.is_working_day(date(2027, 1, 10))


def test_a_year_taken_back_is_unknown_again(scene):
    declare(scene, date(2027, 1, 1))
    plan = services.confirm_plan(2027, source=SOURCE, by=scene.officer, at=SEPTEMBER)
    assert [event.verb for event in Event.objects.of(plan)] == ["confirm"]
    services.withdraw_plan(plan, by=scene.officer, at=SEPTEMBER)
    with pytest.raises(CalendarUnknown):
        calendar.is_working_day(date(2027, 1, 4))
    assert Event.objects.filter(verb="withdraw", data={"year": 2027}).count() == 1


@pytest.mark.parametrize(("year", "sentence"), [(2026, "已内置"), (2027, "请先录入2027年的放假日")])
def test_a_year_is_not_confirmed_lightly(scene, year, sentence):
    with pytest.raises(Refused, match=sentence):
        services.confirm_plan(year, source=SOURCE, by=scene.officer, at=SEPTEMBER)


def test_a_year_is_confirmed_once(scene):
    declare(scene, date(2027, 1, 1))
    services.confirm_plan(2027, source=SOURCE, by=scene.officer, at=SEPTEMBER)
    with pytest.raises(Refused, match="已经确认"):
        services.confirm_plan(2027, source="别的", by=scene.officer, at=SEPTEMBER)


def test_what_publishing_on_a_day_would_mean(scene):
    known = calendar.preview(scene.cycle, date(2023, 9, 27))
    assert (len(known.days), known.problem) == (5, "")
    unknown = calendar.preview(scene.cycle, date(2026, 12, 29))
    assert unknown.days == ()
    assert "2027年1月1日" in unknown.problem


def test_when_notices_begin_to_reach_beyond_the_known_years():
    stands = calendar.known()
    assert calendar.first_refused(2026, stands) == date(2026, 12, 26)
    assert calendar.first_refused(2025, stands) is None
    assert calendar.first_refused(2027, stands) == date(2027, 1, 1)


def test_the_library_says_which_years_it_knows():
    assert calendar.library_knows(2004)
    assert calendar.library_knows(2026)
    assert not calendar.library_knows(2027)


# Keeping it


def test_a_run_of_days_is_declared_at_once_and_again(scene):
    declare(scene, date(2027, 10, 1), date(2027, 10, 7))
    declare(scene, date(2027, 10, 7), working=True)
    assert DayOverride.objects.in_year(2027).count() == 7
    last = DayOverride.objects.get(day=date(2027, 10, 7))
    assert (last.working, str(last)) == (True, "2027-10-07 上班")
    told = [(event.verb, event.data["working"]) for event in Event.objects.of(last)]
    assert told == [("declare", False), ("change", True)]
    assert Event.objects.of(last).first().region_path == scene.root.path


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (date(2027, 10, 2), date(2027, 10, 1), "末日不能早于首日"),
        (date(2027, 1, 1), date(2027, 2, 1), "一次最多录入 31 天"),
    ],
)
def test_days_in_the_wrong_order_or_too_many_are_refused(scene, first, last, sentence):
    with pytest.raises(Refused, match=sentence) as refusal:
        declare(scene, first, last)
    assert refusal.value.problems[0].field == "last"
    assert not DayOverride.objects.exists()


def test_a_day_taken_back_counts_as_published_again(scene):
    (override,) = declare(scene, date(2023, 9, 27))
    services.drop_override(override, by=scene.officer, at=SEPTEMBER)
    assert calendar.is_working_day(date(2023, 9, 27))
    assert Event.objects.filter(subject_type="publicity.dayoverride", verb="drop").count() == 1


def test_only_the_province_keeps_the_calendar(scene):
    (override,) = declare(scene, date(2027, 1, 1))
    plan = services.confirm_plan(2027, source=SOURCE, by=scene.officer, at=SEPTEMBER)
    by = scene.city_handler
    for act in (
        lambda: services.declare_days(
            date(2027, 1, 2), date(2027, 1, 2), working=False, source=SOURCE, by=by, at=SEPTEMBER
        ),
        lambda: services.drop_override(override, by=by, at=SEPTEMBER),
        lambda: services.confirm_plan(2028, source=SOURCE, by=by, at=SEPTEMBER),
        lambda: services.withdraw_plan(plan, by=by, at=SEPTEMBER),
        lambda: services.name_plan(2023, source=SOURCE, by=by, at=SEPTEMBER),
        lambda: services.import_year(2027, [], by=by, at=SEPTEMBER),
        lambda: services.change_override(
            override, working=True, source=SOURCE, by=by, at=SEPTEMBER
        ),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_no_year_before_there_were_make_up_days():
    with pytest.raises(IntegrityError, match="year_plan_not_early"), transaction.atomic():
        YearPlan.objects.create(year=1999, source=SOURCE)
    assert str(YearPlan(year=2027, source=SOURCE)) == "2027 年放假安排"
