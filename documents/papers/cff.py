"""Makes embedded Chinese fonts small.

WeasyPrint keeps the glyph numbers of a font it subsets, so that each unused glyph of the 63,000 of
a Noto face still costs bytes that do not compress: a page with five faces has 350 KB of them. A PDF
names glyphs by CID, and a CID-keyed CFF says itself which CIDs it holds (Adobe Technical Note 5176,
chapters 13 and 18; ISO 32000-1, 9.9). So the unused ones can go, and the wrapper around the CFF.
Pure.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator
from itertools import pairwise

CHARSET, CHARSTRINGS, FD_SELECT = (15,), (17,), (12, 37)
LONG_INTEGER = 29


class Unexpected(ValueError):
    """The font is not of the shape that HarfBuzz writes; it is better left as it is."""


def only_used(font: bytes, used: Collection[int]) -> bytes:
    """The bare CFF of an OpenType font, with the glyphs `used` and .notdef alone.

    `used` are the glyph numbers that the PDF calls CIDs; the new charset says just that, whatever
    the font's own was. Raises Unexpected for anything but a CID-keyed CFF.
    """
    try:
        return _rewritten(bytearray(_table(font, b"CFF ")), sorted({0, *used}))
    except (IndexError, struct.error, KeyError) as fault:
        raise Unexpected(str(fault)) from fault


def _table(font: bytes, wanted: bytes) -> bytes:
    (count,) = struct.unpack_from(">H", font, 4)
    for entry in range(count):
        tag, _, offset, length = struct.unpack_from(">4sLLL", font, 12 + 16 * entry)
        if tag == wanted:
            return font[offset : offset + length]
    raise Unexpected("no such table")


def _rewritten(cff: bytearray, gids: list[int]) -> bytes:
    """New charstrings, charset and FDSelect stand where the old charstrings stood."""
    top = _top_dict(cff)
    start = top[CHARSTRINGS][1]
    offsets, data = _index(cff, start)
    glyphs = [bytes(cff[data + offsets[gid] : data + offsets[gid + 1]]) for gid in gids]
    charstrings = _written_index(glyphs)
    charset = b"\0" + struct.pack(f">{len(gids) - 1}H", *gids[1:])
    select = b"\0" + bytes(_font_dicts(cff, top[FD_SELECT][1], gids))
    end = data + offsets[-1]
    written = charstrings + charset + select
    if len(written) > end - start:
        raise Unexpected("nothing to gain")
    _set_offset(cff, top[CHARSET][0], start + len(charstrings))
    _set_offset(cff, top[FD_SELECT][0], start + len(charstrings) + len(charset))
    # What follows keeps its place; the gap is zeros, which compress to nothing.
    cff[start:end] = written.ljust(end - start, b"\0")
    return bytes(cff)


def _uint(cff: bytearray, position: int, size: int) -> int:
    return int.from_bytes(cff[position : position + size], "big")


def _index(cff: bytearray, position: int) -> tuple[list[int], int]:
    """The offsets of an INDEX and the position they count from."""
    count, size = _uint(cff, position, 2), cff[position + 2]
    raw = cff[position + 3 : position + 3 + (count + 1) * size]
    columns = [raw[place::size] for place in range(size)]
    offsets = list(columns[0])
    for column in columns[1:]:
        offsets = [(high << 8) | low for high, low in zip(offsets, column, strict=True)]
    return offsets, position + 2 + (count + 1) * size


def _written_index(items: list[bytes]) -> bytes:
    offsets = [1]
    for item in items:
        offsets.append(offsets[-1] + len(item))
    head = struct.pack(">HB", len(items), 4) + struct.pack(f">{len(offsets)}I", *offsets)
    return head + b"".join(items)


def _top_dict(cff: bytearray) -> dict[tuple[int, ...], tuple[int, int]]:
    """Operator → (position of its last operand, that operand), for the long integers."""
    names, data = _index(cff, cff[2])
    dicts, data = _index(cff, data + names[-1])
    found: dict[tuple[int, ...], tuple[int, int]] = {}
    last = (0, 0)
    position, end = data + dicts[0], data + dicts[1]
    for place, operator, operand in _entries(cff, position, end):
        if operator:
            found[operator], last = last, (0, 0)
        else:
            last = (place, operand)
    return found


def _entries(cff: bytearray, place: int, end: int) -> Iterator[tuple[int, tuple[int, ...], int]]:
    """Position, operator and operand of what stands in a dict: operators and long integers."""
    while place < end:
        first = cff[place]
        if first <= 21:
            operator = (first, cff[place + 1]) if first == 12 else (first,)
            yield place, operator, 0
            place += len(operator)
        elif first == LONG_INTEGER:
            yield place, (), _uint(cff, place + 1, 4)
            place += 5
        elif first == 30:
            place += 1
            while 0xF not in (cff[place] >> 4, cff[place] & 0xF):
                place += 1
            place += 1
        else:
            place += {28: 3}.get(first, 1 if first <= 246 else 2)


def _set_offset(cff: bytearray, place: int, offset: int) -> None:
    if cff[place] != LONG_INTEGER:
        raise Unexpected("an offset that cannot be rewritten in place")
    cff[place + 1 : place + 5] = offset.to_bytes(4, "big")


def _font_dicts(cff: bytearray, position: int, gids: list[int]) -> Iterator[int]:
    """Which font dict each glyph takes its defaults from."""
    if cff[position] == 0:
        yield from (cff[position + 1 + gid] for gid in gids)
        return
    if cff[position] != 3:
        raise Unexpected("an unknown FDSelect")
    count = _uint(cff, position + 1, 2)
    starts = [_uint(cff, position + 3 + 3 * n, 2) for n in range(count + 1)]
    dicts = [cff[position + 5 + 3 * n] for n in range(count)]
    for (first, after), font_dict in zip(pairwise(starts), dicts, strict=True):
        yield from (font_dict for gid in gids if first <= gid < after)
