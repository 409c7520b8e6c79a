"""What a citizen types to complain about a nursery, and how it is followed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from files import types
from files.fields import SeveralFilesField, SeveralFilesInput
from files.services import limits
from nurseries.validators import normal_phone, validate_phone
from publicity.fields import PuzzleField, TrapField
from publicity.models import Title
from supervision.models.complaints import ComplaintQuerySet
from supervision.statuses import ComplaintState

MAX_FILES = 5
CONFIDENTIAL = (
    "举报可以匿名。姓名、联系方式和举报材料仅用于核查，严格保密，不向被举报机构及其所在市、县透露；"
    "未留联系方式的，凭回执号和查询码查询办理结果。"
)
NUMBER_INPUT = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
is_email = EmailValidator()


class ComplaintForm(forms.Form):
    number = forms.CharField(
        label="证书编号",
        max_length=30,
        help_text="被举报机构的证书编号，见示范名单中该机构的页面。",
        widget=forms.TextInput(attrs=NUMBER_INPUT),
    )
    content = forms.CharField(
        label="举报内容",
        max_length=4000,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="请写明事实，包括时间、地点和经过；不要写婴幼儿的姓名。",
        error_messages={"min_length": "请写得具体一些，至少 10 个字。"},
    )
    evidence = SeveralFilesField(
        label="证明材料",
        required=False,
        most=MAX_FILES,
        help_text=f"可不传。{limits()}最多 {MAX_FILES} 个。",
        widget=SeveralFilesInput(attrs={"accept": types.accept(types.EVIDENCE)}),
    )
    name = forms.CharField(label="姓名", max_length=60, required=False, help_text="可不填。")
    contact = forms.CharField(
        label="联系方式",
        max_length=60,
        required=False,
        help_text="可不填；手机、固定电话或电子邮箱，仅用于核实情况。",
    )
    puzzle = PuzzleField()
    website = TrapField(act="提交举报")

    title: Title

    def clean_number(self) -> str:
        typed: str = self.cleaned_data["number"].strip().upper()
        found = Title.objects.for_list().filter(number=typed).first()
        if found is None:
            raise ValidationError("没有这个证书编号，请核对。")
        self.title = found
        return typed

    def clean_contact(self) -> str:
        typed: str = self.cleaned_data["contact"].strip()
        if not typed:
            return ""
        try:
            if "@" in typed:
                is_email(typed)
                return typed
            validate_phone(typed)
        except ValidationError as fault:
            raise ValidationError("请填写手机号、带区号的固定电话或电子邮箱，或者不填。") from fault
        return normal_phone(typed)

    @property
    def taken(self) -> dict[str, Any]:
        """What the service takes, once the form is valid."""
        values = self.cleaned_data
        return {
            **{word: values[word] for word in ("content", "name", "contact")},
            "uploads": values["evidence"],
        }


class ComplaintSearch(forms.Form):
    q = forms.CharField(
        label="机构名称或回执号",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *ComplaintState.choices]
    )
    due = forms.ChoiceField(
        label="期限", required=False, choices=[("", "全部"), ("late", "已逾期")]
    )

    def narrow(self, rows: ComplaintQuerySet, today: date) -> ComplaintQuerySet:
        """Those asked for; what cannot be used is said and not used."""
        self.is_valid()
        wanted = self.cleaned_data
        rows = rows.matching(wanted.get("q", "")).in_state(wanted.get("state", ""))
        return rows.late_on(today) if wanted.get("due") else rows
