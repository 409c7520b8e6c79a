"""Texts with placeholders, and what sets two of them apart: plain values."""

from __future__ import annotations

import pytest

from applications.wording import Mark, pieces
from documents.papers.patterns import PATTERNS
from documents.papers.texts import Field, Pattern, cleaned, filled
from documents.statuses import TEXTS_OF, Kind, TextKind

NAME = Field("heading", "标题", "关于{机构名称}", needs=("机构名称",), limit=20)
NOTE = Field("note", "附注", "", blank=True)
BODY = Field("body", "正文", "", rows=5, needs=("日期",), blank=True, limit=20)
PATTERN = Pattern((NAME, NOTE, BODY), {"机构名称": "阳光托育园", "日期": "2023年5月28日"})


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        (NAME, "关于{机构名称}", []),
        (NAME, "", ["此项不能为空。", "缺少占位符：{机构名称}。"]),
        (NAME, "关于托育", ["缺少占位符：{机构名称}。"]),
        (NAME, "{机构名称}\n第二行", ["此项只能写一行。"]),
        (NAME, "{机构名称}" + "很" * 20, ["不能超过 20 字。"]),
        (
            NAME,
            "{机构名称}{得分}{得分}",
            ["没有{得分}这样的占位符，可用的有：{机构名称}、{日期}。"],
        ),
        (NAME, "{机构名称}{", ["花括号没有成对出现。"]),
        (NAME, "}{机构名称}", ["花括号没有成对出现。"]),
        (NOTE, "", []),
        (BODY, "", []),
        (BODY, "一\n二", ["缺少占位符：{日期}。"]),
    ],
)
def test_faults_are_said_in_words(field, text, said):
    assert list(PATTERN.faults(field, text)) == said


def test_values_are_put_in_as_they_stand():
    texts = {"heading": "致{机构名称}：{日期}", "note": " "}
    values = {"机构名称": "{日期}<b>\\1", "日期": "2023年5月28日"}
    assert filled(texts, values) == {"heading": "致{日期}<b>\\1：2023年5月28日", "note": ""}


def test_what_is_typed_is_cleaned():
    assert cleaned(" 一\r\n\u2028二\x00\t \r　三　\n\n") == "一\n二\n三"


@pytest.mark.parametrize("kind", list(TextKind), ids=str)
def test_the_defaults_are_without_fault(kind):
    pattern = PATTERNS[kind]
    found = {
        field.name: faults
        for field in pattern.fields
        if (faults := list(pattern.faults(field, cleaned(field.default))))
    }
    assert found == {}
    assert pattern.defaults == {field.name: cleaned(field.default) for field in pattern.fields}, (
        "a default that is saved would count as changed"
    )
    filled(pattern.defaults, pattern.examples)


def test_every_paper_has_texts():
    assert set(TEXTS_OF) == set(Kind)
    assert set(TEXTS_OF.values()) == set(TextKind) == set(PATTERNS)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "新的一句。"),
        ("旧的一句。", ""),
        ("同意推荐。请审核。", "同意推荐。请予审核，并报省级。"),
        ("一，二，三", "二，三，四"),
        ("相同。", "相同。"),
    ],
)
def test_both_texts_can_be_read_from_the_difference(before, after):
    found = pieces(before, after)
    assert "".join(text for mark, text in found if mark != Mark.ADDED) == before
    assert "".join(text for mark, text in found if mark != Mark.REMOVED) == after


def test_only_the_phrases_that_differ_are_marked():
    assert pieces("同意推荐。请审核。", "同意推荐。请予审核。") == [
        (Mark.SAME, "同意推荐。"),
        (Mark.SAME, "请"),
        (Mark.ADDED, "予"),
        (Mark.SAME, "审核。"),
    ]
