"""Rubric data: read, checked, written, fingerprinted."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.arithmetic import Answered, mark_of, tally
from scoring.examples import answers_reaching, best
from scoring.layout import IndicatorSpec, Layout, as_data, digest, kind_words, plain
from scoring.reading import Unreadable, read
from scoring.soundness import faults
from scoring.statuses import Kind
from tests.scoring.rubrics import SMALL, layout, spec

ROOT = Path(__file__).resolve().parents[2]
DATA = json.loads((ROOT / "fixtures" / "rubric_example.json").read_text(encoding="utf-8"))
EXAMPLE = read(DATA)


def changed(path: list[Any], value: Any) -> dict[str, Any]:
    data = copy.deepcopy(SMALL)
    place: Any = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return data


def test_a_rubric_survives_being_written_and_read() -> None:
    for data in (SMALL, DATA):
        rubric = read(data)
        assert read(json.loads(json.dumps(as_data(rubric)))) == rubric


def test_the_digest_knows_every_change_but_not_the_name() -> None:
    original = digest(read(SMALL))
    assert digest(read(changed(["name"], "另一个名称"))) == original
    for path, value in [
        (["full_mark"], "90"),
        (["note"], ""),
        (["sections", 0, "indicators", 1, "options", 0, "value"], "39"),
        (["sections", 0, "indicators", 0, "guidance"], "再看回执。"),
        (["sections", 0, "indicators", 0, "evidence_required"], False),
    ]:
        assert digest(read(changed(path, value))) != original


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (["code"], "", "缺少评分表编号。"),
        (["name"], 5, "缺少评分表名称。"),
        (["full_mark"], "百", "满分“百”应为 0 至 1000 之间的数。"),
        (["full_mark"], 1.5, "满分“1.5”应为 0 至 1000 之间的数。"),
        (["full_mark"], "NaN", "满分“NaN”应为 0 至 1000 之间的数。"),
        (["sections"], "无", "“sections”应为列表。"),
        (["sections", 0, "name"], " ", "1：缺少一级指标名称。"),
        (["sections", 0, "indicators", 0, "kind"], "stars", "1.1：计分方式“stars”无法识别。"),
        (["sections", 0, "indicators", 2, "mark"], "20.005", "1.3：分值“20.005”最多两位小数。"),
        (["sections", 0, "indicators", 1, "title"], "长" * 201, "1.2：指标名称不能超过 200 字。"),
        (["sections", 0, "indicators", 1, "options", 1, "value"], "-1", "1.2：选项2的分值“-1”应为"),
        (["sections", 0, "indicators", 1, "options"], ["很好"], "1.2：“options”应为列表。"),
    ],
)
def test_unreadable_data_are_named_one_by_one(path: list[Any], value: Any, sentence: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(changed(path, value))
    assert str(refusal.value.faults[0]).startswith(sentence)


def test_all_faults_are_named_at_once() -> None:
    data = changed(["name"], "")
    data["sections"][0]["indicators"][0]["kind"] = "?"
    data["sections"][1]["indicators"][0]["mark"] = "x"
    with pytest.raises(Unreadable) as refusal:
        read(data)
    assert [fault.where for fault in refusal.value.faults] == ["", "1.1", "2.1"]


@pytest.mark.parametrize(
    ("indicator", "sentence"),
    [
        (spec(Kind.VETO, "1"), "一票否决项不计分，分值应为 0。"),
        (spec(Kind.ALL_OR_NOTHING, "0"), "分值应大于 0。"),
        (spec(Kind.SCALE, "1"), "此类指标须列出选项。"),
        (spec(Kind.VETO, "0", "1"), "此类指标不应有选项。"),
        (spec(Kind.SCALE, "1", "1"), "按档计分至少要有两档。"),
        (spec(Kind.SCALE, "2", "1", "0"), "最高一档为 1 分，应与分值 2 分一致。"),
        (spec(Kind.DEDUCT, "2", "-1"), "选项“选项1”的分值不能为负。"),
        (spec(Kind.AWARD, "2", "0"), "选项“选项1”的分值应大于 0。"),
        (spec(Kind.DEDUCT, "2", "3"), "选项“选项1”的分值不能超过本项分值。"),
        (
            spec(Kind.ALL_OR_NOTHING, "2", evidence_required=True),
            "要求佐证材料的指标须写明材料名称。",
        ),
    ],
)
def test_unsound_indicators(indicator: IndicatorSpec, sentence: str) -> None:
    assert sentence in [fault.text for fault in faults(layout((indicator,)))]


def test_repeated_labels_and_codes() -> None:
    twice = IndicatorSpec(
        "1.1", "甲", Kind.SCALE, Decimal(1), (*spec(Kind.SCALE, "1", "1").options,) * 2
    )
    found = [str(fault) for fault in faults(layout((twice, spec(Kind.VETO, "0"))))]
    assert "1.1：选项“选项1”重复。" in found
    assert "1.1：指标编号重复。" in found


def test_unsound_rubrics() -> None:
    one = layout((spec(Kind.ALL_OR_NOTHING, "2"),), ())
    wrong = Layout("x", "x", Decimal(3), (*one.sections, one.sections[0]))
    assert [str(fault) for fault in faults(wrong)] == [
        "2：一级指标下至少要有一项指标。",
        "1：一级指标编号重复。",
        "1.1：指标编号重复。",
        "各指标分值合计 4 分，应为满分 3 分。",
    ]
    assert "评分表至少要有一个一级指标。" in [str(f) for f in faults(layout())]


def test_the_example_is_the_table_of_the_notice() -> None:
    assert faults(EXAMPLE) == []
    assert [(s.name, s.mark) for s in EXAMPLE.sections] == [
        ("办托条件", 10),
        ("行政管理", 7),
        ("队伍建设", 14),
        ("安全卫生", 41),
        ("保育质量", 28),
    ]
    assert EXAMPLE.full_mark == 100
    assert "示例" in EXAMPLE.name
    assert "非官方" in EXAMPLE.note
    assert {spec.kind for spec in EXAMPLE.indicators()} == set(Kind)
    assert 55 <= len(list(EXAMPLE.indicators())) <= 70


@given(st.integers(120, 200), st.integers(0, 5))
def test_every_half_point_can_be_reached(halves: int, seed: int) -> None:
    total = Decimal(halves) / 2
    chosen = answers_reaching(EXAMPLE, total, seed=seed)
    result = tally(EXAMPLE, {code: Answered(answer) for code, answer in chosen.items()})
    assert (result.total, result.complete, result.vetoed) == (total, True, ())
    assert answers_reaching(EXAMPLE, total, seed=seed) == chosen


def test_a_total_out_of_reach_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"84\.99"):
        answers_reaching(EXAMPLE, Decimal("84.99"))


def test_the_best_answers_bring_the_full_mark() -> None:
    assert sum(mark_of(s, best(s)) for s in EXAMPLE.indicators()) == 100


def test_kinds_in_words() -> None:
    assert kind_words(spec(Kind.DEDUCT, "2.50", "1")) == "满分 2.5 分，按次扣分，扣完为止"
    assert kind_words(spec(Kind.VETO, "0")) == "一票否决项，不计分"
    assert [plain(Decimal(x)) for x in ("85.00", "0.50", "100", "0")] == ["85", "0.5", "100", "0"]
