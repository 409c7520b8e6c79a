"""The record of a nursery as one page: the main form and the lines below it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Region, User
from files.services import MAX_BYTES
from nurseries import kinds, policies, rules, wording
from nurseries.models import Nursery
from nurseries.parts import ClassLine, FeeLine, Parts, StaffLine
from nurseries.services.registry import FIELDS, KEPT_BY_OFFICE, parts_of
from workflow import Problem, Refused

ASK_OFFICE = "如需变更，请联系县级卫生健康部门。"
BLANK_FEES = 3
MOST_FEES = 60
MISSING = "请填写此项。"


class RegionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.full_name)


class RecordForm(forms.ModelForm):
    """The fields of the record. What must agree between them is said beside the field."""

    region = RegionField(Region.objects.none(), label="所在县（市、区）", empty_label="请选择")
    filing_county = RegionField(
        Region.objects.none(), label="备案机关所在地", empty_label="未备案", required=False
    )
    services_offered = forms.MultipleChoiceField(
        label="服务类型",
        choices=kinds.Service.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    credit_code = forms.CharField(
        label="统一社会信用代码", max_length=30, help_text="18 位，与登记证照一致。"
    )
    phone = forms.CharField(
        label="联系电话", max_length=30, help_text="手机号，或带区号的固定电话，如 024-22345678。"
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Nursery
        fields = FIELDS

    def __init__(self, data: Any, *, nursery: Nursery | None, user: User, at: datetime) -> None:
        super().__init__(data, instance=nursery)
        self.on = timezone.localdate(at)
        counties = Region.objects.county_units().select_related("parent").order_by("code")
        self.fields["filing_county"].queryset = counties  # type: ignore[attr-defined]
        self.fields["region"].queryset = counties  # type: ignore[attr-defined]
        if nursery is not None:
            self.initial["seen_version"] = nursery.version
        if nursery is None or policies.may_keep(nursery, user):
            areas = policies.areas_kept_by(user)
            self.fields["region"].queryset = counties.within_any(areas)  # type: ignore[attr-defined]
        else:
            self._leave_to_office()

    def clean(self) -> dict[str, Any]:
        super().clean()
        values = rules.normal(self.cleaned_data)
        self.cleaned_data = values
        for fault in rules.faults(values, on=self.on):
            self.add_error(fault.field, fault.text)
        return self.cleaned_data

    def _leave_to_office(self) -> None:
        for name in KEPT_BY_OFFICE:
            self.fields[name].disabled = True
            self.fields[name].help_text = ASK_OFFICE


class ClassForm(forms.Form):
    kind = forms.ChoiceField(choices=kinds.ClassKind.choices, widget=forms.HiddenInput)
    class_count = forms.IntegerField(label="班级数", min_value=0, max_value=999, required=False)
    children = forms.IntegerField(label="在托人数", min_value=0, max_value=9999, required=False)

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if not self.errors and values["children"] and not values["class_count"]:
            self.add_error("class_count", rules.CHILDREN_NEED_CLASS)
        return values

    @property
    def heading(self) -> str:
        return str(kinds.ClassKind(self.initial["kind"]).label)

    @property
    def line(self) -> ClassLine:
        values = self.cleaned_data
        counts = values.get("class_count") or 0, values.get("children") or 0
        return ClassLine(values["kind"], *counts)


class StaffForm(forms.Form):
    post = forms.ChoiceField(choices=kinds.Post.choices, widget=forms.HiddenInput)
    headcount = forms.IntegerField(label="人数", min_value=0, max_value=9999, required=False)
    certified = forms.IntegerField(label="持证人数", min_value=0, max_value=9999, required=False)

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if not self.errors and (values["certified"] or 0) > (values["headcount"] or 0):
            self.add_error("certified", rules.CERTIFIED_WITHIN)
        return values

    @property
    def heading(self) -> str:
        return str(kinds.Post(self.initial["post"]).label)

    @property
    def line(self) -> StaffLine:
        values = self.cleaned_data
        counts = values.get("headcount") or 0, values.get("certified") or 0
        return StaffLine(values["post"], *counts)


class FeeForm(forms.Form):
    """One line; without item and amount it is no line."""

    item = forms.CharField(label="收费项目", max_length=40, required=False)
    amount = forms.DecimalField(
        label="金额（元）", min_value=Decimal(0), max_digits=9, decimal_places=2, required=False
    )
    unit = forms.ChoiceField(
        label="计费单位",
        choices=kinds.FeeUnit.choices,
        initial=kinds.FeeUnit.MONTH,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if values.get("item") and values.get("amount", 0) is None:
            self.add_error("amount", "请填写金额。")
        if not values.get("item", True) and values.get("amount") is not None:
            self.add_error("item", "请填写收费项目。")
        return values

    @property
    def line(self) -> FeeLine:
        """An untouched line has no values at all."""
        values = self.cleaned_data
        amount = values.get("amount") or Decimal(0)
        return FeeLine(values.get("item", ""), amount, values.get("unit") or kinds.FeeUnit.MONTH)


class FixedLines(forms.BaseFormSet):
    """One line per kind, no more and no fewer: what is sent beside is not looked at."""

    kind_field: str
    kinds: tuple[str, ...]

    def total_form_count(self) -> int:
        return len(self.kinds)

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return super().get_form_kwargs(index) | {"use_required_attribute": False}

    def clean(self) -> None:
        sent = [form.cleaned_data.get(self.kind_field) for form in self.forms]
        if not any(self.errors) and sent != list(self.kinds):
            raise ValidationError("页面内容不完整，请刷新后重新填写。")


class ClassLines(FixedLines):
    kind_field = "kind"
    kinds = tuple(kinds.ClassKind.values)


class StaffLines(FixedLines):
    kind_field = "post"
    kinds = tuple(kinds.Post.values)


class FeeLines(forms.BaseFormSet):
    def clean(self) -> None:
        seen: set[tuple[str, str]] = set()
        for form in self.forms:
            key = (form.cleaned_data.get("item", ""), form.cleaned_data.get("unit", ""))
            if key in seen and key[0]:
                form.add_error("item", "同一收费项目、同一计费单位只填一行。")
            seen.add(key)


def _lines_of(parts: Parts) -> dict[str, list[dict[str, Any]]]:
    """The lines as first values of the forms; every class kind and every post has its line."""
    classes = {line.kind: vars(line) for line in parts.classes}
    staff = {line.post: vars(line) for line in parts.staff}
    return {
        "classes": [classes.get(kind, {"kind": kind}) for kind in kinds.ClassKind.values],
        "staff": [staff.get(post, {"post": post}) for post in kinds.Post.values],
        "fees": [vars(line) for line in parts.fees],
    }


_CLASSES = forms.formset_factory(ClassForm, formset=ClassLines, extra=0)
_STAFF = forms.formset_factory(StaffForm, formset=StaffLines, extra=0)
_FEES = forms.formset_factory(FeeForm, formset=FeeLines, extra=BLANK_FEES, max_num=MOST_FEES)


class RecordPage:
    """Everything that one page of a record asks for, valid and refused as one."""

    def __init__(self, data: Any, *, nursery: Nursery | None, user: User, at: datetime) -> None:
        self.form = RecordForm(data, nursery=nursery, user=user, at=at)
        first = _lines_of(parts_of(nursery) if nursery else Parts())
        self.classes = _CLASSES(data, prefix="classes", initial=first["classes"])
        self.staff = _STAFF(data, prefix="staff", initial=first["staff"])
        self.fees = _FEES(data, prefix="fees", initial=first["fees"])

    @property
    def formsets(self) -> tuple[Any, ...]:
        return self.classes, self.staff, self.fees

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), *(formset.is_valid() for formset in self.formsets)])

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.form.cleaned_data[name] for name in FIELDS}

    @property
    def seen_version(self) -> int:
        """The version the page was opened with; a page that does not say has seen none."""
        return self.form.cleaned_data.get("seen_version") or 0

    @property
    def parts(self) -> Parts:
        return Parts(
            classes=tuple(form.line for form in self.classes),
            staff=tuple(form.line for form in self.staff),
            fees=tuple(form.line for form in self.fees),
        )

    def refuse(self, refused: Refused) -> None:
        """Put a refusal's sentences beside their fields."""
        for problem in refused.problems:
            self.form.add_error(problem.field if problem.field in FIELDS else None, problem.text)

    def show_conflict(self, current: Nursery) -> None:
        """Say what is registered now beside what was typed; saving again then overwrites it."""
        typed, typed_parts = self.values, self.parts.filled
        when = timezone.localtime(current.updated_at)
        self.form.add_error(
            None,
            f"您打开本页之后，登记已在 {when:%m-%d %H:%M} 被修改。您填写的内容都保留着："
            "请对照各项旁边的现有登记，更正后再次保存，即以您填写的为准。",
        )
        for name in FIELDS:
            value = getattr(current, name)
            if typed[name] != value:
                self.form.add_error(name, f"现登记为“{wording.shown(name, value)}”。")
        registered = parts_of(current)
        for name in wording.PARTS:
            if getattr(typed_parts, name) != getattr(registered, name):
                self.form.add_error(None, f"“{wording.PARTS[name]}”与现有登记不同，请核对。")
        resent = QueryDict(mutable=True)
        resent.update(self.form.data)
        resent["seen_version"] = str(current.version)
        self.form.data = resent

    @property
    def problems(self) -> list[Problem]:
        """All that is wrong on the page, each with the field that it leads to."""
        found = [Problem(str(text)) for text in self.form.non_field_errors()]
        found += _field_problems(self.form)
        for formset in self.formsets:
            found += [Problem(str(text)) for text in formset.non_form_errors()]
            for form in formset:
                found += _field_problems(form)
        return found


