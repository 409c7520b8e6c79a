"""What people are told as files move: the right ones, once, in words that help."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.apps import apps

from accounts.models import User
from applications import services as applications
from applications.models import Application
from applications.statuses import Step
from notifications import services
from notifications.models import Mail, Message, Reminder
from publicity import services as publicity
from publicity.models import NoticeEntry, Objection, Title
from quotas import services as quotas
from tests import scenes
from tests.scenes import AUGUST, JULY, JUNE, NOTICED, SEPTEMBER, at
from workflow import perform
from workflow.models import Delivery, Event


def told(verb: str) -> dict[str, str]:
    """Who was told of the newest such event, and under which title."""
    event = Event.objects.filter(verb=verb).last()
    return {m.recipient.username: m.title for m in Message.objects.filter(event=event)}


def text_for(verb: str, username: str) -> str:
    event = Event.objects.filter(verb=verb).last()
    return Message.objects.get(event=event, recipient__username=username).text


class TestApplication:
    def test_submitted(self, scene, carry):
        scenes.submitted(scene)
        carry()
        assert told("submit") == {
            "staff": "申报已提交：阳光托育园",
            "county": "新申报待初审：阳光托育园",
            "county-approver": "新申报待初审：阳光托育园",
        }
        assert "自评得分 90 分" in text_for("submit", "county")
        assert "请于2023年8月10日前完成初审" in text_for("submit", "county")
        message = Message.objects.get(recipient__username="county")
        assert message.url == Application.objects.get().get_absolute_url()
        assert message.created_at == JUNE

    def test_returned_and_handed_in_again(self, scene, carry):
        application, staff = scenes.submitted(scene)
        perform(
            application,
            "return_for_correction",
            actor=scene.county_handler,
            at=JULY,
            reason="缺消防合格证明。",
        )
        carry()
        assert told("return_for_correction") == {"staff": "申报退回补正：阳光托育园"}
        text = text_for("return_for_correction", "staff")
        assert "理由：缺消防合格证明。" in text
        assert "请于2023年8月10日前补正" in text
        perform(application, "resubmit", actor=staff, at=JULY)
        carry()
        assert set(told("resubmit")) == {"staff", "county", "county-approver"}

    def test_recommended_by_the_county(self, scene, carry):
        scenes.at_city(scene)
        carry()
        assert told("recommend_to_city") == {
            "staff": "已推荐至市级：阳光托育园",
            "city": "新推荐件待审核：阳光托育园",
        }
        assert "请于2023年8月30日前" in text_for("recommend_to_city", "city")

    def test_who_did_it_is_not_told_but_the_colleague_is(self, scene, carry):
        colleague = scenes.official("city2", "同事", "city_approver", scene.city)
        application, _ = scenes.at_city(scene)
        perform(
            application, "send_back_to_county", actor=scene.city_handler, at=JULY, reason="漏项。"
        )
        perform(
            application,
            "withdraw",
            actor=User.objects.get(username="staff"),
            at=JULY,
            reason="停办",
        )
        carry()
        assert set(told("send_back_to_county")) == {"county", "county-approver", "staff"}
        assert "漏项" not in text_for("send_back_to_county", "staff")
        assert set(told("recommend_to_city")) == {"staff", "city", colleague.username}

    def test_recommended_by_the_city(self, scene, carry):
        scenes.at_province(scene)
        carry()
        assert set(told("recommend_to_province")) == {
            "staff",
            "county",
            "county-approver",
            "officer",
        }

    @pytest.mark.parametrize(
        ("move", "who", "heard"),
        [
            ("decline_by_county", "county_handler", {"staff"}),
            ("decline_by_city", "city_handler", {"staff", "county", "county-approver"}),
        ],
    )
    def test_declined(self, scene, carry, move, who, heard):
        make = scenes.submitted if move == "decline_by_county" else scenes.at_city
        application, _ = make(scene)
        perform(application, move, actor=getattr(scene, who), at=JULY, reason="场地不达标。")
        carry()
        assert set(told(move)) == heard
        assert "场地不达标。" in text_for(move, "staff")

    def test_the_zone_hears_once_though_it_takes_both_steps(self, scene, carry):
        both = scenes.official("zone-both", "兼任", "county_handler", scene.zone)
        from accounts import services as accounts

        accounts.appoint(both, "city_handler", scene.zone, by=None, at=JUNE)
        application, _ = scenes.submitted(scene, scene.zone)
        scenes.scored(application, Step.COUNTY, scene.zone_county, when=JULY)
        perform(application, "recommend_to_city", actor=scene.zone_county, at=JULY, reason="好。")
        scenes.scored(application, Step.CITY, scene.zone_city, when=AUGUST)
        perform(application, "decline_by_city", actor=scene.zone_city, at=AUGUST, reason="不足。")
        carry()
        assert set(told("submit")) == {"staff", "zone-county", "zone-both"}
        assert set(told("recommend_to_city")) == {"staff", "zone-city", "zone-both"}
        event = Event.objects.get(verb="decline_by_city")
        assert Message.objects.filter(event=event, recipient=both).count() == 1

    def test_experts_hear_of_their_tasks_alone(self, scene, carry):
        application, _ = scenes.at_province(scene)
        review = applications.assign_expert(
            application, scene.experts[0], Step.PAPER, by=scene.officer, at=SEPTEMBER
        )
        carry()
        assert told("assign_expert") == {"expert1": "新的书面评审任务：阳光托育园"}
        applications.unassign_expert(review, by=scene.officer, at=SEPTEMBER, reason="回避")
        carry()
        assert told("unassign_expert") == {"expert1": "书面评审任务已取消"}
        message = Message.objects.get(event__verb="unassign_expert")
        assert message.url == ""
        assert "阳光" not in message.title + message.text

    def test_a_recusal_is_told_to_who_assigns(self, scene, carry):
        application, _ = scenes.at_province(scene)
        given = [scene.experts[0], scene.experts[1]]
        paper, *_ = applications.assign_experts(
            application, given, [Step.PAPER], by=scene.officer, at=SEPTEMBER
        )
        reason = "配偶在该机构任职。"
        applications.recuse(paper, by=scene.experts[0], at=SEPTEMBER, reason=reason)
        carry()
        assert told("recuse") == {"officer": "专家申请回避：阳光托育园"}
        message = Message.objects.get(event__verb="recuse")
        assert reason not in message.text
        assert message.url == application.get_absolute_url()

    def test_withdrawn_under_review(self, scene, carry):
        application, staff = scenes.at_province(scene)
        scenes.seat_panel(scene, application, sealed=False)
        perform(application, "withdraw", actor=staff, at=SEPTEMBER, reason="停办。")
        carry()
        assert set(told("withdraw")) == {
            "county",
            "county-approver",
            "city",
            "officer",
            "expert1",
            "expert2",
            "expert3",
        }

    def test_a_withdrawn_draft_is_nobodys_business(self, scene, carry):
        application, staff = scenes.drafted(scene)
        perform(application, "withdraw", actor=staff, at=JUNE, reason="不报了。")
        carry()
        assert told("withdraw") == {}

    @pytest.mark.parametrize("verb", ["pass_review", "fail_review"])
    def test_decided(self, scene, carry, verb):
        application, _ = scenes.at_province(scene)
        totals = {} if verb == "pass_review" else {"paper": ("80",) * 3, "site": ("80",) * 3}
        scenes.seat_panel(scene, application, **totals)
        perform(application, verb, actor=scene.officer, at=SEPTEMBER, reason="详见评审表。")
        carry()
        assert set(told(verb)) == {"staff", "county", "county-approver", "city"}

    def test_sent_back_by_the_province(self, scene, carry):
        application, _ = scenes.at_province(scene)
        perform(
            application, "send_back_to_city", actor=scene.officer, at=AUGUST, reason="材料不全。"
        )
        carry()
        assert set(told("send_back_to_city")) == {"staff", "city"}

    def test_lapsed(self, scene, carry):
        scenes.drafted(scene)
        applications.lapse_overdue(at("2023-07-16 00:10"))
        carry()
        assert told("lapse") == {"staff": "申报逾期失效：阳光托育园"}


class TestPublicity:
    def test_on_the_notice(self, scene, carry):
        notice, _, _ = scenes.on_notice(scene)
        carry()
        assert told("publish") == {"staff": "贵机构已列入公示"}
        assert "公示期为2023年9月27日至2023年10月9日" in text_for("publish", "staff")
        assert Message.objects.get(event__verb="publish").url == notice.get_absolute_url()

    def test_an_objection_reaches_the_province_without_the_objector(self, scene, carry):
        notice, _, _ = scenes.on_notice(scene)
        carry()
        Message.objects.all().delete()
        objection = self.objection(notice)
        carry()
        assert set(told("file")) == {"officer"}
        message = Message.objects.get()
        for secret in ("冯市民", "13700000000", "与事实不符"):
            assert secret not in message.title + message.text + message.mail.body
        assert objection.receipt in message.text
        assert "请于2023年10月12日前办结" in message.text

    def test_upheld(self, scene, carry):
        notice, _, _ = scenes.on_notice(scene)
        objection = self.objection(notice)
        perform(objection, "accept", actor=scene.officer, at=NOTICED)
        publicity.uphold(
            objection, actor=scene.officer, at=NOTICED, reason="经查属实，护栏确未设置。"
        )
        carry()
        assert set(told("uphold_objection")) == {"staff", "county", "county-approver", "city"}
        assert not Message.objects.filter(text__contains="冯市民").exists()

    def test_overruled(self, scene, carry):
        second = scenes.official("officer2", "周副", "province_officer", scene.root)
        notice, _, _ = scenes.on_notice(scene)
        objection = self.objection(notice)
        perform(objection, "accept", actor=scene.officer, at=NOTICED)
        perform(objection, "overrule", actor=scene.officer, at=NOTICED, reason="查无实据。")
        carry()
        assert set(told("overrule")) == {second.username}

    def test_over_concluded_and_awarded(self, scene, carry):
        notice, _, _ = scenes.on_notice(scene)
        publicity.settle(at("2023-10-10 00:10"))
        carry()
        assert set(told("close")) == {"officer"}
        publicity.conclude(notice, actor=scene.officer, at=at("2023-10-10 09:00"))
        carry()
        title = Title.objects.get()
        assert set(told("begin")) == {"staff", "county", "county-approver", "city"}
        text = text_for("begin", "staff")
        assert title.number in text
        assert "有效期2023年10月10日至2025年10月9日" in text

    def test_expired(self, scene, carry):
        notice, _, _ = scenes.on_notice(scene)
        publicity.conclude(notice, actor=scene.officer, at=at("2023-10-10 09:00"))
        publicity.settle(at("2025-10-10 00:10"))
        carry()
        assert set(told("expire")) == {"staff", "county", "county-approver", "city"}

    def objection(self, notice) -> Objection:
        entry = NoticeEntry.objects.get(notice=notice)
        return publicity.file_objection(
            entry, name="冯市民", contact="13700000000", content="与事实不符", at=NOTICED
        )


class TestCycle:
    def test_started(self, scene, carry):
        scenes.staff(scenes.nursery(scene.county), "staff")
        cycle = scenes.draft_cycle(scene.root, scene.version, year=2025, name="2025年评选")
        quotas.set_quotas(cycle, {scene.city: 2}, by=scene.officer, at=JUNE)
        carry()
        assert told("set_quota") == {}
        perform(cycle, "start", actor=scene.officer, at=JUNE)
        carry()
        heard = told("start")
        assert {"staff", "county", "city", "zone-county", "zone-city"} <= set(heard)
        assert not {"officer", "expert1"} & set(heard)
        assert "申报截止2023年7月15日" in text_for("start", "staff")
        assert "在名额内推荐" in text_for("start", "city")

    def test_a_moved_deadline(self, scene, carry):
        later = {"city_deadline": date(2023, 9, 15)}
        quotas.change_settings(scene.cycle, later, by=scene.officer, at=JUNE, reason="疫情。")
        carry()
        assert "市级报送截止日期由2023年8月30日调整为2023年9月15日。" in text_for(
            "change_settings", "county"
        )

    def test_other_settings_are_no_news(self, scene, carry):
        quotas.change_settings(
            scene.cycle, {"panel_size": 5}, by=scene.officer, at=JUNE, reason="人手。"
        )
        carry()
        assert told("change_settings") == {}

    def test_a_changed_quota_reaches_its_city(self, scene, carry):
        quotas.set_quotas(
            scene.cycle, {scene.city: 5}, by=scene.officer, at=JUNE, reason="增加投入。"
        )
        carry()
        assert set(told("set_quota")) == {"city"}
        assert "由 2 个调整为 5 个。理由：增加投入。" in text_for("set_quota", "city")

    def test_a_transfer_reaches_both_cities(self, scene, carry):
        quotas.transfer_places(
            scene.cycle,
            scene.city,
            scene.other_city,
            1,
            by=scene.officer,
            at=JUNE,
            reason="申报不足。",
        )
        carry()
        assert set(told("give_places")) == {"city"}
        assert set(told("receive_places")) == {"other-city"}
        assert text_for("give_places", "city") == (
            "沈阳市调出 1 个名额至鞍山市，名额由 2 个变为 1 个。理由：申报不足。"
        )
        assert "鞍山市自沈阳市调入 1 个名额" in text_for("receive_places", "other-city")


class TestOnceAndForTheRightPeople:
    def test_carried_twice_nobody_hears_twice(self, scene, carry):
        scenes.submitted(scene)
        carry()
        counts = Message.objects.count(), Mail.objects.count()
        Delivery.objects.update(done_at=None)
        carry()
        assert (Message.objects.count(), Mail.objects.count()) == counts
        assert counts == (3, 2)  # the staff has no address

    def test_whoever_left_hears_nothing(self, scene, carry):
        User.objects.filter(username="county-approver").update(is_active=False)
        scenes.submitted(scene)
        carry()
        assert "county-approver" not in told("submit")

    def test_everybody_can_open_what_they_are_told_of(self, scene, carry):
        """Along one file's whole way, nobody gets a link to what they cannot see."""
        notice, _, _ = scenes.on_notice(scene)
        publicity.conclude(notice, actor=scene.officer, at=at("2023-10-10 09:00"))
        carry()
        linked = Message.objects.exclude(url="").select_related("event", "recipient")
        assert linked.count() > 20
        for message in linked:
            model = apps.get_model(message.event.subject_type)
            user = User.objects.get(pk=message.recipient_id)
            seen = model.objects.visible_to(user).filter(pk=message.event.subject_id)
            assert seen.exists(), (message.recipient, message.title)

    @pytest.mark.parametrize("officers", [1, 40])
    def test_it_costs_the_same_however_many_hear_it(
        self, scene, officers, django_assert_num_queries
    ):
        for number in range(officers):
            scenes.official(f"more{number}", "同事", "county_handler", scene.county)
        application, _ = scenes.submitted(scene)
        event = Event.objects.of(application).get(verb="submit")
        with django_assert_num_queries(8):
            services.announce(event)

    def test_an_event_that_nobody_hears_of_costs_nothing(self, scene, django_assert_num_queries):
        event = Event(subject_type="applications.application", verb="start_review")
        with django_assert_num_queries(0):
            assert services.announce(event) == 0


