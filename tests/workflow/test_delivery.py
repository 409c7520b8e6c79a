"""Events reach their subscribers: after the commit, at least once, and never lost."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction

from portal.celery import app
from quotas.models import Cycle
from tests import scenes
from tests.conftest import environment_of_this_test
from workflow import clock, perform, record, record_all, subscribe
from workflow.models import Delivery, Event
from workflow.subscriptions import handler_named, subscribers_of
from workflow.tasks import A_DAY, BACKOFF, GRACE, deliver, redeliver

NOW = scenes.SEPTEMBER


@pytest.fixture
def scene(db, own_subscribers):
    """What the portal itself would announce of the scene is not told here."""
    return scenes.province()


@pytest.fixture
def now(monkeypatch):
    """The hands of the clock, to be set by the test."""
    hands = {"at": NOW}
    monkeypatch.setattr(clock, "now", lambda: hands["at"])
    return hands


@pytest.fixture
def heard(own_subscribers):
    """A subscriber to cycles that remembers what it heard."""
    events = []

    @subscribe("quotas.cycle", "close", "set_quota")
    def listen(event):
        events.append(event.verb)

    return events


def close(scene):
    return perform(scene.cycle, "close", actor=scene.officer, at=NOW, reason="评选结束。")


def broken_subscriber(times):
    """A subscriber that fails so many times, then works."""
    tries = []

    @subscribe("quotas.cycle", "close")
    def stumble(event):
        tries.append(event.pk)
        Cycle.objects.filter(pk=event.subject_id).update(basis="半途")
        if len(tries) <= times:
            raise ConnectionError("mail server away")

    return tries


class TestSubscriptions:
    def test_a_handler_is_named_by_where_it_stands(self, own_subscribers):
        @subscribe("a.b", "go", "stop")
        def listen(event):
            pass

        (name,) = subscribers_of("a.b", "go")
        assert name.endswith("listen")
        assert handler_named(name) is listen
        assert subscribers_of("a.b", "stop") == [name]
        assert subscribers_of("a.b", "other") == subscribers_of("x.y", "go") == []

    def test_registering_twice_is_one_subscription(self, own_subscribers):
        def listen(event):
            pass

        for _ in range(2):
            subscribe("a.b", "go")(listen)
        assert len(subscribers_of("a.b", "go")) == 1

    def test_a_subscriber_that_is_gone_is_an_error(self, own_subscribers):
        with pytest.raises(KeyError):
            handler_named("nobody")


class TestHandingOver:
    def test_the_delivery_is_written_with_the_event(self, scene, heard):
        event = close(scene)
        (delivery,) = event.deliveries.all()
        assert (delivery.next_at, delivery.done_at, delivery.attempts) == (NOW, None, 0)
        assert str(delivery) == f"{event.pk} → {delivery.subscriber}"
        assert heard == []

    def test_an_event_that_nobody_wants_has_no_delivery(self, scene, own_subscribers):
        assert not close(scene).deliveries.exists()

    def test_what_is_taken_back_is_never_delivered(
        self, scene, heard, broker, django_capture_on_commit_callbacks
    ):
        def close_and_fail():
            with transaction.atomic():
                close(scene)
                raise RuntimeError

        with django_capture_on_commit_callbacks() as told, pytest.raises(RuntimeError):
            close_and_fail()
        assert told == []
        assert not Delivery.objects.exists()
        assert not Event.objects.filter(verb="close").exists()

    def test_the_broker_is_told_after_the_commit(
        self, scene, heard, broker, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks() as told:
            close(scene)
            assert broker.llen("celery") == 0
        (tell,) = told
        tell()
        assert broker.llen("celery") == 1

    def test_many_facts_are_told_together(
        self, scene, heard, broker, django_capture_on_commit_callbacks
    ):
        facts = [(scene.cycle, {"region": n}) for n in range(3)]
        with django_capture_on_commit_callbacks(execute=True) as told:
            record_all(facts, "set_quota", actor=None, at=NOW)
        assert len(told) == 1
        assert broker.llen("celery") == Delivery.objects.count() == 3


class TestDeliver:
    def test_the_handler_runs_once(self, scene, heard, now):
        (delivery,) = close(scene).deliveries.all()
        deliver(delivery.pk)
        deliver(delivery.pk)
        delivery.refresh_from_db()
        assert heard == ["close"]
        assert (delivery.done_at, delivery.fault) == (NOW, "")

    def test_a_delivery_that_is_not_there_is_no_fault(self, db):
        deliver(4711)

    def test_one_of_two_subscribers_failing_leaves_the_other_alone(self, scene, heard, now):
        broken_subscriber(times=1)
        good, bad = close(scene).deliveries.order_by("pk")
        deliver(good.pk)
        deliver(bad.pk)
        assert heard == ["close"]
        assert list(Delivery.objects.filter(done_at=None)) == [bad]

    def test_what_a_failing_handler_wrote_is_taken_back(self, scene, own_subscribers, now):
        broken_subscriber(times=1)
        (delivery,) = close(scene).deliveries.all()
        deliver(delivery.pk)
        scene.cycle.refresh_from_db()
        delivery.refresh_from_db()
        assert scene.cycle.basis == ""
        assert (delivery.attempts, delivery.fault) == (1, "ConnectionError")
        assert delivery.next_at == NOW + timedelta(minutes=1)

    def test_a_handler_that_breaks_the_transaction_is_only_postponed(
        self, scene, own_subscribers, now
    ):
        @subscribe("quotas.cycle", "close")
        def misspell(event):
            connection.cursor().execute("SELECT nonsense FROM nowhere")

        (delivery,) = close(scene).deliveries.all()
        deliver(delivery.pk)
        delivery.refresh_from_db()
        assert delivery.fault == "ProgrammingError"

    def test_failing_then_succeeding(self, scene, own_subscribers, now, broker):
        tries = broken_subscriber(times=2)
        (delivery,) = close(scene).deliveries.all()
        for _ in range(3):
            deliver(delivery.pk)
            now["at"] += timedelta(hours=1)
        delivery.refresh_from_db()
        assert len(tries) == 3
        assert (delivery.attempts, delivery.fault) == (2, "")
        assert delivery.done_at == NOW + timedelta(hours=2)
        scene.cycle.refresh_from_db()
        assert scene.cycle.basis == "半途"

    def test_the_waits_grow_and_then_stay_at_a_day(self, scene, own_subscribers, now):
        broken_subscriber(times=99)
        (delivery,) = close(scene).deliveries.all()
        waits = []
        for _ in range(7):
            deliver(delivery.pk)
            delivery.refresh_from_db()
            waits.append(delivery.next_at - NOW)
        assert waits == [*BACKOFF, A_DAY, A_DAY, A_DAY]
        assert delivery.attempts == 7

    def test_a_subscriber_that_no_longer_exists_waits(self, scene, heard, now, monkeypatch):
        from workflow import subscriptions

        (delivery,) = close(scene).deliveries.all()
        monkeypatch.setattr(subscriptions, "_handlers", {})
        deliver(delivery.pk)
        delivery.refresh_from_db()
        assert (delivery.done_at, delivery.fault) == (None, "KeyError")


class TestSweep:
    def test_what_got_lost_is_sent_again(self, scene, heard, now, broker):
        close(scene)
        now["at"] = NOW + GRACE
        assert redeliver() == 1
        assert broker.llen("celery") == 1

    def test_what_is_fresh_done_or_not_yet_due_is_left_alone(self, scene, heard, now, broker):
        (delivery,) = close(scene).deliveries.all()
        now["at"] = NOW + GRACE - timedelta(seconds=1)
        assert redeliver() == 0
        deliver(delivery.pk)
        now["at"] = NOW + timedelta(days=9)
        assert redeliver() == 0
        assert broker.llen("celery") == 0

    def test_a_failed_one_comes_back_when_its_wait_is_over(
        self, scene, own_subscribers, now, broker
    ):
        broken_subscriber(times=1)
        (delivery,) = close(scene).deliveries.all()
        deliver(delivery.pk)
        assert redeliver() == 0
        now["at"] = NOW + BACKOFF[0] + GRACE
        assert redeliver() == 1

    def test_a_long_backlog_is_swept_in_parts_oldest_first(
        self, scene, heard, now, broker, monkeypatch
    ):
        from workflow import tasks

        monkeypatch.setattr(tasks, "AT_ONCE", 2)
        for n in range(3):
            record(scene.cycle, "set_quota", actor=None, at=NOW, n=n)
        now["at"] = NOW + timedelta(hours=1)
        assert redeliver() == 2


ALONE = """
import django, sys
django.setup()
from quotas.models import Cycle
from accounts.models import User
from tests import scenes
from workflow import perform, subscribe
@subscribe("quotas.cycle", "close")
def listen(event): pass
perform(Cycle.objects.get(), "close", actor=User.objects.get(username="officer"),
        at=scenes.SEPTEMBER, reason="x")
