"""Many hands on one sheet at once, on the real engine."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from files.models import StoredFile
from files.services import discard, opened, store
from scoring import services
from scoring.arithmetic import Answer
from scoring.models import Sheet
from tests.scoring.conftest import NOW, mark
from tests.scoring.posting import PDF, fill
from workflow import Refused

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """Run all tasks at the same moment, each on a connection of its own; exceptions are results."""
    start = Barrier(len(tasks))

    def run(task: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return task()
        except (services.Conflict, Refused) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def saving(sheet: Sheet, code: str, times: int, by: User) -> Callable[[], services.Saved]:
    indicator = mark(sheet, code).indicator

    def save() -> services.Saved:
        return services.save_mark(
            sheet,
            indicator,
            answer=Answer(counts={1: times}),
            note="",
            by=by,
            at=NOW,
            seen_version=0,
        )

    return save


def test_of_twenty_who_save_one_mark_one_gets_through(sheet: Sheet, head: User) -> None:
    results = at_once(*[saving(sheet, "2.1", times, head) for times in range(1, 21)])
    assert sum(isinstance(r, services.Saved) for r in results) == 1
    assert sum(isinstance(r, services.Conflict) for r in results) == 19
    kept = mark(sheet, "2.1")
    assert kept.version == 1
    assert [r.answer for r in results if isinstance(r, services.Saved)] == [kept.answer]


def test_marks_beside_each_other_do_not_get_in_each_others_way(sheet: Sheet, head: User) -> None:
    results = at_once(saving(sheet, "2.1", 1, head), saving(sheet, "2.2", 1, head))
    assert all(isinstance(r, services.Saved) for r in results)


def test_a_mark_is_saved_before_the_seal_or_not_at_all(sheet: Sheet, head: User) -> None:
    fill(sheet, head)
    indicator = mark(sheet, "1.3").indicator

    def save() -> services.Saved:
        return services.save_mark(
            sheet, indicator, answer=Answer(met=False), note="", by=head, at=NOW, seen_version=1
        )

    saved, sealed = at_once(save, lambda: services.seal(sheet, by=head, at=NOW))
    assert isinstance(sealed, Sheet)
    assert isinstance(saved, services.Saved | Refused)
    assert sealed.total == (80 if isinstance(saved, services.Saved) else 100)
    assert services.tally(sheet).total == sealed.total
    assert services.digest_of(sealed) == sealed.digest


def test_a_sheet_is_sealed_once(sheet: Sheet, head: User) -> None:
    fill(sheet, head)
    results = at_once(*[lambda: services.seal(sheet, by=head, at=NOW)] * 5)
    assert sum(isinstance(r, Sheet) for r in results) == 1
    assert sum(isinstance(r, Refused) for r in results) == 4


def test_content_is_never_taken_from_under_another_file(head: User) -> None:
    """One goes, while the same content comes in again: whoever is left can be opened."""
    for _ in range(5):
        going = store(PDF, name="一.pdf", by=head, at=NOW)
        _, coming = at_once(
            lambda going=going: discard(going),  # type: ignore[misc]
            lambda: store(PDF, name="二.pdf", by=head, at=NOW),
        )
        with opened(coming) as content:
            assert content.read() == PDF
        assert StoredFile.objects.count() == 1
        discard(coming)
