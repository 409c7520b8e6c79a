"""What sets two versions apart: nothing forgotten, nothing invented."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from scoring.layout import IndicatorSpec, Layout, OptionSpec, SectionSpec
from scoring.reading import read
from scoring.rubric_differences import Change, RowChange, differences
from scoring.statuses import Kind
from tests.scoring.rubric_texts import layouts
from tests.scoring.rubrics import SMALL

RUBRIC = read(SMALL)


def with_indicator(named: str, /, **changed: Any) -> Layout:
    """The small rubric with one indicator changed."""
    return with_sections(
        *(
            replace(
                section,
                indicators=tuple(
                    replace(spec, **changed) if spec.code == named else spec
                    for spec in section.indicators
                ),
            )
            for section in RUBRIC.sections
        )
    )


def with_sections(*sections: SectionSpec) -> Layout:
    return replace(RUBRIC, sections=sections)


def only(new: Layout) -> RowChange:
    """The one indicator that is told of."""
    found = differences(RUBRIC, new)
    assert len(found.indicators) == 1
    return found.indicators[0]


def told(new: Layout) -> list[str]:
    return differences(RUBRIC, new).lines()


@given(layouts())
def test_a_rubric_does_not_differ_from_itself(layout: Layout) -> None:
    same = differences(layout, layout)
    assert not same
    assert same.lines() == []
    assert not any(row.changed for row in (*same.sums, same.total))


@given(layouts(), layouts())
def test_nothing_is_forgotten_and_nothing_invented(old: Layout, new: Layout) -> None:
    there, back = differences(old, new), differences(new, old)
    assert bool(there) == (old != new) == bool(back)
    forth = there.counts
    assert (forth["added"], forth["removed"]) == (back.counts["removed"], back.counts["added"])
    assert (forth["changed"], forth["moved"]) == (back.counts["changed"], back.counts["moved"])
    assert old.count + forth["added"] - forth["removed"] == new.count
    assert sum(row.before or 0 for row in there.sums) == there.total.before == old.total
    assert sum(row.after or 0 for row in there.sums) == there.total.after == new.total


def test_a_changed_mark_is_told_as_before_and_after() -> None:
    new = with_indicator("1.3", mark=Decimal("22.5"))
    assert str(only(new)) == "1.3 有围护：分值 20 分 → 22.5 分"
    changes = differences(RUBRIC, new)
    assert (changes.total.before, changes.total.after) == (100, Decimal("102.5"))
    assert [row.changed for row in changes.sums] == [True, False]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"code": "1.9"}, "1.9 有围护：编号 1.3 → 1.9"),
        ({"title": "围墙"}, "1.3 围墙：指标 有围护 → 围墙"),
        ({"kind": Kind.VETO}, "1.3 有围护：计分方式 达标得分 → 一票否决"),
        ({"guidance": "看\n现场"}, "1.3 有围护：评分说明 （无） → 看 现场"),
        ({"evidence_wanted": "照片"}, "1.3 有围护：佐证材料 （无） → 照片"),
        ({"evidence_required": True}, "1.3 有围护：须附佐证 否 → 是"),
    ],
)
def test_every_field_has_its_words(changed: dict[str, Any], sentence: str) -> None:
    assert told(with_indicator("1.3", **changed)) == [sentence]


def test_options_are_told_one_by_one() -> None:
    kept = RUBRIC.by_code()["1.2"].options
    options = (
        OptionSpec(1, "尚可", kept[1].value),
        OptionSpec(2, "很好", kept[0].value),
        OptionSpec(3, "不足", Decimal(20)),
        OptionSpec(4, "极差", Decimal(0)),
    )
    assert [str(field) for field in only(with_indicator("1.2", options=options)).fields] == [
        "选项“不足” 24.99 分 → 20 分",
        "选项“极差” （无） → 0 分",
        "选项“没有” 0 分 → （无）",
        "选项顺序 很好、尚可、不足、没有 → 尚可、很好、不足、极差",
    ]


def test_added_and_removed_say_how_they_are_marked() -> None:
    first, second = RUBRIC.sections
    extra = IndicatorSpec("1.4", "通风", Kind.ALL_OR_NOTHING, Decimal(5))
    new = with_sections(
        replace(first, indicators=(*first.indicators[:2], extra)),
        second,
    )
    rows = differences(RUBRIC, new).indicators
    assert [(row.change, row.code, row.note) for row in rows] == [
        (Change.ADDED, "1.4", "达标得 5 分，不达标不得分"),
        (Change.REMOVED, "1.3", "达标得 20 分，不达标不得分"),
    ]
    assert [str(row) for row in rows] == ["1.4 通风：新增", "1.3 有围护：删除"]


def test_the_fewest_moves_explain_a_new_order() -> None:
    first, second = RUBRIC.sections
    veto, scale, met = first.indicators
    found = differences(
        RUBRIC, with_sections(replace(first, indicators=(met, veto, scale)), second)
    )
    assert found.lines() == ["1.3 有围护：顺序 第 3 项 → 第 1 项"]
    assert found.counts == {"added": 0, "removed": 0, "changed": 1, "moved": 1}


def test_a_move_to_another_section_names_both() -> None:
    first, second = RUBRIC.sections
    *stay, met = first.indicators
    new = with_sections(
        replace(first, indicators=tuple(stay)),
        replace(second, indicators=(*second.indicators, met)),
    )
    assert told(new) == ["1.3 有围护：一级指标 1 条件 → 2 照护"]


def test_sections_are_renamed_moved_added_and_removed() -> None:
    first, second = RUBRIC.sections
    extra = SectionSpec("3", "其他", ())
    new = with_sections(replace(second, name="照料"), first, extra)
    assert told(new) == [
        "2 照料：名称 照护 → 照料；顺序 第 2 项 → 第 1 项",
        "3 其他：新增",
    ] or told(new) == [
        "2 照料：名称 照护 → 照料",
        "1 条件：顺序 第 1 项 → 第 2 项",
        "3 其他：新增",
    ]
    assert told(with_sections(first))[0] == "2 照护：删除"


def test_the_head_and_long_texts() -> None:
    new = replace(RUBRIC, code="x", name="新名", full_mark=Decimal(90), note="长" * 200)
    lines = told(new)
    assert lines[:3] == ["编号 small → x", "名称 小评分表 → 新名", "满分 100 分 → 90 分"]
    assert lines[3] == f"说明 测试用 → {'长' * 60}…"
