from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms

from accounts.models import Region
from supervision.models import Campaign
from supervision.models.campaigns import CampaignQuerySet
from supervision.statuses import CampaignState, StratumKind

FIELDS = (
    "name",
    "year",
    "city",
    "awarded_year",
    "form",
    "size",
    "share",
    "strata",
    "ends_on",
)


class CampaignForm(forms.ModelForm):
    """What a campaign is to cover and how it is to be drawn; kept by the service."""

    strata = forms.MultipleChoiceField(
        label="分层依据",
        required=False,
        choices=StratumKind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="各层按其有效称号数占比分配抽取数量；不选则不分层。",
    )

    class Meta:
        model = Campaign
        fields = FIELDS
        widgets: ClassVar = {"ends_on": forms.DateInput}
        help_texts: ClassVar = {
            "size": "与抽取比例只填一项。",
            "share": "按有效称号数计算，不足一家的进位。",
            "awarded_year": "只抽查该年度评选授予的称号；不填则不限。",
        }

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        city: Any = self.fields["city"]
        city.queryset = Region.objects.city_units().order_by("code")
        city.empty_label = "全省"
        form: Any = self.fields["form"]
        form.choices = [("", "全部"), *form.choices[1:]]

    def clean_ends_on(self) -> Any:
        day = self.cleaned_data["ends_on"]
        if day < self.today:
            raise forms.ValidationError("完成期限不能早于今天。")
        return day

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, for the service."""
        return {name: self.cleaned_data[name] for name in FIELDS}


class SeedForm(forms.Form):
    seed = forms.CharField(
        label="随机种子",
        max_length=64,
        required=False,
        help_text="可录入公开产生的号码（如当日彩票开奖号码）；留空由系统随机生成。",
    )
    source = forms.CharField(
        label="种子来源", max_length=120, required=False, help_text="录入种子时写明出处。"
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("seed") and not cleaned.get("source"):
            self.add_error("source", "录入种子时须写明来源。")
        return cleaned


class CampaignFilter(forms.Form):
    q = forms.CharField(
        label="名称",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    year = forms.IntegerField(label="年度", required=False, min_value=2000, max_value=2100)
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *CampaignState.choices]
    )

    def narrow(self, found: CampaignQuerySet) -> CampaignQuerySet:
        """Those that fit what can be used of the form."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("q"):
            found = found.named(asked["q"])
        if asked.get("year"):
            found = found.of_year(asked["year"])
        if asked.get("state"):
            found = found.in_state(asked["state"])
        return found
