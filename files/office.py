"""What a Word or Excel file may not hold: macros, controls, embedded objects, remote parts."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from xml.parsers import expat

MACROS = "文档含有宏"
OBJECTS = "文档内嵌了控件或其他程序的对象"
REMOTE = "文档引用了外部的模板或内容"
ENCRYPTED = "文档已加密，请去除密码后再上传"
BROKEN = "文档已损坏，无法读取"
# The last part of a relationship's type.
UNWANTED = {
    "vbaProject": MACROS,
    "wordVbaData": MACROS,
    "xlMacrosheet": MACROS,
    "xlIntlMacrosheet": MACROS,
    "oleObject": OBJECTS,
    "control": OBJECTS,
    "activeXControlBinary": OBJECTS,
}
# Links that nobody follows without clicking, or that Office asks about before it follows them.
MAY_BE_OUTSIDE = {"hyperlink", "externalLinkPath", "externalLinkLong", "xlPathMissing"}
IS_ENCRYPTED = 0x1


class _DoctypeError(Exception):
    """Office never writes a document type; entities are declared in one."""


UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    _DoctypeError,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
)


def harm_in(content: bytes) -> str:
    """What the document may not hold, in words; "" for a harmless one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if any(member.flag_bits & IS_ENCRYPTED for member in package.infolist()):
                return ENCRYPTED
            found = (_harm(each) for each in _relationships(package))
            return next(filter(None, found), "")
    except UNREADABLE:
        return BROKEN


def _relationships(package: zipfile.ZipFile) -> Iterator[Mapping[str, str]]:
    """How the parts of the package hang together; a part that nothing refers to is not opened."""
    for name in package.namelist():
        if name.lower().endswith(".rels"):
            yield from _elements(package.read(name), "Relationship")


def _elements(xml: bytes, wanted: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == wanted:
            found.append(attributes)

    def doctype(*_: object) -> None:
        raise _DoctypeError

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    parser.Parse(xml, True)
    return found


def _harm(relationship: Mapping[str, str]) -> str:
    kind = relationship.get("Type", "").rpartition("/")[2]
    outside = relationship.get("TargetMode", "").lower() == "external"
    if kind in UNWANTED:
        return UNWANTED[kind]
    return REMOTE if outside and kind not in MAY_BE_OUTSIDE else ""