"""


@pytest.mark.django_db(transaction=True)
class TestForReal:
    def test_with_the_broker_away_the_move_stands_and_waits_for_the_sweep(self, tmp_path):
        scene = scenes.province()
        done = subprocess.run(
            [sys.executable, "-c", ALONE],
            env=environment_of_this_test(REDIS_URL=f"redis+socket://{tmp_path}/nobody.sock"),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        assert "broker away; 1 deliveries wait for the sweep" in done.stderr
        event = Event.objects.get(verb="close")
        assert Cycle.objects.get(pk=scene.cycle.pk).state == "closed"
        assert event.deliveries.get().done_at is None

    def test_a_real_worker_carries_events_and_what_got_lost(self, worker):
        scene = scenes.province()
        application, _ = scenes.submitted(scene)
        event = Event.objects.of(application).get(verb="submit")
        wait_until(lambda: not event.deliveries.filter(done_at=None).exists(), event.deliveries)
        assert event.deliveries.exists()

    def test_the_sweep_itself_runs_in_the_worker(self, worker, broker):
        scene = scenes.province()
        application, _ = scenes.submitted(scene)
        event = Event.objects.of(application).get(verb="submit")
        wait_until(lambda: not event.deliveries.filter(done_at=None).exists(), event.deliveries)
        event.deliveries.update(done_at=None)
        app.send_task("workflow.tasks.redeliver")
        wait_until(lambda: not event.deliveries.filter(done_at=None).exists(), event.deliveries)


def wait_until(condition, waiting, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, list(waiting.values("subscriber", "fault", "attempts"))
        time.sleep(0.1)
