"""Seals and signing keys lie in the database encrypted, under keys that the database does not hold.

`SEAL_KEYS` names one key or several: the first encrypts, all decrypt, so that a key can be
replaced while the portal runs (`manage.py rotate_seal_keys`).
"""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Locked(Exception):
    """Nothing can be encrypted or read: no key is set, or not the one it was encrypted with."""


def encrypted(content: bytes) -> bytes:
    """Raises Locked without a key."""
    return _keys().encrypt(content)


def decrypted(token: bytes | memoryview) -> bytes:
    """Raises Locked when no key fits, or the token was changed."""
    try:
        return _keys().decrypt(bytes(token))
    except InvalidToken:
        raise Locked("no key of SEAL_KEYS opens this") from None


def reencrypted(token: bytes | memoryview) -> bytes:
    """The same content under the first key. Raises Locked when no key fits."""
    try:
        return _keys().rotate(bytes(token))
    except InvalidToken:
        raise Locked("no key of SEAL_KEYS opens this") from None


def is_open() -> bool:
    """Whether there are keys at all."""
    return bool(settings.SEAL_KEYS)


def _keys() -> MultiFernet:
    if not is_open():
        raise Locked("SEAL_KEYS is not set")
    return MultiFernet([Fernet(key) for key in settings.SEAL_KEYS])
