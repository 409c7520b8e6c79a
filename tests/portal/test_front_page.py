"""The public front page and the guide: the present cycle in words anyone understands."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from portal import front_page
from tests import scenes
from workflow import clock

CYCLE = SimpleNamespace(
    opens_on=date(2023, 5, 28),
    nursery_deadline=date(2023, 7, 15),
    county_deadline=date(2023, 8, 10),
    city_deadline=date(2023, 8, 30),
)


@pytest.fixture
def read_at(monkeypatch):
    def set_clock(text: str) -> None:
        monkeypatch.setattr(clock, "now", lambda: scenes.at(text))

    return set_clock


def states(today: date, windows: tuple[date, ...] = ()) -> list[str]:
    return [step.state for step in front_page.steps(CYCLE, today, windows)]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2023, 5, 27), "todo todo todo todo todo"),
        (date(2023, 5, 28), "current todo todo todo todo"),
        (date(2023, 7, 15), "current todo todo todo todo"),
        (date(2023, 7, 16), "done current todo todo todo"),
        (date(2023, 8, 11), "done done current todo todo"),
        (date(2023, 8, 31), "done done done current todo"),
    ],
)
def test_the_stage_follows_the_deadlines_and_a_deadline_day_still_counts(today, expected):
    assert states(today) == expected.split()


def test_the_first_notice_begins_the_last_stage():
    steps = front_page.steps(CYCLE, date(2023, 9, 20), (date(2023, 9, 26),))
    assert [step.state for step in steps] == ["done", "done", "done", "done", "current"]
    assert steps[-1].note == "公示至 9月26日"
    assert steps[-1].last_day == date(2023, 9, 26)
    over = front_page.steps(CYCLE, date(2023, 9, 27), (date(2023, 9, 26),))
    assert over[-1].last_day is None


def test_an_early_notice_does_not_end_the_stages_that_still_run():
    steps = front_page.steps(CYCLE, date(2023, 7, 1), (date(2023, 6, 30),))
    assert [step.state for step in steps] == ["current", "todo", "todo", "todo", "todo"]
    assert steps[-1].note == "公示后授予称号"


def test_no_stage_runs_before_the_first_day():
    before = front_page.steps(CYCLE, date(2023, 5, 27))
    assert front_page.Front(steps=before).current is None
    running = front_page.steps(CYCLE, date(2023, 7, 1))
    assert front_page.Front(steps=running).current == running[0]


def test_titles_add_up():
    counts = [front_page.TitleCount("沈阳市", 9), front_page.TitleCount("大连市", 8)]
    assert front_page.Front(title_counts=counts).title_total == 17


@pytest.mark.django_db
def test_between_two_cycles_the_page_says_so(client):
    page = client.get("/").content.decode()
    assert "当前没有进行中的评选" in page
    assert "首批称号尚未授予" in page
    assert "暂无公示" in page
    assert "当前没有进行中的评选" in client.get("/guide/").content.decode()


def test_the_running_cycle_its_stage_and_its_last_day(client, scene, read_at):
    read_at("2023-07-13 09:00")
    page = re.sub(r"<[^>]+>|\s+", "", client.get("/").content.decode())
    assert scene.cycle.name in page
    assert "机构自评申报7月15日（剩2天）" in page
    assert "截至8月10日" in page


def test_the_guide_quotes_the_settings_of_the_cycle(client, scene, read_at):
    read_at("2023-07-13 09:00")
    scene.cycle.entry_mark = Decimal("87.50")
    scene.cycle.objection_days = 20
    scene.cycle.save()
    page = re.sub(r"<[^>]+>|\s+", "", client.get("/guide/").content.decode())
    assert "自评达到87.5分" in page
    assert "在20日内办理" in page


def test_the_front_page_takes_few_queries(scene, django_assert_num_queries):
    with django_assert_num_queries(5):
        front_page.content(scenes.at("2023-07-13 09:00"))


def test_a_notice_stands_with_its_days_and_its_state_of_today(scene, client, read_at):
    scenes.on_notice(scene)
    read_at("2023-09-27 10:00")
    page = re.sub(r"<[^>]+>|\s+", "", client.get("/").content.decode())
    assert "2023年省级示范托育机构名单公示公示中2023年9月27日至2023年10月9日" in page
    assert "公示与授予10月9日（剩12天）" in page
    read_at("2023-10-10 00:00")
    lines = front_page.content(clock.now()).notices
    assert [line.standing.get_state_display() for line in lines] == ["期满"]
