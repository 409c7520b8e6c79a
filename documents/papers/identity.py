"""What makes a paper recognisable: the digest of what it says, and its verification code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.utils.crypto import salted_hmac

# Easy to read out: no letters that look like digits.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12
SHOWN_OF_DIGEST = 16


def content_digest(facts: Mapping[str, Any]) -> str:
    """The sha256 of what a paper says, as hex; `facts` is JSON data."""
    written = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def verification_code(*parts: object) -> str:
    """A code that nobody can guess or count on from another one.

    The same parts give the same code on the same installation, so that a paper can be made again
    byte by byte.
    """
    text = json.dumps([str(part) for part in parts])
    number = int(salted_hmac("documents.verification", text, algorithm="sha256").hexdigest(), 16)
    letters = []
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)
