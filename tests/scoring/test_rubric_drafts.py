"""Working on a draft: each change recorded, nothing overwritten, nothing unsound published."""

from __future__ import annotations

import copy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Region, User
from scoring import services
from scoring.layout import IndicatorSpec, OptionSpec, digest, digest_of, indicator_data
from scoring.models import Indicator, Rubric, RubricVersion, Section
from scoring.services import drafts
from scoring.services.rubrics import CITY, fixture
from scoring.statuses import Kind
from tests.scenes import draft_cycle
from tests.scoring.conftest import NOW
from tests.scoring.rubrics import SMALL
from workflow import Refused
from workflow.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(version: RubricVersion, officer: User) -> RubricVersion:
    """The second version of the small rubric."""
    return drafts.copy_version(version, by=officer, at=NOW)


def verbs(version: RubricVersion) -> list[str]:
    return [event.verb for event in Event.objects.of(version)]


def lines(version: RubricVersion) -> list[str]:
    """What the last event says was changed."""
    found: list[str] = Event.objects.of(version).newest_first()[0].data["changes"]
    return found


def row(draft: RubricVersion, code: str) -> Indicator:
    return Indicator.objects.get(section__version=draft, code=code)


def spec(draft: RubricVersion, code: str) -> IndicatorSpec:
    return services.layout_of(draft).by_code()[code]


def seen(draft: RubricVersion, code: str) -> str:
    return digest_of(indicator_data(spec(draft, code)))


def section(draft: RubricVersion, code: str = "1") -> Section:
    return draft.sections.get(code=code)


def seen_section(draft: RubricVersion, code: str = "1") -> str:
    found = services.layout_of(draft).section(code)
    assert found
    return digest_of(drafts.section_data(found))


def save(draft: RubricVersion, named: str, by: User, /, **changed: Any) -> Indicator:
    """Save an indicator as its page would, with some fields changed."""
    now = row(draft, named)
    options = {"section_id": now.section_id, "seen": seen(draft, named)} | changed.pop("how", {})
    wanted = replace(spec(draft, named), **changed)
    return drafts.save_indicator(draft, now.pk, wanted, by=by, at=NOW, **options)


def test_a_rubric_begins_as_an_empty_draft(officer: User) -> None:
    begun = drafts.create_rubric(
        code="new", name="新表", full_mark=Decimal(10), note="试", by=officer, at=NOW
    )
    assert (begun.number, begun.is_published, begun.full_mark) == (1, False, 10)
    assert services.layout_of(begun).sections == ()
    event = Event.objects.of(begun).get()
    assert (event.verb, event.actor, event.at) == ("create", officer, NOW)
    assert (event.label, event.region_path) == ("新建", "21")
    with pytest.raises(Refused) as refusal:
        drafts.create_rubric(
            code="new", name="又一张", full_mark=Decimal(1), note="", by=officer, at=NOW
        )
    assert refusal.value.problems[0].field == "code"


def test_before_the_regions_are_loaded_a_rubric_belongs_nowhere(version: RubricVersion) -> None:
    assert version.region_path == ""


