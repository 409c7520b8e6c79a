"""What somebody should be reminded of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import User


@dataclass(frozen=True)
class Due:
    """One reminder that somebody should have on account of `day`."""

    recipient: User
    kind: str
    subject_type: str
    subject_id: int
    day: date
    title: str
    text: str
    url: str

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.recipient.pk, self.kind, self.subject_type, self.subject_id, self.day)
