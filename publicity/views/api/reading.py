"""The API's document as its page tells it: addresses, parameters and fields in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

TYPES = {
    "string": "文本",
    "integer": "整数",
    "boolean": "是否",
    "array": "列表",
    "object": "对象",
    "date": "日期",
    "date-time": "时间",
    "null": "空",
}
REF = "#/components/schemas/"


@dataclass(frozen=True)
class Item:
    """A parameter or a field: its name, what kind of value, what it means."""

    name: str
    kind: str
    meaning: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Operation:
    path: str
    summary: str
    description: str
    parameters: tuple[Item, ...]
    answer: str


@dataclass(frozen=True)
class Shape:
    """One kind of object that answers are made of; `base` is one whose fields it has as well."""

    name: str
    items: tuple[Item, ...]
    base: str = ""


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        told = methods["get"]
        schema = told["responses"][200]["content"]["application/json"]["schema"]
        yield Operation(
            path=path,
            summary=told["summary"],
            description=told["description"],
            parameters=tuple(_parameter(each, document) for each in told["parameters"]),
            answer=schema["$ref"].removeprefix(REF),
        )


def shapes(document: Mapping[str, Any]) -> list[Shape]:
    """The kinds of objects in answers; mere lists of choices are told where they are used."""
    answers = [told["get"]["responses"] for told in document["paths"].values()]
    told = []
    for name in _named(answers, document, []):
        schema = document["components"]["schemas"][name]
        if "properties" in schema:
            items = [_item(key, each, document) for key, each in schema["properties"].items()]
            told.append(Shape(name, tuple(items)))
    return [_shortened(shape, told) for shape in told]


def _shortened(shape: Shape, among: Iterable[Shape]) -> Shape:
    """Without the fields of another kind that it has all of."""
    smaller = [each for each in among if set(each.items) < set(shape.items)]
    base = max(smaller, key=lambda each: len(each.items), default=None)
    if base is None:
        return shape
    own = tuple(item for item in shape.items if item not in base.items)
    return Shape(shape.name, own, base.name)


def _named(part: Any, document: Mapping[str, Any], known: list[str]) -> list[str]:
    """The kinds named in a part of the document and in what they are made of, each once."""
    inner = part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ()
    name = part.get("$ref", "").removeprefix(REF) if isinstance(part, Mapping) else ""
    if name and name not in known:
        known.append(name)
        _named(document["components"]["schemas"][name], document, known)
    for each in inner:
        _named(each, document, known)
    return known


def _parameter(parameter: Mapping[str, Any], document: Mapping[str, Any]) -> Item:
    """A parameter that is left out is no value; a minus before a choice is told in its meaning."""
    kind, choices = _kind(parameter["schema"], document)
    plain = tuple(choice for choice in choices if not choice.startswith("-"))
    kind = kind.removesuffix(f"或{TYPES['null']}")
    return Item(parameter["name"], kind, parameter["description"], plain)


def _item(name: str, schema: Mapping[str, Any], document: Mapping[str, Any]) -> Item:
    kind, choices = _kind(schema, document)
    return Item(name, kind, schema.get("description", ""), choices)


def _kind(schema: Mapping[str, Any], document: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """A value's kind in words, and what it may be where that is a short list."""
    if "anyOf" in schema:
        found = [_kind(each, document) for each in schema["anyOf"]]
        return "或".join(kind for kind, _ in found), tuple(c for _, some in found for c in some)
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(REF)
        meant = document["components"]["schemas"][name]
        return (name, ()) if "properties" in meant else _kind(meant, document)
    kind = TYPES[schema.get("format") or schema["type"]]
    if schema["type"] == "array":
        return f"{_kind(schema['items'], document)[0]}的列表", ()
    return kind, tuple(choice for choice in schema.get("enum", ()) if choice)
