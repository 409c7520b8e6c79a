"""What was published, in the one form that its digest is taken over. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Listed:
    """One nursery as the notice names it."""

    number: int
    name: str
    city: str
    county: str

    @property
    def area(self) -> str:
        """With the city before a county; the zone is both."""
        return self.county if self.city == self.county else f"{self.city}{self.county}"


def published_form(
    words: Mapping[str, str], days: Sequence[str], entries: Sequence[Listed]
) -> bytes:
    """The words, counted days and entries of a notice as JSON: keys sorted, no blanks, UTF-8."""
    form = {**words, "days": list(days), "entries": [asdict(entry) for entry in entries]}
    return json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(form: bytes) -> str:
    return hashlib.sha256(form).hexdigest()