def _field_problems(form: forms.BaseForm) -> Iterable[Problem]:
    where = f"{form.heading} " if hasattr(form, "heading") else ""
    for bound in form:
        for error in bound.errors.as_data():
            texts = [MISSING] if error.code == "required" else error.messages
            for text in texts:
                yield Problem(f"{where}{bound.label}：{text}", url=f"#{bound.auto_id}")


class UploadForm(forms.Form):
    """A spreadsheet; what is wrong inside it is said by the importer."""

    file = forms.FileField(
        label="填好的表格（.xlsx）",
        error_messages={"empty": "文件是空的，请重新选择。"},
    )

    def clean_file(self) -> UploadedFile:
        upload: UploadedFile = self.cleaned_data["file"]
        if (upload.size or 0) > MAX_BYTES:
            raise ValidationError(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请分批上传。")
        return upload


class StaffAccountForm(forms.Form):
    """Who is to act for the nursery, and until when."""

    username = forms.CharField(label="登录名", max_length=150, help_text="账号由系统管理员开通。")
    until = forms.DateField(label="截止日期", required=False, widget=forms.DateInput)

    def clean_username(self) -> User:
        named = self.cleaned_data["username"].strip()
        user = User.objects.filter(username=named, is_active=True).first()
        if user is None:
            raise ValidationError("没有这个登录名，或该账号已停用，请与系统管理员核对。")
        return user
