"""Rubrics from spreadsheets: looked through first, then taken as a whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from files.models import StoredFile
from files.services import Rejected
from files.workbooks import Unreadable
from scoring import services
from scoring.layout import Layout
from scoring.models import Rubric, RubricImport, RubricVersion
from scoring.reading import read
from scoring.services import drafts, rubric_imports
from tests.scoring.conftest import NOW
from tests.scoring.rubric_texts import ODD
from tests.scoring.rubrics import SMALL
from tests.scoring.test_spreadsheets import Change, exported, setting
from workflow import Refused
from workflow.models import Event

pytestmark = pytest.mark.django_db
RENAMED = replace(read(SMALL), note="修订")


def handed_in(by: User, layout: Layout = ODD, change: Change | None = None) -> RubricImport:
    return rubric_imports.hand_in(exported(layout, change), name="评分表.xlsx", by=by, at=NOW)


def applied(row: RubricImport, by: User) -> RubricVersion:
    plan = rubric_imports.look_through(row)
    return rubric_imports.apply(row, fingerprint=plan.fingerprint, by=by, at=NOW)


def test_an_unknown_code_is_a_new_rubric(officer: User) -> None:
    row = handed_in(officer)
    plan = rubric_imports.look_through(row)
    assert plan.applicable
    assert plan.target == "新建评分表“小而怪的表”，作为第 1 版草稿"
    assert (plan.newest, plan.changes) == (None, None)
    assert not Rubric.objects.exists()
    version = applied(row, officer)
    assert services.layout_of(version) == ODD
    row.refresh_from_db()
    assert (row.version, row.applied_at) == (version, NOW)
    event = Event.objects.of(version).get()
    assert (event.verb, event.actor, event.data["file"]) == ("import", officer, "评分表.xlsx")


def test_a_known_code_is_a_new_version(version: RubricVersion, officer: User) -> None:
    row = handed_in(officer, RENAMED)
    plan = rubric_imports.look_through(row)
    assert plan.target == "作为“小评分表”的第 2 版草稿"
    assert plan.changes
    assert plan.changes.lines() == ["说明 测试用 → 修订"]
    draft = applied(row, officer)
    assert (draft.number, draft.is_published) == (2, False)
    assert services.layout_of(draft) == RENAMED
    assert services.layout_of(version) == read(SMALL)


def test_a_draft_is_replaced(version: RubricVersion, officer: User) -> None:
    draft = drafts.copy_version(version, by=officer, at=NOW)
    row = handed_in(officer, RENAMED)
    assert rubric_imports.look_through(row).target == "替换“小评分表”第 2 版草稿的全部内容"
    assert applied(row, officer) == draft
    assert services.layout_of(draft) == RENAMED
    assert Event.objects.of(draft).newest_first()[0].data["changes"] == ["说明 测试用 → 修订"]


def test_the_same_again_has_nothing_to_import(version: RubricVersion, officer: User) -> None:
    row = handed_in(officer, read(SMALL))
    assert not rubric_imports.look_through(row).applicable
    with pytest.raises(Refused):
        applied(row, officer)


def test_a_bad_cell_keeps_everything_out(officer: User) -> None:
    row = handed_in(officer, ODD, setting("F2", "abc"))
    plan = rubric_imports.look_through(row)
    assert [str(f) for f in plan.faults] == ["指标!F2：分值“abc”应为 0 至 1000 之间的数。"]
    with pytest.raises(Refused):
        applied(row, officer)
    assert not Rubric.objects.exists()


def test_what_changed_since_is_looked_through_again(version: RubricVersion, officer: User) -> None:
    row = handed_in(officer, RENAMED)
    plan = rubric_imports.look_through(row)
    drafts.copy_version(version, by=officer, at=NOW)
    with pytest.raises(Refused, match="内容有变化"):
        rubric_imports.apply(row, fingerprint=plan.fingerprint, by=officer, at=NOW)


def test_an_import_is_applied_once_and_by_its_own_officer(officer: User, head: User) -> None:
    row = handed_in(officer)
    with pytest.raises(PermissionDenied):
        applied(row, head)
    with pytest.raises(PermissionDenied):
        rubric_imports.give_up(row, by=head)
    applied(row, officer)
    with pytest.raises(Refused, match="已经导入"):
        applied(row, officer)
    with pytest.raises(Refused, match="已经导入"):
        rubric_imports.give_up(row, by=officer)
    assert list(RubricImport.objects.visible_to(officer)) == [row]
    assert not RubricImport.objects.visible_to(head).exists()


def test_giving_up_forgets_the_file(officer: User) -> None:
    rubric_imports.give_up(handed_in(officer), by=officer)
    assert not RubricImport.objects.exists()
    assert not StoredFile.objects.exists()


def test_what_is_no_spreadsheet_is_not_kept(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unreadable):
        rubric_imports.hand_in(b"%PDF-1.7", name="x.xlsx", by=officer, at=NOW)
    monkeypatch.setattr("files.services.MAX_BYTES", 100)
    with pytest.raises(Rejected):
        handed_in(officer)
    assert not StoredFile.objects.exists()


def test_a_discarded_draft_leaves_its_import(officer: User) -> None:
    row = handed_in(officer)
    drafts.discard_draft(applied(row, officer), by=officer, at=NOW)
    row.refresh_from_db()
    assert (row.version, row.applied_at) == (None, NOW)
    assert str(row) == "评分表.xlsx（2023-07-01）"


def test_the_database_refuses_impossible_imports(officer: User, version: RubricVersion) -> None:
    row = handed_in(officer)
    for values in ({"version": version}, {"applied_at": NOW.replace(year=2022)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RubricImport.objects.filter(pk=row.pk).update(**values)


def test_a_round_trip_of_a_published_version_changes_nothing(
    version: RubricVersion, officer: User
) -> None:
    draft = drafts.copy_version(version, by=officer, at=NOW)
    drafts.save_section(draft, None, code="3", name="空", by=officer, at=NOW)
    applied(handed_in(officer, services.layout_of(version)), officer)
    assert services.layout_of(draft) == services.layout_of(version)
    assert Decimal(100) == draft.full_mark
