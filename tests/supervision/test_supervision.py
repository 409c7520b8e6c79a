"""From an order to put right, to a title that is valid again or gone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from publicity.models import Title
from publicity.services import settle
from publicity.statuses import RevocationGround, TitleState
from supervision import services
from supervision.models import RectificationOrder, Revocation, supervised_titles
from supervision.statuses import OrderState, RevocationState
from supervision.subscribers import end_orders
from tests import scenes
from tests.publicity import crowd
from tests.publicity.crowd import CONCLUDED
from tests.scenes import at
from workflow import Refused, open_to, perform, why_not
from workflow.models import Event

pytestmark = pytest.mark.django_db
NOVEMBER = at("2023-11-01 09:00")
DUE = date(2023, 12, 1)
LATE = at("2023-12-02 00:00")


@pytest.fixture
def scene(db):
    return scenes.province()


@pytest.fixture
def title(scene):
    return crowd.concluded(scene)[0]


@pytest.fixture
def order(scene, title):
    return ordered(scene, title)


def ordered(scene, title) -> RectificationOrder:
    return services.order_rectification(
        title, problem="师幼比不足。", by=scene.officer, at=NOVEMBER
    )


# Ordering


def test_an_order_gives_the_cycles_days_and_marks_the_title(title, order):
    assert (order.state, order.due_on) == (OrderState.ORDERED, DUE)
    assert title.state == TitleState.RECTIFYING
    assert [event.verb for event in Event.objects.of(order)] == ["issue"]
    assert Event.objects.of(title).last().reason == "师幼比不足。"
    assert str(order) == f"{title.nursery.name}的整改通知"


def test_one_order_runs_at_a_time(scene, title, order):
    with pytest.raises(Refused, match="整改中"):
        ordered(scene, title)
    assert RectificationOrder.objects.of(title).count() == 1


@pytest.mark.parametrize("who", ["city_handler", "county_approver", "other_city_handler"])
def test_city_and_county_may_see_but_not_decide(scene, title, order, who):
    user = getattr(scene, who)
    sees = not who.startswith("other")
    assert supervised_titles(user).exists() is sees
    assert RectificationOrder.objects.visible_to(user).exists() is sees
    assert open_to(user, order, at=NOVEMBER) == []
    with pytest.raises(PermissionDenied):
        services.revoke(
            title, ground=RevocationGround.FRAUD, actor=user, at=NOVEMBER, reason="不行。"
        )
    with pytest.raises(PermissionDenied):
        services.pass_check(order, actor=user, at=NOVEMBER, reason="可以。")


def test_no_order_on_what_has_ended(scene, title):
    with pytest.raises(Refused, match="2025年10月9日届满"):
        services.order_rectification(
            title, problem="迟了。", by=scene.officer, at=at("2025-10-10 09:00")
        )


# Putting right


def test_the_nursery_reports_and_the_province_restores(scene, title, order):
    staff = scenes.staff(title.nursery)
    perform(order, "hand_in_report", actor=staff, at=NOVEMBER, reason="已增配 2 名保育员。")
    assert (order.state, order.report) == (OrderState.REPORTED, "已增配 2 名保育员。")
    services.pass_check(order, actor=scene.officer, at=NOVEMBER, reason="复查属实。")
    title.refresh_from_db()
    assert (order.state, order.outcome) == (OrderState.PASSED, "复查属实。")
    assert title.state == TitleState.VALID
    assert not order.is_running


def test_another_nurserys_staff_sees_and_reports_nothing(scene, order):
    other = scenes.staff(scenes.nursery(scene.county, "别家园"))
    assert not RectificationOrder.objects.visible_to(other).exists()
    assert not RectificationOrder.objects.visible_to(None).exists()
    with pytest.raises(PermissionDenied):
        perform(order, "hand_in_report", actor=other, at=NOVEMBER, reason="不是我。")


# Failing


def test_failing_within_the_limit_without_a_report_is_refused(scene, order):
    (problem,) = why_not(order, "fail_check", user=scene.officer, at=NOVEMBER)
    assert "整改期限至2023年12月1日" in problem.text
    assert not why_not(order, "fail_check", user=scene.officer, at=LATE)


@pytest.mark.parametrize("reported", [True, False])
def test_failing_opens_a_proposal_and_the_title_stays(scene, title, order, reported):
    when = LATE
    if reported:
        staff = scenes.staff(title.nursery)
        perform(order, "hand_in_report", actor=staff, at=NOVEMBER, reason="已整改。")
        when = NOVEMBER
    proposed = services.fail_check(order, actor=scene.officer, at=when, reason="仍不达标。")
    title.refresh_from_db()
    assert order.state == OrderState.FAILED
    assert title.state == TitleState.RECTIFYING
    assert proposed == Revocation.objects.get()
    assert (proposed.state, proposed.order) == (RevocationState.PROPOSED, order)
    assert (proposed.ground, proposed.facts) == (RevocationGround.NOT_RECTIFIED, "仍不达标。")


def test_order_and_title_move_together_or_not_at_all(scene, title, order):
    Title.objects.filter(pk=title.pk).update(state=TitleState.EXPIRED, ended_at=NOVEMBER)
    with pytest.raises(Refused, match="已到期"):
        services.pass_check(order, actor=scene.officer, at=NOVEMBER, reason="可以。")
    order.refresh_from_db()
    assert order.state == OrderState.ORDERED


def test_fraud_ends_the_title_at_once_and_the_order_with_it(scene, title, order):
    services.revoke(
        title, ground=RevocationGround.FRAUD, actor=scene.officer, at=NOVEMBER, reason="弄虚作假。"
    )
    order.refresh_from_db()
    assert title.state == TitleState.REVOKED
    assert (order.state, order.closed_at) == (OrderState.ENDED, NOVEMBER)


def test_an_order_ends_with_a_title_that_expired(title, order):
    over = at("2025-10-10 00:05")
    settle(over)
    event = Event.objects.of(title).get(verb="expire")
    end_orders(event)
    end_orders(event)
    order.refresh_from_db()
    assert (order.state, order.closed_at) == (OrderState.ENDED, over)
    assert Event.objects.of(order).filter(verb="end_with_title").count() == 1


def test_ending_passes_over_what_somebody_else_has_closed(scene, title, order, monkeypatch):
    stale = RectificationOrder.objects.get(pk=order.pk)
    services.pass_check(order, actor=scene.officer, at=NOVEMBER, reason="合格。")
    monkeypatch.setattr(type(RectificationOrder.objects.all()), "running", lambda _: [stale])
    services.end_orders(title, at=NOVEMBER)
    order.refresh_from_db()
    assert order.state == OrderState.PASSED


# The database


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"state": OrderState.PASSED}, "order_closed_with_state"),
        ({"closed_at": NOVEMBER}, "order_closed_with_state"),
        ({"due_on": NOVEMBER.date() - timedelta(days=1)}, "order_due_after_order"),
    ],
)
def test_impossible_orders_are_refused(order, change, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        RectificationOrder.objects.filter(pk=order.pk).update(**change)


def test_the_nearest_limit_stands_on_top(scene):
    titles = crowd.concluded(scene, 3)
    late = services.order_rectification(titles[2], problem="一。", by=scene.officer, at=NOVEMBER)
    soon = services.order_rectification(titles[1], problem="二。", by=scene.officer, at=CONCLUDED)
    rows = list(supervised_titles(scene.officer))
    assert [row.pk for row in rows] == [titles[1].pk, titles[2].pk, titles[0].pk]
    assert [row.order_pk for row in rows] == [soon.pk, late.pk, None]
    assert rows[1].order_due == DUE
