"""Who may not apply because of a title; the guard of submit asks (S0, three (四), four (三))."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.utils import timezone

from applications.models import Application
from publicity.models import Title
from publicity.statuses import RevocationGround
from publicity.terms import Round, outlives, sits_out
from quotas.models import Cycle
from workflow import Problem


def title_has_room(application: Application, at: datetime) -> Iterator[Problem]:
    """S0, three (四): 期满后可再次申报. A title that ends within the cycle's year leaves room."""
    year = application.cycle.year
    held = Title.objects.of_nursery(application.nursery_id).in_force_on(timezone.localdate(at))
    for title in held:
        if outlives(title.valid_until, year):
            last = title.valid_until
            yield Problem(
                f"机构现有称号（{title.number}）有效期至{last.year}年{last.month}月{last.day}日，"
                f"在{year}年内不到期，期满后方可再次申报。",
                url=title.get_absolute_url(),
            )


def not_sitting_out(application: Application, at: datetime) -> Iterator[Problem]:
    """S0, four (三)(四): a revoked nursery sits out as many cycles as that cycle's settings say."""
    lost = list(Title.objects.of_nursery(application.nursery_id).revoked())
    if not lost:
        return
    rounds = [Round(*row) for row in Cycle.objects.values_list("year", "nursery_deadline")]
    for title in lost:
        day = timezone.localdate(title.ended_at)
        missed = sits_out(
            rounds,
            titled_in=title.cycle.year,
            revoked_on=day,
            barred_cycles=barred_cycles(title),
        )
        if application.cycle.year in missed:
            yield Problem(
                f"机构的称号（{title.number}）已于{day.year}年{day.month}月{day.day}日撤销，"
                f"此后 {barred_cycles(title)} 个评选周期内不得申报。",
                url=title.get_absolute_url(),
            )


def had_a_title(nurseries: set[int]) -> Iterable[int]:
    """Which of these nurseries the two rules may have something to say about."""
    return Title.objects.filter(nursery__in=nurseries).values_list("nursery", flat=True)


def barred_cycles(title: Title) -> int:
    """How many cycles its nursery sits out, by the settings of the title's own cycle."""
    fraud = title.revoked_for == RevocationGround.FRAUD
    return title.cycle.fraud_barred_cycles if fraud else title.cycle.barred_cycles
