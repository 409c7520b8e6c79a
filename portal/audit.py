"""Filters of the event log."""

from __future__ import annotations

from typing import Any

import django_filters
from django.apps import apps
from django.db.models import QuerySet
from django.forms import DateInput

from workflow.models import Event


def _subject_types() -> list[tuple[str, str]]:
    seen = Event.objects.order_by("subject_type").values_list("subject_type", flat=True).distinct()
    return [(label, str(apps.get_model(label)._meta.verbose_name)) for label in seen]


class EventFilter(django_filters.FilterSet):
    """By day, person, kind of subject and area; all of it stays in the address."""

    since = django_filters.DateFilter(
        field_name="at",
        lookup_expr="date__gte",
        label="起",
        widget=DateInput(attrs={"type": "date"}),
    )
    until = django_filters.DateFilter(
        field_name="at",
        lookup_expr="date__lte",
        label="止",
        widget=DateInput(attrs={"type": "date"}),
    )
    person = django_filters.CharFilter(method="by_person", label="姓名或用户名")
    subject = django_filters.ChoiceFilter(
        field_name="subject_type", choices=_subject_types, label="对象", empty_label="全部"
    )
    number = django_filters.NumberFilter(field_name="subject_id", label="对象编号")

    class Meta:
        model = Event
        fields: tuple[str, ...] = ()

    def by_person(self, queryset: QuerySet[Event], name: str, value: str) -> Any:
        people = apps.get_model("accounts.user").objects.named(value)
        return queryset.filter(actor__in=people)
