"""For whom a person may write good practice 经验做法 (S0: model nurseries and commissions)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.access import regions_held
from accounts.models import Region
from nurseries.models import Nursery
from publicity.models import Title
from publicity.statuses import TitleState


@dataclass(frozen=True)
class Author:
    """A nursery or a commission in whose name somebody writes."""

    body: Nursery | Region

    @property
    def key(self) -> str:
        return f"{self.body._meta.model_name}-{self.body.pk}"

    @property
    def name(self) -> str:
        return self.body.name if isinstance(self.body, Nursery) else self.body.commission


def authors(user: Any) -> list[Author]:
    """The commissions whose officials they are and the nurseries of theirs that held the title."""
    kept = Title.objects.filter(nursery=OuterRef("pk")).exclude(state=TitleState.REVOKED)
    nurseries = Nursery.objects.acted_for_by(user).filter(Exists(kept)).select_related("region")
    bodies: list[Nursery | Region] = [*nurseries.order_by("name", "pk")]
    bodies += regions_held(user, "accounts.see_files")
    return [Author(body) for body in bodies]
