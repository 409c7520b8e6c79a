"""How many files each county of a city may recommend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import Region
from applications.caps import CapUse
from workflow import Refused

MOST_FILES = 999


class CapsForm(forms.Form):
    """One number for each county; a blank is no cap."""

    reason = forms.CharField(
        label="说明", required=False, max_length=500, help_text="记入变更记录。"
    )

    def __init__(self, data: Any, *, uses: Iterable[CapUse]) -> None:
        super().__init__(data)
        self.uses = list(uses)
        for use in self.uses:
            self.fields[f"cap_{use.county.pk}"] = forms.IntegerField(
                label=f"{use.county.name}可推荐件数",
                required=False,
                min_value=0,
                max_value=MOST_FILES,
                initial=use.size,
            )

    @property
    def lines(self) -> list[tuple[CapUse, forms.BoundField]]:
        return [(use, self[f"cap_{use.county.pk}"]) for use in self.uses]

    @property
    def sizes(self) -> dict[Region, int | None]:
        return {use.county: self.cleaned_data[f"cap_{use.county.pk}"] for use in self.uses}

    def show(self, refused: Refused) -> None:
        """Put the sentences of a refusal beside the counties they speak of."""
        for problem in refused.problems:
            self.add_error(problem.field or None, problem.text)
