"""The forms of the rubric editor. Each knows what it was opened on (`seen`)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from files import services as files
from files import types
from scoring.layout import Layout, digest_of, plain
from scoring.models import Rubric, RubricVersion, Section
from scoring.reading import MAX_TEXT, cleaned
from scoring.services.drafts import Conflict, head_data, section_data
from workflow import Refused

CHANGED = (
    "您打开本页之后，他人已修改此处。您填写的内容都保留着：请对照各项旁边的现有内容，"
    "更正后再次保存，即以您填写的为准。"
)


class PlainText(forms.CharField):
    """A text as a rubric keeps it."""

    def __init__(self, *, model: Any, name: str, **options: Any) -> None:
        column = model._meta.get_field(name)
        limit = column.max_length or MAX_TEXT
        options.setdefault("required", not column.blank)
        super().__init__(
            label=column.verbose_name,
            max_length=limit,
            widget=forms.TextInput if column.max_length else forms.Textarea(attrs={"rows": 3}),
            error_messages={"max_length": f"不能超过 {limit} 字。"},
            **options,
        )

    def to_python(self, value: Any) -> str:
        return cleaned(super().to_python(value) or "")


def points(label: str, **options: Any) -> forms.DecimalField:
    """A mark from 0 to 1000 with two decimals."""
    wrong = "应为 0 至 1000 之间的数，最多两位小数。"
    codes = ("invalid", "min_value", "max_value", "max_decimal_places", "max_digits")
    return forms.DecimalField(
        label=label,
        min_value=Decimal(0),
        max_value=Decimal(1000),
        decimal_places=2,
        error_messages=dict.fromkeys(codes, wrong),
        **options,
    )


class SeenForm(forms.Form):
    """A form that knows which state of the thing it was opened on."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def show_conflict(self, conflict: Conflict) -> None:
        """Keep what was typed, say beside it what is there now; saving again then overwrites it."""
        self.add_error(None, CHANGED)
        for name, value in self.now(conflict.current).items():
            if name in self.fields and self.cleaned_data.get(name) != value:
                self.add_error(name, f"现为“{_words(self.fields[name], value)}”。")
        resent = QueryDict(mutable=True)
        resent.update(self.data)
        resent["seen"] = conflict.seen
        self.data = resent

    def now(self, current: dict[str, Any]) -> dict[str, Any]:
        """What is there now, as the fields have it."""
        return current

    def show_refusal(self, refused: Refused) -> None:
        for problem in refused.problems:
            self.add_error(problem.field if problem.field in self.fields else None, problem.text)


class HeadForm(SeenForm):
    """What is said of a rubric as a whole."""

    name = PlainText(model=Rubric, name="name", help_text="各版本共用一个名称。")
    full_mark = points("满分")
    note = PlainText(model=RubricVersion, name="note", help_text="来源、依据和使用范围。")

    @classmethod
    def of(cls, layout: Layout, data: Any = None) -> HeadForm:
        seen = head_data(layout)
        full_mark = plain(layout.full_mark)
        return cls(data, initial={**seen, "full_mark": full_mark, "seen": digest_of(seen)})

    def now(self, current: dict[str, Any]) -> dict[str, Any]:
        return current | {"full_mark": Decimal(current["full_mark"])}

    def clean_full_mark(self) -> Decimal:
        mark: Decimal = self.cleaned_data["full_mark"]
        if not mark:
            raise forms.ValidationError("满分应大于 0。")
        return mark

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields}


class RubricForm(HeadForm):
    """A new rubric."""

    code = PlainText(
        model=Rubric,
        name="code",
        help_text="如 model-nursery-2025。导入表格时按编号认定评分表，建立后不能更改。",
    )
    field_order = ("code", "name", "full_mark", "note")

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values.items() if name != "seen"}


class SectionForm(SeenForm):
    """A first-level indicator."""

    code = PlainText(model=Section, name="code", help_text="如 1。")
    name = PlainText(model=Section, name="name")

    @classmethod
    def of(cls, layout: Layout, code: str, data: Any = None) -> SectionForm:
        """`code` is empty for a new one."""
        spec = layout.section(code)
        if spec is None:
            return cls(data, initial={"code": str(len(layout.sections) + 1)})
        seen = section_data(spec)
        return cls(data, initial={**seen, "seen": digest_of(seen)})


class UploadForm(forms.Form):
    """A spreadsheet; what is wrong inside it is said by the importer."""

    file = forms.FileField(
        label="填好的表格（.xlsx）",
        help_text=files.limits(types.SPREADSHEETS),
        error_messages={"empty": "文件是空的，请重新选择。"},
    )

    def clean_file(self) -> UploadedFile:
        upload: UploadedFile = self.cleaned_data["file"]
        if (upload.size or 0) > files.MAX_BYTES:
            raise forms.ValidationError(files.TOO_LARGE)
        return upload


def _words(field: forms.Field, value: Any) -> str:
    """A value as the page shows it."""
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]  # flat here
    if isinstance(value, bool):
        return "是" if value else "否"
    return plain(value) if isinstance(value, Decimal) else str(value)
