"""What every row about a title has in common: whose it is and who sees it."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q

from accounts.access import regions_held
from files.models import StoredFile, StoredFileQuerySet
from nurseries.models import Nursery
from publicity.models import Title


class AboutTitleQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Those in the areas that the user supervises, and those of the user's own nursery."""
        if user is None or not user.is_authenticated:
            return self.none()
        seen = Q(title__nursery__in=Nursery.objects.acted_for_by(user))
        for region in regions_held(user, "accounts.supervise"):
            path = region.path
            seen |= Q(title__region_path=path) | Q(title__region_path__startswith=f"{path}/")
        return self.filter(seen)

    def of(self, title: Title) -> Self:
        return self.filter(title=title).order_by("-pk")

    def about_nursery(self, nursery_id: int) -> Self:
        """All that a nursery ever had, the oldest first."""
        return self.filter(title__nursery_id=nursery_id).order_by("pk")

    def of_nurseries_acted_for_by(self, user: Any) -> Self:
        return self.filter(title__nursery__in=Nursery.objects.acted_for_by(user))

    def with_title(self) -> Self:
        return self.select_related(
            "title__nursery", "title__region__parent", "title__cycle__province"
        )


def files_among(*attached: Any) -> StoredFileQuerySet:
    """The files of several fields of one row, with their inspection."""
    wanted = Q(pk__in=[])
    for field in attached:
        wanted |= Q(pk__in=field.values("pk"))
    return StoredFile.objects.filter(wanted).with_inspection().order_by("pk")
