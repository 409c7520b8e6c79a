"""What sets one version of a rubric apart from another. Pure: two layouts in, values out."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from scoring.layout import IndicatorSpec, Layout, OptionSpec, SectionSpec, plain
from scoring.statuses import Kind

Row = TypeVar("Row")
NOTHING = "（无）"
MAX_QUOTED = 60


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class FieldChange:
    """One field, before and after, in the words of the page."""

    label: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.label} {_short(self.before)} → {_short(self.after)}"


@dataclass(frozen=True)
class RowChange:
    """What became of one first-level indicator or one indicator.

    `fields` is empty for what was added or removed, of which `note` says how it is marked;
    `moved` says that its place is another.
    """

    change: Change
    code: str
    name: str
    fields: tuple[FieldChange, ...] = ()
    moved: bool = False
    note: str = ""

    def __str__(self) -> str:
        told = {Change.ADDED: "新增", Change.REMOVED: "删除"}.get(self.change, "")
        return f"{self.code} {self.name}：{told or '；'.join(map(str, self.fields))}"


@dataclass(frozen=True)
class Sum:
    """What a first-level indicator is worth before and after; None where it is not there."""

    code: str
    name: str
    before: Decimal | None
    after: Decimal | None

    @property
    def changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class Differences:
    """All of it; `head` is what is said of the rubric as a whole."""

    head: tuple[FieldChange, ...]
    sections: tuple[RowChange, ...]
    indicators: tuple[RowChange, ...]
    sums: tuple[Sum, ...]
    total: Sum

    def __bool__(self) -> bool:
        return bool(self.head or self.sections or self.indicators)

    @property
    def counts(self) -> dict[str, int]:
        """How many indicators were added, removed, changed, and moved."""
        found = Counter(str(row.change) for row in self.indicators)
        return {
            **{str(change): found[change] for change in Change},
            "moved": sum(row.moved for row in self.indicators),
        }

    def lines(self) -> list[str]:
        """Everything as short sentences, for a history."""
        return [str(change) for change in (*self.head, *self.sections, *self.indicators)]


def differences(old: Layout, new: Layout) -> Differences:
    """What `new` changes in `old`; false when the two are equal.

    A row is known again by its code and name together, else by its name, else by its code, so
    that renumbering is told as renumbering.
    """
    sections = _matched(old.sections, new.sections, *_SECTION_KEYS)
    homes = _Homes(old, new, sections)
    return Differences(
        head=tuple(_fields(old, new, _HEAD)),
        sections=tuple(_section_rows(old, new, sections)),
        indicators=tuple(_indicator_rows(homes)),
        sums=tuple(_sums(old, new, sections)),
        total=Sum("", "合计", old.total, new.total),
    )


# Label of a field, and how it is read off and written.
_HEAD: dict[str, Callable[[Layout], str]] = {
    "编号": lambda layout: layout.code,
    "名称": lambda layout: layout.name,
    "满分": lambda layout: f"{plain(layout.full_mark)} 分",
    "说明": lambda layout: layout.note,
}
_SECTION: dict[str, Callable[[SectionSpec], str]] = {
    "编号": lambda section: section.code,
    "名称": lambda section: section.name,
}
_INDICATOR: dict[str, Callable[[IndicatorSpec], str]] = {
    "编号": lambda spec: spec.code,
    "指标": lambda spec: spec.title,
    "计分方式": lambda spec: Kind(spec.kind).label,
    "分值": lambda spec: f"{plain(spec.mark)} 分",
    "评分说明": lambda spec: spec.guidance,
    "佐证材料": lambda spec: spec.evidence_wanted,
    "须附佐证": lambda spec: "是" if spec.evidence_required else "否",
}
_SECTION_KEYS: tuple[Callable[[SectionSpec], Hashable], ...] = (
    lambda section: (section.code, section.name),
    lambda section: section.name,
    lambda section: section.code,
)
_INDICATOR_KEYS: tuple[Callable[[IndicatorSpec], Hashable], ...] = (
    lambda spec: (spec.code, spec.title),
    lambda spec: spec.title,
    lambda spec: spec.code,
)


class _Homes:
    """Every indicator of both layouts with its section's number, and which became which."""

    def __init__(self, old: Layout, new: Layout, sections: dict[int, int]) -> None:
        self.layouts = old, new
        self.old = [(n, spec) for n, s in enumerate(old.sections) for spec in s.indicators]
        self.new = [(n, spec) for n, s in enumerate(new.sections) for spec in s.indicators]
        self.pairs = _matched([s for _, s in self.old], [s for _, s in self.new], *_INDICATOR_KEYS)
        self.sections = sections

    def at_home(self, before: int, after: int) -> bool:
        """Whether a pair stands in the same section as before."""
        return self.sections.get(self.old[before][0]) == self.new[after][0]

    def reordered(self) -> set[int]:
        """Those, by their new number, that changed places within their section."""
        moved: set[int] = set()
        for section in range(len(self.layouts[1].sections)):
            stayed = {
                after: before
                for before, after in self.pairs.items()
                if self.new[after][0] == section and self.at_home(before, after)
            }
            moved |= _displaced(stayed)
        return moved

    def words(self, side: int, number: int) -> str:
        section = self.layouts[side].sections[number]
        return f"{section.code} {section.name}"


