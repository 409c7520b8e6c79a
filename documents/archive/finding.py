"""The nurseries that have an archive, for its list."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from applications.models import Application
from nurseries.models import Nursery
from publicity.models import Title


def archives(user: Any, *, words: str = "", path: str = "") -> QuerySet[Nursery]:
    """Those that the user may read: with `file_count`, `last_year` and `title_number`.

    `words` are looked for in names, areas and numbers of applications, titles, codes and receipts.
    """
    files = Application.objects.filter(nursery=OuterRef("pk"), submitted_at__isnull=False)
    found = Nursery.objects.visible_to(user).filter(Exists(files)).with_region()
    if path:
        found = found.in_area(path)
    for word in words.split():
        found = found.filter(_named(word))
    counted = files.order_by().values("nursery")
    titles = Title.objects.filter(nursery=OuterRef("pk")).order_by("-valid_from")
    return found.annotate(
        file_count=Coalesce(Subquery(counted.annotate(n=Count("pk")).values("n")), 0),
        last_year=Subquery(counted.annotate(year=Max("cycle__year")).values("year")),
        title_number=Subquery(titles.values("number")[:1]),
    ).order_by("region__code", "name", "pk")


def _named(word: str) -> Q:
    files = Application.objects.filter(nursery=OuterRef("pk"), number__istartswith=word)
    titles = Title.objects.filter(nursery=OuterRef("pk"), number__istartswith=word)
    return (
        Q(name__icontains=word)
        | Q(region__name__icontains=word)
        | Q(region__parent__name__icontains=word)
        | Q(credit_code__istartswith=word)
        | Q(filing_receipt_number__icontains=word)
        | Exists(files.filter(submitted_at__isnull=False))
        | Exists(titles)
    )
