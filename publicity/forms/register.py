"""The register's search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import Region
from accounts.statuses import Level
from publicity.searching import Wanted
from publicity.statuses import TitleState

MAX_NAMED = 60


class RegisterSearch(forms.Form):
    """The register's search; every field may be left open."""

    q = forms.CharField(
        label="机构名称或证书编号",
        required=False,
        max_length=MAX_NAMED,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    area = forms.ChoiceField(label="地区", required=False)
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *TitleState.choices]
    )
    year = forms.TypedChoiceField(label="评选年度", required=False, coerce=int, empty_value=None)

    def __init__(
        self, *args: Any, areas: Iterable[Region], years: Iterable[int], **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.areas = {region.code: region for region in areas}
        self.fields["area"].choices = [("", "全部地区"), *_by_city(self.areas.values())]  # type: ignore[attr-defined]
        self.fields["year"].choices = [("", "全部年度"), *((y, f"{y}年") for y in years)]  # type: ignore[attr-defined]

    @property
    def wanted(self) -> Wanted:
        """What is asked for in values that are right; a wrong one is said and not used."""
        self.is_valid()
        asked = self.cleaned_data
        area = self.areas.get(asked.get("area", ""))
        return Wanted(
            q=asked.get("q", ""),
            path=area.path if area else "",
            state=asked.get("state", ""),
            year=asked.get("year"),
            sort=self.data.get("sort", ""),
        )


def _by_city(regions: Iterable[Region]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The areas as choices, the counties under their city."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for region in regions:
        if region.level != Level.PROVINCE:
            label = f"{region.name}（全市）" if region.level == Level.CITY else region.full_name
            groups.setdefault(region.city_unit.name, []).append((region.code, label))
    return list(groups.items())