def test_a_copy_says_the_same_and_is_the_only_draft(
    version: RubricVersion, draft: RubricVersion, officer: User
) -> None:
    assert (draft.number, draft.is_published) == (2, False)
    assert digest(services.layout_of(draft)) == version.digest
    assert Event.objects.of(draft).get().data == {"of": 1}
    with pytest.raises(Refused, match="已有第 2 版草稿"):
        drafts.copy_version(version, by=officer, at=NOW)
    with pytest.raises(Refused, match="已有第 2 版草稿"):
        services.load_rubric(copy.deepcopy(SMALL) | {"note": "三"}, by=None, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        RubricVersion.objects.create(rubric=version.rubric, number=3, full_mark=1)


def test_a_discarded_draft_leaves_the_published_version(
    version: RubricVersion, draft: RubricVersion, officer: User
) -> None:
    key = draft.pk
    drafts.discard_draft(draft, by=officer, at=NOW)
    assert list(RubricVersion.objects.all()) == [version]
    assert Event.objects.get(subject_id=key, verb="discard").data["number"] == 2
    assert drafts.copy_version(version, by=officer, at=NOW).number == 2


def test_a_draft_that_a_cycle_names_is_not_discarded(draft: RubricVersion, officer: User) -> None:
    draft_cycle(Region.objects.province(), draft)
    with pytest.raises(Refused, match="有评选周期正在使用这份草稿"):
        drafts.discard_draft(draft, by=officer, at=NOW)
    assert verbs(draft) == ["copy"]


def test_the_only_draft_takes_its_rubric_with_it(officer: User) -> None:
    begun = drafts.create_rubric(
        code="x", name="x", full_mark=Decimal(1), note="", by=officer, at=NOW
    )
    drafts.discard_draft(begun, by=officer, at=NOW)
    assert not Rubric.objects.exists()


def test_the_head_is_changed_and_told(draft: RubricVersion, officer: User) -> None:
    before = digest_of(drafts.head_data(services.layout_of(draft)))

    def change(name: str) -> None:
        drafts.change_head(
            draft, name=name, full_mark=Decimal(90), note="", seen=before, by=officer, at=NOW
        )

    change("新名称")
    assert lines(draft) == ["名称 小评分表 → 新名称", "满分 100 分 → 90 分", "说明 测试用 → （无）"]
    with pytest.raises(drafts.Conflict) as conflict:
        change("另一名称")
    assert conflict.value.current["name"] == "新名称"
    assert services.layout_of(draft).name == "新名称"


def test_sections_are_added_renamed_moved_and_deleted(draft: RubricVersion, officer: User) -> None:
    by: dict[str, Any] = {"by": officer, "at": NOW}
    third = drafts.save_section(draft, None, code="3", name="其他", **by)
    assert lines(draft) == ["3 其他：新增"]
    drafts.save_section(draft, third.pk, code="3", name="加分", seen=seen_section(draft, "3"), **by)
    assert lines(draft) == ["3 加分：名称 其他 → 加分"]
    drafts.move_section(draft, third.pk, -1, **by)
    assert [s.code for s in services.layout_of(draft).sections] == ["1", "3", "2"]
    drafts.move_section(draft, section(draft, "2").pk, 1, **by)
    assert [s.code for s in services.layout_of(draft).sections] == ["1", "3", "2"]
    content = services.layout_of(draft).section("1")
    assert content
    drafts.delete_section(
        draft, section(draft).pk, seen=digest_of(drafts.content_data(content)), **by
    )
    assert lines(draft)[0] == "1 条件：删除"
    assert services.layout_of(draft).count == 2


def test_a_section_is_not_deleted_when_its_content_changed(
    draft: RubricVersion, officer: User
) -> None:
    content = services.layout_of(draft).section("1")
    assert content
    stale = digest_of(drafts.content_data(content))
    save(draft, "1.3", officer, guidance="新说明")
    with pytest.raises(drafts.Conflict):
        drafts.delete_section(draft, section(draft).pk, seen=stale, by=officer, at=NOW)
    assert section(draft).indicators.count() == 3


def test_a_code_names_one_thing(draft: RubricVersion, officer: User) -> None:
    with pytest.raises(Refused, match="编号“2”已用于另一个一级指标") as refusal:
        drafts.save_section(draft, None, code="2", name="再来", by=officer, at=NOW)
    assert refusal.value.problems[0].field == "code"
    with pytest.raises(Refused, match=r"编号“2\.1”已用于另一项指标"):
        save(draft, "1.3", officer, code="2.1")
    save(draft, "1.3", officer, title="同号不碍事")


def test_an_indicator_is_added_at_the_end_of_its_section(
    draft: RubricVersion, officer: User
) -> None:
    new = IndicatorSpec(
        "1.4", "通风", Kind.DEDUCT, Decimal("2.50"), (OptionSpec(1, "不通风", Decimal(1)),)
    )
    home = section(draft).pk
    drafts.save_indicator(draft, None, new, section_id=home, by=officer, at=NOW)
    found = services.layout_of(draft).section("1")
    assert found
    assert found.indicators[-1] == new
    assert lines(draft) == ["1.4 通风：新增"]


def test_an_indicator_is_changed_with_its_options_and_moved_away(
    draft: RubricVersion, officer: User
) -> None:
    options = (OptionSpec(1, "好", Decimal(30)), OptionSpec(2, "差", Decimal(0)))
    home = section(draft, "2").pk
    save(draft, "1.2", officer, mark=Decimal(30), options=options, how={"section_id": home})
    assert spec(draft, "1.2").options == options
    moved = services.layout_of(draft).section("2")
    assert moved
    assert [s.code for s in moved.indicators] == ["2.1", "2.2", "1.2"]
    assert "一级指标 1 条件 → 2 照护" in lines(draft)[0]


def test_what_did_not_change_is_no_event(draft: RubricVersion, officer: User) -> None:
    save(draft, "1.2", officer)
    drafts.move_indicator(draft, row(draft, "1.1").pk, -1, by=officer, at=NOW)
    assert verbs(draft) == ["copy"]


def test_indicators_change_places_within_their_section(draft: RubricVersion, officer: User) -> None:
    drafts.move_indicator(draft, row(draft, "1.3").pk, -1, by=officer, at=NOW)
    found = services.layout_of(draft).section("1")
    assert found
    assert [s.code for s in found.indicators] == ["1.1", "1.3", "1.2"]


def test_the_later_of_two_officers_sees_what_is_there_now(
    draft: RubricVersion, officer: User
) -> None:
    opened = seen(draft, "1.3")
    save(draft, "1.3", officer, mark=Decimal(10))
    with pytest.raises(drafts.Conflict) as conflict:
        save(draft, "1.3", officer, title="围墙", how={"seen": opened})
    assert conflict.value.current["mark"] == "10"
    assert spec(draft, "1.3").title == "有围护"
    save(draft, "1.3", officer, title="围墙", how={"seen": conflict.value.seen})
    assert spec(draft, "1.3").title == "围墙"


def test_changes_elsewhere_hinder_nobody(draft: RubricVersion, officer: User) -> None:
    opened = seen(draft, "1.3")
    save(draft, "2.2", officer, title="另一项")
    save(draft, "1.3", officer, title="围墙", how={"seen": opened})
    assert verbs(draft) == ["copy", "edit", "edit"]


def test_what_is_deleted_is_not_overwritten(draft: RubricVersion, officer: User) -> None:
    key, opened = row(draft, "1.3").pk, seen(draft, "1.3")
    kept = spec(draft, "1.3")
    with pytest.raises(drafts.Conflict):
        drafts.delete_indicator(draft, key, seen="older", by=officer, at=NOW)
    drafts.delete_indicator(draft, key, seen=opened, by=officer, at=NOW)
    assert lines(draft) == ["1.3 有围护：删除"]
    home = section(draft).pk
    with pytest.raises(Refused, match="已被他人删除"):
        drafts.save_indicator(draft, key, kept, section_id=home, seen=opened, by=officer, at=NOW)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": Kind.VETO, "mark": Decimal(1)}, "mark"),
        ({"mark": Decimal(0)}, "mark"),
        ({"evidence_required": True}, "evidence_wanted"),
    ],
)
def test_what_the_database_refuses_is_refused_in_words(
    draft: RubricVersion, officer: User, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as refusal:
        save(draft, "1.3", officer, **changed)
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_an_unsound_draft_is_saved_but_not_published(draft: RubricVersion, officer: User) -> None:
    save(draft, "1.2", officer, mark=Decimal(30), options=())
    with pytest.raises(Refused) as refusal:
        services.publish_version(draft, by=officer, at=NOW)
    assert [problem.text for problem in refusal.value.problems] == [
        "各指标分值合计 90 分，应为满分 100 分。",
        "1.2：此类指标须列出选项。",
    ]


def test_only_what_was_looked_through_is_published(draft: RubricVersion, officer: User) -> None:
    looked_at = digest(services.layout_of(draft))
    save(draft, "1.3", officer, title="围墙")
    with pytest.raises(Refused, match="内容有变化"):
        services.publish_version(draft, by=officer, at=NOW, seen=looked_at)
    now = digest(services.layout_of(draft))
    published = services.publish_version(draft, by=officer, at=NOW, seen=now)
    assert (published.published_by, published.digest) == (officer, now)
    assert verbs(published)[-1] == "publish"


def test_nothing_reaches_a_published_version(version: RubricVersion, officer: User) -> None:
    by: dict[str, Any] = {"by": officer, "at": NOW}
    first, indicator = section(version), row(version, "1.3")
    content = spec(version, "1.3")
    attempts = [
        lambda: drafts.discard_draft(version, **by),
        lambda: drafts.change_head(version, name="x", full_mark=Decimal(1), note="", seen="", **by),
        lambda: drafts.save_section(version, None, code="9", name="x", **by),
        lambda: drafts.delete_section(version, first.pk, seen="", **by),
        lambda: drafts.move_section(version, first.pk, 1, **by),
        lambda: drafts.save_indicator(version, None, content, section_id=first.pk, **by),
        lambda: drafts.delete_indicator(version, indicator.pk, seen="", **by),
        lambda: drafts.move_indicator(version, indicator.pk, 1, **by),
    ]
    for attempt in attempts:
        with pytest.raises(Refused, match="第 1 版已发布，内容不再改变"):
            attempt()
    assert digest(services.layout_of(version)) == version.digest


def test_the_example_stays_with_the_commission_once_it_is_there(officer: User) -> None:
    first = services.load_example_rubric(by=None, at=NOW)
    second = drafts.copy_version(first, by=officer, at=NOW)
    veto = spec(second, "1.1")
    save(second, "1.1", officer, title=f"{veto.title}（修订）")
    assert services.load_example_rubric(by=None, at=NOW) == first
    services.publish_version(second, by=officer, at=NOW)
    assert services.load_example_rubric(by=None, at=NOW) == second


def test_the_table_of_the_cities_is_published_as_it_is(officer: User) -> None:
    city = services.load_rubric(fixture(CITY), by=officer, at=NOW)
    services.publish_version(city, by=officer, at=NOW)
    layout = services.layout_of(city)
    assert (layout.count, layout.total) == (28, 100)
    assert [int(s.mark) for s in layout.sections] == [25, 24, 16, 10, 10, 15]
    assert "本系统对通知文字的理解" in layout.note
    assert "示例" not in layout.name
