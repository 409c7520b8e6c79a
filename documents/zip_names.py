"""Names of files in a package that every system can unpack. Pure."""

from __future__ import annotations

import re
import unicodedata

RESERVED = re.compile(r'[<>:"|?*\\/]')
# Names that Windows keeps for devices, with any ending.
DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)")
NOTHING = "未命名"


def safe(name: str, most: int) -> str:
    """`name` as one part of a path, at most `most` characters long, its ending kept.

    No reserved, control or direction characters, no spaces or dots at its ends, no device.
    """
    plain = unicodedata.normalize("NFC", name)
    plain = "".join(c for c in plain if unicodedata.category(c)[0] != "C")
    plain = RESERVED.sub("_", plain).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 5:
        stem, dot, ending = plain, "", ""
    stem = stem[: most - len(dot + ending)].strip(" .")
    return DEVICES.sub(r"\1_", f"{stem or NOTHING}{dot}{ending}")


class Names:
    """The paths given so far; a second one of the same name gets a number, whatever its case."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, path: str) -> str:
        folder, slash, name = path.rpartition("/")
        stem, dot, ending = name.rpartition(".")
        if not dot:
            stem, ending = name, ""
        number, found = 1, path
        while found.casefold() in self._taken:
            number += 1
            found = f"{folder}{slash}{stem}（{number}）{dot}{ending}"
        self._taken.add(found.casefold())
        return found
