"""Every check of the source, then the tests, on a PostgreSQL and a Redis of their own.

The last line is pytest's; a failed check is named before the tests begin and fails the whole.
"""

from __future__ import annotations

import base64
import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from services import Postgres, Redis, Unable, lock

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / ".venv" / "bin"
PYTHON = str(PROGRAMS / "python")

SOURCE_CHECKS = {
    "ruff check": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--check", "--quiet", "."],
    "djlint": ["djlint", "--lint", "--quiet", "templates"],
    "mypy": ["mypy"],
    "import-linter": ["lint-imports", "--no-cache"],
    "compose": [
        "check-jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        "docker-compose.yml",
    ],
    "migrations": ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
}
PRODUCTION_CHECK = ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
# pytest's exit codes of a run that went to its end: all passed, some failed.
COMPLETE = {0, 1}
WHOLE_SUITE = ["-n", "2", "--dist", "loadgroup", "--cov", "--cov-report=term:skip-covered"]


def main(arguments: list[str]) -> int:
    with ExitStack() as stack:
        folder = _folder(stack)
        environment = _start_servers(stack, folder)
        if arguments:
            return _quickly(arguments, folder, environment)
        failed = [
            name
            for name, command in SOURCE_CHECKS.items()
            if not _passes(name, command, environment)
        ]
        if not _passes("check --deploy", PRODUCTION_CHECK, environment | _production()):
            failed.append("check --deploy")
        print(f"FAILED checks: {', '.join(failed)}" if failed else "All checks pass.", flush=True)
        return _pytest(WHOLE_SUITE, environment) or bool(failed)


def _folder(stack: ExitStack) -> Path:
    """DATA_DIR/test keeps its cluster for the next run; without DATA_DIR nothing is kept."""
    if given := os.environ.get("DATA_DIR"):
        folder = Path(given).resolve() / "test"
    else:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-")))
    stack.enter_context(lock(folder))
    return folder


def _start_servers(stack: ExitStack, folder: Path) -> dict[str, str]:
    postgres = Postgres(folder / "postgres", log=folder / "log" / "postgres.log", durable=False)
    redis = Redis(folder / "redis", log=folder / "log" / "redis.log", durable=False)
    for server in (postgres, redis):
        stack.callback(server.start().stop)
    postgres.ensure_database("portal")
    return os.environ | {
        "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
        "DATA_DIR": str(folder),
        "DATABASE_URL": postgres.url("portal"),
        "REDIS_URL": redis.url,
        "SECRET_KEY": "for-tests-only",
    }


def _quickly(arguments: list[str], folder: Path, environment: dict[str, str]) -> int:
    """The test database stays for the next run while no migration changes and no run breaks off."""
    stamp = folder / "schema"
    digest = hashlib.sha256()
    for path in sorted(ROOT.glob("*/migrations/*.py")):
        digest.update(f"{path}\n".encode() + path.read_bytes())
    known = stamp.exists() and stamp.read_text() == digest.hexdigest()
    stamp.unlink(missing_ok=True)
    options = ["--reuse-db"] if known else ["--reuse-db", "--create-db"]
    code = _pytest([*options, *arguments], environment)
    if code in COMPLETE:
        stamp.write_text(digest.hexdigest())
    return code


def _production() -> dict[str, str]:
    return {
        "SECRET_KEY": "a-key-as-long-and-as-mixed-as-one-of-production-0123456789",
        "ALLOWED_HOSTS": "portal.example",
        "TLS": "1",
        "DEMO": "0",
        "CLAMD_ADDRESS": "clamav:3310",
        "SEAL_KEYS": base64.urlsafe_b64encode(bytes(32)).decode(),
    }


def _passes(name: str, command: list[str], environment: dict[str, str]) -> bool:
    begin = time.monotonic()
    program = [str(PROGRAMS / command[0]), *command[1:]]
    done = subprocess.run(
        program, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    passed = done.returncode == 0
    print(
        f"{'ok    ' if passed else 'FAILED'}  {name}  {time.monotonic() - begin:.1f} s", flush=True
    )
    if not passed:
        print(done.stdout, done.stderr, sep="", flush=True)
    return passed


def _pytest(arguments: list[str], environment: dict[str, str]) -> int:
    return subprocess.run(
        [PYTHON, "-m", "pytest", *arguments], cwd=ROOT, env=environment, check=False
    ).returncode


if __name__ == "__main__":
    # Asked to end, it still stops the servers and the tests it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main(sys.argv[1:]))
    except Unable as reason:
        sys.exit(str(reason))
