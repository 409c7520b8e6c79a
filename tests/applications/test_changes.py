"""Submissions: what was handed in stays, and a returned file shows what was changed since."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.db import DatabaseError, transaction

from applications import services
from applications.changes import changes, chosen, rounds
from applications.models import Application, Submission
from applications.snapshots import rewordings
from applications.wording import Mark
from nurseries.models import Nursery
from scoring import services as scoring
from scoring.models import Mark as SheetMark
from tests import scenes
from tests.applications.browsing import Browse, words
from tests.scenes import JULY, JUNE, Province, at
from workflow import perform


def resubmitted(scene: Province, **more: Any) -> Any:
    """Handed in with one file at 90, returned, handed in anew with another text, mark and file."""
    application, by = scenes.drafted(scene, **more)
    mark = SheetMark.objects.get(sheet=application.self_sheet, indicator__code="2.1")
    scoring.add_evidence(mark, scenes.PDF, name="旧.pdf", by=by, at=JUNE)
    perform(application, "submit", actor=by, at=JUNE)
    perform(
        application,
        "return_for_correction",
        actor=scene.county_handler,
        at=JULY,
        reason="请补正。",
    )
    services.save_form(application, {"practice": "坚持医育结合，家园共育。"}, by=by)
    Nursery.objects.filter(pk=application.nursery_id).update(capacity=75)
    mark = SheetMark.objects.get(sheet=application.self_sheet, indicator__code="2.1")
    scoring.remove_evidence(mark.evidence.get())
    changed = scenes.PDF.replace(b"%%EOF", b"% new\n%%EOF")
    scoring.add_evidence(mark, changed, name="新.pdf", by=by, at=JULY)
    scoring.save_mark(
        application.self_sheet,
        SheetMark.objects.get(sheet=application.self_sheet, indicator__code="1.2").indicator,
        answer=scoring.readings(application.self_sheet)[application.self_sheet.pk]["1.2"].answer,
        note="已扩建。",
        by=by,
        at=JULY,
        seen_version=SheetMark.objects.get(
            sheet=application.self_sheet, indicator__code="1.2"
        ).version,
    )
    application = Application.objects.for_list().get(pk=application.pk)
    perform(application, "resubmit", actor=by, at=at("2023-07-21 09:00"))
    return application, by


def test_every_handing_in_is_kept(scene: Province) -> None:
    application, by = resubmitted(scene)
    first, second = rounds(application)
    assert (first.number, first.at, first.by) == (1, JUNE, by)
    assert (second.number, second.sheet) == (2, application.self_sheet)
    assert first.form["practice"] == "坚持医育结合。"
    assert second.form["facts"]["托位数"] == "75"
    assert str(second) == "第 2 次提交"
    assert second.get_absolute_url() == f"/applications/{application.pk}/changes/?to=2"
    with pytest.raises(DatabaseError), transaction.atomic():
        Submission.objects.update(number=9)


def test_the_difference_in_form_score_and_evidence(scene: Province) -> None:
    application, _ = resubmitted(scene)
    found = changes(*rounds(application))
    assert [(line.label, line.before, line.after) for line in found.form] == [
        ("主要做法与成效", "坚持医育结合。", "坚持医育结合，家园共育。"),
        ("托位数", "60", "75"),
    ]
    assert Mark.ADDED in {piece.mark for piece in found.form[0].pieces}
    by_code = {line.spec.code: line for line in found.scores}
    assert (by_code["2.1"].added, by_code["2.1"].removed) == (["新.pdf"], ["旧.pdf"])
    assert "".join(piece.text for piece in by_code["1.2"].note) == "已扩建。"
    assert by_code["1.2"].sign == ""
    assert found.form_kept
    assert set(by_code) == {"1.2", "2.1"}


def test_a_mark_that_changed(scene: Province) -> None:
    application, by = scenes.submitted(scene, total="90")
    perform(
        application, "return_for_correction", actor=scene.county_handler, at=JULY, reason="补正。"
    )
    scenes.fill(application.self_sheet, "85", by, JULY)
    perform(application, "resubmit", actor=by, at=at("2023-07-21 09:00"))
    found = changes(*rounds(application))
    assert found.scores
    assert all(line.before and line.after and line.sign for line in found.scores)


def test_which_rounds_are_compared(scene: Province) -> None:
    application, _ = resubmitted(scene)
    first, second = both = rounds(application)
    assert chosen(both, "", "") == (first, second)
    assert chosen(both, "2", "1") == (first, second)
    assert chosen(both, "x", "9") == (first, second)
    assert chosen(both, "", "1") == (first, first)


def test_a_form_that_was_not_kept_is_not_compared(scene: Province) -> None:
    assert rewordings({}, {"practice": "甲"}) == []
    old = {"practice": "甲", "declares_true": False}
    new = {"practice": "甲", "declares_true": True, "facts": {"托位数": "60"}}
    lines = rewordings(old, new)
    assert [(line.before, line.after) for line in lines] == [("未勾选", "已勾选")]


def test_the_page_for_the_nursery_and_the_offices(scene: Province, browse: Browse) -> None:
    application, by = resubmitted(scene)
    url = f"/applications/{application.pk}/changes/"
    for user in (by, scene.county_handler, scene.city_handler, scene.officer):
        page = browse(user).get(url)
        assert "家园共育" in words(page)
        assert "<ins>" in page.content.decode()
        assert "新增 新.pdf" in words(page)
    assert browse(scene.other_county_handler).get(url).status_code == 404
    once, staff = scenes.submitted(scene, name="第二园", username="staff2")
    assert "没有可对照的提交" in words(browse(staff).get(f"/applications/{once.pk}/changes/"))
    assert "历次提交" in words(browse(scene.county_handler).get(application.get_absolute_url()))


def test_the_page_asks_a_fixed_number_of_times(
    scene: Province, browse: Browse, django_assert_num_queries: Any
) -> None:
    application, by = resubmitted(scene)
    client = browse(by)
    client.get("/desk/phrases/")
    with django_assert_num_queries(QUERIES):
        client.get(f"/applications/{application.pk}/changes/")


QUERIES = 11


def test_files_of_former_days_get_their_submissions(scene: Province) -> None:
    """The migration tells the sealed sheets by moment and person."""
    twice, _ = resubmitted(scene)
    back, _ = scenes.submitted(scene, name="第二园", username="staff2")
    perform(back, "return_for_correction", actor=scene.county_handler, at=JULY, reason="补正。")
    drafted, _ = scenes.drafted(scene, name="第三园", username="staff3")
    kept = list(Submission.objects.order_by("pk").values_list("application", "number", "sheet"))
    with pgtrigger.ignore("applications.Submission:append_only"):
        Submission.objects.all().delete()
    migration = import_module("applications.migrations.0010_submissions_kept")
    migration.keep_submissions(apps, None)
    again = Submission.objects.order_by("application", "number")
    assert list(again.values_list("application", "number", "sheet")) == sorted(kept)
    forms = {(row.application_id, row.number): bool(row.form) for row in again}
    assert forms == {(twice.pk, 1): False, (twice.pk, 2): True, (back.pk, 1): False}
    assert not drafted.submissions.exists()
