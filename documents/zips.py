"""Writing a package: a ZIP file by file, with lists of what is in it and what is missing.

Little memory however large the files are: each passes through in pieces, and only its line in the
lists stays. The same contents give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from datetime import datetime
from typing import IO, Any, NamedTuple, Self

from django.utils import timezone

from documents.contents import Entry
from files.models import StoredFile

PIECE = 1024 * 1024
LIST, MANIFEST, SUMS = "清单.csv", "manifest.json", "SHA256SUMS"
COLUMNS = ("序号", "路径", "字节数", "SHA-256", "查验码", "说明")
LOST = "文件内容缺失，请联系系统管理员"
CHANGED = "文件内容与存入时不一致"
# Readable by who unpacked it; made on Unix.
MODE, UNIX = 0o640 << 16, 3
Opened = Callable[[StoredFile], AbstractContextManager[Any]]


class Line(NamedTuple):
    """What the lists say of one file; without a digest it is missing."""

    path: str
    size: int
    sha256: str
    code: str
    note: str


class PackageWriter:
    """A package being written to `target`; `opened` opens what is to go in."""

    def __init__(self, target: IO[bytes], *, moment: datetime, opened: Opened) -> None:
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_STORED)
        self._time = timezone.localtime(moment).timetuple()[:6]
        self._opened = opened
        self.lines: list[Line] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Where something went wrong the rest is given up: nobody will read it."""
        if kind:
            with suppress(Exception):
                self._zip.close()

    def add(self, entries: Iterable[Entry]) -> None:
        """Put the files in; those that are not there are listed with the reason."""
        self.lines += [self._line(entry) for entry in entries]

    def close(self, about: Mapping[str, Any]) -> None:
        """Add the lists and end the file; `about` stands first in the manifest."""
        sums = [f"{line.sha256}  {line.path}\n" for line in self.lines if line.sha256]
        for name, text in ((LIST, self._table()), (MANIFEST, self._manifest(about))):
            content = text.encode()
            self._write_text(name, content)
            sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
        self._write_text(SUMS, "".join(sums).encode())
        self._zip.close()

    @property
    def packed(self) -> int:
        return sum(1 for line in self.lines if line.sha256)

    def _line(self, entry: Entry) -> Line:
        if entry.file is None:
            return Line(entry.path, 0, "", entry.code, entry.reason)
        try:
            with self._opened(entry.file) as content:
                digest = self._copied(content, entry.path, entry.file.size)
        except FileNotFoundError:
            return Line(entry.path, 0, "", entry.code, LOST)
        note = "" if digest == entry.file.digest else CHANGED
        return Line(entry.path, entry.file.size, digest, entry.code, note)

    def _copied(self, content: IO[bytes], path: str, size: int) -> str:
        """Papers, pictures and documents are compressed already; they go in as they are."""
        digest = hashlib.sha256()
        member = self._member(path, zipfile.ZIP_STORED)
        member.file_size = size
        with self._zip.open(member, "w") as target:
            while piece := content.read(PIECE):
                digest.update(piece)
                target.write(piece)
        return digest.hexdigest()

    def _write_text(self, name: str, content: bytes) -> None:
        self._zip.writestr(self._member(name, zipfile.ZIP_DEFLATED), content)

    def _member(self, path: str, method: int) -> zipfile.ZipInfo:
        member = zipfile.ZipInfo(path, self._time)
        member.compress_type = method
        member.create_system, member.external_attr = UNIX, MODE
        return member

    def _table(self) -> str:
        """With the mark that makes spreadsheets read it as UTF-8."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        for number, line in enumerate(self.lines, start=1):
            note = line.note if line.sha256 else f"缺少：{line.note}"
            writer.writerow([number, line.path, line.size, line.sha256, line.code, note])
        return f"\ufeff{text.getvalue()}"

    def _manifest(self, about: Mapping[str, Any]) -> str:
        there = [
            {"path": line.path, "size": line.size, "sha256": line.sha256}
            | ({"code": line.code} if line.code else {})
            | ({"note": line.note} if line.note else {})
            for line in self.lines
            if line.sha256
        ]
        missing = [
            {"path": line.path, "reason": line.note} for line in self.lines if not line.sha256
        ]
        said = {**about, "files": there, "missing": missing}
        return json.dumps(said, ensure_ascii=False, indent=1)
