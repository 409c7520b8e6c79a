"""Settings change in the browser, with a history, and never unnoticed under a running round."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from quotas import wording
from quotas.models import Cycle
from quotas.services import change_settings, create_cycle, set_quotas, transfer_places
from tests import scenes
from workflow import Refused
from workflow.models import Event


@pytest.fixture
def preparing(scene):
    return scenes.draft_cycle(scene.root, scene.version, name="2025年评选", year=2025)


def change(scene, cycle, reason="", **changes):
    return change_settings(cycle, changes, by=scene.officer, at=scenes.JULY, reason=reason)


def fields_of(refusal):
    return {problem.field: problem.text for problem in refusal.value.problems}


def test_a_change_keeps_what_was(scene, preparing):
    change(scene, preparing, pass_mark=Decimal("87.5"), first_day_counts=False)
    preparing.refresh_from_db()
    assert (preparing.pass_mark, preparing.first_day_counts) == (Decimal("87.5"), False)
    event = Event.objects.of(preparing).get()
    assert event.verb == "change_settings"
    assert (event.actor, event.at, event.reason) == (scene.officer, scenes.JULY, "")
    assert event.data["changed"] == {
        "pass_mark": ["85.00", "87.5"],
        "first_day_counts": ["True", "False"],
    }


def test_the_same_values_are_no_event(scene, preparing):
    change(scene, preparing, pass_mark=Decimal(85), panel_size=3)
    assert not Event.objects.of(preparing).exists()


def test_only_who_runs_cycles_changes_one(scene, preparing):
    for somebody in (scene.city_handler, scene.county_handler, scene.experts[0]):
        with pytest.raises(PermissionDenied):
            change_settings(preparing, {"panel_size": 5}, by=somebody, at=scenes.JULY)
    preparing.refresh_from_db()
    assert preparing.panel_size == 3


def test_a_started_cycle_wants_a_reason(scene):
    with pytest.raises(Refused) as refusal:
        change(scene, scene.cycle, county_deadline=date(2023, 8, 15), reason="  ")
    assert fields_of(refusal) == {"reason": "周期已启动，修改设置须写明理由。"}
    change(scene, scene.cycle, county_deadline=date(2023, 8, 15), reason="受台风影响。")
    event = Event.objects.of(scene.cycle).last()
    assert event.reason == "受台风影响。"
    assert event.data["changed"] == {"county_deadline": ["2023-08-10", "2023-08-15"]}


def test_a_started_cycle_keeps_its_rubric(scene):
    other = scenes.rubric(scene.officer, scenes.SMALL_RUBRIC | {"code": "other"})
    with pytest.raises(Refused) as refusal:
        change(scene, scene.cycle, version=other, reason="换表。")
    assert fields_of(refusal) == {"version": "周期已启动，评分表不能更换。"}


def test_a_cycle_in_preparation_may_get_another_rubric(scene, preparing):
    other = scenes.rubric(scene.officer, scenes.SMALL_RUBRIC | {"code": "other"})
    assert change(scene, preparing, version=other).version == other


@pytest.mark.parametrize(
    ("day", "refused"), [(date(2023, 7, 19), True), (date(2023, 7, 20), False)]
)
def test_a_deadline_is_not_moved_into_the_past(scene, day, refused):
    """It is 20 July: today is the earliest last day there can be."""
    if not refused:
        assert change(scene, scene.cycle, nursery_deadline=day, reason="顺延。")
        return
    with pytest.raises(Refused) as refusal:
        change(scene, scene.cycle, nursery_deadline=day, reason="顺延。")
    assert fields_of(refusal) == {"nursery_deadline": "申报截止日期不能改到今天以前。"}


def test_a_started_cycle_keeps_its_year(scene, preparing):
    """Titles and applications are measured by it."""
    with pytest.raises(Refused) as refusal:
        change(scene, scene.cycle, year=2022, reason="改期。")
    assert fields_of(refusal) == {"year": "周期已启动，年度不能更改。"}
    assert change(scene, preparing, year=2027).year == 2027


def test_what_no_form_let_through_is_refused_by_the_row(scene, preparing):
    with pytest.raises(ValidationError, match="书面评审与实地评审权重之和须为 100%。"):
        change(scene, preparing, paper_weight=50)


VALUES = {
    "name": "2025年评选",
    "year": 2025,
    "opens_on": date(2025, 5, 1),
    "nursery_deadline": date(2025, 7, 15),
    "county_deadline": date(2025, 8, 10),
    "city_deadline": date(2025, 8, 30),
}


def test_a_new_cycle_is_prepared_with_the_notice_s_defaults(scene):
    made = create_cycle(
        scene.root, VALUES | {"version": scene.version}, by=scene.officer, at=scenes.JULY
    )
    assert (made.state, made.entry_mark, made.panel_size) == ("preparing", 85, 3)
    assert (made.paper_weight, made.site_weight, made.pass_mark) == (40, 60, 85)
    assert (made.publicity_days, made.objection_days, made.rectification_days) == (5, 15, 30)
    assert (made.title_years, made.max_spread, made.barred_cycles) == (2, 10, 1)
    assert [event.verb for event in Event.objects.of(made)] == ["create"]


def test_only_the_province_makes_a_cycle(scene):
    with pytest.raises(PermissionDenied):
        create_cycle(
            scene.root, VALUES | {"version": scene.version}, by=scene.city_handler, at=scenes.JULY
        )
    assert not Cycle.objects.filter(year=2025).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"nursery_deadline": date(2023, 5, 27)},
        {"county_deadline": date(2023, 7, 14)},
        {"city_deadline": date(2023, 8, 9)},
        {"paper_weight": 41},
    ],
)
def test_the_database_refuses_impossible_cycles(scene, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        Cycle.objects.filter(pk=scene.cycle.pk).update(**wrong)


def test_the_settings_in_words(scene):
    words = dict(wording.settings_in_words(scene.cycle))
    assert words["自评申报"] == "自评 85 分及以上可以申报"
    assert words["专家评审"] == "每件 3 名专家"
    assert words["评审权重"] == "书面占 40%，实地占 60%"
    assert words["公示"] == "5 个工作日，首日为工作日时计入"
    assert words["撤销后申报"] == "此后 1 个周期内不得申报"
    scene.cycle.first_day_counts = False
    scene.cycle.barred_cycles = 0
    scene.cycle.entry_mark = Decimal("84.50")
    words = dict(wording.settings_in_words(scene.cycle))
    assert words["公示"] == "5 个工作日，首日为工作日时不计入"
    assert words["撤销后申报"] == "不限制"
    assert words["自评申报"] == "自评 84.5 分及以上可以申报"


def test_the_history_in_words(scene, preparing):
    change(
        scene, preparing, basis="示例〔2025〕1号", first_day_counts=False, opens_on=date(2023, 6, 1)
    )
    (entry,) = wording.history(Event.objects.of(preparing))
    assert [(c.label, c.before, c.after) for c in entry.changes] == [
        ("依据文件", "（空）", "示例〔2025〕1号"),
        ("申报开始日期", "2023年5月28日", "2023年6月1日"),
        ("公示首日计入", "是", "否"),
    ]
    quotas = wording.history(Event.objects.of(scene.cycle))
    assert [(c.label, c.before, c.after) for c in quotas[0].changes] == [
        ("沈阳市名额", "0", "3"),
        ("鞍山市名额", "0", "1"),
        ("沈抚改革创新示范区名额", "0", "1"),
    ]
    assert [(entry.event.verb, entry.changes) for entry in quotas[1:]] == [("start", [])]


def test_quotas_and_transfers_in_words(scene):
    set_quotas(
        scene.cycle,
        {scene.city: 4},
        by=scene.officer,
        at=scenes.JULY,
        reason="增加投入。",
        notes={scene.city: "新增两区"},
    )
    transfer_places(
        scene.cycle,
        scene.city,
        scene.other_city,
        2,
        by=scene.officer,
        at=scenes.JULY,
        reason="申报不足。",
    )
    given, moved = wording.history(Event.objects.of(scene.cycle))[2:]
    assert [(c.label, c.before, c.after, c.note) for c in given.changes] == [
        ("沈阳市名额", "3", "4", "新增两区")
    ]
    assert [(c.label, c.before, c.after) for c in moved.changes] == [
        ("沈阳市名额", "4", "2"),
        ("鞍山市名额", "1", "3"),
    ]
    assert moved.event.label == "调剂名额"
    quota = scene.cycle.quotas.get(region=scene.city)
    own = wording.history(Event.objects.of(quota))
    assert [(entry.event.label, c.label, c.after) for entry in own for c in entry.changes] == [
        ("调整名额", "名额", "3"),
        ("调整名额", "名额", "4"),
        ("调出名额", "与鞍山市调剂后的名额", "2"),
    ]
