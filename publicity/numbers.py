"""Numbers that people read off a paper and type in: receipts and verification codes. Pure."""

from __future__ import annotations

import secrets
import unicodedata

# No letters that look like digits.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def unguessable(length: int) -> str:
    """A random number that is easy to read out."""
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def as_typed(text: str) -> str:
    """A number that somebody typed, as it is stored: half-width capitals, no spaces or hyphens."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(character for character in plain if character.isalnum())
