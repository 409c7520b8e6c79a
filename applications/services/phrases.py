"""Phrases 常用语: whose they are, who keeps them."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.access import holds
from accounts.models import Region, User
from applications.models import Phrase
from workflow import Problem, Refused

# So many are still read at a glance.
MOST = 60
FULL = f"常用语最多 {MOST} 条，请先删除不用的。"


@transaction.atomic
def keep_phrase(
    *, text: str, purpose: str, by: User, region: Region | None = None, order: int = 0
) -> Phrase:
    """Keep a phrase for oneself, or for a commission where one approves; the same text once.

    Raises PermissionDenied, Refused beyond the limit.
    """
    if region and not holds(by, "accounts.approve", region):
        raise PermissionDenied
    owner = None if region else by
    kept = Phrase.objects.filter(owner=owner, region=region)
    if same := kept.filter(text=text.strip(), purpose=purpose).first():
        return same
    if kept.count() >= MOST:
        raise Refused([Problem(FULL, field="text")])
    return kept.create(owner=owner, region=region, purpose=purpose, text=text.strip(), order=order)


def change_phrase(phrase: Phrase, *, text: str, purpose: str, order: int, by: User) -> Phrase:
    """Raises PermissionDenied for who does not keep it."""
    _keeps(phrase, by)
    phrase.text, phrase.purpose, phrase.order = text.strip(), purpose, order
    phrase.save(update_fields=["text", "purpose", "order"])
    return phrase


def drop_phrase(phrase: Phrase, *, by: User) -> None:
    _keeps(phrase, by)
    phrase.delete()


def _keeps(phrase: Phrase, by: User) -> None:
    own = phrase.owner_id is not None and phrase.owner_id == by.pk
    if not own and not holds(by, "accounts.approve", phrase.region):
        raise PermissionDenied
