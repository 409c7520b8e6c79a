from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import Region
from documents.models import HeldByBody
from documents.papers.patterns import PATTERNS
from documents.papers.texts import cleaned
from documents.services import Version
from documents.statuses import COPIES, SENT_BY_CITY, Kind, TextKind
from files import types
from files.services import MAX_BYTES
from quotas.models import Cycle, Quota

CHECKED = frozenset({types.PDF, types.XLSX})
LARGEST = f"不超过 {MAX_BYTES // 1024 // 1024} MB"


class CodeForm(forms.Form):
    """The code of a paper, as it is typed in."""

    code = forms.CharField(
        label="查验码",
        max_length=40,
        help_text="文书或证书上的 12 位查验码，不分大小写，空格可以省略。",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        ),
    )


class CheckedFileForm(forms.Form):
    """A file to be compared with what the portal has issued; it is not kept."""

    file = forms.FileField(
        label="电子文件",
        help_text=f"可选择 PDF 或 Excel 文件，{LARGEST}；仅用于比对，不保存。",
        widget=forms.ClearableFileInput(attrs={"accept": types.accept(CHECKED)}),
    )

    def clean_file(self) -> Any:
        chosen = self.cleaned_data["file"]
        if chosen.size > MAX_BYTES:
            raise forms.ValidationError(f"文件过大，{LARGEST}。")
        kind = types.sniff(chosen.read(MAX_BYTES))
        chosen.seek(0)
        if kind not in CHECKED:
            raise forms.ValidationError("不是 PDF 或 Excel 文件。纸质文书请按查验码查验。")
        return chosen


class ArchiveSearch(forms.Form):
    """What the list of archives is narrowed by; an unknown value narrows nothing."""

    q = forms.CharField(
        label="名称、地区或编号",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    area = forms.ChoiceField(label="辖区", required=False)

    def __init__(self, *args: Any, areas: Iterable[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.areas = {region.code: region for region in areas}
        choices = [(code, region.full_name) for code, region in self.areas.items()]
        self.fields["area"].choices = [("", "全部"), *choices]  # type: ignore[attr-defined]

    @property
    def words(self) -> str:
        self.is_valid()
        return str(self.cleaned_data.get("q", ""))

    @property
    def path(self) -> str:
        """That of the chosen area; empty for all."""
        self.is_valid()
        region = self.areas.get(self.cleaned_data.get("area", ""))
        return region.path if region else ""


class DocumentFilterForm(forms.Form):
    """What the list of papers is narrowed by; an unknown value narrows nothing."""

    q = forms.CharField(label="名称", required=False, max_length=100)
    kind = forms.ChoiceField(label="种类", required=False, choices=[("", "全部"), *Kind.choices])
    older = forms.BooleanField(label="含已失效的文书", required=False)

    def chosen(self, name: str) -> str:
        return str(self.cleaned_data.get(name) or "") if self.is_valid() else ""


class FormRequestForm(forms.Form):
    """A request for an application form."""

    application = forms.IntegerField(min_value=1)
    copies = forms.TypedChoiceField(choices=[(n, n) for n in COPIES], coerce=int)


class CityRequestForm(forms.Form):
    """A request for what a city sends: that of one quota's city, or without one the province's."""

    quota = forms.ModelChoiceField(Quota.objects.none(), required=False)
    kind = forms.TypedChoiceField(
        choices=[(kind.value, kind.label) for kind in SENT_BY_CITY], coerce=Kind
    )

    def __init__(self, cycle: Cycle, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cycle = cycle
        quota: Any = self.fields["quota"]
        quota.queryset = cycle.quotas.select_related("region__parent")

    @property
    def subject(self) -> Quota | Cycle:
        return self.cleaned_data["quota"] or self.cycle


class PackageRequestForm(forms.Form):
    """A request for a package: whose it is about."""

    region = forms.IntegerField(min_value=1)

    @property
    def region_id(self) -> int | None:
        return self.cleaned_data["region"] if self.is_valid() else None


class PaperTextForm(forms.Form):
    """The texts of one kind of paper; `seen` is the version that they were read from."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, kind: TextKind, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pattern = PATTERNS[kind]
        for field in self.pattern.fields:
            self.fields[field.name] = forms.CharField(
                label=field.label,
                required=False,
                help_text=field.help,
                widget=_box(field.rows),
            )

    @classmethod
    def of(cls, kind: TextKind, shown: Version, seen: int) -> PaperTextForm:
        """With the texts of a version, to be saved after version `seen`."""
        return cls(kind, initial={**shown.texts, "seen": seen})

    @property
    def placeholders(self) -> list[tuple[str, str]]:
        """Each with what stands for it in the preview."""
        return [(f"{{{name}}}", example) for name, example in self.pattern.examples.items()]

    @property
    def texts(self) -> dict[str, str]:
        return {field.name: self.cleaned_data[field.name] for field in self.pattern.fields}

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        for field in self.pattern.fields:
            given[field.name] = cleaned(given.get(field.name, ""))
            for sentence in self.pattern.faults(field, given[field.name]):
                self.add_error(field.name, sentence)
        return given


def _box(rows: int) -> forms.Widget:
    return forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput()


class SealForm(forms.Form):
    """A picture of the body's seal; with a reason where it takes the place of another."""

    file = forms.FileField(
        label="印章图片",
        help_text="PNG 图片，正方形，背景透明，红色印章居中并充满图片，边长 300 至 4000 像素，"
        "不超过 2 MB。",
        widget=forms.ClearableFileInput(attrs={"accept": "image/png"}),
    )
    reason = forms.CharField(label="更换理由", max_length=200)

    def __init__(self, current: HeldByBody | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if current is None:
            del self.fields["reason"]

    @property
    def content(self) -> bytes:
        return bytes(self.cleaned_data["file"].read())

    @property
    def why(self) -> str:
        return str(self.cleaned_data.get("reason", ""))


class CertificateForm(SealForm):
    """A body's PKCS#12 file with its password, which is used once and kept nowhere."""

    file = forms.FileField(
        label="证书文件",
        help_text="由电子认证服务机构颁发的机构签名证书，PKCS#12 格式（.p12 或 .pfx），"
        "含私钥和证书链。",
        widget=forms.ClearableFileInput(attrs={"accept": ".p12,.pfx"}),
    )
    password = forms.CharField(
        label="证书密码",
        required=False,
        strip=False,
        max_length=200,
        help_text="仅用于打开文件，平台不保存。",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("file", "password", "reason")


class EndForm(forms.Form):
    """Why a seal or a certificate is not used any more."""

    reason = forms.CharField(
        label="停用理由", max_length=200, help_text="如印章遗失、机构更名、私钥泄露等，将载入记录。"
    )
