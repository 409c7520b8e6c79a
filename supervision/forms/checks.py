from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import User
from files import services as files
from files.fields import SeveralFilesField
from scoring.models import Indicator
from supervision.models import Campaign, SpotCheck
from supervision.models.checks import SpotCheckQuerySet
from supervision.models.findings import MAX_FINDING
from supervision.services.findings import MAX_PHOTOS, PHOTOS
from supervision.statuses import CheckResult, CheckState, Severity

OUTSIDE = "outside"


class CheckFilter(forms.Form):
    """The campaigns offered are those that the user may know of."""

    q = forms.CharField(
        label="机构名称",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    campaign = forms.ChoiceField(label="抽查", required=False)
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *CheckState.choices]
    )
    result = forms.ChoiceField(
        label="结果", required=False, choices=[("", "全部"), *CheckResult.choices]
    )

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data)
        known = Campaign.objects.visible_to(user).order_by("-pk")
        choices = [(str(pk), name) for pk, name in known.values_list("pk", "name")]
        field: Any = self.fields["campaign"]
        field.choices = [("", "全部"), (OUTSIDE, "专项检查"), *choices]

    def narrow(self, found: SpotCheckQuerySet) -> SpotCheckQuerySet:
        """Those that fit what can be used of the form."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("q"):
            found = found.matching(asked["q"])
        if asked.get("campaign") == OUTSIDE:
            found = found.outside_campaigns()
        elif asked.get("campaign"):
            found = found.in_campaign(int(asked["campaign"]))
        if asked.get("state"):
            found = found.in_state(asked["state"])
        if asked.get("result"):
            found = found.with_result(asked["result"])
        return found


class ReasonForm(forms.Form):
    """Why a nursery is to be visited outside any campaign."""

    reason = forms.CharField(
        label="检查事由", max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )


class PersonSearch(forms.Form):
    q = forms.CharField(
        label="姓名或单位",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    @property
    def words(self) -> str:
        self.is_valid()
        return str(self.cleaned_data.get("q", ""))


class PersonForm(forms.Form):
    """One person of those who can be sent, or are."""

    person: Any = forms.ModelChoiceField(
        User.objects.none(),
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": "该人员不能指派，请重新选择。"},
    )
    leads = forms.BooleanField(required=False)

    def __init__(self, data: Any, people: Any) -> None:
        super().__init__(data)
        field: Any = self.fields["person"]
        field.queryset = people


class ReleaseForm(PersonForm):
    reason = forms.CharField(label="理由", max_length=500)


class OutcomeForm(forms.Form):
    visited_on = forms.DateField(label="检查日期", widget=forms.DateInput)
    result = forms.ChoiceField(
        label="检查结果", choices=CheckResult.choices, widget=forms.RadioSelect
    )
    conclusion = forms.CharField(
        label="检查结论", max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )


class FindingForm(forms.Form):
    indicator: Any = forms.ModelChoiceField(
        Indicator.objects.none(),
        label="对应指标",
        required=False,
        empty_label="不对应具体指标",
    )
    severity = forms.ChoiceField(
        label="程度", choices=Severity.choices, widget=forms.RadioSelect, initial=Severity.MINOR
    )
    text = forms.CharField(
        label="问题", max_length=MAX_FINDING, widget=forms.Textarea(attrs={"rows": 4})
    )
    photos = SeveralFilesField(
        label="照片",
        required=False,
        most=MAX_PHOTOS,
        help_text=files.limits(PHOTOS),
    )

    def __init__(self, data: Any, uploads: Any, *, check: SpotCheck, **kwargs: Any) -> None:
        super().__init__(data, uploads, **kwargs)
        field: Any = self.fields["indicator"]
        field.queryset = Indicator.objects.of_version(check.sheet.version_id)  # type: ignore[union-attr]  # under way: it has a sheet
        field.label_from_instance = lambda each: f"{each.code} {each.title}"

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("indicator", "severity", "text")}