def _section_rows(old: Layout, new: Layout, pairs: dict[int, int]) -> Iterator[RowChange]:
    earlier = {after: before for before, after in pairs.items()}
    moved = _displaced(earlier)
    for number, section in enumerate(new.sections):
        if number not in earlier:
            yield RowChange(Change.ADDED, section.code, section.name)
            continue
        fields = list(_fields(old.sections[earlier[number]], section, _SECTION))
        if number in moved:
            fields.append(_order(earlier[number], number))
        if fields:
            yield RowChange(
                Change.CHANGED, section.code, section.name, tuple(fields), number in moved
            )
    for number, section in enumerate(old.sections):
        if number not in pairs:
            yield RowChange(Change.REMOVED, section.code, section.name)


def _indicator_rows(homes: _Homes) -> Iterator[RowChange]:
    earlier = {after: before for before, after in homes.pairs.items()}
    reordered = homes.reordered()
    for number, (section, spec) in enumerate(homes.new):
        if number not in earlier:
            yield RowChange(Change.ADDED, spec.code, spec.title, note=spec.kind_words)
            continue
        home, was = homes.old[earlier[number]]
        fields = [*_fields(was, spec, _INDICATOR), *_option_fields(was.options, spec.options)]
        away = not homes.at_home(earlier[number], number)
        if away:
            words = homes.words(0, home), homes.words(1, section)
            fields.append(FieldChange("一级指标", *words))
        elif number in reordered:
            fields.append(_order(earlier[number], number))
        if fields:
            moved = away or number in reordered
            yield RowChange(Change.CHANGED, spec.code, spec.title, tuple(fields), moved)
    for number, (_, spec) in enumerate(homes.old):
        if number not in homes.pairs:
            yield RowChange(Change.REMOVED, spec.code, spec.title, note=spec.kind_words)


def _sums(old: Layout, new: Layout, pairs: dict[int, int]) -> Iterator[Sum]:
    earlier = {after: before for before, after in pairs.items()}
    for number, section in enumerate(new.sections):
        was = old.sections[earlier[number]].mark if number in earlier else None
        yield Sum(section.code, section.name, was, section.mark)
    for number, section in enumerate(old.sections):
        if number not in pairs:
            yield Sum(section.code, section.name, section.mark, None)


def _fields(old: Row, new: Row, table: dict[str, Callable[[Row], str]]) -> Iterator[FieldChange]:
    for label, words in table.items():
        if words(old) != words(new):
            yield FieldChange(label, words(old) or NOTHING, words(new) or NOTHING)


def _option_fields(
    old: tuple[OptionSpec, ...], new: tuple[OptionSpec, ...]
) -> Iterator[FieldChange]:
    pairs = _matched(old, new, lambda option: (option.label, option.value), lambda o: o.label)
    earlier = {after: before for before, after in pairs.items()}
    for number, option in enumerate(new):
        was = old[earlier[number]].value if number in earlier else None
        if was != option.value:
            before = NOTHING if was is None else f"{plain(was)} 分"
            yield FieldChange(f"选项“{option.label}”", before, f"{plain(option.value)} 分")
    for number, option in enumerate(old):
        if number not in pairs:
            yield FieldChange(f"选项“{option.label}”", f"{plain(option.value)} 分", NOTHING)
    if _displaced(earlier):
        yield FieldChange("选项顺序", _labels(old), _labels(new))


def _labels(options: tuple[OptionSpec, ...]) -> str:
    return "、".join(option.label for option in options)


def _order(before: int, after: int) -> FieldChange:
    return FieldChange("顺序", f"第 {before + 1} 项", f"第 {after + 1} 项")


def _matched(
    old: Sequence[Row], new: Sequence[Row], *keys: Callable[[Row], Hashable]
) -> dict[int, int]:
    """Which of `old` became which of `new`, by number; the first key that finds a row counts."""
    pairs: dict[int, int] = {}
    for key in keys:
        left = _named(old, key, set(pairs))
        right = _named(new, key, set(pairs.values()))
        pairs |= {left[name]: right[name] for name in left.keys() & right.keys()}
    return pairs


def _named(
    rows: Sequence[Row], key: Callable[[Row], Hashable], taken: set[int]
) -> dict[Hashable, int]:
    """The numbers of the rows by their name; those of one name are told apart by their order."""
    found: dict[Hashable, int] = {}
    times: Counter[Hashable] = Counter()
    for number, row in enumerate(rows):
        if number not in taken:
            name = key(row)
            found[name, times[name]] = number
            times[name] += 1
    return found


def _displaced(earlier: dict[int, int]) -> set[int]:
    """Of rows with their new and earlier numbers: as few as possible to explain the new order."""
    ordered = sorted(earlier)
    stayed = _rising([earlier[number] for number in ordered])
    return {number for place, number in enumerate(ordered) if place not in stayed}


def _rising(numbers: Sequence[int]) -> set[int]:
    """The places of a longest rising run of numbers, of which none occurs twice."""
    ends: list[int] = []  # the smallest number that ends a run of each length
    last: list[int] = []  # its place
    previous: list[int] = []
    for place, number in enumerate(numbers):
        length = bisect_left(ends, number)
        ends[length:] = [number, *ends[length + 1 :]]
        previous.append(last[length - 1] if length else -1)
        last[length:] = [place, *last[length + 1 :]]
    run: set[int] = set()
    place = last[-1] if last else -1
    while place >= 0:
        run.add(place)
        place = previous[place]
    return run


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= MAX_QUOTED else f"{flat[:MAX_QUOTED]}…"
