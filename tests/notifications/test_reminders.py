"""Reminders: on their days, once, made up when missed, true when sent."""

from __future__ import annotations

import threading
from datetime import date, datetime

import pytest
from django.db import connection

from applications import services as applications
from applications.statuses import EXPERT_STEPS
from notifications import tasks
from notifications.models import Mail, Message, Reminder
from notifications.reminders import remind
from publicity import services as publicity
from publicity.models import NoticeEntry
from quotas import services as quotas
from tests import scenes
from tests.scenes import JULY, NOTICED, at
from workflow import perform


def on(day: str, hour: int = 8) -> datetime:
    return at(f"{day} {hour:02d}:00")


def reminded(day: str, hour: int = 8) -> dict[str, str]:
    """Runs the reminders of that moment; who got one, and its title."""
    before = set(Message.objects.values_list("pk", flat=True))
    count = remind(on(day, hour))
    fresh = Message.objects.exclude(pk__in=before).select_related("recipient")
    assert len(fresh) == count
    return {message.recipient.username: message.title for message in fresh}


class TestOfferedTasks:
    @pytest.fixture(autouse=True)
    def offered(self, scene):
        self.expert = scene.experts[0]
        application, _ = scenes.at_province(scene)
        self.paper, _ = applications.assign_experts(
            application, [self.expert], EXPERT_STEPS, by=scene.officer, at=on("2023-09-15")
        )

    def test_once_after_three_days_for_both_steps(self):
        days = ("09-17", "09-18", "09-19", "09-25")
        titles = {day: reminded(f"2023-{day}").get("expert1") for day in days}
        assert titles == dict.fromkeys(days) | {"09-18": "评审任务待接受：阳光托育园"}
        message = Message.objects.get(kind="remind_accept_task")
        assert message.url == self.paper.application.get_absolute_url()

    def test_who_has_answered_or_left_hears_nothing(self):
        applications.accept_task(self.paper, by=self.expert, at=on("2023-09-16"))
        assert reminded("2023-09-18") == {}

    def test_who_has_left_hears_nothing(self):
        self.expert.is_active = False
        self.expert.save()
        assert reminded("2023-09-18") == {}


class TestDrafts:
    @pytest.fixture(autouse=True)
    def draft(self, scene):
        self.application, self.staff = scenes.drafted(scene)
        self.staff.email = "staff@portal.example"
        self.staff.save()

    def test_each_milestone_once(self):
        titles = {
            day: reminded(f"2023-{day}").get("staff")
            for day in ("06-30", "07-01", "07-02", "07-08", "07-12", "07-14", "07-15", "07-16")
        }
        assert titles == {
            "06-30": None,
            "07-01": "申报还有 14 天：阳光托育园",
            "07-02": None,
            "07-08": "申报还有 7 天：阳光托育园",
            "07-12": "申报还有 3 天：阳光托育园",
            "07-14": "申报明天截止：阳光托育园",
            "07-15": "申报今天截止：阳光托育园",
            "07-16": None,
        }

    def test_it_says_by_when_what_and_where(self):
        remind(on("2023-07-08"))
        message = Message.objects.get()
        assert "申报期限为2023年7月15日" in message.text
        assert message.url == self.application.get_absolute_url()
        assert message.mail.to == "staff@portal.example"

    def test_however_often_it_runs_that_day_it_speaks_once(self):
        assert [len(reminded("2023-07-08", hour)) for hour in range(8, 19)] == [1] + 10 * [0]
        assert (Reminder.objects.count(), Mail.objects.count()) == (1, 1)

    def test_a_missed_day_is_made_up_with_what_is_true_now(self):
        assert reminded("2023-07-10") == {"staff": "申报还有 5 天：阳光托育园"}
        assert reminded("2023-07-11") == {}
        assert reminded("2023-07-12") == {"staff": "申报还有 3 天：阳光托育园"}

    def test_two_missed_ones_make_one_message(self):
        assert reminded("2023-07-13") == {"staff": "申报还有 2 天：阳光托育园"}
        assert Reminder.objects.count() == 1

    def test_who_has_handed_in_is_left_alone(self):
        perform(self.application, "submit", actor=self.staff, at=on("2023-07-07"))
        assert "staff" not in reminded("2023-07-08")

    def test_a_file_begun_after_the_day_is_not_late(self, scene):
        scenes.drafted(scene, name="新园", username="late", when=on("2023-07-10", 9))
        assert set(reminded("2023-07-10", 10)) == {"staff"}
        assert set(reminded("2023-07-12")) == {"staff", "late"}

    def test_a_moved_deadline_is_announced_anew(self, scene):
        reminded("2023-07-08")
        later = {"nursery_deadline": date(2023, 7, 20)}
        quotas.change_settings(
            scene.cycle, later, by=scene.officer, at=on("2023-07-09"), reason="顺延。"
        )
        assert reminded("2023-07-13") == {"staff": "申报还有 7 天：阳光托育园"}

    def test_a_closed_cycle_reminds_nobody(self, scene):
        perform(scene.cycle, "close", actor=scene.officer, at=on("2023-07-07"), reason="中止。")
        assert reminded("2023-07-08") == {}

    def test_whoever_left_is_not_reminded(self):
        self.staff.is_active = False
        self.staff.save()
        assert reminded("2023-07-08") == {}

    def test_the_task_of_the_schedule(self, settings, monkeypatch):
        settings.DEMO = True
        monkeypatch.setenv("PORTAL_NOW", "2023-07-08T08:00")
        assert tasks.remind() == 1


