from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import HttpRequest
from django.utils import timezone

from accounts import services
from accounts.models import Region, User
from accounts.roles import Role
from accounts.statuses import Level
from workflow import Refused

PHONE = RegexValidator(
    r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})$", "请填写 11 位手机号码，或带区号的固定电话。"
)


def show_refusal(form: forms.BaseForm, refused: Refused) -> None:
    """Put the sentences of a refusal beside the fields they speak of."""
    for problem in refused.problems:
        form.add_error(problem.field if problem.field in form.fields else None, problem.text)


class LoginForm(AuthenticationForm):
    """Sign in by name and password; the answer never says which of the two was wrong."""

    error_messages = {
        "invalid_login": "用户名或密码不正确。连续 5 次失败将锁定 30 分钟。",
        "inactive": "该账号已停用，请联系系统管理员。",
    }


class CodeInput(forms.TextInput):
    """Opens the digits of a phone's keyboard; never shows a code again, since it is good once."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


class CodeField(forms.CharField):
    """The digits of what was typed; spaces and hyphens between them do not matter."""

    widget = CodeInput(
        attrs={
            "class": "code-input",
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
            "autofocus": True,
        }
    )

    def to_python(self, value: Any) -> str:
        typed = unicodedata.normalize("NFKC", super().to_python(value) or "")
        return re.sub(r"[^0-9]", "", typed)


class EnrolForm(forms.Form):
    """The first code of an app, which shows that it holds the secret."""

    code = CodeField(label="验证码", max_length=20)


class CodeForm(forms.Form):
    """The second factor of one person. Using a code up and counting a failure is part of asking."""

    code = CodeField(label="验证码", max_length=20)

    def __init__(self, data: Any, *, user: User, request: HttpRequest) -> None:
        super().__init__(data)
        self.user = user
        self.request = request

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if until := services.slowed_until(self.user, code):
            moment = timezone.localtime(until)
            raise ValidationError(f"输入错误次数较多，请于 {moment:%H:%M:%S} 后再试。")
        if authenticate(self.request, username=self.user.username, token=code) is None:
            raise ValidationError("验证码不正确或已使用过。连续 5 次失败将锁定 30 分钟。")
        return code

    @property
    def is_recovery_code(self) -> bool:
        return services.is_recovery_code(self.cleaned_data["code"])


class PasswordForm(PasswordChangeForm):
    error_messages = {
        "password_mismatch": "两次输入的新密码不一致。",
        "password_incorrect": "原密码不正确，请重新输入。",
    }


class PersonForm(forms.ModelForm[User]):
    """What the system administrator keeps of a person."""

    class Meta:
        model = User
        fields: tuple[str, ...] = ("name", "phone", "employer")
        help_texts = {
            "phone": "用于账号核实，不对外公开。",
            "employer": "专家须填写，用于核对回避。",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].validators.append(PHONE)


class NewPersonForm(PersonForm):
    class Meta(PersonForm.Meta):
        fields: tuple[str, ...] = ("username", *PersonForm.Meta.fields)
        help_texts = PersonForm.Meta.help_texts | {
            "username": "登录用，建立后不能修改；可用字母、数字和 @ . + - _。"
        }
        error_messages = {"username": {"unique": "该用户名已被使用。"}}


class RegionChoice(forms.ModelChoiceField):
    def label_from_instance(self, region: Region) -> str:
        return region.full_name if region.level == Level.COUNTY else region.name


class AppointForm(forms.Form):
    """Where and how long somebody holds a role; only regions of the role's level are offered."""

    region = RegionChoice(Region.objects.none(), label="任职辖区", empty_label="请选择")
    starts = forms.DateField(
        label="任职起", required=False, widget=forms.DateInput(), help_text="不填即自今天起。"
    )
    until = forms.DateField(
        label="任职止", required=False, widget=forms.DateInput(), help_text="不填即长期。"
    )

    def __init__(self, data: Any, *, role: Role) -> None:
        super().__init__(data)
        region = self.fields["region"]
        region.queryset = Region.objects.for_role(role)  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why something is done to an account."""

    reason = forms.CharField(
        label="理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明理由。"},
    )


class ConfirmForm(forms.Form):
    """Asks for nothing but the yes."""
