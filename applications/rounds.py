"""What the offices ask of score sheets: whose they are, of which round, how far they have come."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from applications.statuses import ApplicationState, Step
from scoring.models import Mark

if TYPE_CHECKING:
    from applications.models import Application, Review  # noqa: F401 - named in strings


class ReviewQuerySet(models.QuerySet["Review"]):
    def current(self) -> Self:
        """Those of the present round; a step sent back begins anew."""
        return self.filter(superseded=False)

    def of(self, application: models.Model) -> Self:
        return self.filter(application=application)

    def of_files(self, applications: models.QuerySet[Any]) -> Self:
        return self.filter(application__in=applications)

    def of_commissions(self) -> Self:
        """Those of counties and cities."""
        return self.filter(reviewer=None)

    def at_step(self, step: str) -> Self:
        return self.filter(step=step)

    def with_team(self) -> Self:
        """Those whose team is named."""
        return self.filter(team__isnull=False).distinct()

    def with_sheets(self) -> Self:
        return self.select_related("sheet", "reviewer").order_by("step", "pk")

    def for_sheet_page(self) -> Self:
        """With what the page of a review's sheet asks of the review."""
        return self.select_related(
            "sheet",
            "visit",
            "application__nursery",
            "application__region__parent",
            "application__cycle",
            "application__self_sheet",
        )

    def given_to(self, user: Any) -> Self:
        """An expert's own tasks, unfinished first."""
        return (
            self.current()
            .filter(reviewer=user)
            .select_related(
                "application__nursery", "application__region__parent", "application__cycle", "sheet"
            )
            .order_by(F("sheet__sealed_at").desc(nulls_first=True), "pk")
        )

    def with_progress(self) -> Self:
        """With `asked` indicators and how many are `answered`."""
        return self.annotate(
            asked=_marks(), answered=_marks(answer__isnull=False), scored=F("sheet__total")
        )

    def experts(self) -> Self:
        """Those of experts, of former rounds and taken back ones too."""
        return self.filter(reviewer__isnull=False)

    def unfinished(self) -> Self:
        return self.filter(sheet__sealed_at=None)

    def offered(self) -> Self:
        """Given to an expert who has neither accepted nor stood aside."""
        rows = self.experts().current().unfinished()
        return rows.filter(accepted_at=None, application__state=ApplicationState.PROVINCIAL_REVIEW)

    def offered_by(self, day: date) -> Self:
        """Offered on that day or before, to whoever can still sign in."""
        rows = self.offered().filter(assigned_at__date__lte=day, reviewer__is_active=True)
        return rows.select_related("reviewer")

    def open_site_visits(self) -> Self:
        return self.current().unfinished().filter(step=Step.SITE)

    def recused_from(self, applications: Collection[int]) -> Self:
        """Those from which the expert has stood aside, by the keys of the files."""
        return self.filter(recused_at__isnull=False, application__in=applications)


def _marks(**which: Any) -> Coalesce:
    marks = Mark.objects.filter(sheet=OuterRef("sheet"), **which).order_by().values("sheet")
    return Coalesce(Subquery(marks.annotate(n=Count("pk")).values("n")), 0)
