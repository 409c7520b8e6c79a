"""What is public stays what was published: names, digest, supplements; the database refuses."""

from __future__ import annotations

from datetime import date

import pgtrigger
import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError, transaction
from django.db.utils import IntegrityError

from portal.invariants import publicity as invariants
from publicity import services
from publicity.canonical import Listed
from publicity.models import Notice, NoticeEntry, NoticeSupplement
from tests.publicity import crowd
from tests.publicity.crowd import CONCLUDED
from tests.scenes import NOTICED, SEPTEMBER
from workflow import Refused, perform
from workflow.models import Event

pytestmark = pytest.mark.django_db
REFUSED = (IntegrityError, InternalError)


def test_entries_are_numbered_and_named_by_the_publication(scene):
    crowd.passed(scene, 1, scene.zone)
    crowd.passed(scene, 1, scene.other_county)
    notice = crowd.drafted(scene, 2)
    assert {entry.number for entry in notice.entries.all()} == {None}
    services.publish(notice, actor=scene.officer, at=NOTICED)
    listed = notice.entries.as_listed()
    assert [entry.number for entry in listed] == [1, 2, 3, 4]
    assert [entry.city for entry in listed] == ["沈阳市", "沈阳市", "鞍山市", scene.zone.name]
    assert listed[2].area == "鞍山市铁西区"
    assert listed[3].area == scene.zone.name


def test_a_nursery_that_is_renamed_later_is_called_as_it_was(scene, notice):
    entry = notice.entries.in_order()[0]
    before, nursery = entry.name, entry.application.nursery
    nursery.name = "改名托育园"
    nursery.save()
    again = NoticeEntry.objects.select_related("application__nursery").get(pk=entry.pk)
    assert str(again) == before
    assert before in [each.name for each in notice.entries.as_listed()]
    assert list(invariants.notices_are_as_published()) == []


def test_a_draft_is_called_as_the_register_has_it(scene):
    entry = crowd.drafted(scene).entries.for_list()[0]
    assert str(entry) == entry.application.nursery.name
    assert entry.area == "沈阳市和平区"


def test_the_digest_is_of_all_that_was_published(scene, notice):
    assert len(notice.digest) == 64
    assert notice.digest == notice.digest_now()
    form = notice.published_form().decode()
    for words in (notice.title, notice.body, "2023-10-09", "2023-09-27T01:00:00+00:00"):
        assert words in form
    assert Listed(1, "甲", "乙", "丙").area == "乙丙"


@pytest.mark.parametrize(
    "field", ["number", "title", "body", "basis", "contact", "opened_at", "opens_on", "digest"]
)
def test_the_database_keeps_the_words(notice, field):
    value = {"opened_at": SEPTEMBER, "opens_on": date(2023, 9, 26), "digest": "0" * 64}
    with pytest.raises(REFUSED, match="never change"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(**{field: value.get(field, "别的")})


@pytest.mark.parametrize(
    "change",
    [
        {"closes_on": date(2023, 10, 8)},
        {"closes_on": date(2023, 10, 10)},
        {"counted_days": ["2023-09-27"]},
    ],
)
def test_the_database_keeps_the_days(notice, change):
    with pytest.raises(REFUSED, match="only grows"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(**change)


def test_a_published_notice_is_neither_deleted_nor_a_draft_again(notice):
    with pytest.raises(REFUSED, match="never deleted"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk)._raw_delete("default")
    with pytest.raises(REFUSED), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(
            state="draft", opens_on=None, closes_on=None, digest=""
        )


def test_nobody_comes_to_a_published_list_or_leaves_it(scene, notice):
    (more,) = crowd.passed(scene)
    entry = notice.entries.in_order()[0]
    with pytest.raises(REFUSED, match="never change"), transaction.atomic():
        NoticeEntry.objects.create(notice=notice, application=more)
    with pytest.raises(REFUSED, match="never change"), transaction.atomic():
        entry.delete()
    with pytest.raises(REFUSED, match="never change"), transaction.atomic():
        NoticeEntry.objects.filter(pk=entry.pk).update(name="别的")
    NoticeEntry.objects.filter(pk=entry.pk).update(outcome_reason="经核查，异议成立。")


def test_a_decision_that_was_announced_stays(scene, notice):
    services.conclude(notice, actor=scene.officer, at=CONCLUDED, decision_number="2号")
    with pytest.raises(REFUSED, match="never changes"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(decision_number="3号")


# Supplements


def test_a_supplement_is_added_in_order_and_never_changed(scene, notice):
    for text in ("第三家机构地址应为和平区。", "联系电话更正。"):
        services.supplement(notice, text=text, reason="笔误。", by=scene.officer, at=NOTICED)
    assert [each.number for each in notice.supplements.in_order()] == [1, 2]
    first = notice.supplements.in_order()[0]
    assert (str(first), first.closes_on) == ("补充说明第 1 号", None)
    assert Event.objects.of(notice).filter(verb="supplement").count() == 2
    assert Event.objects.of(notice).last().data == {"number": 2}
    with pytest.raises(REFUSED), transaction.atomic():
        NoticeSupplement.objects.update(text="别的")
    assert list(invariants.notices_are_as_published()) == []


def test_a_draft_has_no_supplement_and_strangers_add_none(scene, notice):
    words = {"text": "更正。", "reason": "笔误。", "at": NOTICED}
    with pytest.raises(Refused, match="可以直接修改"):
        services.supplement(crowd.drafted(scene), by=scene.officer, **words)
    with pytest.raises(PermissionDenied):
        services.supplement(notice, by=scene.city_handler, **words)


# The check of the data


def test_who_goes_past_the_database_is_found_out(notice):
    with pgtrigger.ignore("publicity.Notice:published_notice"):
        Notice.objects.filter(pk=notice.pk).update(body="改过的正文。", closes_on=date(2023, 10, 8))
    NoticeSupplement.objects.create(
        notice=notice, number=2, text="t", reason="r", by=notice.created_by, at=NOTICED
    )
    found = list(invariants.notices_are_as_published())
    assert [part in line for part, line in zip(("校验值不符", "末日", "序号"), found, strict=True)]


# The number of a decision


def test_a_decision_number_names_one_decision(scene, notice):
    other = crowd.opened(scene, 1, scene.other_county)
    services.conclude(notice, actor=scene.officer, at=CONCLUDED, decision_number="2号")
    with pytest.raises(Refused, match="文号“2号”已用于另一项授予决定") as refusal:
        services.conclude(other, actor=scene.officer, at=CONCLUDED, decision_number=" 2号 ")
    assert refusal.value.problems[0].field == "decision_number"
    services.conclude(other, actor=scene.officer, at=CONCLUDED, decision_number="3号")
    with pytest.raises(Refused, match="已用于另一项"):
        services.award_held(other, actor=scene.officer, at=CONCLUDED, decision_number="2号")
    assert (
        services.award_held(other, actor=scene.officer, at=CONCLUDED, decision_number="3号") == []
    )


def test_the_number_of_a_later_award_is_not_taken_again(scene, notice):
    other = crowd.opened(scene, 1, scene.other_county)
    held = crowd.objected(notice)
    services.conclude(notice, actor=scene.officer, at=CONCLUDED, decision_number="2号")
    perform(held, "refuse", actor=scene.officer, at=CONCLUDED, reason="无关。")
    services.award_held(notice, actor=scene.officer, at=CONCLUDED, decision_number="4号")
    with pytest.raises(Refused, match="已用于另一项"):
        services.conclude(other, actor=scene.officer, at=CONCLUDED, decision_number="4号")
