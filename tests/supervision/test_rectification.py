"""The life of an order: its limit, more days once, the report, the re-check."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from files.services import Rejected
from publicity.statuses import TitleState
from supervision import services
from supervision.models import Extension, Recheck, RectificationOrder
from supervision.statuses import OrderState
from tests import scenes
from tests.publicity import crowd
from tests.scenes import at
from tests.supervision.stories import DUE, LATE, NOVEMBER, ordered, picture, proposed
from workflow import Refused, perform, why_not
from workflow.models import Event

pytestmark = pytest.mark.django_db
SOON = at("2023-11-20 09:00")


@pytest.fixture
def title(scene):
    return crowd.concluded(scene)[0]


@pytest.fixture
def order(scene, title):
    return ordered(scene, title)


@pytest.fixture
def staff(title):
    return scenes.staff(title.nursery)


def asked(order, staff, when=SOON):
    return services.ask_extension(order, reason="设备到货推迟。", by=staff, at=when)


# The limit


def test_another_limit_takes_a_reason_and_keeps_it(scene, title):
    with pytest.raises(Refused, match="请写明理由") as refused:
        ordered(scene, title, days=10)
    assert refused.value.problems[0].field == "limit_reason"
    order = ordered(scene, title, days=10, limit_reason="问题较轻。")
    assert (order.due_on, order.limit_reason) == (date(2023, 11, 11), "问题较轻。")


def test_the_usual_limit_keeps_no_reason(scene, title):
    assert ordered(scene, title, days=30, limit_reason="多余。").limit_reason == ""


@pytest.mark.parametrize("days", [2, 61])
def test_a_limit_has_bounds(scene, title, days):
    with pytest.raises(Refused, match="3 日至 60 日") as refused:
        ordered(scene, title, days=days, limit_reason="特殊。")
    assert refused.value.problems[0].field == "days"
    assert not RectificationOrder.objects.exists()


def test_no_order_while_a_revocation_is_proposed(scene, title):
    proposed(scene, title)
    with pytest.raises(Refused, match="撤销事项"):
        ordered(scene, title)


# More days


def test_more_days_are_asked_for_and_given_once(scene, order, staff):
    extension = asked(order, staff)
    order.refresh_from_db()
    assert order.asks_for_days
    assert not extension.is_answered
    services.grant_extension(order, days=10, by=scene.officer, at=SOON)
    order.refresh_from_db()
    extension.refresh_from_db()
    assert order.due_on == DUE + timedelta(days=10)
    assert (extension.days, extension.due_before) == (10, DUE)
    assert extension.is_granted
    assert not order.asks_for_days
    verbs = [event.verb for event in Event.objects.of(order)]
    assert verbs == ["issue", "ask_extension", "grant_extension"]
    with pytest.raises(Refused, match="只能申请延长一次"):
        asked(order, staff)
    with pytest.raises(Refused, match="没有待答复"):
        services.grant_extension(order, days=5, by=scene.officer, at=SOON)


def test_more_days_are_declined_with_a_reason(scene, order, staff):
    asked(order, staff)
    with pytest.raises(Refused, match="请写明不同意"):
        services.decline_extension(order, reason=" ", by=scene.officer, at=SOON)
    services.decline_extension(order, reason="设备可先行租用。", by=scene.officer, at=SOON)
    order.refresh_from_db()
    assert order.due_on == DUE
    assert not order.extension.is_granted
    assert str(order.extension).endswith("的延期申请")
    with pytest.raises(Refused, match="只能申请延长一次"):
        asked(order, staff)


@pytest.mark.parametrize("days", [0, 16])
def test_the_settings_say_how_many_days_at_most(scene, order, staff, days):
    asked(order, staff)
    with pytest.raises(Refused, match="1 日至 15 日"):
        services.grant_extension(order, days=days, by=scene.officer, at=SOON)


def test_more_days_come_too_late_after_the_limit_or_the_report(order, staff):
    with pytest.raises(Refused, match="期限已过"):
        asked(order, staff, LATE)
    perform(order, "hand_in_report", actor=staff, at=SOON, reason="已整改。")
    with pytest.raises(Refused, match="待复查"):
        asked(order, staff)


def test_a_report_settles_a_question_for_days(scene, order, staff):
    asked(order, staff)
    perform(order, "hand_in_report", actor=staff, at=SOON, reason="已整改。")
    with pytest.raises(Refused, match="没有待答复"):
        services.grant_extension(order, days=5, by=scene.officer, at=SOON)
    assert not why_not(order, "fail_check", user=scene.officer, at=SOON)


def test_who_asked_in_time_is_answered_before_being_failed(scene, order, staff):
    asked(order, staff)
    (problem,) = why_not(order, "fail_check", user=scene.officer, at=LATE)
    assert "延期申请尚未答复" in problem.text


def test_only_the_nursery_asks_and_only_the_province_answers(scene, order, staff):
    with pytest.raises(PermissionDenied):
        services.ask_extension(order, reason="代办。", by=scene.county_handler, at=SOON)
    asked(order, staff)
    for answer in (
        lambda: services.grant_extension(order, days=5, by=scene.city_handler, at=SOON),
        lambda: services.decline_extension(order, reason="否。", by=staff, at=SOON),
    ):
        with pytest.raises(PermissionDenied):
            answer()


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"days": 5}, "extension_granted"),
        ({"answered_at": SOON, "answer": "好。"}, "extension_granted"),
        ({"asked_at": LATE}, "extension_asked_in_time"),
    ],
)
def test_impossible_extensions_are_refused(order, staff, change, constraint):
    asked(order, staff)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Extension.objects.update(**change)


# The report


def test_a_report_comes_with_evidence(order, staff):
    with pytest.raises(Refused, match="请上传整改佐证"):
        services.hand_in_report(order, text="已整改。", uploads=[], by=staff, at=SOON)
    order.refresh_from_db()
    assert order.state == OrderState.ORDERED
    wrong = ContentFile(b"MZMZ", name="脚本.exe")
    with pytest.raises(Rejected):
        services.hand_in_report(order, text="已整改。", uploads=[wrong], by=staff, at=SOON)
    services.hand_in_report(order, text="已整改。", uploads=[picture()], by=staff, at=SOON)
    assert (order.state, order.report) == (OrderState.REPORTED, "已整改。")
    assert [file.name for file in order.report_files.all()] == ["整改后.png"]


def test_an_order_is_overdue_the_day_after_its_limit(order, staff):
    assert not order.is_overdue(DUE)
    assert order.is_overdue(LATE.date())
    assert list(RectificationOrder.objects.overdue(LATE.date())) == [order]
    perform(order, "hand_in_report", actor=staff, at=LATE, reason="迟了。")
    assert not order.is_overdue(LATE.date())
    assert not RectificationOrder.objects.overdue(LATE.date()).exists()


# The re-check


def test_a_recheck_says_who_went_when_and_what_they_saw(scene, title, order, staff):
    services.hand_in_report(order, text="已整改。", uploads=[picture()], by=staff, at=SOON)
    services.pass_check(
        order,
        actor=scene.officer,
        at=SOON,
        reason="属实。",
        visited_on=SOON.date(),
        visitors="周省、王和",
        uploads=[picture("现场.png")],
    )
    title.refresh_from_db()
    assert title.state == TitleState.VALID
    assert (order.rechecked.visitors, order.rechecked.photos.count()) == ("周省、王和", 1)
    assert str(order.rechecked).endswith("的复查")


@pytest.mark.parametrize(
    ("visit", "sentence"),
    [
        ({"visited_on": LATE.date(), "visitors": "周省"}, "不能晚于今天"),
        ({"visited_on": date(2023, 10, 31), "visitors": "周省"}, "不能早于责令之日"),
        ({"visited_on": SOON.date(), "visitors": " "}, "请写明复查人员"),
    ],
)
def test_an_impossible_visit_is_refused_and_nothing_is_kept(scene, order, staff, visit, sentence):
    perform(order, "hand_in_report", actor=staff, at=SOON, reason="已整改。")
    with pytest.raises(Refused, match=sentence):
        services.fail_check(order, actor=scene.officer, at=SOON, reason="不符。", **visit)
    order.refresh_from_db()
    assert order.state == OrderState.REPORTED
    assert order.rechecked is None


def test_a_visit_is_never_noted_before_it_was_made(scene, order):
    with pytest.raises(IntegrityError, match="recheck_seen_before_noted"), transaction.atomic():
        Recheck.objects.create(
            order=order,
            visited_on=LATE.date(),
            visitors="周省",
            noted_by=scene.officer,
            noted_at=NOVEMBER,
        )


def test_a_nurserys_orders_are_found_oldest_first(scene, title, order, staff):
    services.pass_check(order, actor=scene.officer, at=SOON, reason="合格。")
    second = ordered(scene, title, at=LATE)
    found = RectificationOrder.objects.about_nursery(title.nursery_id)
    assert list(found) == [order, second]
    assert list(RectificationOrder.objects.by_limit()) == [order, second]
    own = RectificationOrder.objects.of_nurseries_acted_for_by(staff)
    assert own.count() == 2
