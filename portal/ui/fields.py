"""Form fields in the look of the site, so that forms need no attributes for it."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.widgets import DateTimeBaseInput

CHOICES_APART = (forms.RadioSelect, forms.CheckboxSelectMultiple)
# A browser's own picker takes only ISO dates.
PICKERS: list[tuple[type[DateTimeBaseInput], str, str]] = [
    (forms.DateTimeInput, "datetime-local", "%Y-%m-%dT%H:%M"),
    (forms.DateInput, "date", "%Y-%m-%d"),
    (forms.TimeInput, "time", "%H:%M"),
]


@dataclass(frozen=True)
class Shape:
    """What the component has to know about a field's widget."""

    kind: str  # line, tick, choices
    css: str = ""


def shape(widget: forms.Widget) -> Shape:
    if isinstance(widget, CHOICES_APART):
        return Shape("choices")
    if isinstance(widget, forms.CheckboxInput):
        return Shape("tick", "form-check-input")
    if isinstance(widget, forms.Select):
        return Shape("line", "form-select")
    return Shape("line", "form-control")


def dress(widget: forms.Widget) -> dict[str, Any]:
    """Attributes that make a plain widget pleasant on a phone and exact on a desk."""
    for kind, input_type, written in PICKERS:
        if isinstance(widget, kind):
            widget.input_type, widget.format = input_type, written
            return {}
    if isinstance(widget, forms.NumberInput):
        step = widget.attrs.get("step", "any")
        return {"inputmode": "numeric" if step in (1, "1") else "decimal"}
    if isinstance(widget, forms.Textarea) and widget.attrs.get("rows") == "10":
        return {"rows": "4"}
    return {}


def described_by(bound: BoundField, help_text: str) -> str:
    named = [f"{bound.auto_id}_helptext"] if help_text else []
    if bound.errors:
        named.append(f"{bound.auto_id}_error")
    return " ".join(named)


def attributes(bound: BoundField, help_text: str, extra: dict[str, Any]) -> dict[str, Any]:
    """All attributes of the field's control: its class, its state and what explains it."""
    widget = bound.field.widget
    css = " ".join(
        part
        for part in (
            shape(widget).css,
            widget.attrs.get("class", ""),
            "is-invalid" if bound.errors else "",
        )
        if part
    )
    attrs = {**dress(widget), **extra, "class": css}
    if said := described_by(bound, help_text):
        attrs["aria-describedby"] = said
    return attrs


def control(bound: BoundField, help_text: str, extra: dict[str, Any]) -> str:
    """The rendered control of a line or a tick."""
    return bound.as_widget(attrs=attributes(bound, help_text, extra))


def choices(bound: BoundField) -> list[Any]:
    """The single boxes of radio buttons or ticks."""
    return list(bound.subwidgets)


def errors(bound: BoundField) -> list[str]:
    """The sentences beside the field; an empty one is asked for in the words of its widget."""
    found = []
    for error in bound.errors.as_data():
        if error.code == "required":
            found.append(missing(bound.field.widget))
        else:
            found += [str(text) for text in error]
    return found


def missing(widget: forms.Widget) -> str:
    if isinstance(widget, forms.FileInput):
        return "请选择文件。"
    if isinstance(widget, forms.CheckboxInput):
        return "请勾选此项。"
    if isinstance(widget, (forms.Select, *CHOICES_APART)):
        return "请选择。"
    return "请填写此项。"


def summary(bound: BoundField) -> list[str]:
    """The same sentences for the top of the page, where they have to name their field."""
    label = str(bound.label).rstrip("。：:？")
    return [text if text.startswith(label) else f"{label}：{text}" for text in errors(bound)]
