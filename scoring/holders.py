"""Who holds a sheet. Scoring knows no applications: their holders come to it by registration."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scoring.models import Sheet


LOCKED = "您可以查看此评分，但不能填写。"


@dataclass(frozen=True)
class Remark:
    """What is asked about one indicator, read beside it: `state` and `note` are the answer.

    `url` is where it is answered, if the reader may.
    """

    title: str
    text: str
    state: str
    tone: str
    note: str = ""
    url: str = ""
    is_open: bool = False


class Holder(ABC):
    """What a sheet's holder answers for it; subclass it per purpose.

    title: the heading of the page. back_url, back_label: the way back.
    reference: another sheet of the same version that this one is held to (the nursery's own beside
    a reviewer's), called `reference_name`.
    wants_reasons: whether a mark below the reference's must be explained.
    beside: further sheets to read at each indicator, with their names.
    threshold: the mark to reach, called `threshold_name`, or None.
    wants_evidence: whether missing files are pointed out.
    finish_url and finish_label: the next step once all is filled in, if there is one.
    particulars: what belongs to the seal besides total, time and digest, as (label, words).
    visit_url: where an arrival on site is posted, with `visit` as it was recorded (arrived_at,
    has_place, accuracy). unlock_url and unlock_label: the page on which what locks the sheet can be
    put right, if there is one. works_offline: whether the device of who fills it in may keep its
    pages. remarks: what is asked about single indicators, by code; owes_answers: whether who fills
    the sheet in has to answer them.
    """

    title: str = "评分"
    back_url: str = ""
    back_label: str = "返回"
    reference: Sheet | None = None
    reference_name: str = "机构自评"
    wants_reasons: bool = False
    beside: Sequence[tuple[str, Sheet]] = ()
    threshold: Decimal | None = None
    threshold_name: str = "申报线"
    wants_evidence: bool = True
    finish_url: str = ""
    finish_label: str = "下一步"
    particulars: Sequence[tuple[str, str]] = ()
    visit_url: str = ""
    visit: Any = None
    unlock_url: str = ""
    unlock_label: str = ""
    works_offline: bool = False
    remarks: Mapping[str, Sequence[Remark]] = {}
    owes_answers: bool = False

    @abstractmethod
    def may_see(self, user: Any) -> bool:
        """Whether this person may know that the sheet exists; if not, every address is 404."""

    @abstractmethod
    def may_fill(self, user: Any, at: datetime) -> bool:
        """Whether this person may enter marks now; sealed sheets are never asked about."""

    def why_locked(self, at: datetime) -> str:
        """The sentence over a sheet that may be seen but not filled in."""
        return LOCKED

    def remark_url(self, user: Any) -> str:
        """Where this person may ask something about an indicator (`?indicator=` its code)."""
        return ""


Resolver = Callable[["Sheet"], Any]

_resolvers: dict[str, Resolver] = {}
_along: dict[str, tuple[str, ...]] = {}


def register(purpose: str, resolver: Resolver, *, along: tuple[str, ...] = ()) -> None:
    """Name the resolver for the sheets of a purpose ("applications.self"); call it in ready().

    `along` are the relations of the sheet that the resolver reads, as for `select_related`: a
    sheet's own page loads them with the sheet.
    """
    _resolvers[purpose] = resolver
    _along[purpose] = along


def along() -> list[str]:
    """What is loaded with a sheet, whatever its purpose."""
    return [relation for relations in _along.values() for relation in relations]


def holder_of(sheet: Sheet) -> Any:
    """The holder of a sheet. Raises LookupError when nobody has registered for its purpose."""
    if sheet.purpose not in _resolvers:
        raise LookupError(f"no holder is registered for sheets of {sheet.purpose!r}")
    return _resolvers[sheet.purpose](sheet)
