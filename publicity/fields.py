"""Form fields of public pages that keep programs out: no picture, no script, no third party."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, NamedTuple

from django import forms
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.functional import lazystr
from django.utils.html import format_html
from django.utils.safestring import SafeString

from publicity.puzzles import PUZZLES, Puzzle, canonical

SALT = "publicity.puzzle"
# As long as somebody may take to write the rest of the form.
SECONDS = 2 * 3600
WRONG = "回答不对，请回答新的问题。"
LATE = "验证问题已过期，请回答新的问题。"
SPENT = "该验证问题已使用过，请回答新的问题。"


class Given(NamedTuple):
    """What came back: the answer as typed and the token of the question it answers."""

    answer: str
    token: str


@dataclass
class Asked:
    """The question of one form as it is drawn: a new one, or the one just answered rightly."""

    question: str = ""
    token: str = ""
    answer: str = ""

    def put(self) -> Asked:
        """With a question in any case; it is chosen when the form is drawn, not before."""
        if not self.question:
            self.again(secrets.choice(PUZZLES))
        return self

    def __str__(self) -> str:
        """The label of the field, read when it is drawn."""
        return f"验证问题：{self.put().question}"

    def again(self, puzzle: Puzzle, answer: str = "") -> None:
        self.question, self.answer = puzzle.question, answer
        self.token = _signed(puzzle)


def _signed(puzzle: Puzzle) -> str:
    """A token that holds the question, and the answer only as a digest under the portal's key."""
    nonce = secrets.token_urlsafe(12)
    return signing.dumps(
        [nonce, puzzle.question, _digest(nonce, puzzle.answer)], salt=SALT, compress=True
    )


def _digest(nonce: str, answer: str) -> str:
    return salted_hmac(SALT, f"{nonce}:{answer}", algorithm="sha256").hexdigest()


class PuzzleInput(forms.TextInput):
    """The answer, and hidden beside it the token of the question."""

    asked: Asked

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Given:
        return Given(data.get(name, "").strip(), data.get(f"{name}_token", ""))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        asked = self.asked.put()
        own = {"autocomplete": "off", "maxlength": "20", **(attrs or {})}
        typed = super().render(name, asked.answer, own, renderer)
        return format_html(
            '{}<input type="hidden" name="{}_token" value="{}">', typed, name, asked.token
        )


class PuzzleField(forms.Field):
    """A small question in words, as the label of its own answer.

    A token is good for one answer and two hours. After a wrong answer the form asks another
    question; after a right one beside other mistakes it keeps question and answer.
    """

    widget = PuzzleInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": "验证问题", **kwargs})
        self.asked = Asked()

    def __deepcopy__(self, memo: dict[int, Any]) -> PuzzleField:
        copied: PuzzleField = super().__deepcopy__(memo)
        copied.asked = copied.widget.asked = Asked()
        copied.label = lazystr(copied.asked)
        return copied

    def clean(self, value: Given) -> str:
        super().clean(value.answer)
        try:
            nonce, question, digest = signing.loads(value.token, salt=SALT, max_age=SECONDS)
        except signing.BadSignature:
            raise ValidationError(LATE) from None
        if not cache.add(f"puzzle:{nonce}", 1, SECONDS):
            raise ValidationError(SPENT)
        answer = canonical(value.answer)
        if not constant_time_compare(_digest(nonce, answer), digest):
            raise ValidationError(WRONG)
        self.asked.again(Puzzle(question, answer), value.answer)
        return value.answer


class TrapInput(forms.TextInput):
    """Out of sight and out of the way of the keyboard; it never shows what was put into it."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        return format_html(
            '<div class="trap" aria-hidden="true"><label for="id_{0}">网址（请留空）</label>'
            '<input type="text" name="{0}" id="id_{0}" value="" tabindex="-1" autocomplete="off">'
            "</div>",
            name,
        )


class TrapField(forms.CharField):
    """A field that people never see and programs fill in. Draw it by `{{ form.website }}`."""

    widget = TrapInput

    def __init__(self, *, act: str, **kwargs: Any) -> None:
        """`act` is what the button of the form says."""
        super().__init__(**{"label": "网址", "required": False, "max_length": 200, **kwargs})
        self.act = act

    def clean(self, value: Any) -> str:
        """A browser may fill it by itself, so a person is told and loses nothing."""
        if super().clean(value):
            raise ValidationError(f"提交未通过自动检查，请再次点击“{self.act}”。")
        return ""
