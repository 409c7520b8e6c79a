"""One indicator as a page shows it: its controls, what stands in them, and what to point out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scoring import answers
from scoring.answers import COUNTED, YES_NO
from scoring.arithmetic import Answer, lacks_evidence, mark_of, vetoes
from scoring.layout import IndicatorSpec, canonical, kind_words, plain
from scoring.statuses import Kind

Values = Mapping[str, str]


@dataclass(frozen=True)
class Choice:
    """A level or a yes/no: one radio button."""

    value: str
    label: str
    worth: str
    checked: bool
    lowest: bool


@dataclass(frozen=True)
class Counter:
    """A fault or an achievement with the number of times it was found."""

    name: str
    label: str
    worth: str
    count: str


@dataclass(frozen=True)
class Hint:
    """Something to point out beside a mark; `tone` is one of the badge tones."""

    text: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Difference:
    """Our mark against the reference, in words and a sign, so that no colour is needed."""

    text: str
    sign: str
    tone: str


@dataclass(frozen=True)
class Filled:
    """What is written down for an indicator at the moment; `files` are the rows of evidence."""

    answer: Answer | None = None
    note: str = ""
    version: int = 0
    by: str = ""
    at: datetime | None = None
    files: tuple[Any, ...] = ()


@dataclass(frozen=True)
class State:
    """The line under a card that changes with every save."""

    label: str
    value: str
    answered: bool
    hints: tuple[Hint, ...]
    difference: Difference | None

    @property
    def differs(self) -> bool:
        return self.difference is not None and self.difference.sign != "="


@dataclass(frozen=True)
class Card:
    """One indicator of a sheet.

    `key` is the indicator's id, `url` its place, `saved` when it was saved in words, `values` what
    its controls show. In a conflict `theirs` is what stands there and `mine` what was not saved.
    """

    spec: IndicatorSpec
    key: int
    filled: Filled
    state: State
    values: Values
    reference: Filled | None = None
    errors: tuple[str, ...] = ()
    theirs: Filled | None = None
    mine: Answer | None = None
    url: str = ""
    saved: str = ""

    @property
    def kind_words(self) -> str:
        return kind_words(self.spec)

    @property
    def counted(self) -> bool:
        return self.spec.kind in COUNTED

    @property
    def is_veto(self) -> bool:
        return self.spec.kind == Kind.VETO

    @property
    def none_label(self) -> str:
        return answers.none_words(self.spec)

    @property
    def none_checked(self) -> bool:
        return self.values.get("none") == "on"

    @property
    def note(self) -> str:
        return self.values.get("note", "")

    @property
    def was(self) -> str:
        """What the controls showed at first, to tell later whether this person changed anything."""
        return fingerprint(self.spec, self.filled.answer, self.filled.note)

    @property
    def answer_words(self) -> str:
        return answers.words(self.spec, self.filled.answer)

    @property
    def reference_words(self) -> str:
        return answers.words(self.spec, self.reference.answer) if self.reference else ""

    @property
    def reference_value(self) -> str:
        return answers.value_words(self.spec, self.reference.answer) if self.reference else ""

    @property
    def none_worth(self) -> str:
        return f"{plain(mark_of(self.spec, Answer()))} 分"

    @property
    def mine_words(self) -> str:
        return answers.words(self.spec, self.mine)

    @property
    def mine_value(self) -> str:
        return answers.value_words(self.spec, self.mine)

    @property
    def theirs_words(self) -> str:
        return answers.words(self.spec, self.theirs.answer) if self.theirs else ""

    @property
    def theirs_value(self) -> str:
        return answers.value_words(self.spec, self.theirs.answer) if self.theirs else ""

    @property
    def choices(self) -> list[Choice]:
        if self.spec.kind == Kind.SCALE:
            chosen = self.values.get("option", "")
            lowest = min(option.value for option in self.spec.options)
            return [
                Choice(
                    str(option.order),
                    option.label,
                    f"{plain(option.value)} 分",
                    chosen == str(option.order),
                    option.value == lowest,
                )
                for option in self.spec.options
            ]
        yes, no = YES_NO[Kind(self.spec.kind)]
        met = self.values.get("met", "")
        worth = ("", "") if self.is_veto else (f"{plain(self.spec.mark)} 分", "0 分")
        return [
            Choice("yes", yes, worth[0], met == "yes", lowest=False),
            Choice("no", no, worth[1], met == "no", lowest=True),
        ]

    @property
    def counters(self) -> list[Counter]:
        sign = "−" if self.spec.kind == Kind.DEDUCT else "+"
        return [
            Counter(
                f"count_{option.order}",
                option.label,
                f"{sign}{plain(option.value)} 分/次",
                self.values.get(f"count_{option.order}", ""),
            )
            for option in self.spec.options
        ]

    @property
    def choice_name(self) -> str:
        return "option" if self.spec.kind == Kind.SCALE else "met"


def values_of(spec: IndicatorSpec, answer: Answer | None, note: str) -> dict[str, str]:
    """What the controls of an indicator show for an answer, by their names."""
    values = {"note": note}
    if answer is None:
        return values
    if spec.kind == Kind.SCALE:
        values["option"] = str(answer.option)
    elif spec.kind in COUNTED:
        values |= {f"count_{order}": str(times) for order, times in answer.counts.items()}
        if not answer.counts:
            values["none"] = "on"
    else:
        values["met"] = "yes" if answer.met else "no"
    return values


def fingerprint(spec: IndicatorSpec, answer: Answer | None, note: str) -> str:
    """An answer and its note as one comparable text."""
    kept = None if answer is None else answers.to_json(spec, answer)
    return canonical({"answer": kept, "note": note}).decode()


def state_of(
    spec: IndicatorSpec,
    answer: Answer | None,
    files: int,
    *,
    reference: Answer | None = None,
    wants_evidence: bool = True,
) -> State:
    """What the line under a card says."""
    return State(
        label="结论" if spec.kind == Kind.VETO else "得分",
        value=answers.value_words(spec, answer),
        answered=answer is not None,
        hints=tuple(_hints(spec, answer, files if wants_evidence else 1)),
        difference=difference(spec, answer, reference),
    )


def _hints(spec: IndicatorSpec, answer: Answer | None, files: int) -> list[Hint]:
    hints = []
    if vetoes(spec, answer):
        hints.append(Hint("一票否决：此项不符合，无论总分多少均不能通过", "bad", "alert-octagon"))
    if lacks_evidence(spec, answer, files):
        if spec.evidence_required:
            hints.append(Hint("缺少必须的佐证材料", "bad", "paperclip"))
        else:
            hints.append(Hint("建议附佐证材料", "neutral", "paperclip"))
    return hints


def difference(
    spec: IndicatorSpec, ours: Answer | None, theirs: Answer | None
) -> Difference | None:
    """Ours against theirs; None as long as one of them is open."""
    if ours is None or theirs is None:
        return None
    if spec.kind == Kind.VETO:
        if ours.met == theirs.met:
            return Difference("一致", "=", "neutral")
        return Difference("不一致", "≠", "bad")
    apart = mark_of(spec, ours) - mark_of(spec, theirs)
    if apart == 0:
        return Difference("一致", "=", "neutral")
    if apart < 0:
        return Difference(f"低 {plain(-apart)} 分", "▼", "bad")
    return Difference(f"高 {plain(apart)} 分", "▲", "wait")
