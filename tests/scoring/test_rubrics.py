"""Rubrics in the database: loading, publishing, and that nothing published ever changes."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from scoring import services
from scoring.layout import digest
from scoring.models import Indicator, Option, Rubric, RubricVersion, Section, Sheet
from scoring.reading import read
from scoring.services import rubrics
from scoring.statuses import Kind
from tests.scoring.conftest import NOW
from tests.scoring.rubrics import SMALL
from workflow import Refused

pytestmark = pytest.mark.django_db


def load(**changed: Any) -> RubricVersion:
    return services.load_rubric(copy.deepcopy(SMALL) | changed, by=None, at=NOW)


def test_what_is_loaded_is_what_is_read_back() -> None:
    version = load()
    assert services.layout_of(version) == read(SMALL)
    assert (version.number, version.is_published) == (1, False)


def test_loading_the_same_again_changes_nothing() -> None:
    version = load()
    assert load() == version
    services.publish_version(version, by=None, at=NOW)
    assert load() == version
    assert RubricVersion.objects.count() == 1


def test_another_content_is_another_version() -> None:
    services.publish_version(load(), by=None, at=NOW)
    second = load(note="修订", name="小评分表（修订）")
    assert second.number == 2
    assert Rubric.objects.get().name == "小评分表（修订）"
    assert [v.number for v in RubricVersion.objects.of("small").newest_first()] == [2, 1]
    assert [v.number for v in RubricVersion.objects.published()] == [1]


def test_an_unsound_rubric_is_refused_with_every_fault() -> None:
    with pytest.raises(Refused) as refusal:
        load(full_mark="99")
    assert [p.text for p in refusal.value.problems] == ["各指标分值合计 100 分，应为满分 99 分。"]
    with pytest.raises(Refused, match="缺少评分表名称"):
        load(name="")
    assert not Rubric.objects.exists()


def test_publishing_leaves_a_digest_and_who(head: User) -> None:
    version = services.publish_version(load(), by=head, at=NOW)
    assert version.digest == digest(read(SMALL))
    assert (version.published_by, version.published_at) == (head, NOW)
    assert services.publish_version(version, by=None, at=NOW).published_by == head


def test_a_draft_with_faults_is_not_published() -> None:
    version = load()
    Indicator.objects.get(code="1.3").delete()
    with pytest.raises(Refused, match="合计 80 分"):
        services.publish_version(version, by=None, at=NOW)


def test_an_empty_draft_is_not_published() -> None:
    version = RubricVersion.objects.create(
        rubric=Rubric.objects.create(code="empty", name="空表"), number=1, full_mark=100
    )
    with pytest.raises(Refused, match="至少要有一个一级指标"):
        services.publish_version(version, by=None, at=NOW)


def test_a_draft_can_be_worked_on() -> None:
    version = load()
    Section.objects.filter(code="1").update(name="新名称")
    Option.objects.filter(indicator__code="1.2", order=4).delete()
    assert services.layout_of(version).sections[0].name == "新名称"
    version.delete()
    assert not Indicator.objects.exists()


CHANGES = {
    "version changed": lambda v: RubricVersion.objects.filter(pk=v.pk).update(note="改"),
    "version deleted": lambda v: v.delete(),
    "section changed": lambda _: Section.objects.update(name="改"),
    "section added": lambda v: Section.objects.create(version=v, order=9, code="9", name="加"),
    "section deleted": lambda _: Section.objects.first().delete(),  # type: ignore[union-attr]
    "indicator changed": lambda _: Indicator.objects.filter(code="1.3").update(mark=21),
    "indicator added": lambda _: Section.objects.first().indicators.create(  # type: ignore[union-attr]
        order=9, code="9", title="加", kind="veto", mark=0
    ),
    "indicator deleted": lambda _: Indicator.objects.get(code="1.3").delete(),
    "option changed": lambda _: Option.objects.update(value=1),
    "option added": lambda _: Indicator.objects.get(code="1.2").options.create(
        order=9, label="加", value=1
    ),
    "option deleted": lambda _: Option.objects.all().delete(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_the_database_keeps_a_published_version(version: RubricVersion, change: Any) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        change(version)
    assert rubrics._layout_from_rows(version.pk) == read(SMALL)


@pytest.mark.parametrize(
    "row",
    [
        {"kind": "veto", "mark": 1},
        {"kind": "scale", "mark": 0},
        {"kind": "scale", "mark": 1, "evidence_required": True},
    ],
)
def test_the_database_refuses_impossible_indicators(row: dict[str, Any]) -> None:
    section = load().sections.get(code="1")
    with pytest.raises(IntegrityError), transaction.atomic():
        section.indicators.create(order=9, code="9", title="加", **row)


def test_rows_name_themselves(sheet: Sheet, head: User) -> None:
    indicator = Indicator.objects.get(code="1.2")
    assert [str(indicator), str(indicator.section), str(indicator.options.first())] == [
        "1.2 场地",
        "1 条件",
        "很好",
    ]
    mark = sheet.marks.get(indicator=indicator)
    assert str(mark) == "1.2 场地 None"
    added = services.add_evidence(mark, b"%PDF-1.7", name="照片.pdf", by=head, at=NOW)
    assert str(added) == "照片.pdf"
    assert str(sheet).startswith("评分 ")
    assert Kind(indicator.kind).label == "按档计分"


def test_rubrics_are_only_looked_at_in_the_admin(version: RubricVersion, head: User) -> None:
    head.is_staff = head.is_superuser = True
    head.save()
    admin_client = Client()
    admin_client.force_login(head, backend="django.contrib.auth.backends.ModelBackend")
    for path in (
        f"rubric/{version.rubric_id}/change/",
        f"rubricversion/{version.pk}/change/",
        "indicator/",
    ):
        assert admin_client.get(f"/admin/scoring/{path}").status_code == 200
    assert admin_client.get("/admin/scoring/rubric/add/").status_code == 403
    assert (
        admin_client.post(f"/admin/scoring/rubric/{version.rubric_id}/delete/").status_code == 403
    )


def test_the_example_is_loaded_once_and_published(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    version = services.load_example_rubric(by=None, at=NOW)
    assert version.is_published
    assert "示例" in str(version)
    assert services.load_example_rubric(by=None, at=NOW) == version
    services.published_layout.cache_clear()
    with django_assert_num_queries(1):
        layout = services.published_layout(version.pk)
    assert len(list(layout.indicators())) == Indicator.objects.of_version(version.pk).count() == 66
    with django_assert_num_queries(0):
        services.layout_of(version)
