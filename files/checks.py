"""In production uploads should be scanned for viruses."""

from typing import Any

from django.conf import settings
from django.core import checks


@checks.register(checks.Tags.security, deploy=True)
def check_scanner(**_: Any) -> list[checks.CheckMessage]:
    if settings.CLAMD_ADDRESS:
        return []
    return [
        checks.Warning(
            "uploads are not scanned for viruses",
            hint="Set CLAMD_ADDRESS to host:port or to the path of clamd's socket.",
            id="files.W001",
        )
    ]
