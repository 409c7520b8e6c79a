"""What officials type of a file: a return with corrections, phrases, the signing of a proposal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.models import Region
from applications import corrections
from applications.corrections import FIELDS, MAX_TEXT, MOST
from applications.models.opinions import MAX_PHRASE
from applications.statuses import CorrectionKind, Purpose
from scoring import services as scoring
from scoring.layout import Layout

# So many empty rows stand on the page at first.
BLANK = 3
Choices = list[tuple[str, Any]]


def places(layout: Layout) -> Choices:
    """Where a correction can be asked for: the form, then the indicators section by section."""
    form = [(f"field:{name}", label) for name, label in FIELDS.items()]
    sections = [
        (
            f"自评分表 {section.code} {section.name}",
            [
                (f"indicator:{each.code}", f"{each.code} {each.title}")
                for each in section.indicators
            ],
        )
        for section in layout.sections
    ]
    return [("", "请选择"), ("申报表", form), *sections]


class CorrectionRow(forms.Form):
    """One correction: where, what is wrong there, what is asked."""

    place = forms.ChoiceField(label="补正位置", error_messages={"required": "请选择补正的位置。"})
    kind = forms.ChoiceField(
        label="类型", choices=CorrectionKind.choices, initial=CorrectionKind.MISSING
    )
    text = forms.CharField(
        label="具体要求",
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明具体要求。"},
    )

    def __init__(self, *args: Any, places: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]
        # An empty row is left out, so no browser may insist on it.
        self.use_required_attribute = False

    @property
    def asked(self) -> dict[str, str]:
        """As the move takes it."""
        where, _, name = self.cleaned_data["place"].partition(":")
        return {"kind": self.cleaned_data["kind"], where: name, "text": self.cleaned_data["text"]}


class Rows(forms.BaseFormSet[CorrectionRow]):
    """The rows of a return; those left empty do not count, also those that began with something."""

    def initial_form_count(self) -> int:
        return 0

    @property
    def asked(self) -> list[dict[str, str]]:
        return [row.asked for row in self.forms if row.has_changed()]


RowSet = forms.formset_factory(
    CorrectionRow, formset=Rows, extra=BLANK, max_num=MOST, validate_max=True
)


class ReturnForm(forms.Form):
    """A return 退回补正: a reason, or typed corrections, or both.

    Without a reason of its own the corrections are the reason.
    """

    wants_subject = True
    reason = forms.CharField(
        label="退回理由",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="可不填，未填的以下列补正要求为准。",
    )

    def __init__(
        self, data: QueryDict | None = None, *, subject: Any, initial: dict[str, Any] | None = None
    ) -> None:
        given = dict(initial or {})
        rows = [_row(each) for each in given.pop("corrections", [])]
        super().__init__(data, initial=given)
        self.subject = subject
        self.layout = scoring.published_layout(subject.cycle.version_id)
        # A form of a reason alone, as pages with many moves have it, sends no rows.
        self.sends_rows = data is not None and "corrections-TOTAL_FORMS" in data
        kind: Any = RowSet if self.sends_rows else _rows_for(len(rows))
        self.rows = kind(
            data if self.sends_rows else None,
            prefix="corrections",
            initial=rows or None,
            form_kwargs={"places": places(self.layout)},
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.sends_rows and not self.rows.is_valid():
            raise ValidationError(_sentences(self.rows))
        asked = self.rows.asked if self.sends_rows else []
        if not asked and not cleaned.get("reason"):
            self.add_error("reason", "请写明理由，或至少提出一项补正要求。")
        elif not cleaned.get("reason"):
            cleaned["reason"] = corrections.in_words(corrections.read(asked), self.layout)
        return {**cleaned, "corrections": asked}

    @classmethod
    def asked_at(cls, query: QueryDict) -> dict[str, Any]:
        """The first row, when a page says at which field or indicator to begin."""
        row = {name: query[name] for name in ("field", "indicator") if query.get(name)}
        return {"corrections": [row]} if row else {}

    def with_another_row(self) -> ReturnForm:
        """The same page with one more row, nothing judged yet: for browsers without scripts."""
        typed = [
            {name: row[name].value() or "" for name in ("place", "kind", "text")}
            for row in self.rows.forms
        ]
        more = ReturnForm(subject=self.subject, initial={"reason": self["reason"].value()})
        more.rows = _rows_for(len(typed))(
            prefix="corrections", initial=typed, form_kwargs={"places": places(self.layout)}
        )
        return more


def _rows_for(filled: int) -> Any:
    """Rows for so many beginnings and at least one more."""
    most = min(max(filled + 1, BLANK), MOST)
    return forms.formset_factory(CorrectionRow, formset=Rows, extra=most, max_num=MOST)


def _row(asked: Mapping[str, str]) -> dict[str, str]:
    """A correction as the row of the form shows it."""
    where = "indicator" if asked.get("indicator") else "field"
    return {
        "place": f"{where}:{asked.get(where, '')}",
        "kind": asked.get("kind", CorrectionKind.MISSING),
        "text": asked.get("text", ""),
    }


def _sentences(rows: Any) -> list[str]:
    found = [
        f"第 {number} 条补正要求：{text}"
        for number, row in enumerate(rows.forms, start=1)
        for texts in row.errors.values()
        for text in texts
    ]
    return found or [f"补正要求不能超过 {MOST} 条。"]


class PhraseForm(forms.Form):
    """A phrase, one's own or of a commission where one approves."""

    text = forms.CharField(
        label="内容",
        max_length=MAX_PHRASE,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请填写常用语内容。"},
    )
    purpose = forms.ChoiceField(label="用于", choices=Purpose.choices, initial=Purpose.ANY)
    region = forms.ModelChoiceField(
        Region.objects.none(), label="归属", required=False, empty_label="本人使用"
    )
    order = forms.IntegerField(label="顺序", min_value=0, max_value=999, initial=0, required=False)

    def __init__(self, *args: Any, bodies: list[Region], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not bodies:
            del self.fields["region"]
            return
        field: Any = self.fields["region"]
        field.queryset = Region.objects.filter(pk__in=[body.pk for body in bodies])
        field.label_from_instance = lambda region: f"{region.commission}共用"

    def clean_order(self) -> int:
        return self.cleaned_data["order"] or 0


class ConfirmForm(forms.Form):
    """The opinion of a proposal as the approver signs it."""

    text = forms.CharField(
        label="意见",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "请写明意见。"},
    )


class GiveBackForm(forms.Form):
    """Why a proposal goes back to the handler."""

    remark = forms.CharField(
        label="退回说明",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明退回说明。"},
    )


class TwoStepsForm(forms.Form):
    """Turning two steps on or off, with the reason."""

    on = forms.TypedChoiceField(
        label="两级签批",
        choices=[("1", "启用"), ("0", "停用")],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明理由。"},
    )
