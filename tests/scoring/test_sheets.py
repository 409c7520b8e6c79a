"""Sheets: opened, filled in, summed up, sealed, copied."""

from __future__ import annotations

import copy
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from files.models import StoredFile
from files.services import Rejected, opened
from scoring import services
from scoring.answers import Unfit
from scoring.arithmetic import Answer
from scoring.examples import answers_reaching, best
from scoring.models import Evidence, Mark, RubricVersion, Sheet
from scoring.services import evidence as evidence_services
from tests.scoring.conftest import NOW, PURPOSE, SMALL, mark
from workflow import Refused

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n%%EOF\n"


def save(
    sheet: Sheet, code: str, answer: Answer | None, by: User, seen: int, *, note: str = ""
) -> services.Saved:
    return services.save_mark(
        sheet,
        mark(sheet, code).indicator,
        answer=answer,
        note=note,
        by=by,
        at=NOW,
        seen_version=seen,
    )


def fill(sheet: Sheet, by: User) -> None:
    layout = services.published_layout(sheet.version_id)
    services.fill_sheet(sheet, {s.code: best(s) for s in layout.indicators()}, by=by, at=NOW)


def test_a_new_sheet_has_an_open_mark_for_every_indicator(sheet: Sheet) -> None:
    assert [m.indicator.code for m in Mark.objects.of(sheet.pk)] == [
        "1.1",
        "1.2",
        "1.3",
        "2.1",
        "2.2",
    ]
    result = services.tally(sheet)
    assert (result.answered, result.count, result.total) == (0, 5, 0)


def test_no_sheet_on_a_draft(version: RubricVersion) -> None:
    version.published_at = None
    with pytest.raises(Refused, match="尚未发布"):
        services.open_sheet(version, PURPOSE)


def test_a_mark_is_written_with_its_value_and_who(sheet: Sheet, head: User) -> None:
    saved = save(sheet, "2.1", Answer(counts={1: 2}), head, 0, note=" 缺了两天 ")
    assert (saved.value, saved.note, saved.version) == (Decimal(25), "缺了两天", 1)
    assert (saved.by, saved.at) == (head, NOW)
    assert mark(sheet, "2.1").answer == {"counts": {"1": 2}}


def test_an_answer_can_be_taken_back(sheet: Sheet, head: User) -> None:
    save(sheet, "1.3", Answer(met=True), head, 0)
    assert save(sheet, "1.3", None, head, 1).value is None
    assert mark(sheet, "1.3").answer is None


def test_an_answer_that_does_not_fit_is_refused(sheet: Sheet, head: User) -> None:
    with pytest.raises(Unfit):
        save(sheet, "1.2", Answer(option=9), head, 0)
    assert mark(sheet, "1.2").version == 0


def test_two_people_never_overwrite_each_other_unseen(
    sheet: Sheet, head: User, colleague: User
) -> None:
    save(sheet, "1.3", Answer(met=True), head, 0)
    with pytest.raises(services.Conflict) as conflict:
        save(sheet, "1.3", Answer(met=False), colleague, 0)
    assert conflict.value.mark.by == head
    assert mark(sheet, "1.3").value == 20
    assert save(sheet, "1.3", Answer(met=False), colleague, 1).version == 2


def test_saving_the_same_twice_is_one_save(sheet: Sheet, head: User, colleague: User) -> None:
    save(sheet, "1.3", Answer(met=True), head, 0)
    assert save(sheet, "1.3", Answer(met=True), colleague, 0).version == 1
    assert mark(sheet, "1.3").by == head


def test_an_indicator_of_another_rubric_is_not_there(sheet: Sheet, head: User) -> None:
    with pytest.raises(Mark.DoesNotExist):
        services.save_mark(sheet, 10**9, answer=None, note="", by=head, at=NOW, seen_version=0)


def test_a_mark_that_nobody_saved_is_an_error_of_the_database(sheet: Sheet) -> None:
    nobody: User = None
    with pytest.raises(IntegrityError, match="mark_saved_by_somebody"):
        save(sheet, "1.3", Answer(met=True), nobody, 0)


@pytest.mark.parametrize(
    ("level", "deducted", "awarded", "total"),
    [
        (1, {1: 5}, {1: 1, 2: 1}, "84.5"),  # 40 + 20 + 17.5 + 7
        (2, {}, {2: 3}, "85"),  # 25 + 20 + 30 + 10
        (3, {}, {2: 3}, "84.99"),  # 24.99 + 20 + 30 + 10
    ],
)
def test_totals_are_exact(
    *,
    sheet: Sheet,
    head: User,
    level: int,
    deducted: dict[int, int],
    awarded: dict[int, int],
    total: str,
) -> None:
    given = {
        "1.1": Answer(met=True),
        "1.2": Answer(option=level),
        "1.3": Answer(met=True),
        "2.1": Answer(counts=deducted),
        "2.2": Answer(counts=awarded),
    }
    services.fill_sheet(sheet, given, by=head, at=NOW)
    assert services.tally(sheet).total == Decimal(total)


