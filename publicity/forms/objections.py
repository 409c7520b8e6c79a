"""What the public types about an entry, and how it is followed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from files import types
from files.fields import SeveralFilesField, SeveralFilesInput
from files.services import MAX_BYTES, TOO_LARGE
from files.services import limits as file_limits
from nurseries.validators import normal_phone, validate_phone
from publicity.fields import PuzzleField, TrapField
from publicity.statuses import ObjectionMatter, ObjectorKind

MAX_FILES = 5
CONFIDENTIAL = (
    "我以真实姓名或单位名称提出异议，并知悉：姓名和联系方式仅用于核查异议，严格保密，"
    "不向被异议机构及其所在市、县透露。"
)
LETTERS = types.PICTURES | {types.PDF}
is_email = EmailValidator()


class ObjectionForm(forms.Form):
    """An objection under real name, or of a unit under its seal."""

    kind = forms.ChoiceField(
        label="异议人",
        choices=ObjectorKind.choices,
        initial=ObjectorKind.PERSON,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label="姓名或单位名称",
        max_length=60,
        min_length=2,
        help_text="请填写真实姓名或单位全称；匿名的异议无法核查。",
        error_messages={"min_length": "请填写完整的姓名。"},
    )
    contact_person = forms.CharField(label="联系人（单位）", max_length=60, required=False)
    contact = forms.CharField(
        label="联系方式",
        max_length=60,
        help_text="本人或联系人的手机、固定电话或电子邮箱，用于核实情况。",
    )
    letter = forms.FileField(
        label="加盖公章的书面材料（单位）",
        required=False,
        help_text=f"单位提出异议须附。{file_limits(LETTERS)}",
        widget=forms.FileInput(attrs={"accept": types.accept(LETTERS)}),
    )
    matter = forms.ChoiceField(label="异议事项", choices=[("", "请选择"), *ObjectionMatter.choices])
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
    puzzle = PuzzleField()
    website = TrapField(act="提交异议")
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

    def clean_letter(self) -> Any:
        letter = self.cleaned_data["letter"]
        if letter and letter.size > MAX_BYTES:
            raise ValidationError(TOO_LARGE)
        return letter

    def clean(self) -> dict[str, Any]:
        """A unit names somebody to talk to and seals what it says; a person does neither."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("kind") != ObjectorKind.UNIT:
            return values | {"contact_person": "", "letter": None}
        if not values.get("contact_person"):
            self.add_error("contact_person", "单位提出异议的，请填写联系人。")
        if "letter" in values and not values["letter"]:
            self.add_error("letter", "单位提出异议的，请上传加盖公章的书面材料。")
        return values

    @property
    def taken(self) -> dict[str, Any]:
        """What the service takes, once the form is valid."""
        words = ("name", "contact", "contact_person", "matter", "content")
        values = self.cleaned_data
        return {
            **{word: values[word] for word in words},
            "letter": values["letter"],
            "uploads": values["evidence"],
        }
