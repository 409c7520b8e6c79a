"""The desk of objections: its search, and what its handlers and the nursery write."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms

from accounts.models import User
from files import types
from files.fields import SeveralFilesField, SeveralFilesInput
from files.services import limits as file_limits
from publicity.statuses import ObjectionState

if TYPE_CHECKING:
    from publicity.models.objections import ObjectionQuerySet

MAX_FILES = 10
NOBODY = "none"
OVERDUE = "overdue"


class ObjectionSearch(forms.Form):
    """What the list shows; all of it stays in the address."""

    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *ObjectionState.choices]
    )
    due = forms.ChoiceField(
        label="期限", required=False, choices=[("", "全部"), (OVERDUE, "已逾期")]
    )
    assignee = forms.ChoiceField(label="承办人", required=False)

    def __init__(self, *args: Any, handlers: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(user.pk), user.name) for user in handlers]
        choices = [("", "全部"), (NOBODY, "未指定"), *people]
        self.fields["assignee"].choices = choices  # type: ignore[attr-defined]

    def narrow(self, found: ObjectionQuerySet, today: date) -> ObjectionQuerySet:
        """Those that are searched for; what makes no sense is left out of account."""
        self.is_valid()
        wanted = self.cleaned_data
        found = found.in_state(wanted.get("state", ""))
        if wanted.get("due"):
            found = found.overdue(today)
        if key := wanted.get("assignee"):
            found = found.assigned_to(None if key == NOBODY else int(key))
        return found


class AssignForm(forms.Form):
    """Who handles an objection; who had a part in the file is not among the choices."""

    assignee = forms.ModelChoiceField(
        User.objects.none(), label="承办人", empty_label="请选择", required=True
    )

    def __init__(self, *args: Any, handlers: Iterable[tuple[User, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["assignee"]
        free = [user.pk for user, part in handlers if not part]
        chosen.queryset = User.objects.filter(pk__in=free).order_by("name", "pk")
        chosen.label_from_instance = lambda user: user.name


def _files(help_text: str) -> SeveralFilesField:
    return SeveralFilesField(
        label="附件",
        required=False,
        most=MAX_FILES,
        help_text=f"{help_text}{file_limits()}最多 {MAX_FILES} 个。",
        widget=SeveralFilesInput(attrs={"accept": types.accept(types.EVIDENCE)}),
    )


class NoteForm(forms.Form):
    text = forms.CharField(
        label="核查情况",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="写明时间、方式、核查人员和发现的情况。保存后不能修改或删除。",
    )
    attachments = _files("可不传。")


class AskForm(forms.Form):
    question = forms.CharField(
        label="请机构说明的事项",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="机构将看到全文。不得写入异议人的姓名、联系方式，也不要写明只有异议人知道的细节。",
    )
    due_on = forms.DateField(label="答复期限")


class StatementForm(forms.Form):
    text = forms.CharField(
        label="情况说明",
        max_length=4000,
        min_length=5,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"min_length": "请写得具体一些。"},
    )
    attachments = _files("可附能够说明情况的材料。")
