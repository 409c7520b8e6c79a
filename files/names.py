"""Names that people gave their files, made harmless and kept recognisable."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 120
UNWANTED = re.compile(r'[<>:"|?*\\/]')


def cleaned(name: str, ending: str) -> str:
    """The last part of `name` without anything that a file system or a header could trip over.

    It always ends in `ending` (".pdf"), which follows from the content, not from the name.
    """
    base = re.split(r"[\\/]", name)[-1]
    shown = "".join(c for c in unicodedata.normalize("NFC", base) if _is_shown(c))
    stem = UNWANTED.sub("_", shown).strip()
    known = {ending, *([".jpeg"] if ending == ".jpg" else [])}
    for known_ending in known:
        stem = stem[: -len(known_ending)] if stem.lower().endswith(known_ending) else stem
    stem = stem.strip(" .")[: MAX_NAME - len(ending)]
    return f"{stem or '文件'}{ending}"


def _is_shown(character: str) -> bool:
    """Control and direction marks could disguise an ending."""
    return unicodedata.category(character)[0] != "C"
