"""Finding a county by what people write: its code, its name, or its name with the city's. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class UnknownPlace(Exception):
    """No county, or more than one, is meant; the text is a sentence for people."""


@dataclass(frozen=True)
class Place:
    """A county or the zone, as far as the registry has to know it."""

    pk: int
    code: str
    name: str
    full_name: str
    path: str

    def __str__(self) -> str:
        return self.full_name


class Places:
    """All counties of the province, by code and by every way to name them."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.all = tuple(places)
        self._by_code = {place.code: place for place in self.all}
        self._by_pk = {place.pk: place for place in self.all}
        self._by_name: dict[str, list[Place]] = {}
        for place in self.all:
            for name in {place.name, place.full_name}:
                self._by_name.setdefault(name, []).append(place)

    def within(self, paths: list[str]) -> list[Place]:
        return [place for place in self.all if covers(paths, place.path)]

    def at(self, pk: int) -> Place:
        return self._by_pk[pk]

    def find(self, text: str) -> Place:
        """The county that `text` names. Raises UnknownPlace where it is none or not only one."""
        wanted = "".join(text.split()).removeprefix("辽宁省")
        if wanted in self._by_code:
            return self._by_code[wanted]
        found = self._by_name.get(wanted, [])
        if len(found) == 1:
            return found[0]
        if found:
            choices = "、".join(f"{place.full_name}（{place.code}）" for place in found)
            raise UnknownPlace(f"“{wanted}”不止一处：{choices}，请填写 6 位区划代码。")
        raise UnknownPlace(f"没有“{wanted}”这个县（市、区），请填写 6 位区划代码或带市名的全称。")


def covers(paths: Iterable[str], path: str) -> bool:
    """Whether a region's path is one of `paths` or lies below one of them."""
    return any(f"{path}/".startswith(f"{area}/") for area in paths)
