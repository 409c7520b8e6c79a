"""An expert standing aside 回避."""

from __future__ import annotations

from django import forms

from applications.statuses import Recusal


class RecusalForm(forms.Form):
    """Why an expert cannot judge a nursery."""

    kind = forms.ChoiceField(label="回避情形", choices=Recusal.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="回避理由",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="请写明具体情况，仅供省级工作人员查看。",
    )

    def clean_kind(self) -> Recusal:
        return Recusal(self.cleaned_data["kind"])
