"""The search of the supervised titles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import Region
from accounts.statuses import Level
from publicity.statuses import TitleState

RUNS = [
    ("", "全部"),
    ("order", "有未办结的整改通知"),
    ("overdue", "整改逾期未报告"),
    ("revocation", "有未办结的撤销事项"),
]


class TitleSearch(forms.Form):
    q = forms.CharField(
        label="机构名称",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    area = forms.ChoiceField(label="地区", required=False)
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *TitleState.choices]
    )
    runs = forms.ChoiceField(label="办理情况", required=False, choices=RUNS)

    def __init__(self, *args: Any, areas: Iterable[Region], **kw: Any) -> None:
        super().__init__(*args, **kw)
        self.areas = {region.code: region for region in areas}
        named = [
            (
                region.code,
                f"{region.name}（全市）" if region.level == Level.CITY else region.full_name,
            )
            for region in self.areas.values()
            if region.level != Level.PROVINCE
        ]
        self.fields["area"].choices = [("", "全部地区"), *named]  # type: ignore[attr-defined]

    def asked(self, name: str) -> str:
        """What was typed, where it can be used."""
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))
