"""The pool of experts: finding somebody, profiles, days, ties."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.models import Region, User
from applications import pool
from applications.forms.filters import AreaField
from applications.models import Availability, ExpertProfile
from applications.statuses import ExpertField
from nurseries.models import Nursery

LONGEST_SPAN = 366
NAMED_AT_MOST = 5
BLANK = "none"


class PoolFilter(django_filters.FilterSet):
    """The filters of the pool; they stay in the address."""

    q = django_filters.CharFilter(label="姓名或工作单位", method="by_words")
    field = django_filters.ChoiceFilter(
        label="专业领域",
        choices=[*ExpertField.choices, (BLANK, "资料未填写")],
        method="by_field",
        empty_label="全部领域",
    )
    region = django_filters.ModelChoiceFilter(
        label="工作所在市",
        queryset=Region.objects.city_units(),
        method="by_region",
        empty_label="全省",
    )
    room = django_filters.ChoiceFilter(
        label="任务", choices=[("free", "未满上限")], method="by_room", empty_label="全部"
    )
    first = django_filters.DateFilter(label="可参加日期自", method="kept")
    last = django_filters.DateFilter(label="至", method="kept")

    class Meta:
        model = User
        fields: tuple[str, ...] = ()

    def by_words(self, people: Any, name: str, value: str) -> QuerySet[User]:
        found: QuerySet[User] = people.named(value)
        return found

    def by_field(self, people: Any, name: str, value: str) -> QuerySet[User]:
        return pool.of_field(people, "" if value == BLANK else value)

    def by_region(self, people: Any, name: str, value: Region) -> QuerySet[User]:
        return pool.working_in(people, value)

    def by_room(self, people: Any, name: str, value: str) -> QuerySet[User]:
        return pool.with_room(people)

    def kept(self, people: Any, name: str, value: Any) -> QuerySet[User]:
        """The two days make one question, which `filter_queryset` asks."""
        kept: QuerySet[User] = people
        return kept

    def filter_queryset(self, queryset: Any) -> QuerySet[User]:
        found = super().filter_queryset(queryset)
        asked = self.form.cleaned_data
        days = [day for day in (asked.get("first"), asked.get("last")) if day]
        return pool.available_between(found, days[0], days[-1]) if days else found


class ProfileForm(forms.ModelForm):
    """What the province keeps of an expert."""

    region = AreaField(
        Region.objects.none(),
        label="工作所在地",
        empty_label="请选择",
        help_text="与机构同属一市的，应当回避；在省直单位工作的，选择省。",
    )

    class Meta:
        model = ExpertProfile
        fields = ("field", "region", "title", "max_load")
        help_texts = {
            "field": "评审时尽量由不同领域的专家组成一组。",
            "max_load": "未完成的评审任务达到此数后，不再自动分配；手工分配不受限制。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "region" in self.fields:
            self.fields["region"].queryset = Region.objects.order_by("path")  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """The service writes the row; the form only reads what was sent."""


class OwnProfileForm(ProfileForm):
    """What an expert says of oneself."""

    region = None  # type: ignore[assignment]

    class Meta(ProfileForm.Meta):
        fields = ("field", "title")  # type: ignore[assignment]


class DaysForm(forms.ModelForm):
    """Days on which an expert can take part."""

    class Meta:
        model = Availability
        fields = ("starts", "until")
        help_texts = {"until": "含当日。"}

    def clean(self) -> dict[str, Any] | None:
        starts, until = self.cleaned_data.get("starts"), self.cleaned_data.get("until")
        if starts and until and until < starts:
            self.add_error("until", "止日不能早于起日。")
        elif starts and until and (until - starts).days >= LONGEST_SPAN:
            self.add_error("until", "一次最多填写一年。")
        return self.cleaned_data

    def _post_clean(self) -> None:
        """The service writes the row."""


class TieForm(forms.Form):
    """A conflict of interest with a nursery, found by its name."""

    nursery = forms.CharField(
        label="托育机构",
        min_length=2,
        max_length=80,
        help_text="填写机构名称或统一社会信用代码；名称可只写一部分。",
        error_messages={"min_length": "请至少填写两个字。"},
    )
    what = forms.CharField(
        label="利害关系",
        max_length=200,
        help_text="例如：近亲属任该机构负责人；近三年为其提供有偿咨询。",
    )

    def clean_nursery(self) -> Nursery:
        typed = self.cleaned_data["nursery"].strip()
        found = list(Nursery.objects.called(typed)[: NAMED_AT_MOST + 1])
        if not found:
            raise ValidationError("没有找到该机构，请核对名称。")
        if len(found) > 1:
            names = "、".join(nursery.name for nursery in found[:NAMED_AT_MOST])
            more = "等" if len(found) > NAMED_AT_MOST else ""
            raise ValidationError(f"有多家机构符合：{names}{more}。请填写全称。")
        return found[0]


class TieReasonForm(forms.Form):
    """Why a declared tie is taken back."""

    reason = forms.CharField(
        label="撤销理由", max_length=500, error_messages={"required": "请写明撤销理由。"}
    )
