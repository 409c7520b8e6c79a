"""What the commission says about days."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from publicity.models.days import FIRST_YEAR, SOURCE_HELP


class DaysForm(forms.Form):
    """A run of days that count or do not, by a named notice."""

    first = forms.DateField(label="首日")
    last = forms.DateField(label="末日", required=False, help_text="只有一天时可不填。")
    working = forms.TypedChoiceField(
        label="安排",
        choices=[("off", "放假"), ("on", "上班（调休）")],
        coerce=lambda value: value == "on",
    )
    source = forms.CharField(
        label="依据",
        max_length=120,
        help_text=SOURCE_HELP,
    )

    def clean_first(self) -> Any:
        if self.cleaned_data["first"].year < FIRST_YEAR:
            raise ValidationError(f"日期不能早于 {FIRST_YEAR} 年。")
        return self.cleaned_data["first"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["last"] = values.get("last") or values.get("first")
        return values


class PlanForm(forms.Form):
    """The word that a year is entered completely."""

    source = forms.CharField(
        label="依据",
        max_length=120,
        help_text=SOURCE_HELP,
    )
