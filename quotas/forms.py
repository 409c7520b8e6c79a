from __future__ import annotations

from itertools import pairwise
from typing import Any

from django import forms

from accounts.models import Region
from quotas.models import Cycle
from quotas.statuses import Basis, CycleState
from scoring.models import RubricVersion
from workflow import Refused

DATES = ("opens_on", "nursery_deadline", "county_deadline", "city_deadline")
MARKS = ("entry_mark", "panel_size", "paper_weight", "site_weight", "pass_mark", "max_spread")
AFTERWARDS = (
    "publicity_days",
    "first_day_counts",
    "objection_days",
    "title_years",
    "rectification_days",
    "barred_cycles",
)
MOST_PLACES = 999


def show_refusal(form: forms.BaseForm, refused: Refused) -> None:
    """Put the sentences of a refusal beside the fields they speak of."""
    for problem in refused.problems:
        form.add_error(problem.field if problem.field in form.fields else None, problem.text)


class CycleForm(forms.ModelForm[Cycle]):
    """A new cycle: its name, its dates and all its settings."""

    class Meta:
        model = Cycle
        fields = ("name", "year", "basis", "version", *DATES, *MARKS, *AFTERWARDS)
        widgets = {name: forms.DateInput() for name in DATES}
        error_messages = {"year": {"unique": "该年度已有评选周期。"}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        version = self.fields["version"]
        version.queryset = RubricVersion.objects.published().select_related("rubric")  # type: ignore[attr-defined]
        version.help_text = "只能选用已发布的版本。"

    @property
    def general(self) -> list[forms.BoundField]:
        return [self[name] for name in ("name", "year", "basis", "version")]

    @property
    def dates(self) -> list[forms.BoundField]:
        return [self[name] for name in DATES]

    @property
    def marks(self) -> list[forms.BoundField]:
        return [self[name] for name in MARKS]

    @property
    def afterwards(self) -> list[forms.BoundField]:
        return [self[name] for name in AFTERWARDS]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self._check_order(values)
        paper, site = values.get("paper_weight"), values.get("site_weight")
        if paper is not None and site is not None and paper + site != 100:
            self.add_error(
                "site_weight", f"书面与实地评审权重之和须为 100%，现为 {paper + site}%。"
            )
        return values

    def _check_order(self, values: dict[str, Any]) -> None:
        for earlier, later in pairwise(DATES):
            before, after = values.get(earlier), values.get(later)
            if before and after and after < before:
                labels = self.fields[later].label, self.fields[earlier].label
                self.add_error(later, f"{labels[0]}不能早于{labels[1]}。")


class SettingsForm(CycleForm):
    """The settings of a cycle; once it has started they want a reason and keep their rubric."""

    reason = forms.CharField(
        label="修改理由",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="记入设置修改记录。",
    )

    class Meta(CycleForm.Meta):
        pass

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.state != CycleState.PREPARING:
            self.fields["version"].disabled = True
            self.fields["version"].help_text = "周期已启动，评分表不能更换。"
            self.fields["reason"].help_text = "周期已启动，修改任何设置须写明理由，并记入修改记录。"

    @property
    def changes(self) -> dict[str, Any]:
        """The values for `services.change_settings`."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class QuotaForm(forms.Form):
    """One number for each city-level unit."""

    def __init__(self, data: Any, *, units: list[Region], sizes: dict[int, int]) -> None:
        super().__init__(data)
        self.units = units
        for unit in units:
            self.fields[f"size_{unit.pk}"] = forms.IntegerField(
                label=unit.name,
                min_value=0,
                max_value=MOST_PLACES,
                initial=sizes.get(unit.pk, 0),
                error_messages={"required": "请填写名额，没有名额的填 0。"},
            )

    def row(self, unit: Region) -> forms.BoundField:
        return self[f"size_{unit.pk}"]

    @property
    def sizes(self) -> dict[Region, int]:
        return {unit: self.cleaned_data[f"size_{unit.pk}"] for unit in self.units}


class ProposalForm(forms.Form):
    """By what the places may be divided, for a proposal that is not saved yet."""

    total = forms.IntegerField(label="名额总数", min_value=1, max_value=MOST_PLACES)
    basis = forms.ChoiceField(label="分配依据", choices=Basis.choices)
