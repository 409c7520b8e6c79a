from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from accounts.models import Region
from quotas.models import Cycle, Quota
from quotas.spreadsheets import LONGEST_NOTE, MOST_PLACES
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
    "extension_days",
    "statement_days",
    "complaint_days",
    "barred_cycles",
    "fraud_barred_cycles",
)
MAX_BYTES = 2 * 1024 * 1024


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
            self.fields["year"].disabled = True
            self.fields["year"].help_text = "周期已启动，年度不能更改。"
            self.fields["reason"].help_text = "周期已启动，修改任何设置须写明理由，并记入修改记录。"

    @property
    def changes(self) -> dict[str, Any]:
        """The values for `services.change_settings`."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


@dataclass(frozen=True)
class Line:
    """One row of the editor: a city-level unit with what it has, and the two fields for it."""

    unit: Region
    present: int
    taken: int
    size: forms.BoundField
    note: forms.BoundField

    @property
    def free(self) -> int:
        return self.present - self.taken

    @property
    def difference(self) -> int:
        """What a number filled in for the officer, and not saved yet, would change."""
        return int(self.size.initial) - self.present


class QuotaForm(forms.Form):
    """One number for each city-level unit, a note beside it, one reason for the whole."""

    reason = forms.CharField(
        label="调整理由",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="周期启动后必填；记入变更记录，并告知有变化的市。",
    )

    def __init__(
        self,
        data: Any,
        *,
        units: Iterable[Region],
        sizes: Mapping[int, int],
        notes: Mapping[int, str] | None = None,
    ) -> None:
        super().__init__(data)
        self.units = list(units)
        for unit in self.units:
            self.fields[f"size_{unit.pk}"] = forms.IntegerField(
                label=f"{unit.name}名额",
                min_value=0,
                max_value=MOST_PLACES,
                initial=sizes.get(unit.pk, 0),
                error_messages={"required": "请填写名额，没有名额的填 0。"},
            )
            self.fields[f"note_{unit.pk}"] = forms.CharField(
                label=f"{unit.name}说明",
                required=False,
                max_length=LONGEST_NOTE,
                initial=(notes or {}).get(unit.pk, ""),
            )
            self.fields[f"seen_{unit.pk}"] = forms.IntegerField(
                required=False, widget=forms.HiddenInput
            )

    def lines(self, quotas: Mapping[int, Quota]) -> list[Line]:
        """The rows of the editor; `quotas` by unit, read `with_counts`."""
        return [self._line(unit, quotas.get(unit.pk)) for unit in self.units]

    def _line(self, unit: Region, quota: Quota | None) -> Line:
        size, note = self[f"size_{unit.pk}"], self[f"note_{unit.pk}"]
        return Line(unit, quota.size if quota else 0, quota.taken if quota else 0, size, note)

    @property
    def sizes(self) -> dict[Region, int]:
        return {unit: self.cleaned_data[f"size_{unit.pk}"] for unit in self.units}

    @property
    def notes(self) -> dict[Region, str]:
        return {unit: self.cleaned_data[f"note_{unit.pk}"] for unit in self.units}

    @property
    def seen(self) -> dict[Region, int]:
        """The numbers that the officer had before them."""
        found = {unit: self.cleaned_data[f"seen_{unit.pk}"] for unit in self.units}
        return {unit: size for unit, size in found.items() if size is not None}


class ProposalForm(forms.Form):
    """By what the places may be divided, for a proposal that is not saved yet."""

    total = forms.IntegerField(label="名额总数", min_value=1, max_value=MOST_PLACES)
    basis = forms.ChoiceField(label="分配依据", choices=Basis.choices)
    least = forms.IntegerField(
        label="每市至少",
        min_value=0,
        max_value=MOST_PLACES,
        required=False,
        help_text="不填按 0 计。",
    )

    def clean_least(self) -> int:
        return self.cleaned_data["least"] or 0


class QuotaUploadForm(forms.Form):
    """A table of quotas; what is wrong inside it is said by the reading."""

    file = forms.FileField(
        label="填好的表格（.xlsx）", error_messages={"empty": "文件是空的，请重新选择。"}
    )

    def clean_file(self) -> UploadedFile:
        upload: UploadedFile = self.cleaned_data["file"]
        if (upload.size or 0) > MAX_BYTES:
            raise forms.ValidationError(f"文件超过 {MAX_BYTES // 1024 // 1024} MB。")
        return upload


class TransferForm(forms.Form):
    """From which city to which, how many, and why."""

    source = forms.ModelChoiceField(label="调出", queryset=Quota.objects.none())
    target = forms.ModelChoiceField(label="调入", queryset=Region.objects.none())
    count = forms.IntegerField(label="名额数", min_value=1, max_value=MOST_PLACES)
    reason = forms.CharField(
        label="理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="记入双方的变更记录，并告知两市。",
        error_messages={"required": "请写明调剂理由。"},
    )

    def __init__(self, data: Any, *, cycle: Cycle) -> None:
        super().__init__(data)
        source, target = self.fields["source"], self.fields["target"]
        source.queryset = cycle.quotas.with_counts().with_places()  # type: ignore[attr-defined]
        source.label_from_instance = self._with_free  # type: ignore[attr-defined]
        target.queryset = Region.objects.city_units().within(cycle.province.path).order_by("code")  # type: ignore[attr-defined]

    @staticmethod
    def _with_free(quota: Quota) -> str:
        return f"{quota.region}（空闲 {quota.free} 个）"