class TestMail:
    def test_a_mail_says_what_to_do_and_where(self, scene, carry, settings):
        settings.SITE_URL = "https://portal.example"
        application, _ = scenes.submitted(scene)
        carry()
        mail = Mail.objects.get(to="county@portal.example")
        assert mail.subject == "【示范托育评选】新申报待初审：阳光托育园"
        assert mail.body.startswith("王和：\n\n受理编号")
        assert f"https://portal.example{application.get_absolute_url()}" in mail.body
        assert mail.next_at == JUNE

    def test_what_is_only_for_information_is_not_mailed(self, scene, carry):
        scenes.at_province(scene)
        carry()
        event = Event.objects.get(verb="recommend_to_province")
        assert Message.objects.filter(event=event, mail=None, recipient__username="county").exists()

    def test_line_ends_in_a_name_cannot_forge_a_header(self, scene, carry):
        application, _ = scenes.drafted(scene)
        application.nursery.name = "阳光\r\nBcc: x@y.z"
        application.nursery.save()
        perform(application, "submit", actor=User.objects.get(username="staff"), at=JUNE)
        carry()
        assert not [m for m in Mail.objects.all() if set("\r\n") & set(m.subject)]


def test_unread_messages_are_counted_by_one_look(scene, carry, django_assert_num_queries):
    scenes.submitted(scene)
    carry()
    with django_assert_num_queries(1):
        assert services.unread_count(scene.county_handler) == 1
    services.mark_all_read(scene.county_handler, at=JULY)
    assert services.unread_count(scene.county_handler) == 0


def test_reading_twice_keeps_the_first_time(scene, carry):
    scenes.submitted(scene)
    carry()
    message = Message.objects.get(recipient=scene.county_handler)
    services.mark_read(message, at=JULY)
    services.mark_read(message, at=JULY + timedelta(days=1))
    message.refresh_from_db()
    assert message.read_at == JULY


def test_rows_name_themselves(scene, carry):
    """In the admin and in logs."""
    scenes.submitted(scene)
    carry()
    message = Message.objects.get(recipient=scene.county_handler)
    assert str(message) == "新申报待初审：阳光托育园"
    assert str(message.mail) == "county@portal.example 【示范托育评选】新申报待初审：阳光托育园"
    assert str(Reminder(kind="draft", day=date(2023, 7, 8))) == "draft 2023-07-08"
