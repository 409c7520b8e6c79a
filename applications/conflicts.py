"""Conflicts of interest: who must stand aside 回避 from which file, and why.

Plain values in, plain values out. One rule is one small function; RULES is all of them. Whoever
seats an expert, by hand or by the assignment, asks `conflicts` and refuses what it finds.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """Why somebody stands aside, in a word for counting."""

    EMPLOYER = "同单位"
    REGION = "同地区"
    TIE = "申报利害关系"
    RELATION = "机构申请回避"
    TEAM = "参加过初审或审核"
    RECUSED = "曾申请回避"


# What an expert knows of oneself; the rest is between the nursery and the offices.
OWN = (Kind.EMPLOYER, Kind.REGION, Kind.TIE, Kind.RECUSED)


@dataclass(frozen=True)
class Conflict:
    """One reason to stand aside; `sentence` is whole, for officials."""

    kind: Kind
    sentence: str


@dataclass(frozen=True)
class ExpertFacts:
    """What is known of an expert. `region` is the path of the region of work, "" if unknown;
    `ties` are the declared ones: nursery → what the tie is.
    """

    name: str
    employer: str = ""
    region: str = ""
    ties: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Person:
    """Somebody named in writing, by a nursery or a commission."""

    name: str
    employer: str = ""
    what: str = ""


@dataclass(frozen=True)
class FileFacts:
    """What is known of an application: its nursery, where that lies, who is named in connection
    with it, and the keys of the experts who have recused from it.
    """

    nursery: int
    nursery_name: str
    region: str
    relations: tuple[Person, ...] = ()
    team: tuple[Person, ...] = ()
    recused: frozenset[int] = frozenset()


Rule = Callable[[int, ExpertFacts, FileFacts], Iterator[Conflict]]


def same_employer(key: int, expert: ExpertFacts, file: FileFacts) -> Iterator[Conflict]:
    if expert.employer and normal(expert.employer) == normal(file.nursery_name):
        yield Conflict(Kind.EMPLOYER, f"{expert.name}在该机构任职，应当回避。")


def same_region(key: int, expert: ExpertFacts, file: FileFacts) -> Iterator[Conflict]:
    """Within one city-level unit; whoever works at the province itself is near to no city."""
    unit = city_unit(expert.region)
    if unit and unit == city_unit(file.region):
        yield Conflict(Kind.REGION, f"{expert.name}与该机构在同一市工作，应当回避。")


def declared_tie(key: int, expert: ExpertFacts, file: FileFacts) -> Iterator[Conflict]:
    if what := expert.ties.get(file.nursery):
        sentence = f"{expert.name}申报与该机构有利害关系（{what}），应当回避。"
        yield Conflict(Kind.TIE, sentence)


def named_by_nursery(key: int, expert: ExpertFacts, file: FileFacts) -> Iterator[Conflict]:
    for person in file.relations:
        if _may_be(person, expert):
            sentence = f"该机构申请{expert.name}回避（{person.what}）。"
            yield Conflict(Kind.RELATION, sentence)


def scored_before(key: int, expert: ExpertFacts, file: FileFacts) -> Iterator[Conflict]:
    """Members of the county's or the city's team have judged this very file already."""
    for member in file.team:
        if normal(member.name) == normal(expert.name):
            sentence = f"{expert.name}是本件{member.what}评审组成员，应当回避。"
            yield Conflict(Kind.TEAM, sentence)


def recused_before(key: int, expert: ExpertFacts, file: FileFacts) -> Iterator[Conflict]:
    if key in file.recused:
        yield Conflict(Kind.RECUSED, f"{expert.name}已就本件申请回避。")


RULES: tuple[Rule, ...] = (
    same_employer,
    same_region,
    declared_tie,
    named_by_nursery,
    scored_before,
    recused_before,
)


def conflicts(key: int, expert: ExpertFacts, file: FileFacts) -> list[Conflict]:
    """Everything for which the expert `key` has to stand aside from the file; empty: nothing."""
    return [conflict for rule in RULES for conflict in rule(key, expert, file)]


def _may_be(person: Person, expert: ExpertFacts) -> bool:
    """By name; the employers decide between namesakes where both are known."""
    if normal(person.name) != normal(expert.name):
        return False
    employers = {normal(person.employer), normal(expert.employer)} - {""}
    return len(employers) < 2


# NFKC makes full-width signs half-width; these brackets it leaves as they are.
BRACKETS = str.maketrans("【〔〖[{】〕〗]}", "((((()))))")


def normal(text: str) -> str:
    """A name as it is compared: without spaces, one width, one kind of brackets and case."""
    return "".join(unicodedata.normalize("NFKC", text).translate(BRACKETS).split()).casefold()


def city_unit(path: str) -> str:
    """The path of the city-level unit that a region belongs to; "" for the province itself."""
    parts = path.split("/")
    return "/".join(parts[:2]) if len(parts) > 1 else ""
