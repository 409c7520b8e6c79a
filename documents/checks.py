"""Seals need keys to lie under, and the files of trusted authorities must be there."""

from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.security, deploy=True)
def check_seal_keys(**_: Any) -> list[checks.CheckMessage]:
    if settings.SEAL_KEYS:
        return []
    return [
        checks.Warning(
            "seals and signing certificates cannot be kept",
            hint="Set SEAL_KEYS; docs/admin tells how to make a key.",
            id="documents.W001",
        )
    ]


@checks.register(checks.Tags.security)
def check_keys_are_keys(**_: Any) -> list[checks.CheckMessage]:
    try:
        for key in settings.SEAL_KEYS:
            Fernet(key)
    except ValueError:
        return [checks.Error("SEAL_KEYS holds what is no Fernet key", id="documents.E001")]
    return []


@checks.register(checks.Tags.security)
def check_trust_roots(**_: Any) -> list[checks.CheckMessage]:
    missing = [name for name in settings.TRUST_ROOTS if not Path(name).is_file()]
    return [
        checks.Error(f"TRUST_ROOTS names no file: {name}", id="documents.E002") for name in missing
    ]