def test_what_is_open_is_named_with_its_place(sheet: Sheet, head: User) -> None:
    fill(sheet, head)
    save(sheet, "1.1", Answer(met=False), head, 1)
    save(sheet, "2.2", None, head, 1)
    found = services.problems(sheet)
    assert [p.text for p in found] == [
        "“2.2 家长活动”未评。",
        "“1.1 已备案”不符合。",
    ]
    assert found[0].url == f"/sheets/{sheet.pk}/?section=2#i2.2"
    save(sheet, "1.1", Answer(met=True), head, 2)
    assert "“1.1 已备案”须附佐证材料。" in [p.text for p in services.problems(sheet)]


def test_many_open_items_are_named_by_section(version: RubricVersion, db: None) -> None:
    example = services.load_example_rubric(by=None, at=NOW)
    sheet = services.open_sheet(example, PURPOSE)
    texts = [p.text for p in services.problems(sheet)]
    assert texts == [
        "“办托条件”还有 11 项未评。",
        "“行政管理”还有 8 项未评。",
        "“队伍建设”还有 11 项未评。",
        "“安全卫生”还有 21 项未评。",
        "“保育质量”还有 15 项未评。",
    ]


def test_the_place_of_an_unknown_indicator_is_an_error(sheet: Sheet) -> None:
    with pytest.raises(KeyError):
        services.url_of(sheet, "9.9")


def test_an_unfinished_sheet_is_not_sealed(sheet: Sheet, head: User) -> None:
    save(sheet, "1.1", Answer(met=True), head, 0)
    with pytest.raises(Refused) as refusal:
        services.seal(sheet, by=head, at=NOW)
    assert next(p.text for p in refusal.value.problems) == "“1.2 场地”未评。"
    assert len(refusal.value.problems) == 4
    assert not Sheet.objects.get().is_sealed


def test_sealing_leaves_total_digest_and_who(sheet: Sheet, head: User) -> None:
    fill(sheet, head)
    sealed = services.seal(sheet, by=head, at=NOW)
    assert (sealed.total, sealed.vetoed, sealed.sealed_by, sealed.sealed_at) == (
        100,
        False,
        head,
        NOW,
    )
    assert sealed.digest == services.digest_of(sealed)
    assert Sheet.objects.get() == sealed
    with pytest.raises(Refused, match="已封存"):
        services.seal(sheet, by=head, at=NOW)


def test_a_veto_is_kept_with_the_seal(sheet: Sheet, head: User) -> None:
    fill(sheet, head)
    save(sheet, "1.1", Answer(met=False), head, 1)
    assert services.seal(sheet, by=head, at=NOW).vetoed


def test_the_digest_knows_marks_notes_and_files(sheet: Sheet, head: User) -> None:
    fill(sheet, head)
    digests = {services.digest_of(sheet)}
    save(sheet, "1.3", Answer(met=False), head, 1)
    digests.add(services.digest_of(sheet))
    save(sheet, "1.3", Answer(met=False), head, 2, note="说明")
    digests.add(services.digest_of(sheet))
    services.add_evidence(mark(sheet, "1.3"), PDF, name="a.pdf", by=head, at=NOW)
    digests.add(services.digest_of(sheet))
    assert len(digests) == 4


def test_nothing_on_a_sealed_sheet_changes(sheet: Sheet, head: User) -> None:
    fill(sheet, head)
    added = services.add_evidence(mark(sheet, "1.1"), PDF, name="回执.pdf", by=head, at=NOW)
    sealed = services.seal(sheet, by=head, at=NOW)
    with pytest.raises(Refused, match="已封存"):
        save(sheet, "1.3", Answer(met=False), head, 1)
    with pytest.raises(Refused, match="已封存"):
        services.fill_sheet(sheet, {"1.3": Answer(met=False)}, by=head, at=NOW)
    with pytest.raises(Refused, match="已封存"):
        services.add_evidence(mark(sheet, "1.3"), PDF, name="b.pdf", by=head, at=NOW)
    with pytest.raises(Refused, match="已封存"):
        services.remove_evidence(added)
    assert services.digest_of(sheet) == sealed.digest


