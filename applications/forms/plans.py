"""Plans of the automatic assignment."""

from __future__ import annotations

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.models import User
from applications import plans
from applications.models import PlannedSeat
from applications.services.planning import Options

TOGETHER, APART = "together", "apart"
LARGEST_SEED = 2**31 - 1


class PlanForm(forms.Form):
    """What a plan is worked out by."""

    panels = forms.ChoiceField(
        label="书面与实地",
        choices=[
            (TOGETHER, "由同一组专家承担书面和实地评审"),
            (APART, "书面、实地分别安排专家"),
        ],
        widget=forms.RadioSelect,
        initial=TOGETHER,
    )
    site_from = forms.DateField(
        label="实地评审自",
        required=False,
        help_text="填写后，只安排此期间有可参加日期的专家，每人每日一家。",
    )
    site_until = forms.DateField(label="实地评审至", required=False)
    seed = forms.IntegerField(
        label="随机种子",
        min_value=1,
        max_value=LARGEST_SEED,
        help_text="任务数相同的专家之间由它决定先后。种子和专家库相同，结果就相同，任何人都可以复算。",
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self) -> dict[str, Any] | None:
        first, last = self.cleaned_data.get("site_from"), self.cleaned_data.get("site_until")
        if bool(first) != bool(last) and not self.errors:
            raise ValidationError("实地评审的起止日期须同时填写。")
        if first and first < self.today:
            self.add_error("site_from", "实地评审不能早于今天。")
        elif first and last and last < first:
            self.add_error("site_until", "止日不能早于起日。")
        return self.cleaned_data

    @property
    def options(self) -> Options:
        chosen = self.cleaned_data
        return Options(chosen["panels"] == TOGETHER, chosen["site_from"], chosen["site_until"])


class PlanFilter(django_filters.FilterSet):
    """The filters of a plan's files; they stay in the address."""

    q = django_filters.CharFilter(label="机构、编号或专家", method="by_words")
    show = django_filters.ChoiceFilter(
        label="只看",
        choices=[(name, label) for name, (label, _) in plans.SHOWS.items()],
        method="by_show",
        empty_label="全部",
    )

    class Meta:
        model = PlannedSeat
        fields: tuple[str, ...] = ()

    def by_words(self, seats: Any, name: str, value: str) -> QuerySet[PlannedSeat]:
        return plans.about(seats, value)

    def by_show(self, seats: Any, name: str, value: str) -> QuerySet[PlannedSeat]:
        found: QuerySet[PlannedSeat] = seats.filter(plans.SHOWS[value][1])
        return found


class SeatForm(forms.Form):
    """Who is to sit on a planned seat; nobody leaves it empty."""

    expert = forms.ModelChoiceField(User.objects.none(), required=False)

    def __init__(self, *args: Any, pool: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expert"].queryset = pool  # type: ignore[attr-defined]


class DiscardForm(forms.Form):
    """Why a plan is given up."""

    reason = forms.CharField(
        label="放弃理由", max_length=500, error_messages={"required": "请写明放弃理由。"}
    )