class TestCorrections:
    def test_a_returned_file_has_until_the_countys_deadline(self, scene):
        application, _ = scenes.submitted(scene)
        perform(
            application,
            "return_for_correction",
            actor=scene.county_handler,
            at=JULY,
            reason="补件。",
        )
        assert reminded("2023-08-03") == {"staff": "补正还有 7 天：阳光托育园"}
        assert reminded("2023-08-10") == {"staff": "补正今天截止：阳光托育园"}


class TestOffices:
    def test_the_county_hears_how_much_waits(self, scene):
        scenes.submitted(scene)
        scenes.submitted(scene, name="春苗托育园", username="staff2")
        heard = reminded("2023-08-03")
        assert heard == {
            "county": "县级初审还有 7 天：2 件待办",
            "county-approver": "县级初审还有 7 天：2 件待办",
        }
        assert reminded("2023-08-04") == {}

    def test_an_empty_desk_is_not_reminded(self, scene):
        assert reminded("2023-08-03") == {}

    def test_the_city_hears_of_what_its_counties_sent(self, scene):
        scenes.at_city(scene)
        assert reminded("2023-08-29") == {"city": "市级审核明天截止：1 件待办"}

    def test_the_zone_hears_at_both_steps(self, scene):
        application, _ = scenes.submitted(scene, scene.zone)
        assert set(reminded("2023-08-03")) == {"zone-county"}
        from applications.statuses import Step

        scenes.scored(application, Step.COUNTY, scene.zone_county, when=JULY)
        perform(application, "recommend_to_city", actor=scene.zone_county, at=JULY, reason="好。")
        assert set(reminded("2023-08-23")) == {"zone-city"}

    def test_what_was_done_in_the_morning_is_not_reminded_of_at_noon(self, scene):
        application, _ = scenes.submitted(scene)
        perform(
            application,
            "decline_by_county",
            actor=scene.county_handler,
            at=on("2023-08-03", 9),
            reason="不符合条件。",
        )
        assert reminded("2023-08-03", 12) == {}


class TestObjections:
    def test_they_are_due_in_time(self, scene):
        notice, _, _ = scenes.on_notice(scene)
        entry = NoticeEntry.objects.get(notice=notice)
        objection = publicity.file_objection(
            entry, name="冯市民", contact="13700000000", content="不实", at=NOTICED
        )
        assert reminded("2023-10-04") == {}
        assert reminded("2023-10-05") == {"officer": "异议办理还有 7 天：阳光托育园"}
        message = Message.objects.latest("pk")
        assert objection.receipt in message.text
        assert "冯市民" not in message.text
        perform(objection, "refuse", actor=scene.officer, at=on("2023-10-08"), reason="匿名。")
        assert reminded("2023-10-09") == {}


class TestManyAndAtOnce:
    @pytest.mark.parametrize("files", [1, 3, 30])
    def test_it_costs_the_same_however_many(self, scene, files, django_assert_num_queries):
        for number in range(files):
            scenes.drafted(scene, name=f"园{number}", username=f"s{number}")
        with django_assert_num_queries(24):
            assert remind(on("2023-07-08")) == files

    def test_two_workers_at_once_remind_once(self, transactional_db):
        scene = scenes.province()
        scenes.drafted(scene)
        counts: list[int] = []

        def work() -> None:
            counts.append(remind(on("2023-07-08")))
            connection.close()

        workers = [threading.Thread(target=work) for _ in range(4)]
        for each in workers:
            each.start()
        for each in workers:
            each.join()
        assert sorted(counts) == [0, 0, 0, 1]
