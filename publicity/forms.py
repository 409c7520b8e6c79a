"""What people type: objections, searches, notices, days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from accounts.models import Region
from accounts.statuses import Level
from applications.models import Application
from files import types
from files.services import MAX_BYTES
from files.services import limits as file_limits
from nurseries.validators import normal_phone, validate_phone
from publicity.models import Notice
from publicity.models.days import FIRST_YEAR, SOURCE_HELP
from publicity.statuses import ObjectionState, TitleState
from quotas.models import Cycle

MAX_FILES = 5
MAX_NAMED = 60
CONFIDENTIAL = (
    "我以真实姓名或单位名称提出异议，并知悉：姓名和联系方式仅用于核查异议，严格保密，"
    "不向被异议机构及其所在市、县透露。"
)
is_email = EmailValidator()


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Up to `most` files; what they hold is judged where they are kept."""

    widget = SeveralFilesInput

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if len(given) > self.most:
            raise ValidationError(f"最多上传 {self.most} 个文件，现为 {len(given)} 个。")
        found = [super(SeveralFilesField, self).clean(each, initial) for each in given]
        for each in found:
            if each.size > MAX_BYTES:
                raise ValidationError(
                    f"“{each.name}”超过 {MAX_BYTES // 1024 // 1024} MB，请压缩或拆分后再上传。"
                )
        return found


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


NUMBER_INPUT = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}


class ReceiptForm(forms.Form):
    receipt = forms.CharField(
        label="回执号",
        max_length=20,
        help_text="提交异议时得到的 10 位号码，不分大小写。",
        widget=forms.TextInput(attrs=NUMBER_INPUT),
    )


class RegisterSearch(forms.Form):
    """The register's search; every field may be left open."""

    q = forms.CharField(
        label="机构名称",
        required=False,
        max_length=MAX_NAMED,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    area = forms.ChoiceField(label="地区", required=False)
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *TitleState.choices]
    )
    year = forms.TypedChoiceField(label="评选年度", required=False, coerce=int, empty_value=None)

    def __init__(
        self, *args: Any, areas: Iterable[Region], years: Iterable[int], **kw: Any
    ) -> None:
        super().__init__(*args, **kw)
        self.areas = {region.code: region for region in areas}
        self.fields["area"].choices = [("", "全部地区"), *_by_city(self.areas.values())]  # type: ignore[attr-defined]
        self.fields["year"].choices = [("", "全部年度"), *((y, f"{y}年") for y in years)]  # type: ignore[attr-defined]

    @property
    def wanted(self) -> dict[str, Any]:
        """What is asked for in values that are right; a wrong one is said and not used."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def _by_city(regions: Iterable[Region]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The areas as choices, the counties under their city."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for region in regions:
        if region.level != Level.PROVINCE:
            label = f"{region.name}（全市）" if region.level == Level.CITY else region.full_name
            groups.setdefault(region.city_unit.name, []).append((region.code, label))
    return list(groups.items())


class CycleForm(forms.Form):
    """Which cycle a list shows."""

    cycle = forms.ModelChoiceField(
        Cycle.objects.none(), label="评选周期", required=False, empty_label="全部周期"
    )

    def __init__(self, *args: Any, cycles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cycle"].queryset = cycles  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Cycle | None:
        self.is_valid()
        return self.cleaned_data.get("cycle")


class PreviewForm(forms.Form):
    """For which cycle, and from which day, the window is shown beforehand."""

    cycle = forms.ModelChoiceField(Cycle.objects.none(), label="评选周期", empty_label=None)
    on = forms.DateField(label="拟发布日期", required=False)

    def __init__(self, *args: Any, cycles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cycle"].queryset = cycles  # type: ignore[attr-defined]


class NoticeForm(forms.ModelForm[Notice]):
    """The words of a notice."""

    class Meta:
        model = Notice
        fields = ("number", "title", "body", "contact")
        widgets = {"body": forms.Textarea(attrs={"rows": 12})}
        help_texts = {
            "number": "可在发布前补填。",
            "body": "名单、公示起止日期由系统附在正文之后。",
        }


class EntriesForm(forms.Form):
    """Which of the passed nurseries are on the notice."""

    applications = forms.ModelMultipleChoiceField(
        Application.objects.none(), label="列入公示的机构", required=False
    )

    def __init__(self, *args: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["applications"].queryset = choices  # type: ignore[attr-defined]
        self.choices: Sequence[Application] = choices


class DecisionForm(forms.Form):
    """The numbered decision by which titles are awarded."""

    decision_number = forms.CharField(
        label="授予决定文号",
        max_length=60,
        help_text="印发授予决定的文号，将记入称号名册和证书。",
    )


class ObjectionSearch(forms.Form):
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *ObjectionState.choices]
    )

    @property
    def chosen(self) -> str:
        self.is_valid()
        return str(self.cleaned_data.get("state", ""))


class DaysForm(forms.Form):
    """A run of days that count or do not, by a named notice."""

    first = forms.DateField(label="首日")
    last = forms.DateField(label="末日", required=False, help_text="只有一天时可不填。")
    working = forms.TypedChoiceField(
        label="安排",
        choices=[("off", "放假"), ("on", "上班（调休）")],
        coerce=lambda value: value == "on",
    )
    source = forms.CharField(
        label="依据",
        max_length=120,
        help_text=SOURCE_HELP,
    )

    def clean_first(self) -> Any:
        if self.cleaned_data["first"].year < FIRST_YEAR:
            raise ValidationError(f"日期不能早于 {FIRST_YEAR} 年。")
        return self.cleaned_data["first"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        values["last"] = values.get("last") or values.get("first")
        return values


class PlanForm(forms.Form):
    """The word that a year is entered completely."""

    source = forms.CharField(
        label="依据",
        max_length=120,
        help_text=SOURCE_HELP,
    )
