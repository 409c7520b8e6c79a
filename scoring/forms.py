"""The controls of one indicator, read back. One form per indicator, made from the rubric."""

from __future__ import annotations

from typing import Any

from django import forms

from scoring.answers import COUNTED, MAX_COUNT, none_words
from scoring.arithmetic import Answer
from scoring.cards import fingerprint
from scoring.layout import IndicatorSpec
from scoring.models.sheets import MAX_NOTE
from scoring.services import Entry
from scoring.statuses import Kind


def prefix_of(indicator_id: int) -> str:
    """The prefix of all names of an indicator's controls."""
    return f"m{indicator_id}"


class MarkForm(forms.Form):
    """What was entered for one indicator; `cleaned_data["answer"]` is None when nothing was.

    `version` is the version the person has seen, `was` the fingerprint of what it showed.
    """

    note = forms.CharField(
        max_length=MAX_NOTE,
        required=False,
        error_messages={"max_length": f"说明不能超过 {MAX_NOTE} 字。"},
    )
    version = forms.IntegerField(min_value=0, required=False)
    was = forms.CharField(required=False)

    def __init__(self, spec: IndicatorSpec, indicator_id: int, data: Any) -> None:
        super().__init__(data, prefix=prefix_of(indicator_id))
        self.spec = spec
        if spec.kind == Kind.SCALE:
            levels = [(option.order, option.label) for option in spec.options]
            self.fields["option"] = _choice(levels, int)
        elif spec.kind in COUNTED:
            self.fields["none"] = forms.BooleanField(required=False)
            for option in spec.options:
                self.fields[f"count_{option.order}"] = _count(option.label)
        else:
            self.fields["met"] = _choice([("yes", "是"), ("no", "否")], str)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            data["answer"] = self._counted(data) if self.spec.kind in COUNTED else _chosen(data)
        return data

    def _counted(self, data: dict[str, Any]) -> Answer | None:
        typed = {
            option.order: data[f"count_{option.order}"]
            for option in self.spec.options
            if data.get(f"count_{option.order}") is not None
        }
        counts = {order: times for order, times in typed.items() if times}
        if counts and data.get("none"):
            self.add_error(None, f"已勾选“{none_words(self.spec)}”，又填写了次数，请改正其中之一。")
            return None
        return Answer(counts=counts) if typed or data.get("none") else None

    @property
    def changed(self) -> bool:
        """Whether this person changed anything since the page was shown; needs a valid form."""
        data = self.cleaned_data
        return fingerprint(self.spec, data["answer"], data["note"]) != data["was"]

    def entry(self, indicator_id: int) -> Entry:
        """What is to be saved; needs a valid form."""
        data = self.cleaned_data
        return Entry(indicator_id, data["answer"], data["note"], data["version"] or 0)

    def typed(self) -> dict[str, str]:
        """What stood in the controls, as it was typed."""
        names = [name for name in self.fields if name not in {"version", "was"}]
        raw = {name: self.data.get(self.add_prefix(name), "") for name in names}
        return {name: value for name, value in raw.items() if value}

    def sentences(self) -> tuple[str, ...]:
        """What is wrong, for people."""
        return tuple(str(text) for texts in self.errors.values() for text in texts)


def _choice(choices: list[tuple[Any, str]], coerce: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        choices=choices,
        coerce=coerce,
        required=False,
        empty_value=None,
        error_messages={"invalid_choice": "请选择其中一项。"},
    )


def _count(label: str) -> forms.IntegerField:
    sentence = f"“{label}”的次数应为 0 至 {MAX_COUNT} 的整数。"
    wrong = dict.fromkeys(("invalid", "min_value", "max_value"), sentence)
    return forms.IntegerField(
        min_value=0, max_value=MAX_COUNT, required=False, error_messages=wrong
    )


def _chosen(data: dict[str, Any]) -> Answer | None:
    if data.get("option") is not None:
        return Answer(option=data["option"])
    if data.get("met"):
        return Answer(met=data["met"] == "yes")
    return None
