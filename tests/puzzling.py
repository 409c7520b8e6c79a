"""Answers the small question of a public form as a person would: by reading it."""

from __future__ import annotations

import re
from typing import Any

from publicity.puzzles import PUZZLES

ANSWERS = {puzzle.question: puzzle.answer for puzzle in PUZZLES}
_QUESTION = re.compile(r"验证问题：([^<？：]+？)")
_TOKEN = re.compile(r'name="puzzle_token" value="([^"]+)"')


def answer_to(words: str) -> str:
    """The answer to the question that stands somewhere in `words`."""
    found = _QUESTION.search(words)
    assert found, "no question is asked here"
    return ANSWERS[found[1]]


def solved(client: Any, page: str) -> dict[str, str]:
    """What the form of `page` wants back for its question, freshly asked."""
    return answered(client.get(page).content.decode())


def answered(html: str) -> dict[str, str]:
    """The same, out of a page that was drawn already."""
    token = _TOKEN.search(html)
    assert token, "no token stands beside the question"
    return {"puzzle": answer_to(html), "puzzle_token": token[1]}
