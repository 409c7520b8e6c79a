from __future__ import annotations

from typing import Any

from django import forms

from documents.papers.patterns import PATTERNS
from documents.papers.texts import cleaned
from documents.services import Version
from documents.statuses import COPIES, SENT_BY_CITY, Kind, TextKind
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


class CityRequestForm(forms.Form):
    """A request for what a city sends: that of one quota's city, or without one the province's."""

    quota = forms.ModelChoiceField(Quota.objects.none(), required=False)
    kind = forms.TypedChoiceField(
        choices=[(kind.value, kind.label) for kind in SENT_BY_CITY], coerce=Kind
    )

    def __init__(self, cycle: Cycle, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cycle = cycle
        quota: Any = self.fields["quota"]
        quota.queryset = cycle.quotas.select_related("region__parent")

    @property
    def subject(self) -> Quota | Cycle:
        return self.cleaned_data["quota"] or self.cycle


class PaperTextForm(forms.Form):
    """The texts of one kind of paper; `seen` is the version that they were read from."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, kind: TextKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pattern = PATTERNS[kind]
        for field in self.pattern.fields:
            self.fields[field.name] = forms.CharField(
                label=field.label,
                required=False,
                help_text=field.help,
                widget=_box(field.rows),
            )

    @classmethod
    def of(cls, kind: TextKind, shown: Version, seen: int) -> PaperTextForm:
        """With the texts of a version, to be saved after version `seen`."""
        return cls(kind, initial={**shown.texts, "seen": seen})

    @property
    def placeholders(self) -> list[tuple[str, str]]:
        """Each with what stands for it in the preview."""
        return [(f"{{{name}}}", example) for name, example in self.pattern.examples.items()]

    @property
    def texts(self) -> dict[str, str]:
        return {field.name: self.cleaned_data[field.name] for field in self.pattern.fields}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for field in self.pattern.fields:
            given[field.name] = cleaned(given.get(field.name, ""))
            for sentence in self.pattern.faults(field, given[field.name]):
                self.add_error(field.name, sentence)
        return given


def _box(rows: int) -> forms.Widget:
    return forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput()
