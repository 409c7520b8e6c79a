"""What people arrange for themselves at a desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from accounts.models import User
from applications import desk
from applications.models import SavedFilter
from applications.models.desks import MAX_QUERY


class SavedFilterForm(forms.ModelForm):
    """A filter under a name; `query` is the address of the desk that it stands for.

    Left away it stays as it was. Only what a desk understands is kept of it.
    """

    query = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = SavedFilter
        fields = ("name", "is_default")
        help_texts = {"name": "如“待初审的普惠机构”，最多 20 个字。"}

    def clean_query(self) -> str:
        typed: str = self.cleaned_data["query"]
        if not typed:
            return self.instance.query or desk.address_of(QueryDict(), desk.WAITING)
        asked = QueryDict(typed)
        tab = asked.get("tab", "")
        query = desk.address_of(asked, tab if desk.is_tab(tab) else desk.WAITING)
        if len(query) > MAX_QUERY:
            # The field itself is hidden: the sentence stands beside the name.
            self.add_error("name", "筛选条件过长，不能保存，请缩短查找文字。")
        return query

    def changed(self) -> SavedFilter:
        """The filter as it is to be kept; ask when the form is valid."""
        own: SavedFilter = self.instance
        own.query = self.cleaned_data["query"]
        return own


class HandOverForm(forms.Form):
    """Whom of the body a file is handed over to."""

    to = forms.ModelChoiceField(
        User.objects.none(),
        label="转交给",
        empty_label="请选择",
        error_messages={
            "required": "请选择接手的工作人员。",
            "invalid_choice": "只能转交给本单位的工作人员。",
        },
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]
