"""`bin/backup FOLDER` and `bin/restore FOLDER`: database, files and keys of one DATA_DIR."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from environ import Env
from services import Postgres, Unable, lock, programs

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "portal"
SETTINGS = ("secret_key", "seal_keys", "demo")


def data_folder() -> Path:
    return Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()


def backup(target: Path) -> None:
    """Write everything into `target`, which appears only when it is complete."""
    data = data_folder()
    if (data / "environment").exists():
        Env.read_env(data / "environment")
    if "DATABASE_URL" not in os.environ:
        raise Unable(f"{data} holds no data of a running portal; set DATA_DIR or DATABASE_URL.")
    if target.exists():
        raise Unable(f"{target} exists already; choose another folder.")
    unfinished = target.with_name(target.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True, mode=0o700)
    _client(
        "pg_dump",
        os.environ["DATABASE_URL"],
        "--format=custom",
        f"--file={unfinished}/database.dump",
    )
    # After the dump: files are named by digest and never change, so newer ones do no harm.
    if (data / "files").exists():
        shutil.copytree(data / "files", unfinished / "files")
    for name in SETTINGS:
        if (data / name).exists():
            shutil.copy2(data / name, unfinished / name)
    unfinished.rename(target)
    print(f"Backed up to {target}")


def restore(source: Path) -> None:
    """Fill an empty DATA_DIR from what `backup` wrote; `bin/run` then serves it."""
    data = data_folder()
    if not (source / "database.dump").exists():
        raise Unable(f"{source} is no backup: it has no database.dump.")
    with ExitStack() as stack:
        stack.enter_context(lock(data))
        if (data / "postgres").exists() or (data / "files").exists():
            raise Unable(f"{data} holds data already; restore into an empty folder.")
        postgres = Postgres(data / "postgres", log=data / "log" / "postgres.log")
        stack.callback(postgres.start().stop)
        postgres.ensure_database(DATABASE)
        _client(
            "pg_restore",
            postgres.url(DATABASE),
            f"--dbname={DATABASE}",
            "--no-owner",
            "--exit-on-error",
            str(source / "database.dump"),
        )
        if (source / "files").exists():
            shutil.copytree(source / "files", data / "files")
        for name in SETTINGS:
            if (source / name).exists():
                shutil.copy2(source / name, data / name)
    print(f"Restored into {data}")


def _client(program: str, url: str, *arguments: str) -> None:
    address = Env.db_url_config(url)
    environment = os.environ | {
        "PGHOST": address["HOST"],
        "PGPORT": str(address["PORT"] or 5432),
        "PGUSER": address["USER"],
        "PGPASSWORD": address["PASSWORD"],
        "PGDATABASE": address["NAME"],
    }
    done = subprocess.run(
        [str(programs() / program), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unable(f"{program}: {done.stderr.strip()}")


if __name__ == "__main__":
    works = {"backup": backup, "restore": restore}
    if len(sys.argv) != 3 or sys.argv[1] not in works:
        sys.exit("bin/backup FOLDER, or bin/restore FOLDER")
    try:
        works[sys.argv[1]](Path(sys.argv[2]).resolve())
    except Unable as reason:
        sys.exit(str(reason))
