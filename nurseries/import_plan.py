"""What an import would do, row by row, before anything is done.

Pure: the table, the counties and what is registered already come in as values. A plan with faults
cannot be applied: all or nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from nurseries import columns, rules
from nurseries.columns import BY_FIELD, BY_HEADING, Wrong
from nurseries.places import Places, covers
from nurseries.wording import shown
from nurseries.workbooks import Line, Table


class Action(StrEnum):
    NEW = "new"
    CHANGE = "change"
    SAME = "same"


@dataclass(frozen=True)
class CellFault:
    """What is wrong with one cell; its row, its column's letter and heading, and a sentence."""

    row: int
    letter: str
    heading: str
    text: str

    def __str__(self) -> str:
        letter = f" {self.letter} 列" if self.letter else ""
        return f"第 {self.row} 行{letter}「{self.heading}」：{self.text}"


@dataclass(frozen=True)
class Reading:
    """A line whose cells were read: the values by field. Cells left blank are not in it."""

    row: int
    values: dict[str, Any]


@dataclass(frozen=True)
class Draft:
    """A whole sheet as far as it can be read without knowing what is registered."""

    letters: Mapping[str, str]
    readings: tuple[Reading, ...]
    faults: tuple[CellFault, ...]
    examples: int

    @property
    def credit_codes(self) -> list[str]:
        return [r.values["credit_code"] for r in self.readings if "credit_code" in r.values]


@dataclass(frozen=True)
class Known:
    """A nursery that is registered already; `values` by field, counties as places."""

    pk: int
    version: int
    path: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One field that a row changes, in the words of the page."""

    field: str
    heading: str
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """What one row does: a new nursery, a change to a known one, or nothing."""

    row: int
    action: Action
    values: dict[str, Any]
    known: Known | None = None
    changes: tuple[Change, ...] = ()

    @property
    def name(self) -> str:
        return str(self.values["name"])

    @property
    def credit_code(self) -> str:
        return str(self.values["credit_code"])

    @property
    def place(self) -> str:
        return str(self.values["region"])


@dataclass(frozen=True)
class Plan:
    """The steps of an import and everything that stands in its way."""

    steps: tuple[Step, ...]
    faults: tuple[CellFault, ...]
    examples: int = 0
    fingerprint: str = field(default="", compare=False)

    def doing(self, action: Action) -> list[Step]:
        return [step for step in self.steps if step.action is action]

    @property
    def created(self) -> int:
        return len(self.doing(Action.NEW))

    @property
    def changed(self) -> int:
        return len(self.doing(Action.CHANGE))

    @property
    def unchanged(self) -> int:
        return len(self.doing(Action.SAME))

    @property
    def to_do(self) -> int:
        return self.created + self.changed

    @property
    def applicable(self) -> bool:
        return not self.faults and self.to_do > 0


def draft(table: Table, places: Places, *, on: date) -> Draft:
    """Read every cell and check every row by itself, as of the local date `on`."""
    readings: list[Reading] = []
    faults: list[CellFault] = []
    examples = 0
    for line in table.lines:
        if _is_example(line):
            examples += 1
            continue
        values, wrong = _read(line, places)
        wrong += [(found.field, found.text) for found in rules.faults(_whole(values, wrong), on=on)]
        readings.append(Reading(line.number, values))
        faults += [_at(table.letters, line.number, name, text) for name, text in wrong]
    faults += _doubled(table.letters, readings)
    return Draft(table.letters, tuple(readings), tuple(sorted(faults, key=_order)), examples)


def plan(drafted: Draft, known: Mapping[str, Known], areas: Collection[str]) -> Plan:
    """Compare a draft with what is registered; `areas` are the paths the importer keeps."""
    faults = list(drafted.faults)
    steps = []
    for reading in drafted.readings:
        registered = known.get(reading.values.get("credit_code", ""))
        faults += _outside(drafted.letters, reading, registered, areas)
        if BY_FIELD.keys() - reading.values.keys() <= set(rules.FILING):
            steps.append(_step(reading, registered))
    ordered = tuple(sorted(faults, key=_order))
    return Plan(tuple(steps), ordered, drafted.examples, _fingerprint(steps))


def _read(line: Line, places: Places) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    values: dict[str, Any] = {}
    wrong: list[tuple[str, str]] = []
    for heading, column in BY_HEADING.items():
        cell = line.cells.get(heading)
        if cell is None:
            if column.required:
                wrong.append((column.field, "不能为空。"))
            continue
        try:
            values[column.field] = columns.value_of(cell, column, places)
        except Wrong as fault:
            wrong.append((column.field, str(fault)))
    return values, wrong


def _whole(values: dict[str, Any], wrong: list[tuple[str, str]]) -> dict[str, Any]:
    """A row as the rules see it: a blank filing cell is empty, an unreadable one is not known.

    A row with no filing cell at all says nothing about it: a registered filing stays as it is.
    """
    unreadable = {name for name, _ in wrong}
    filing = {name: values.get(name) for name in rules.FILING if name not in unreadable}
    return {**values, **filing} if any(filing.values()) else values


def _doubled(letters: Mapping[str, str], readings: list[Reading]) -> Iterator[CellFault]:
    first: dict[str, int] = {}
    for reading in readings:
        code = reading.values.get("credit_code")
        if code in first:
            yield _at(letters, reading.row, "credit_code", f"与第 {first[code]} 行重复。")
        elif code:
            first[code] = reading.row


def _outside(
    letters: Mapping[str, str], reading: Reading, registered: Known | None, areas: Collection[str]
) -> Iterator[CellFault]:
    county = reading.values.get("region")
    if county and not covers(areas, county.path):
        yield _at(letters, reading.row, "region", f"{county}不在您的辖区内，不能导入。")
    if registered and not covers(areas, registered.path):
        sentence = "该机构已由其他地区登记，不能由本地区导入。"
        yield _at(letters, reading.row, "credit_code", sentence)


def _step(reading: Reading, registered: Known | None) -> Step:
    if registered is None:
        return Step(reading.row, Action.NEW, reading.values)
    changes = tuple(
        _change(name, registered.values[name], value)
        for name, value in reading.values.items()
        if value != registered.values[name]
    )
    action = Action.CHANGE if changes else Action.SAME
    return Step(reading.row, action, reading.values, registered, changes)


def _change(name: str, before: Any, after: Any) -> Change:
    return Change(name, BY_FIELD[name].heading, shown(name, before), shown(name, after))


def _is_example(line: Line) -> bool:
    cell = line.cells.get(columns.COLUMNS[0].heading)
    return cell is not None and cell.value == columns.EXAMPLE_NAME


def _at(letters: Mapping[str, str], row: int, name: str, text: str) -> CellFault:
    heading = BY_FIELD[name].heading
    return CellFault(row, letters.get(heading, ""), heading, text)


def _order(fault: CellFault) -> tuple[int, int, str]:
    return fault.row, len(fault.letter), fault.letter


def _fingerprint(steps: list[Step]) -> str:
    """A digest of what would be done and to which versions; the same plan has the same digest."""
    told = [
        (step.row, step.action, step.credit_code, step.known.version if step.known else 0)
        for step in steps
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()
