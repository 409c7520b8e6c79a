"""Who may not apply because of what was found; the guard of submit asks (S0, four (四))."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from applications.models import Application
from publicity.terms import Round, sits_out
from quotas.models import Cycle
from supervision.models import Bar
from workflow import Problem


def not_barred(application: Application, at: datetime) -> Iterator[Problem]:
    """S0, four (四): 弄虚作假，取消申报资格, also of a nursery that never held a title."""
    bars = list(Bar.objects.of_nursery(application.nursery_id))
    if not bars:
        return
    rounds = [Round(*row) for row in Cycle.objects.values_list("year", "nursery_deadline")]
    for bar in bars:
        if application.cycle.year in _missed(bar, rounds):
            yield Problem(
                f"经查实，机构申报{bar.get_ground_display()}，自{bar.cycle.year}年评选起 "
                f"{bar.cycles} 个评选周期内不得申报。"
            )


def with_a_bar(nurseries: set[int]) -> Iterable[int]:
    """Which of these nurseries the rule may have something to say about."""
    return Bar.objects.of_nurseries(nurseries).values_list("nursery", flat=True)


def _missed(bar: Bar, rounds: list[Round]) -> list[int]:
    """The cycle from which it counts is the first that is missed, whatever the date."""
    before = bar.cycle.year - 1
    return sits_out(rounds, titled_in=before, revoked_on=date.min, barred_cycles=bar.cycles)
