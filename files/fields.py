"""Form fields for files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from files.services import MAX_BYTES


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
