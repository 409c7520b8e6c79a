"""A bar chart as numbers for a small SVG: no script, no style, a table behind it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 320
LABELS = 130
VALUES = 36
ROW = 26
BAR = 14


@dataclass(frozen=True)
class Bar:
    label: str
    value: int
    x: int
    y: int
    width: int
    middle: int

    @property
    def end(self) -> int:
        return self.x + self.width + 6


@dataclass(frozen=True)
class Chart:
    """Bars one below the other, the longest as wide as there is room."""

    bars: tuple[Bar, ...]

    @property
    def box(self) -> str:
        return f"0 0 {WIDTH} {max(len(self.bars), 1) * ROW}"

    @property
    def axis(self) -> int:
        return LABELS

    @property
    def height(self) -> int:
        return len(self.bars) * ROW

    @property
    def labels_end(self) -> int:
        return LABELS - 8


def chart(counts: Sequence[tuple[str, int]]) -> Chart:
    """Whoever has any gets a bar that can be seen."""
    most = max((n for _, n in counts), default=0)
    room = WIDTH - LABELS - VALUES
    return Chart(
        tuple(
            Bar(
                label=label,
                value=n,
                x=LABELS,
                y=row * ROW + (ROW - BAR) // 2,
                width=max(round(room * n / most), 2) if n else 0,
                middle=row * ROW + ROW // 2,
            )
            for row, (label, n) in enumerate(counts)
        )
    )
