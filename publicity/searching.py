"""What may be asked of the register and the notices: for the page, its files and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from accounts.models import Region
from publicity.models import Notice, Title
from publicity.models.notices import NoticeQuerySet
from publicity.models.titles import TitleQuerySet


@dataclass(frozen=True)
class Wanted:
    """A search; whatever is empty is left open. `path` is that of a region."""

    q: str = ""
    path: str = ""
    state: str = ""
    year: int | None = None
    sort: str = ""


def find(wanted: Wanted, today: date) -> TitleQuerySet:
    """The titles that are asked for, as they stand on `today`, in the order asked for."""
    found = Title.objects.for_list().sorted_by(wanted.sort)
    if wanted.q:
        found = found.matching(wanted.q)
    if wanted.path:
        found = found.in_area(wanted.path)
    if wanted.state:
        found = found.standing_as(wanted.state, today)
    if wanted.year:
        found = found.awarded_in(wanted.year)
    return found


def public_notices(year: int | None) -> NoticeQuerySet:
    """Those ever opened, of the cycle of that year or of all, with their counts."""
    found = Notice.objects.public().with_counts()
    return found.filter(cycle__year=year) if year else found


def path_of(code: str) -> str | None:
    """Of the region with that code, if there is one."""
    return Region.objects.filter(code=code).values_list("path", flat=True).first()
