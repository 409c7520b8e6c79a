"""What the office and the nursery write to each other about a title."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from files import types
from files.fields import SeveralFilesField, SeveralFilesInput
from files.services import limits
from nurseries.models import Nursery
from publicity.models import Title
from publicity.statuses import RevocationGround
from quotas.models import Cycle
from supervision.services.orders import SHORTEST, longest
from supervision.statuses import AT_ONCE

MAX_FILES = 10
PICTURES = {"accept": types.accept(types.EVIDENCE)}


def text_field(label: str, *, help_text: str = "", most: int = 2000) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, help_text=help_text, widget=forms.Textarea(attrs={"rows": 6})
    )


def files_field(label: str, *, required: bool = False) -> SeveralFilesField:
    return SeveralFilesField(
        label=label,
        required=required,
        most=MAX_FILES,
        help_text=f"{'' if required else '可不传。'}{limits()}最多 {MAX_FILES} 个。",
        widget=SeveralFilesInput(attrs=PICTURES),
    )


def day_field(label: str, **kwargs: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs
    )


class PromptForm(forms.Form):
    text = text_field("提醒内容", help_text="写明发现的情况和需要注意的事项。")
    due_on = day_field("答复期限", required=False, help_text="可不填；填写的，机构应在该日前答复。")
    uploads = files_field("附件")


class AnswerForm(forms.Form):
    text = text_field("答复内容", help_text="只能答复一次，请核对后提交。")
    uploads = files_field("附件")


class OrderForm(forms.Form):
    problem = text_field("存在的问题和整改要求")
    days = forms.IntegerField(label="整改期限（日）", min_value=1)
    limit_reason = forms.CharField(label="另定期限的理由", required=False, max_length=200)

    def __init__(self, *args: Any, title: Title, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = title.cycle.rectification_days
        self.fields["days"].initial = usual
        self.fields[
            "days"
        ].help_text = f"一般为 {usual} 日；{SHORTEST} 日至 {longest(title.cycle)} 日。"
        self.fields["limit_reason"].help_text = f"期限不是 {usual} 日的，必须填写。"


class ReportForm(forms.Form):
    text = text_field("整改情况", help_text="逐条写明采取的措施和结果。")
    uploads = files_field("整改佐证", required=True)


class AskExtensionForm(forms.Form):
    reason = text_field("申请延期的理由", help_text="整改期限只能申请延长一次。")


class ExtensionForm(forms.Form):
    """Days, or a reason why none."""

    granted = forms.TypedChoiceField(
        label="答复",
        choices=[("yes", "同意延期"), ("no", "不同意延期")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    days = forms.IntegerField(label="延长日数", required=False, min_value=1)
    reason = forms.CharField(
        label="理由",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="不同意的必须填写。",
    )

    def __init__(self, *args: Any, title: Title, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = title.cycle.extension_days
        self.fields["days"].help_text = f"同意的必须填写，至多 {most} 日。"

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("granted") and not values.get("days") and "days" not in self.errors:
            self.add_error("days", "请填写延长的日数。")
        return values


class RecheckForm(forms.Form):
    """The visit and its result; nobody need have gone where nothing was reported."""

    passed = forms.TypedChoiceField(
        label="复查结果",
        choices=[("yes", "整改合格"), ("no", "整改不合格，拟撤销称号")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    visited_on = day_field("复查日期", required=False)
    visitors = forms.CharField(label="复查人员", required=False, max_length=120)
    reason = text_field(
        "复查结论", help_text="逐条写明整改是否到位；不合格的，将作为拟撤销的事实告知机构。"
    )
    uploads = files_field("复查照片")

    def __init__(self, *args: Any, reported: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reported = reported
        if not reported:
            self.fields["visited_on"].help_text = "机构逾期未报告、未到现场的，可不填。"

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        went = values.get("visited_on") is not None
        if not went and "visited_on" not in self.errors and (self.reported or values.get("passed")):
            self.add_error("visited_on", "请填写复查日期。")
        if went and not values.get("visitors"):
            self.add_error("visitors", "请填写复查人员。")
        return values


class ProposalForm(forms.Form):
    ground = forms.ChoiceField(
        label="撤销原因", choices=[("", "请选择"), *RevocationGround.choices]
    )
    facts = text_field("查明的事实", help_text="将写入事先告知书，并告知机构。")
    basis = forms.CharField(label="依据", max_length=300)

    def __init__(self, *args: Any, title: Title, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["basis"].initial = title.cycle.basis


class RevokeForm(forms.Form):
    """At once: only for what is grave."""

    ground = forms.ChoiceField(
        label="撤销原因", choices=[("", "请选择"), *((g.value, g.label) for g in AT_ONCE)]
    )
    reason = text_field("查明的事实和撤销理由")

    def clean_ground(self) -> RevocationGround:
        return RevocationGround(self.cleaned_data["ground"])


class StatementForm(forms.Form):
    text = text_field("陈述、申辩", most=4000, help_text="只能提交一次，请核对后提交。")
    uploads = files_field("证明材料")


class BarForm(forms.Form):
    credit_code = forms.CharField(label="统一社会信用代码", max_length=18)
    cycle = forms.ModelChoiceField(
        label="自该周期起", queryset=Cycle.objects.none(), empty_label="请选择"
    )
    reason = text_field("查明的事实")

    nursery: Nursery

    def __init__(self, *args: Any, cycles: Any, nurseries: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.nurseries = nurseries
        self.fields["cycle"].queryset = cycles  # type: ignore[attr-defined]

    def clean_credit_code(self) -> str:
        typed: str = self.cleaned_data["credit_code"].strip().upper()
        found = self.nurseries.filter(credit_code=typed).first()
        if found is None:
            raise ValidationError("没有使用该代码的托育机构，请核对。")
        self.nursery = found
        return typed
