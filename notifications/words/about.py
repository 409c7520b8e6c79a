"""What a reader of an event gives the catalog."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from notifications.audiences import Scope


@dataclass(frozen=True)
class About:
    """An event's subject: words for the sentences, whom it concerns, where it can be opened."""

    words: dict[str, str]
    scope: Scope
    url: str
    silent: bool = field(default=False)


def day(value: date | None) -> str:
    """2023年7月15日"""
    return f"{value.year}年{value.month}月{value.day}日" if value else ""