def test_who_has_seen_an_older_version_learns_of_the_seal(sheet: Sheet, head: User) -> None:
    fill(sheet, head)
    services.seal(sheet, by=head, at=NOW)
    with pytest.raises(Refused, match="已封存"):
        save(sheet, "1.3", Answer(met=False), head, 0)


def test_the_database_keeps_a_sealed_sheet(sheet: Sheet, head: User) -> None:
    fill(sheet, head)
    services.add_evidence(mark(sheet, "1.1"), PDF, name="回执.pdf", by=head, at=NOW)
    stored = StoredFile.objects.get()
    sealed = services.seal(sheet, by=head, at=NOW)
    first = mark(sheet, "1.1")
    for change in (
        lambda: Mark.objects.filter(pk=first.pk).update(note="改"),
        first.delete,
        lambda: Mark.objects.create(sheet=sheet, indicator=first.indicator),
        lambda: Evidence.objects.all().delete(),
        lambda: Evidence.objects.update(caption="改"),
        lambda: Evidence.objects.create(
            mark=mark(sheet, "1.2"), file=stored, added_by=head, added_at=NOW
        ),
        lambda: Sheet.objects.update(total=1),
        lambda: Sheet.objects.update(total=None, digest="", sealed_at=None, sealed_by=None),
        sealed.delete,
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert services.digest_of(sheet) == sealed.digest


def test_an_open_sheet_can_go(sheet: Sheet, head: User) -> None:
    services.add_evidence(mark(sheet, "1.1"), PDF, name="回执.pdf", by=head, at=NOW)
    sheet.delete()
    assert not Mark.objects.exists()


def test_a_copy_is_open_and_the_original_stays(sheet: Sheet, head: User) -> None:
    fill(sheet, head)
    save(sheet, "1.3", Answer(met=True), head, 1, note="见照片")
    services.add_evidence(mark(sheet, "1.1"), PDF, name="回执.pdf", by=head, at=NOW, caption="正本")
    sealed = services.seal(sheet, by=head, at=NOW)
    copy = services.copy_sheet(sealed)
    assert not copy.is_sealed
    assert services.tally(copy) == services.tally(sealed)
    assert services.digest_of(copy) == sealed.digest
    save(copy, "1.3", Answer(met=False), head, 2)
    services.remove_evidence(Evidence.objects.get(mark__sheet=copy))
    kept = Evidence.objects.get()
    assert (kept.mark.sheet, kept.caption) == (sealed, "正本")
    with opened(kept.file) as content:
        assert content.read() == PDF
    assert services.digest_of(sealed) == sealed.digest


def test_files_are_added_once_and_counted(sheet: Sheet, head: User) -> None:
    target = mark(sheet, "1.1")
    first = services.add_evidence(target, PDF, name="回执.pdf", by=head, at=NOW)
    again = services.add_evidence(target, ContentFile(PDF), name="同一份.pdf", by=head, at=NOW)
    assert first == again
    assert StoredFile.objects.count() == 1
    assert services.readings(sheet)[sheet.pk]["1.1"].evidence == 1


def test_there_is_an_end_to_files(
    sheet: Sheet, head: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_services, "MAX_FILES", 1)
    services.add_evidence(mark(sheet, "1.1"), PDF, name="1.pdf", by=head, at=NOW)
    with pytest.raises(Rejected, match="最多上传 1 个"):
        services.add_evidence(mark(sheet, "1.1"), PDF + b"2", name="2.pdf", by=head, at=NOW)


def test_a_tally_takes_few_queries(
    sheet: Sheet, head: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fill(sheet, head)
    services.published_layout.cache_clear()
    with django_assert_num_queries(2):
        services.tally(sheet)
    with django_assert_num_queries(1):
        services.tally(sheet)


def test_a_demo_reaches_any_total(head: User, db: None) -> None:
    example = services.load_example_rubric(by=None, at=NOW)
    sheet = services.open_sheet(example, PURPOSE)
    chosen = answers_reaching(services.layout_of(example), Decimal("84.5"), seed=7)
    services.fill_sheet(sheet, chosen, by=head, at=NOW)
    assert services.tally(sheet).total == Decimal("84.5")


def test_a_reference_of_another_version_asks_for_no_reasons(sheet: Sheet, head: User) -> None:
    changed = copy.deepcopy(SMALL) | {"name": "另一张评分表", "code": "other"}
    draft = services.load_rubric(changed, by=None, at=NOW)
    other = services.open_sheet(services.publish_version(draft, by=None, at=NOW), PURPOSE)
    fill(other, head)
    assert services.unexplained(sheet, other, "机构自评") == []
