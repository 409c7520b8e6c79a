"""What the commission says about days."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from publicity.models.days import FIRST_YEAR, SOURCE_HELP
from publicity.year_table import Said

ARRANGEMENTS = [("off", "放假"), ("on", "上班（调休）")]
MAX_BYTES = 2 * 1024 * 1024
SALT = "publicity.year"
LASTS = 2 * 60 * 60


class DaysForm(forms.Form):
    """A run of days that count or do not, by a named notice."""

    first = forms.DateField(label="首日")
    last = forms.DateField(label="末日", required=False, help_text="只有一天时可不填。")
    working = forms.TypedChoiceField(
        label="安排",
        choices=ARRANGEMENTS,
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


class OverrideForm(forms.Form):
    """What is said about one day that is entered already."""

    working = forms.TypedChoiceField(
        label="安排", choices=ARRANGEMENTS, coerce=lambda value: value == "on"
    )
    source = forms.CharField(label="依据", max_length=120, help_text=SOURCE_HELP)


class ReasonForm(forms.Form):
    """Why the calendar is changed while notices are open; asked only then."""

    reason = forms.CharField(
        label="调整原因",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写入补充说明，向社会公开。",
    )


class YearUploadForm(forms.Form):
    """A year's table; what is wrong inside it is said by the reading."""

    file = forms.FileField(
        label="填好的表格（.xlsx）", error_messages={"empty": "文件是空的，请重新选择。"}
    )

    def clean_file(self) -> UploadedFile:
        upload: UploadedFile = self.cleaned_data["file"]
        if (upload.size or 0) > MAX_BYTES:
            raise ValidationError(f"文件超过 {MAX_BYTES // 1024 // 1024} MB。")
        return upload


class YearTableForm(forms.Form):
    """The table that was looked through, carried by the page that asks for the last word."""

    table = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year

    @classmethod
    def sealed(cls, table: Iterable[Said], year: int) -> str:
        """The table as a text that nobody can change on the way."""
        rows = [[said.day.isoformat(), said.working, said.source] for said in table]
        return signing.dumps(rows, salt=f"{SALT}:{year}", compress=True)

    def clean_table(self) -> list[Said]:
        try:
            rows = signing.loads(
                self.cleaned_data["table"], salt=f"{SALT}:{self.year}", max_age=LASTS
            )
        except signing.BadSignature as fault:
            raise ValidationError("核对已超过 2 小时或内容不完整，请重新上传表格。") from fault
        return [Said(date.fromisoformat(day), working, source) for day, working, source in rows]


class PlanForm(forms.Form):
    """By which notice a year counts."""

    source = forms.CharField(
        label="依据",
        max_length=120,
        help_text=SOURCE_HELP,
    )
