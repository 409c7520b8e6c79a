"""What the public types about an entry, and the search of the objections' desk."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from files import types
from files.fields import SeveralFilesField, SeveralFilesInput
from files.services import limits as file_limits
from nurseries.validators import normal_phone, validate_phone
from publicity.statuses import ObjectionState

MAX_FILES = 5
CONFIDENTIAL = (
    "我以真实姓名或单位名称提出异议，并知悉：姓名和联系方式仅用于核查异议，严格保密，"
    "不向被异议机构及其所在市、县透露。"
)
is_email = EmailValidator()
NUMBER_INPUT = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}


class ObjectionForm(forms.Form):
    """An objection under real name. `website` is a trap for programs; people never see it."""

    name = forms.CharField(
        label="姓名或单位名称",
        max_length=60,
        min_length=2,
        help_text="请填写真实姓名或单位全称；匿名的异议无法核查。",
        error_messages={"min_length": "请填写完整的姓名。"},
    )
    contact = forms.CharField(
        label="联系方式",
        max_length=60,
        help_text="手机、固定电话或电子邮箱，用于核实情况。",
    )
    content = forms.CharField(
        label="异议内容",
        max_length=4000,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="请写明事实和理由，包括时间、地点和经过。",
        error_messages={"min_length": "请写得具体一些，至少 10 个字。"},
    )
    evidence = SeveralFilesField(
        label="证明材料",
        required=False,
        most=MAX_FILES,
        help_text=f"可不传。{file_limits()}最多 {MAX_FILES} 个。",
        widget=SeveralFilesInput(attrs={"accept": types.accept(types.EVIDENCE)}),
    )
    consent = forms.BooleanField(label="知悉并同意")
    website = forms.CharField(required=False, max_length=200)
    consent_words = CONFIDENTIAL

    def clean_contact(self) -> str:
        typed: str = self.cleaned_data["contact"].strip()
        if "@" in typed:
            try:
                is_email(typed)
            except ValidationError as fault:
                raise ValidationError("电子邮箱格式不对，例如 name@example.com。") from fault
            return typed
        try:
            validate_phone(typed)
        except ValidationError as fault:
            raise ValidationError("请填写手机号、带区号的固定电话或电子邮箱。") from fault
        return normal_phone(typed)

    def clean_website(self) -> str:
        """A browser may fill it by itself, so a person is told and loses nothing."""
        if self.cleaned_data["website"]:
            raise ValidationError("提交未通过自动检查，请再次点击“提交异议”。")
        return ""


class ReceiptForm(forms.Form):
    receipt = forms.CharField(
        label="回执号",
        max_length=20,
        help_text="提交异议时得到的 10 位号码，不分大小写。",
        widget=forms.TextInput(attrs=NUMBER_INPUT),
    )


class ObjectionSearch(forms.Form):
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *ObjectionState.choices]
    )

    @property
    def chosen(self) -> str:
        self.is_valid()
        return str(self.cleaned_data.get("state", ""))
