"""What a load balancer sees, with real servers and with broken ones."""

from __future__ import annotations

import logging

import pytest
from django.db import connection

from portal.celery import app
from portal.middleware import RequestIdFilter
from portal.views import health


def test_a_living_process_says_so_without_asking_anybody(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


def test_not_ready_without_a_worker(client, db):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["missing"] == ["worker"]


def test_ready_with_database_broker_and_worker(client, worker):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["parts"] == {"database": True, "broker": True, "worker": True}


def test_the_worker_is_asked_once_in_a_few_seconds(client, worker, monkeypatch):
    client.get("/readyz")
    monkeypatch.setattr(app.control, "ping", lambda **_: pytest.fail("asked again"))
    assert client.get("/readyz").status_code == 200


def test_a_missing_database_is_named(client, db, monkeypatch):
    def refuse() -> None:
        raise health.DatabaseError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(connection, "cursor", refuse)
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "database" in answer.json()["missing"]


def test_a_missing_broker_is_named_and_no_worker_is_asked(client, db, monkeypatch):
    monkeypatch.setattr(app.conf, "broker_read_url", "redis+socket:///nonexistent.sock")
    monkeypatch.setattr(app.control, "ping", lambda **_: pytest.fail("asked without a broker"))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["missing"] == ["broker", "worker"]


@pytest.mark.parametrize("given", ["0123456789abcdef", "proxy-7.42_a"])
def test_the_proxys_request_number_is_kept(client, given):
    assert client.get("/healthz", headers={"X-Request-Id": given})["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", "short", "a" * 65, "with spaces in it", "line\\nbreak-line"])
def test_any_other_request_number_is_replaced(client, given):
    number = client.get("/healthz", headers={"X-Request-Id": given})["X-Request-Id"]
    assert len(number) == 32
    assert number != client.get("/healthz")["X-Request-Id"]


def test_lines_logged_outside_a_request_carry_a_dash():
    record = logging.makeLogRecord({"msg": "beat"})
    assert RequestIdFilter().filter(record)
    assert record.__dict__["request_id"] == "-"
