"""Everyone's start: what waits for this person, and until when."""

from __future__ import annotations

import pytest

from accounts import services as accounts
from applications.models import Application
from portal import waiting
from publicity import services as publicity
from tests import scenes
from workflow import clock, perform


@pytest.fixture
def scene(db):
    return scenes.province()


@pytest.fixture
def today(monkeypatch):
    def set_now(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    set_now(scenes.JULY)
    return set_now


def titles(user, at=scenes.JULY):
    return [panel.title for panel in waiting.panels(user, at)]


def panel(user, title, at=scenes.JULY):
    (found,) = [each for each in waiting.panels(user, at) if each.title == title]
    return found


def home(client, user):
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client.get("/home/").content.decode()


class TestNursery:
    def test_before_a_draft_it_may_begin_one(self, client, scene, today):
        staff = scenes.staff(scenes.nursery(scene.county))
        today(scenes.JUNE)
        (row,) = panel(staff, "可以申报", scenes.JUNE).rows
        assert row.text == "2023年省级示范托育机构评选正在接受申报"
        assert row.due == scene.cycle.nursery_deadline
        assert "剩 35 天" in home(client, staff)

    @pytest.mark.parametrize("moment", ["2023-05-27 23:59", "2023-07-16 00:00"])
    def test_before_and_after_the_time_there_is_nothing_to_begin(self, scene, moment):
        staff = scenes.staff(scenes.nursery(scene.county))
        assert panel(staff, "可以申报", scenes.at(moment)).rows == []

    def test_the_first_local_day_counts_from_midnight(self, scene):
        staff = scenes.staff(scenes.nursery(scene.county))
        assert panel(staff, "可以申报", scenes.at("2023-05-28 00:00")).rows

    def test_a_draft_says_what_to_do_and_until_when(self, client, scene, today):
        application, staff = scenes.drafted(scene)
        today(scenes.JUNE)
        page = home(client, staff)
        assert "申报尚未提交" in page
        assert "继续填报" in page
        assert application.get_absolute_url() in page
        assert "可以申报" not in page

    def test_a_returned_file_is_due_at_the_county_s_deadline(self, scene):
        application, staff = scenes.submitted(scene)
        perform(
            application,
            "return_for_correction",
            actor=scene.county_handler,
            at=scenes.JULY,
            reason="缺少证明。",
        )
        (own,) = waiting.panels(staff, scenes.JULY)
        (row,) = own.rows
        assert row.text == "申报被退回，请按意见补正"
        assert row.due == scene.cycle.county_deadline
        assert own.steps[0].state == "current"

    def test_the_stages_as_the_nursery_follows_them(self, client, scene, today):
        application, staff = scenes.at_province(scene)
        (found,) = [each for each in waiting.panels(staff, scenes.AUGUST) if each.steps]
        assert [step.state for step in found.steps] == [
            *["done"] * 3,
            "current",
            "todo",
            "todo",
        ]
        assert "申报目前为“省级评审”" in home(client, staff)

    def test_an_awarded_file_has_all_stages_behind_it(self, scene):
        notice, application, staff = scenes.on_notice(scene)
        publicity.conclude(notice, actor=scene.officer, at=scenes.at("2023-10-10 09:00"))
        application.refresh_from_db()
        (found,) = [each for each in waiting.panels(staff, scenes.SEPTEMBER) if each.steps]
        assert {step.state for step in found.steps} == {"done"}

    def test_after_a_withdrawal_it_may_apply_anew(self, scene):
        application, staff = scenes.submitted(scene)
        perform(application, "withdraw", actor=staff, at=scenes.JULY, reason="另有安排。")
        # It may apply anew while there is time.
        assert panel(staff, "可以申报", scenes.JUNE).rows


class TestOfficials:
    def test_the_county_sees_what_waits_for_it(self, client, scene, today):
        application, _ = scenes.submitted(scene)
        page = home(client, scene.county_handler)
        assert "待我办理的申报" in page
        assert "阳光托育园" in page
        assert "自评 90" in page
        (row,) = panel(scene.county_handler, "待我办理的申报").rows
        assert row.due == scene.cycle.county_deadline
        assert "阳光托育园" not in home(client, scene.other_county_handler)
        assert "阳光托育园" not in home(client, scene.city_handler)

    def test_the_city_sees_its_files_and_what_is_left_of_its_quota(self, client, scene, today):
        scenes.at_city(scene)
        scenes.at_province(scene, name="第二托育园", username="staff2")
        desk = panel(scene.city_handler, "待我办理的申报")
        assert [(figure.label, figure.value) for figure in desk.figures] == [("市级审核", 1)]
        assert desk.rows[0].due == scene.cycle.city_deadline
        quota = panel(scene.city_handler, "剩余推荐名额")
        assert [(f.label, f.value, f.note) for f in quota.figures] == [
            ("沈阳市名额", 1, "已用 1 / 2")
        ]
        assert "剩余推荐名额" not in home(client, scene.county_handler)

    def test_the_zone_s_officials_see_their_own_step(self, scene):
        scenes.submitted(scene, scene.zone)
        assert len(panel(scene.zone_county, "待我办理的申报").rows) == 1
        assert panel(scene.zone_city, "待我办理的申报").rows == []

    def test_the_province_sees_where_everything_stands(self, client, scene, today):
        scenes.drafted(scene)
        scenes.on_notice(scene, name="第二托育园", username="staff2")
        overview = panel(scene.officer, scene.cycle.name)
        assert {figure.label: figure.value for figure in overview.figures} == {
            "填报中": 1,
            "县级初审": 0,
            "市级审核": 0,
            "省级评审": 0,
            "评审通过": 0,
            "公示中": 1,
        }
        assert overview.url == f"/cycles/{scene.cycle.pk}/"
        assert [row.text for row in overview.rows] == ["2023年省级示范托育机构名单公示"]
        page = home(client, scene.officer)
        assert "待办理的异议" in page

    def test_an_objection_waits_with_its_last_day(self, scene):
        notice, _, _ = scenes.on_notice(scene)
        objection = publicity.file_objection(
            notice.entries.get(),
            name="李某",
            contact="13700000000",
            content="情况不实。",
            at=scenes.NOTICED,
        )
        (row,) = panel(scene.officer, "待办理的异议").rows
        assert row.note == "阳光托育园 · 未指定承办人"
        assert row.due == objection.due_on
        assert "李某" not in row.text

    def test_an_expert_sees_unfinished_tasks_only(self, client, scene, today):
        application, _ = scenes.at_province(scene)
        scenes.seat_panel(scene, application, sealed=False)
        expert = scene.experts[0]
        tasks = panel(expert, "待完成的评审")
        assert [row.note for row in tasks.rows] == [
            "沈阳市和平区 · 书面评审",
            "沈阳市和平区 · 实地评审",
        ]
        assert "去评分" in home(client, expert)
        assert panel(scene.experts[3], "待完成的评审").rows == []

    def test_a_long_desk_shows_its_beginning_and_takes_no_more_queries(
        self, scene, django_assert_num_queries
    ):
        for n in range(3):
            scenes.submitted(scene, name=f"第{n}托育园", username=f"staff{n}")

        def desk():
            return list(waiting.filing.desk(scene.county_handler, scenes.JULY))

        desk()
        with django_assert_num_queries(2):
            (shown,) = desk()
        assert len(shown.rows) == 3
        for n in range(3, 10):
            scenes.submitted(scene, name=f"第{n}托育园", username=f"staff{n}")
        with django_assert_num_queries(2):
            (shown,) = desk()
        assert len(shown.rows) == waiting.filing.SHOWN
        assert shown.figures[0].value == Application.objects.count() == 10


class TestAdministrators:
    def test_the_system_administrator(self, client, scene, today):
        admin = scenes.official("sysadmin", "管管", "system_admin", scene.root)
        assert titles(admin) == ["账号与任职"]
        assert panel(admin, "账号与任职").url == "/people/"
        assert "有效任职" in home(client, admin)

    def test_the_security_administrator(self, client, scene, today):
        guard = scenes.official("secadmin", "安安", "security_admin", scene.root)
        (shown,) = waiting.panels(guard, scenes.JULY)
        assert (shown.title, shown.url) == ("登录锁定", "/security/")
        assert [(figure.label, figure.value) for figure in shown.figures] == [("当前锁定", 0)]

    def test_the_audit_administrator(self, client, scene, today):
        auditor = scenes.official("auditor", "审审", "audit_admin", scene.root)
        assert titles(auditor) == ["审计"]
        assert 'href="/audit/"' in home(client, auditor)


def test_who_has_no_post_is_told_so(client, scene, today):
    page = home(client, scenes.person("nobody", "路人"))
    assert "您目前没有任职" in page


def test_an_ended_post_leaves_nothing_behind(scene):
    accounts.end(scene.officer.appointments.get(), by=None, at=scenes.JULY)
    fresh = type(scene.officer).objects.get(pk=scene.officer.pk)
    assert titles(fresh) == []


def test_home_wants_a_login(client, db):
    assert client.get("/home/").url == "/login/?next=/home/"
