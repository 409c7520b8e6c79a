"""The texts of papers that the province may change: fields with named placeholders. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
UNWRITABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Field:
    """One text of a paper; `rows` is how tall its box is, `needs` the placeholders it must keep."""

    name: str
    label: str
    default: str
    rows: int = 1
    needs: tuple[str, ...] = ()
    blank: bool = False
    limit: int = 200
    help: str = ""


@dataclass(frozen=True)
class Pattern:
    """All texts of one kind of paper. `examples` are its placeholders with what a preview shows."""

    fields: tuple[Field, ...]
    examples: Mapping[str, str]

    @property
    def defaults(self) -> dict[str, str]:
        return {field.name: field.default for field in self.fields}

    def faults(self, field: Field, text: str) -> Iterator[str]:
        """What is wrong with a text, in sentences for people."""
        if not text and not field.blank:
            yield "此项不能为空。"
        if len(text) > field.limit:
            yield f"不能超过 {field.limit} 字。"
        if field.rows == 1 and "\n" in text:
            yield "此项只能写一行。"
        if set("{}") & set(PLACEHOLDER.sub("", text)):
            yield "花括号没有成对出现。"
        used = dict.fromkeys(PLACEHOLDER.findall(text))
        unknown = [_braced(name) for name in used if name not in self.examples]
        if unknown:
            known = "、".join(map(_braced, self.examples))
            yield f"没有{'、'.join(unknown)}这样的占位符，可用的有：{known}。"
        missing = [_braced(name) for name in field.needs if name not in used]
        if missing and (text or not field.blank):
            yield f"缺少占位符：{'、'.join(missing)}。"


def cleaned(text: str) -> str:
    """A typed text as it is kept: one kind of line end, nothing invisible, trimmed lines."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(UNWRITABLE.sub("", line).strip() for line in lines).strip()


def filled(texts: Texts, values: Mapping[str, str]) -> dict[str, str]:
    """The texts with the values in place of their placeholders.

    A value is put in as it stands: braces that somebody typed into it mean nothing.
    Raises KeyError for a placeholder without a value.
    """
    return {
        name: PLACEHOLDER.sub(lambda found: values[found[1]], text).strip()
        for name, text in texts.items()
    }


def _braced(name: str) -> str:
    return f"{{{name}}}"
