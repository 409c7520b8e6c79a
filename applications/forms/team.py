"""The members of a commission's review team, a line each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from applications.models import TeamMember

MOST_MEMBERS = 20
BLANK_LINES = 3
COLUMNS = ("name", "employer", "position", "leads")


class MemberForm(forms.Form):
    """One member; a line that is left or made blank is nobody."""

    name = forms.CharField(label="姓名", max_length=40, required=False)
    employer = forms.CharField(label="工作单位", max_length=80, required=False)
    position = forms.CharField(label="职务或职称", max_length=40, required=False)
    leads = forms.BooleanField(label="组长", required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for name in ("name", "employer"):
            if any(values.values()) and not values.get(name) and name not in self.errors:
                self.add_error(name, f"请填写{self.fields[name].label}。")
        return values

    @property
    def member(self) -> TeamMember | None:
        return TeamMember(**self.cleaned_data) if any(self.cleaned_data.values()) else None


class TeamLines(forms.BaseFormSet):
    """The lines of a team, blank ones behind."""

    @property
    def members(self) -> list[TeamMember]:
        """Whoever is named, in the order of the lines; ask when the lines are valid."""
        return [member for form in self.forms if (member := form.member)]


_LINES = forms.formset_factory(
    MemberForm, formset=TeamLines, extra=BLANK_LINES, max_num=MOST_MEMBERS, validate_max=True
)


def team_lines(team: Iterable[TeamMember], data: QueryDict | None = None) -> TeamLines:
    """The team as it is, or as it is typed in `data`; "more" in it asks for further lines."""
    present = [{name: getattr(member, name) for name in COLUMNS} for member in team]
    if data is not None and "more" in data:
        data = _lengthened(data)
    return _LINES(data, initial=present)  # type: ignore[return-value]  # made of TeamLines


def _lengthened(data: QueryDict) -> QueryDict:
    typed = data.get("form-TOTAL_FORMS", "")
    total = int(typed) if typed.isdecimal() else 0
    longer = data.copy()
    longer["form-TOTAL_FORMS"] = str(min(total + BLANK_LINES, MOST_MEMBERS))
    return longer
