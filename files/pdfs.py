"""What a PDF may not hold: anything that runs, starts something or hides another file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

SCRIPT = "PDF 含有脚本，请打印为新的 PDF 后再上传"
ATTACHMENT = "PDF 内嵌了其他文件，请打印为新的 PDF 后再上传"
LAUNCH = "PDF 含有启动其他程序的指令"
ENCRYPTED = "PDF 已加密，请去除密码后再上传"
BROKEN = "PDF 已损坏，无法读取"
UNWANTED = {
    "/JS": SCRIPT,
    "/JavaScript": SCRIPT,
    "/XFA": SCRIPT,
    "/RichMedia": SCRIPT,
    "/EF": ATTACHMENT,
    "/EmbeddedFile": ATTACHMENT,
    "/EmbeddedFiles": ATTACHMENT,
    "/Launch": LAUNCH,
}


def harm_in(content: bytes) -> str:
    """What the PDF may not hold, in words; "" for a harmless one."""
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            return ENCRYPTED
        reader.get_num_pages()
        found = (UNWANTED[name] for each in _objects(reader) for name in _names(each))
        return next(found, "")
    except SoftTimeLimitExceeded:
        raise
    except Exception:  # noqa: BLE001 - a hostile file breaks its reader in any way it likes
        return BROKEN


def _objects(reader: PdfReader) -> Iterator[Any]:
    """Every object of the file, also those that no page leads to."""
    plain = [(number, at) for at, numbers in reader.xref.items() for number in numbers]
    packed = [(number, 0) for number in reader.xref_objStm]
    for number, generation in plain + packed:
        yield reader.get_object(IndirectObject(number, generation, reader))


def _names(piece: Any) -> Iterator[str]:
    """The unwanted names in an object and in what it holds directly."""
    if isinstance(piece, NameObject) and piece in UNWANTED:
        yield piece
    elif isinstance(piece, DictionaryObject):
        for name, value in piece.items():
            yield from _names(name)
            yield from _names(value)
    elif isinstance(piece, ArrayObject):
        for value in list.__iter__(piece):
            yield from _names(value)
