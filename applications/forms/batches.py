"""Batches: which move on which files, and what is settled on the preview."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from applications.batches import MoveChoice, reason_label
from applications.models import Batch, BatchItem
from applications.services import Choice
from applications.services.batches import custom_of

LONGEST = 2000
LARGEST_KEY = 2**63 - 1


def keys_in(values: Iterable[str]) -> list[int]:
    """What a list of checkboxes sent, as keys; anything else is nothing."""
    found = [int(value) for value in values if value.isascii() and value.isdigit()]
    return [key for key in found if key <= LARGEST_KEY]


def _text(label: str, rows: int = 4) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=LONGEST, required=False, widget=area)


class BatchForm(forms.Form):
    """Which move, and the one text for all; whether it is wanted the move says."""

    move = forms.ChoiceField(
        label="办理事项",
        widget=forms.RadioSelect,
    )
    reason = _text("意见或理由")

    def __init__(self, *args: Any, moves: list[MoveChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["move"].choices = [  # type: ignore[attr-defined]
            (each.name, f"{each.label}（{each.tier}，{each.count} 件）") for each in moves
        ]
        self.fields["reason"].help_text = "各件共用，将写入每件的办理记录；下一步可为个别申报另写。"


class ChoiceForm(forms.Form):
    """What the maker settles on the preview of a batch: texts, answers, ticks."""

    data: QueryDict

    def __init__(self, data: QueryDict | None, batch: Batch) -> None:
        super().__init__(data)
        custom = custom_of(batch.move)
        self.asks: dict[str, str] = custom.get("asks", {})
        self.fields["reason"] = _text(reason_label(batch), rows=3)
        self.fields["reason"].initial = batch.reason
        self.fields["reason"].help_text = "各件共用；另写意见的申报除外。"
        for name, label in self.asks.items():
            self.fields[name] = _text(label, rows=2)
            self.fields[name].initial = batch.answers.get(name, "")
            self.fields[name].help_text = "仅在需要时填写，对本批各件适用。"

    def clean(self) -> dict[str, Any] | None:
        if any(len(text) > LONGEST for text in self.texts.values()):
            self.add_error(None, f"另写的意见每件不能超过 {LONGEST} 字。")
        return self.cleaned_data

    @property
    def ticked(self) -> frozenset[int]:
        return frozenset(keys_in(self.data.getlist("item")))

    @property
    def texts(self) -> dict[int, str]:
        """The texts of single files by the keys of their items."""
        names = (name for name in self.data if name.startswith("text-"))
        keys = {key: f"text-{key}" for name in names for key in keys_in([name[5:]])}
        return {key: self.data.get(name, "") for key, name in keys.items()}

    @property
    def choice(self) -> Choice:
        given = self.cleaned_data
        answers = {name: given[name] for name in self.asks}
        return Choice(given["reason"], self.ticked, self.texts, answers)

    def put_into(self, items: Iterable[BatchItem]) -> None:
        """Show what was typed and ticked again, when it could not be kept."""
        for item in items:
            item.chosen = item.pk in self.ticked
            item.text = self.texts.get(item.pk, item.text)
