"""Where seals go: every place for one is a named box of the layout, and a named destination of the
PDF, so that a seal is laid over the finished page and nothing moves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# The names of the boxes: seal:role:path of the region:number of the copy.
PREFIX = "seal:"
POINTS_PER_PIXEL = 0.75


@dataclass(frozen=True)
class SealPlace:
    """A square for one seal, in points from the lower left corner of a page counted from 0.

    `role` is the tier of an opinion's cell (county, city, province), else "issuer"; `body` is the
    path of the region whose body seals; `copy` counts the copies in one file from 1.
    """

    role: str
    body: str
    copy: int
    page: int
    x: float
    y: float
    width: float


def places_on(pages: Iterable[Any]) -> tuple[SealPlace, ...]:
    """The places of pages that WeasyPrint has laid out, in their order."""
    return tuple(
        _place(name, box, number, page.height)
        for number, page in enumerate(pages)
        for name, box in page.anchors.items()
        if name.startswith(PREFIX)
    )


def _place(name: str, box: tuple[float, ...], page: int, height: float) -> SealPlace:
    _, role, body, copy = name.split(":")
    left, _top, right, bottom = (edge * POINTS_PER_PIXEL for edge in box)
    return SealPlace(
        role=role,
        body=body,
        copy=int(copy),
        page=page,
        x=round(left, 2),
        y=round(height * POINTS_PER_PIXEL - bottom, 2),
        width=round(right - left, 2),
    )
