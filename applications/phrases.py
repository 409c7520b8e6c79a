"""Which phrases 常用语 a form offers for the opinion of a move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from applications.models import Phrase
from applications.statuses import Purpose

PURPOSE_OF = {
    "return_for_correction": Purpose.RETURN,
    "recommend_to_city": Purpose.RECOMMEND,
    "recommend_to_province": Purpose.RECOMMEND,
    "pass_review": Purpose.RECOMMEND,
    "decline_by_county": Purpose.DECLINE,
    "decline_by_city": Purpose.DECLINE,
    "fail_review": Purpose.DECLINE,
    "send_back_to_county": Purpose.SEND_BACK,
    "send_back_to_city": Purpose.SEND_BACK,
}


@dataclass(frozen=True)
class Group:
    """The phrases of one owner, in order."""

    label: str
    phrases: list[Phrase]


def purpose_of(move: str) -> str:
    return PURPOSE_OF.get(move, Purpose.ANY)


def offered(user: Any, move: str) -> list[Group]:
    """What fits the move: one's own first, then the commission's, then the examples.

    One query for all forms of a page: what was read is kept with the user instance.
    """
    wanted = {purpose_of(move), Purpose.ANY}
    fitting = [phrase for phrase in _known(user) if phrase.purpose in wanted]
    return list(_grouped(fitting))


def text_of(user: Any, pk: str) -> str:
    """The phrase that an address names, if it is offered to this person; else nothing."""
    found = Phrase.objects.offered_to(user).filter(pk=int(pk)) if pk.isdecimal() else None
    phrase = found.first() if found is not None else None
    return phrase.text if phrase else ""


def _known(user: Any) -> list[Phrase]:
    if "_phrases" not in user.__dict__:
        user.__dict__["_phrases"] = list(Phrase.objects.offered_to(user))
    known: list[Phrase] = user.__dict__["_phrases"]
    return known


def _grouped(phrases: list[Phrase]) -> Iterator[Group]:
    kinds = (
        [each for each in phrases if each.owner_id],
        [each for each in phrases if each.region_id],
        [each for each in phrases if each.is_example],
    )
    for kind in kinds:
        if kind:
            yield Group(kind[0].whose, kind)
