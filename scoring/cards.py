"""One indicator as a page shows it: its controls, what stands in them, and what to point out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from scoring import answers
from scoring.answers import COUNTED, YES_NO
from scoring.arithmetic import Answer, Answered, lacks_evidence, mark_of, vetoes
from scoring.comparison import Difference, difference
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
    """Something to point out beside a mark; `tone` is one of the badge tones.

    `asks`: the note is to be written now.
    """

    text: str
    tone: str
    icon: str
    asks: bool = False


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
class Beside:
    """What a further sheet says of the same indicator, for reading only."""

    name: str
    words: str
    value: str
    note: str


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

    @property
    def is_lower(self) -> bool:
        return self.difference is not None and self.difference.is_lower

    @property
    def asks_for_note(self) -> bool:
        return any(hint.asks for hint in self.hints)


@dataclass(frozen=True)
class Card:
    """One indicator of a sheet.

    `key` is the indicator's id, `url` its place, `saved` when it was saved in words, `values` what
    its controls show. In a conflict `theirs` is what stands there and `mine` what was not saved.
    `remarks` are what is asked about it.
    """

    spec: IndicatorSpec
    key: int
    filled: Filled
    state: State
    values: Values
    reference: Filled | None = None
    beside: tuple[Beside, ...] = ()
    errors: tuple[str, ...] = ()
    theirs: Filled | None = None
    mine: Answer | None = None
    url: str = ""
    saved: str = ""
    remarks: tuple[Any, ...] = ()

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


def beside_of(name: str, spec: IndicatorSpec, row: Answered) -> Beside:
    return Beside(
        name, answers.words(spec, row.answer), answers.value_words(spec, row.answer), row.note
    )


def fingerprint(spec: IndicatorSpec, answer: Answer | None, note: str) -> str:
    """An answer and its note as one comparable text."""
    kept = None if answer is None else answers.to_json(spec, answer)
    return canonical({"answer": kept, "note": note}).decode()


def state_of(
    spec: IndicatorSpec,
    row: Answered,
    *,
    reference: Answer | None = None,
    reasons_against: str = "",
    wants_evidence: bool = True,
) -> State:
    """What the line under a card says.

    `reasons_against` is the name of the reference where a mark below it wants a reason.
    """
    found = difference(spec, row.answer, reference)
    hints = _hints(spec, row.answer, row.evidence if wants_evidence else 1)
    if reasons_against and found and found.is_lower and not row.note:
        text = f"低于{reasons_against}，请写明理由"
        hints.append(Hint(text, "bad", "message-2", asks=True))
    return State(
        label="结论" if spec.kind == Kind.VETO else "得分",
        value=answers.value_words(spec, row.answer),
        answered=row.answer is not None,
        hints=tuple(hints),
        difference=found,
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
