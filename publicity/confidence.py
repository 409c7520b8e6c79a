"""Whether a text gives somebody away by name or contact, however they are written. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# A number of its own within a contact: the subscriber's behind an area code.
_NUMBER = re.compile(r"\d{7,}")


def gives_away(text: str, secrets: Iterable[str]) -> bool:
    """Whether one of the names or contacts stands in the text: in any width, case or spacing."""
    plain = _plain(text)
    return any(form in plain for secret in secrets for form in _forms(secret))


def _forms(secret: str) -> set[str]:
    return {_plain(secret), *_NUMBER.findall(unicodedata.normalize("NFKC", secret))} - {""}


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())
