"""The lines of a nursery's classes, staff and fees as plain values, before they are rows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from nurseries import kinds, rules, wording


@dataclass(frozen=True)
class ClassLine:
    kind: str
    class_count: int
    children: int

    @property
    def empty(self) -> bool:
        return not self.class_count and not self.children

    def __str__(self) -> str:
        label = kinds.ClassKind(self.kind).label
        return f"{label} {self.class_count} 个班 {self.children} 人"


@dataclass(frozen=True)
class StaffLine:
    post: str
    headcount: int
    certified: int

    @property
    def empty(self) -> bool:
        return not self.headcount and not self.certified

    def __str__(self) -> str:
        return f"{kinds.Post(self.post).label} {self.headcount} 人，持证 {self.certified} 人"


@dataclass(frozen=True)
class FeeLine:
    item: str
    amount: Decimal
    unit: str

    @property
    def empty(self) -> bool:
        return not self.item

    def __str__(self) -> str:
        amount = wording.shown("amount", self.amount)
        return f"{self.item} {amount} {kinds.FeeUnit(self.unit).label}"


Part = ClassLine | StaffLine | FeeLine


@dataclass(frozen=True)
class Parts:
    """Everything a nursery consists of, line by line."""

    classes: tuple[ClassLine, ...] = ()
    staff: tuple[StaffLine, ...] = ()
    fees: tuple[FeeLine, ...] = ()

    @property
    def filled(self) -> Parts:
        """The same without the lines that say nothing."""
        return Parts(
            tuple(line for line in self.classes if not line.empty),
            tuple(line for line in self.staff if not line.empty),
            tuple(line for line in self.fees if not line.empty),
        )


def faults(parts: Parts) -> list[rules.Fault]:
    """What the database would refuse about the lines, in words."""
    classes = (_class_faults(line) for line in parts.classes)
    staff = (_staff_faults(line) for line in parts.staff)
    fees = (_fee_faults(line) for line in parts.fees)
    return [fault for found in (*classes, *staff, *fees) for fault in found]


def _class_faults(line: ClassLine) -> Iterator[rules.Fault]:
    if line.children and not line.class_count:
        yield rules.Fault("classes", rules.CHILDREN_NEED_CLASS)


def _staff_faults(line: StaffLine) -> Iterator[rules.Fault]:
    if line.certified > line.headcount:
        yield rules.Fault("staff", rules.CERTIFIED_WITHIN)


def _fee_faults(line: FeeLine) -> Iterator[rules.Fault]:
    if line.amount < 0:
        yield rules.Fault("fees", rules.FEE_NOT_NEGATIVE)


def told(lines: Iterable[Part]) -> str:
    """The lines in one sentence, for a history."""
    return "；".join(str(line) for line in lines) or wording.NOTHING
