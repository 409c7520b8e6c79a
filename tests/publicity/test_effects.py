"""A change of the calendar while a notice is open: told first, never to the readers' loss."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from publicity import services
from publicity.models import DayOverride, Notice, YearPlan
from publicity.services import AffectsOpenNotices
from publicity.year_table import Said
from tests.publicity import crowd
from tests.publicity.crowd import CONCLUDED
from tests.scenes import NOTICED, Province, at
from workflow import Refused
from workflow.models import Event

pytestmark = pytest.mark.django_db
SOURCE = "国办发明电〔2026〕1号"
WHY = "国务院办公厅调整放假安排。"


def declare(scene: Province, day: date, *, working: bool, when: Any = NOTICED, reason: str = ""):
    return services.declare_days(
        day, day, working=working, source=SOURCE, by=scene.officer, at=when, reason=reason
    )


def days(notice: Notice) -> list[str]:
    notice.refresh_from_db()
    return [f"{day:%m-%d}" for day in notice.days]


PRINTED = ["09-27", "09-28", "10-07", "10-08", "10-09"]


def test_what_does_not_touch_an_open_notice_needs_no_reason(scene, notice):
    declare(scene, date(2023, 10, 12), working=False)
    declare(scene, date(2027, 1, 1), working=False)
    assert days(notice) == PRINTED
    assert not notice.supplements.exists()


def test_a_holiday_within_the_window_is_refused_without_a_reason(scene, notice):
    for blank in ("", "  "):
        with pytest.raises(AffectsOpenNotices) as refusal:
            declare(scene, date(2023, 10, 8), working=False, reason=blank)
    (effect,) = refusal.value.effects
    assert refusal.value.problems[0].field == "reason"
    assert effect.notice == notice
    assert (effect.printed, effect.by_calendar) == (date(2023, 10, 9), date(2023, 10, 10))
    assert effect.in_words == "末日顺延至2023年10月10日，并发布补充说明。"
    assert not DayOverride.objects.exists()
    assert days(notice) == PRINTED


def test_where_the_calendar_ends_later_the_window_grows_with_a_supplement(scene, notice):
    (override,) = declare(scene, date(2023, 10, 8), working=False, reason=WHY)
    assert days(notice) == [*PRINTED, "10-10"]
    assert notice.closes_on == date(2023, 10, 10)
    assert notice.accepts_objections(date(2023, 10, 10))
    supplement = notice.supplements.get()
    assert (supplement.number, supplement.reason, supplement.by) == (1, WHY, scene.officer)
    assert supplement.closes_on == date(2023, 10, 10)
    assert supplement.days_before[-1] == "2023-10-09"
    assert supplement.text == (
        "工作日安排调整，2023年10月8日不再计为工作日，公示期末日由2023年10月9日"
        "顺延至2023年10月10日，期间继续接受异议。"
    )
    told = Event.objects.of(notice).get(verb="supplement")
    assert (told.reason, told.data) == (WHY, {"number": 1, "closes_on": "2023-10-10"})
    assert Event.objects.of(override).get().reason == WHY
    assert notice.digest_now() == notice.digest
    assert notice.window_words == "2023年9月27日至2023年10月10日（原定2023年10月9日止，已顺延）"


def test_where_the_calendar_ends_earlier_it_stays_as_printed(scene, notice):
    with pytest.raises(AffectsOpenNotices) as refusal:
        declare(scene, date(2023, 9, 29), working=True)
    (effect,) = refusal.value.effects
    assert not effect.lengthens
    assert effect.by_calendar == date(2023, 10, 8)
    assert effect.in_words == "已印发的公示期不缩短，仍以印发的末日为准。"
    declare(scene, date(2023, 9, 29), working=True, reason=WHY)
    assert days(notice) == PRINTED
    assert not notice.supplements.exists()


def test_it_grows_again_but_only_by_what_is_new(scene, notice):
    declare(scene, date(2023, 10, 8), working=False, reason=WHY)
    declare(scene, date(2023, 10, 10), working=False, reason="再次调整。")
    assert days(notice) == [*PRINTED, "10-10", "10-11"]
    assert [each.number for each in notice.supplements.in_order()] == [1, 2]
    assert [day.isoformat() for day in notice.printed_days][-1] == "2023-10-09"
    # Taken back: the calendar would end earlier, what was told to the public stays.
    for override in DayOverride.objects.all():
        services.drop_override(override, by=scene.officer, at=NOTICED, reason="撤回。")
    assert days(notice)[-1] == "10-11"
    assert notice.digest_now() == notice.digest


def test_a_notice_that_is_over_or_a_draft_is_not_affected(scene, notice):
    draft = crowd.drafted(scene)
    declare(scene, date(2023, 10, 8), working=False, when=CONCLUDED)
    assert days(notice) == PRINTED
    assert draft.days == []


def test_an_earlier_change_is_not_asked_about_again(scene, notice):
    """A window that stands longer than the calendar is not affected by days that touch it not."""
    declare(scene, date(2023, 9, 29), working=True, reason=WHY)
    declare(scene, date(2023, 10, 20), working=False)


def changes(scene: Province) -> dict[str, Callable[..., Any]]:
    """Every way of changing what counts on 2023-10-08."""
    override = DayOverride.objects.create(day=date(2023, 10, 8), working=True, source=SOURCE)
    by = {"by": scene.officer, "at": NOTICED}
    off = Said(date(2023, 10, 8), working=False, source=SOURCE)
    return {
        "change": lambda **more: services.change_override(
            override, working=False, source=SOURCE, **by, **more
        ),
        "import": lambda **more: services.import_year(2023, [off], **by, **more),
    }


@pytest.mark.parametrize("way", ["change", "import"])
def test_every_way_asks_for_the_reason(scene, notice, way):
    act = changes(scene)[way]
    with pytest.raises(AffectsOpenNotices):
        act()
    assert DayOverride.objects.get().working
    act(reason=WHY)
    assert days(notice)[-1] == "10-10"


def test_a_plan_withdrawn_under_an_open_notice(scene):
    """It reaches into a year that nobody knows then; the printed days stand."""
    declare(scene, date(2027, 1, 1), working=False)
    services.confirm_plan(2027, source=SOURCE, by=scene.officer, at=NOTICED)
    notice = crowd.drafted(scene)
    december = at("2026-12-30 09:00")
    services.publish(notice, actor=scene.officer, at=december)
    plan = YearPlan.objects.get()
    with pytest.raises(AffectsOpenNotices) as refusal:
        services.withdraw_plan(plan, by=scene.officer, at=december)
    (effect,) = refusal.value.effects
    assert effect.by_calendar is None
    assert effect.dropped == []
    assert effect.in_words == "按新日历不能确定，仍以印发的末日为准。"
    services.withdraw_plan(plan, by=scene.officer, at=december, reason=WHY)
    assert not YearPlan.objects.exists()
    notice.refresh_from_db()
    assert notice.closes_on == date(2027, 1, 6)


def test_the_other_rule_of_counting_is_kept(scene):
    scene.cycle.first_day_counts = False
    scene.cycle.save()
    notice = crowd.opened(scene)
    assert days(notice)[0] == "09-28"
    declare(scene, date(2023, 10, 8), working=False, reason=WHY)
    assert days(notice)[-1] == "10-11"


# A whole year


def test_a_year_is_imported_as_a_whole(scene):
    for day, working in ((date(2027, 1, 1), False), (date(2027, 1, 2), True)):
        declare(scene, day, working=working)
    table = [
        Said(date(2027, 1, 1), working=False, source=SOURCE),
        Said(date(2027, 1, 3), working=False, source=SOURCE),
    ]
    kinds = [(each.day.day, each.kind) for each in services.differences(2027, table)]
    assert kinds == [(1, "same"), (2, "drop"), (3, "add")]
    assert services.import_year(2027, table, by=scene.officer, at=NOTICED) == 2
    assert [each.day.day for each in DayOverride.objects.in_year(2027)] == [1, 3]
    verbs = Event.objects.filter(subject_type="publicity.dayoverride").order_by("pk")
    assert [event.verb for event in verbs] == ["declare", "declare", "drop", "declare"]
    other = [Said(date(2027, 1, 1), working=False, source="另一通知")]
    assert [each.kind for each in services.differences(2027, other)] == ["change", "drop"]


def test_a_year_takes_no_day_of_another(scene):
    with pytest.raises(Refused, match="不属于2027年"):
        services.import_year(
            2027, [Said(date(2026, 1, 1), False, SOURCE)], by=scene.officer, at=NOTICED
        )


# The notice of the State Council


def test_the_notice_is_named_also_for_a_year_that_is_known(scene):
    plan = services.name_plan(2023, source=SOURCE, by=scene.officer, at=NOTICED)
    services.name_plan(2023, source=SOURCE, by=scene.officer, at=NOTICED)
    services.name_plan(2023, source="国办发明电〔2022〕16号", by=scene.officer, at=NOTICED)
    plan.refresh_from_db()
    assert plan.source == "国办发明电〔2022〕16号"
    assert [event.verb for event in Event.objects.of(plan)] == ["name", "name"]


def test_an_unknown_year_is_confirmed_before_its_notice_is_named(scene):
    with pytest.raises(Refused, match="尚未确认"):
        services.name_plan(2027, source=SOURCE, by=scene.officer, at=NOTICED)
