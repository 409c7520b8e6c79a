from __future__ import annotations

from django import forms

from publicity.statuses import TitleState


class TitleSearch(forms.Form):
    q = forms.CharField(
        label="机构名称",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *TitleState.choices]
    )

    def asked(self, name: str) -> str:
        """What was typed, where it can be used."""
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))


class ReasonForm(forms.Form):
    """Why: the problem to put right, or the ground for revoking."""

    reason = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
