"""The one source of the present, and that only a demo can move it."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import scenes
from workflow import clock

MOVED = "2023-09-27T09:00"


@pytest.fixture(autouse=True)
def forgotten():
    clock._moved_start.cache_clear()


def is_now(moment):
    return abs(moment - timezone.now()) < timedelta(seconds=5)


def test_without_a_wish_it_is_now(settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.delenv("PORTAL_NOW", raising=False)
    assert is_now(clock.now())
    monkeypatch.setenv("PORTAL_NOW", "")
    assert is_now(clock.now())


def test_outside_of_a_demo_nobody_moves_it(settings, monkeypatch):
    settings.DEMO = False
    monkeypatch.setenv("PORTAL_NOW", MOVED)
    assert is_now(clock.now())


def test_a_demo_moves_it_and_it_runs_on(settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.setenv("PORTAL_NOW", MOVED)
    first = clock.now()
    assert first - scenes.at("2023-09-27 09:00") < timedelta(seconds=5)
    time.sleep(0.02)
    second = clock.now()
    assert timedelta(seconds=0.02) <= second - first < timedelta(seconds=5)
    assert second.tzinfo is not None


def test_a_zone_of_its_own_counts(settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.setenv("PORTAL_NOW", "2023-09-27T01:00+00:00")
    assert clock.now() - scenes.at("2023-09-27 09:00") < timedelta(seconds=5)


def test_the_real_one_is_never_moved(settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.setenv("PORTAL_NOW", MOVED)
    assert is_now(clock.real())


def test_nonsense_is_said(settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.setenv("PORTAL_NOW", "morgen früh")
    with pytest.raises(ValueError, match="PORTAL_NOW is not a date and time"):
        clock.now()
