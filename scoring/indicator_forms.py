"""The page of one indicator: its fields, and as many options as it takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import count
from typing import Any

from django import forms

from scoring.layout import (
    IndicatorSpec,
    Layout,
    OptionSpec,
    SectionSpec,
    digest_of,
    indicator_data,
    plain,
)
from scoring.models import Indicator, Option, Section
from scoring.rubric_forms import PlainText, SeenForm, points
from scoring.services.drafts import SPEC_FIELDS, Conflict
from scoring.soundness import WITH_OPTIONS
from scoring.statuses import KIND_LABELS, Kind
from workflow import Problem, Refused

BLANK_OPTIONS = 3
MOST_OPTIONS = 60
MISSING = "请填写此项。"
KIND_HINTS = {
    Kind.SCALE: "各档分值不同，选其中一档",
    Kind.DEDUCT: "从满分起按次扣，扣完为止",
    Kind.AWARD: "从 0 分起按项加，加满为止",
    Kind.ALL_OR_NOTHING: "达标得满分，否则 0 分",
    Kind.VETO: "不计分，不符合即否决",
}
KIND_CHOICES = [(kind.value, f"{KIND_LABELS[kind]}（{hint}）") for kind, hint in KIND_HINTS.items()]
Row = dict[str, Any]


class IndicatorForm(SeenForm):
    """One row of the table, its options apart."""

    section = forms.TypedChoiceField(label="一级指标", coerce=int)
    code = PlainText(model=Indicator, name="code")
    title = PlainText(model=Indicator, name="title")
    kind = forms.ChoiceField(label="计分方式", choices=KIND_CHOICES, widget=forms.RadioSelect)
    mark = points("分值", required=False, help_text="一票否决项不计分，按 0 保存。")
    guidance = PlainText(model=Indicator, name="guidance")
    evidence_wanted = PlainText(
        model=Indicator, name="evidence_wanted", help_text="不需要佐证的留空。"
    )
    evidence_required = forms.BooleanField(label="必须提供佐证材料才能提交", required=False)

    def __init__(self, data: Any, *, sections: Iterable[tuple[int, str]], initial: Row) -> None:
        super().__init__(data, initial=initial)
        self.fields["section"].choices = list(sections)  # type: ignore[attr-defined]

    def clean(self) -> Row:
        values = super().clean() or self.cleaned_data
        if values.get("kind") == Kind.VETO:
            # A mark typed before the kind was chosen means nothing any more.
            values["mark"] = Decimal(0)
            self.errors.pop("mark", None)
        elif values.get("mark", 0) is None:
            self.add_error("mark", MISSING)
        return values

    def now(self, current: Row) -> Row:
        return current | {"mark": Decimal(current["mark"])}


class OptionForm(forms.Form):
    """One option; without label and value it is none."""

    label = PlainText(model=Option, name="label", required=False)
    value = points("分值", required=False)

    def clean(self) -> Row:
        values = self.cleaned_data
        if values.get("label") and values.get("value", 0) is None:
            self.add_error("value", MISSING)
        if not values.get("label", True) and values.get("value") is not None:
            self.add_error("label", MISSING)
        return values


_OPTIONS = forms.formset_factory(OptionForm, extra=0, max_num=MOST_OPTIONS, validate_max=True)


class IndicatorPage:
    """All that the page of one indicator asks for, valid and refused as one.

    `initial` and `rows` are the first values of its fields and options.
    """

    def __init__(
        self,
        data: Any,
        *,
        sections: Iterable[tuple[int, str]],
        initial: Row,
        rows: list[Row],
    ) -> None:
        self.sections = list(sections)
        self.form = IndicatorForm(data, sections=self.sections, initial=initial)
        self.options = _OPTIONS(data, prefix="options", initial=rows)

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.options.is_valid()])

    @property
    def section_id(self) -> int:
        return int(self.form.cleaned_data["section"])

    @property
    def seen(self) -> str:
        return str(self.form.cleaned_data["seen"])

    @property
    def spec(self) -> IndicatorSpec:
        """What was typed; kinds that take no options save none."""
        values = self.form.cleaned_data
        rows = [form.cleaned_data for form in self.options if form.cleaned_data.get("label")]
        kept = rows if values["kind"] in WITH_OPTIONS else []
        options = tuple(
            OptionSpec(order, row["label"], row["value"]) for order, row in enumerate(kept, 1)
        )
        return IndicatorSpec(**{name: values[name] for name in SPEC_FIELDS}, options=options)

    def show_refusal(self, refused: Refused) -> None:
        self.form.show_refusal(refused)

    def show_conflict(self, conflict: Conflict) -> None:
        now = conflict.current["options"]
        if now != indicator_data(self.spec)["options"]:
            words = "；".join(f"{row['label']} {row['value']} 分" for row in now) or "（无）"
            self.form.add_error(None, f"选项现为：{words}。")
        self.form.show_conflict(conflict)

    @property
    def problems(self) -> list[Problem]:
        """All that is wrong on the page, each with the field that it leads to."""
        found = [Problem(str(text)) for text in self.form.non_field_errors()]
        found += _field_problems(self.form, "")
        found += [Problem(str(text)) for text in self.options.non_form_errors()]
        for number, form in enumerate(self.options, 1):
            found += _field_problems(form, f"选项{number} ")
        return found


def first_values(spec: IndicatorSpec, section_id: int) -> tuple[Row, list[Row]]:
    """The fields and options of an indicator as the page opens with them."""
    initial = {name: getattr(spec, name) for name in SPEC_FIELDS}
    initial |= {
        "section": section_id,
        "mark": plain(spec.mark),
        "seen": digest_of(indicator_data(spec)),
    }
    rows: list[Row] = [
        {"label": option.label, "value": plain(option.value)} for option in spec.options
    ]
    return initial, rows or [{}] * BLANK_OPTIONS


def new_values(layout: Layout, sections: list[Section], asked: str) -> tuple[Row, list[Row]]:
    """What the page of a new indicator opens with: the section asked for, and its next code."""
    place = next((n for n, row in enumerate(sections) if str(row.pk) == asked), len(sections) - 1)
    initial: Row = {"kind": Kind.SCALE}
    if sections:
        spec = layout.sections[place]
        initial |= {"section": sections[place].pk, "code": next_code(layout, spec)}
    return initial, [{}] * BLANK_OPTIONS


def next_code(layout: Layout, section: SectionSpec) -> str:
    """The first free code after the number of indicators there are: 1.4 after three."""
    taken = layout.by_code()
    numbers = count(len(section.indicators) + 1)
    return next(code for n in numbers if (code := f"{section.code}.{n}") not in taken)


def typed_values(data: Mapping[str, Any], order: str) -> tuple[Row, list[Row]]:
    """What was typed so far, its options changed as the button says that was pressed.

    `order` is "add", or "drop", "up" or "down" with a number from 0: "up-2".
    """
    initial = {name: data.get(name, "") for name in IndicatorForm.base_fields}
    total = data.get("options-TOTAL_FORMS", "")
    rows = [
        {name: data.get(f"options-{number}-{name}", "") for name in ("label", "value")}
        for number in range(min(int(total) if total.isdecimal() else 0, MOST_OPTIONS))
    ]
    return initial, _rearranged(rows, order)


def _rearranged(rows: list[Row], order: str) -> list[Row]:
    action, _, place = order.partition("-")
    number = int(place) if place.isdecimal() else -1
    if action == "add":
        return [*rows, {}][:MOST_OPTIONS]
    if not 0 <= number < len(rows):
        return rows
    if action == "drop":
        return rows[:number] + rows[number + 1 :]
    other = min(max(number + (-1 if action == "up" else 1), 0), len(rows) - 1)
    rows[number], rows[other] = rows[other], rows[number]
    return rows


def _field_problems(form: forms.BaseForm, where: str) -> Iterator[Problem]:
    for bound in form:
        for error in bound.errors.as_data():
            texts = [MISSING] if error.code == "required" else error.messages
            for text in texts:
                yield Problem(f"{where}{bound.label}：{text}", url=f"#{bound.auto_id}")
