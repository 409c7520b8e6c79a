"""Before the portal serves: the schema, the static files, the first data of an empty database."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import django  # noqa: E402 - the project's folder must be on the path first

django.setup()

from django.conf import settings  # noqa: E402 - needs the set-up before it
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402


def collect_when_stale() -> None:
    """Collecting and compressing takes seconds, so it happens only when a source changed."""
    stamp = settings.DATA_DIR / "static.stamp"
    sources = [ROOT / "package-lock.json"]
    sources += sorted(path for path in (ROOT / "static").rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in sources:
        digest.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(digest.hexdigest())


def main() -> None:
    call_command("migrate", interactive=False)
    collect_when_stale()
    if not get_user_model().objects.exists():
        call_command("demo" if settings.DEMO else "reference_data")


main()
