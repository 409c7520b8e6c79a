from __future__ import annotations

from typing import Any

from django import forms

from documents.statuses import COPIES, SUMMARIES, Kind
from quotas.models import Cycle, Quota


class DocumentFilterForm(forms.Form):
    """What the list of papers is narrowed by; an unknown value narrows nothing."""

    q = forms.CharField(label="名称", required=False, max_length=100)
    kind = forms.ChoiceField(label="种类", required=False, choices=[("", "全部"), *Kind.choices])
    older = forms.BooleanField(label="含已失效的文书", required=False)

    def chosen(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "") if self.is_valid() else ""


class FormRequestForm(forms.Form):
    """A request for an application form."""

    application = forms.IntegerField(min_value=1)
    copies = forms.TypedChoiceField(choices=[(n, n) for n in COPIES], coerce=int)


class SummaryRequestForm(forms.Form):
    """A request for a summary table: of one quota's city, or without one of the province."""

    quota = forms.ModelChoiceField(Quota.objects.none(), required=False)
    kind = forms.TypedChoiceField(
        choices=[(kind.value, kind.label) for kind in SUMMARIES], coerce=Kind
    )

    def __init__(self, cycle: Cycle, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cycle = cycle
        quota: Any = self.fields["quota"]
        quota.queryset = cycle.quotas.select_related("region__parent")

    @property
    def subject(self) -> Quota | Cycle:
        return self.cleaned_data["quota"] or self.cycle
