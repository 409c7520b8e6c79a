"""What the author of a good practice types, and the searches of its lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from accounts.models import Region
from files import types
from files.fields import SeveralFilesField, SeveralFilesInput
from files.services import limits as file_limits
from publicity.authors import Author
from publicity.models import Practice, PracticePicture
from publicity.models.practices import MAX_PICTURES, MAX_SUMMARY, MAX_TEXT
from publicity.services.practices import PICTURES, Writing
from publicity.statuses import PracticeState

MAX_NAMED = 60
TEXT_HELP = (
    f"不超过 {MAX_TEXT} 字。空行不计；以“一、”“（一）”开头的短行显示为小标题，"
    "其余各行各为一段。不要写出婴幼儿的姓名。"
)
CONSENTS = "我已确认：文字和图片中没有婴幼儿的面部和姓名，图片中出现的其他人员已同意公开。"


class LinesField(forms.CharField):
    """A text whose line ends count as one character, as they do in the browser."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return text.replace("\r\n", "\n") if isinstance(text, str) else text


class PracticeForm(forms.Form):
    """A good practice with the captions of its pictures; `version` is the one that was seen."""

    title = forms.CharField(
        label="标题",
        max_length=60,
        min_length=4,
        error_messages={"min_length": "请写完整的标题，至少 4 个字。"},
    )
    summary = LinesField(
        label="摘要",
        required=False,
        max_length=MAX_SUMMARY,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"不超过 {MAX_SUMMARY} 字，显示在列表中。",
    )
    text = LinesField(
        label="正文",
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=TEXT_HELP,
    )
    uploads = SeveralFilesField(
        label="添加图片",
        required=False,
        most=MAX_PICTURES,
        help_text=f"{file_limits(PICTURES)}最多 {MAX_PICTURES} 张，"
        "保存后填写说明。拍摄地点等信息会自动去除。",
        widget=SeveralFilesInput(attrs={"accept": types.accept(PICTURES)}),
    )
    consents = forms.BooleanField(label=CONSENTS, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, pictures: Sequence[PracticePicture] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hung = list(pictures)
        for picture in self.hung:
            self.fields[_caption(picture)] = forms.CharField(
                label=f"图 {picture.place} 的说明",
                required=False,
                max_length=80,
                initial=picture.caption,
                help_text="看不到图片的读者靠它了解内容。",
            )
            self.fields[_drop(picture)] = forms.BooleanField(
                label=f"删除图 {picture.place}", required=False
            )

    @property
    def rows(self) -> list[tuple[PracticePicture, BoundField, BoundField]]:
        """Each picture with its caption and the box that takes it down."""
        return [(each, self[_caption(each)], self[_drop(each)]) for each in self.hung]

    @property
    def written(self) -> Writing:
        """What was typed; only of a form that is valid."""
        values = self.cleaned_data
        return Writing(
            title=values["title"],
            summary=values["summary"],
            text=values["text"],
            consents=values["consents"],
            captions={each.pk: values[_caption(each)] for each in self.hung},
            dropped=frozenset(each.pk for each in self.hung if values[_drop(each)]),
            uploads=values["uploads"],
        )

    @property
    def seen_version(self) -> int:
        return self.cleaned_data["version"] or 0

    def show_newest(self, version: int) -> None:
        """What was typed stays; the next saving stands on the newest version."""
        self.data = {**self.data, "version": str(version)}


class NewPracticeForm(PracticeForm):
    """A new one, with whose it is."""

    author = forms.ChoiceField(label="撰写单位")
    field_order = ("author", "title", "summary", "text", "uploads", "consents")

    def __init__(self, *args: Any, authors: Iterable[Author], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.authors = {author.key: author for author in authors}
        choices = [(author.key, author.name) for author in self.authors.values()]
        self.fields["author"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Author:
        return self.authors[self.cleaned_data["author"]]


def initial_of(practice: Practice) -> dict[str, Any]:
    """What the form begins with."""
    names = ("title", "summary", "text", "consents", "version")
    return {name: getattr(practice, name) for name in names}


def _caption(picture: PracticePicture) -> str:
    return f"caption_{picture.pk}"


def _drop(picture: PracticePicture) -> str:
    return f"drop_{picture.pk}"


class PracticeSearch(forms.Form):
    """The public list's search; every field may be left open."""

    q = forms.CharField(
        label="标题或单位",
        required=False,
        max_length=MAX_NAMED,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    city = forms.ChoiceField(label="地区", required=False)
    year = forms.TypedChoiceField(label="发布年份", required=False, coerce=int, empty_value=None)

    def __init__(
        self, *args: Any, cities: Iterable[Region], years: Iterable[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cities = {city.code: city for city in cities}
        names = [(code, city.name) for code, city in self.cities.items()]
        self.fields["city"].choices = [("", "全部地区"), *names]  # type: ignore[attr-defined]
        self.fields["year"].choices = [("", "全部年份"), *((y, f"{y}年") for y in years)]  # type: ignore[attr-defined]

    @property
    def wanted(self) -> dict[str, Any]:
        """What is asked for in values that are right; a wrong one is said and not used."""
        self.is_valid()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        if "city" in found:
            found["city"] = self.cities[found["city"]]
        return found


class PracticeDeskSearch(PracticeSearch):
    """The desk's search, with the state."""

    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[
            ("", "全部"),
            *(each for each in PracticeState.choices if each[0] != PracticeState.DRAFT),
        ],
    )
    field_order = ("q", "state", "city", "year")
