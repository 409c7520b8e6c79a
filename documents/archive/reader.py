"""Who reads an archive, and how much of it: what they may see elsewhere, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import QuerySet

from accounts.access import holds
from applications.sight import NURSERY_ROLE, Sight, official_sight
from nurseries.models import Nursery
from workflow.models import Event

PORTAL = "平台"
Rows = TypeVar("Rows", bound=QuerySet[Any])


@dataclass(frozen=True)
class Reader:
    """As whom somebody reads. Without a `user` it is the province's paper; `until` is the last
    event that it tells of.
    """

    sight: Sight
    user: Any = None
    until: Event | None = None

    @property
    def is_nursery(self) -> bool:
        return self.sight is Sight.NURSERY

    @property
    def is_province(self) -> bool:
        return self.sight is Sight.PROVINCE

    def of(self, rows: Rows) -> Rows:
        """Those of the rows that the reader may see on their own pages."""
        return rows.visible_to(self.user) if self.user else rows  # type: ignore[attr-defined]

    def who(self, event: Event) -> str:
        """Who acted for which body; a nursery is told of an office, not of its people."""
        if event.actor is None:
            return PORTAL
        if event.post is None:
            return "" if self.is_nursery else str(event.actor)
        if self.is_nursery and event.post.role != NURSERY_ROLE:
            return str(event.post)
        return f"{event.actor}（{event.post}）"


def reader_of(nursery: Nursery, user: Any) -> Reader | None:
    """As whom `user` reads the archive of this nursery; None for strangers."""
    if holds(user, "nurseries.act_for", nursery):
        return Reader(Sight.NURSERY, user)
    sight = official_sight(nursery.region, user)
    return Reader(sight, user) if sight else None
