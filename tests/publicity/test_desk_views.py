"""The office's pages: who comes in, what can be done, what is said when it cannot."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from publicity import services
from publicity.models import DayOverride, Notice, Title, YearPlan
from publicity.statuses import NoticeState, ObjectionState
from tests import scenes
from tests.publicity import crowd
from tests.publicity.conftest import signed_in
from tests.publicity.crowd import CONCLUDED
from tests.scenes import NOTICED, PDF
from workflow import perform

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def during_the_notice(set_clock):
    set_clock("2023-09-27 10:00")


def text(response) -> str:
    return response.content.decode()


# Who comes in

PAGES = {
    "list": "/desk/notices/",
    "new": "/desk/notices/new/",
    "notice": "/desk/notices/{notice}/",
    "edit": "/desk/notices/{draft}/edit/",
    "conclude": "/desk/notices/{notice}/conclude/",
    "award": "/desk/notices/{notice}/award-held/",
    "objections": "/desk/objections/",
    "objection": "/desk/objections/{objection}/",
    "evidence": "/desk/objections/{objection}/evidence/{file}/",
    "export objections": "/desk/objections/export/",
    "assign": "/desk/objections/{objection}/assign/",
    "note": "/desk/objections/{objection}/notes/",
    "ask": "/desk/objections/{objection}/ask/",
    "calendar": "/desk/calendar/",
    "drop": "/desk/calendar/days/{day}/drop/",
    "edit day": "/desk/calendar/days/{day}/",
    "import": "/desk/calendar/2027/import/",
    "template": "/desk/calendar/2027/template/",
    "name": "/desk/calendar/2027/name/",
    "schedule": "/desk/notices/{draft}/schedule/",
    "unschedule": "/desk/notices/{draft}/unschedule/",
    "supplement": "/desk/notices/{notice}/supplement/",
    "confirm": "/desk/calendar/2027/confirm/",
    "withdraw": "/desk/calendar/2027/withdraw/",
}
POST_ONLY = {
    *("award", "drop", "confirm", "withdraw", "name", "schedule", "unschedule", "supplement"),
    *("assign", "note", "ask"),
}
READ_ONLY = {
    *("list", "notice", "objections", "objection", "evidence", "export objections", "template"),
}
OUTSIDERS = (
    "county_handler",
    "county_approver",
    "city_handler",
    "other_city_handler",
    "zone_city",
)


@pytest.fixture
def places(scene, notice):
    upload = ContentFile(PDF, name="说明.pdf")
    objection, _ = services.receive_objection(
        notice.entries.first(),
        name="冯异议",
        contact="13711112222",
        content="二楼未设护栏。",
        uploads=[upload],
        at=NOTICED,
    )
    scenes.inspected(NOTICED)
    day = DayOverride.objects.create(day=date(2027, 1, 1), working=False, source="示例")
    return {
        "notice": notice.pk,
        "draft": crowd.drafted(scene).pk,
        "objection": objection.pk,
        "file": objection.evidence.get().pk,
        "day": day.pk,
    }


@pytest.mark.parametrize("page", PAGES)
def test_officers_come_in_everybody_else_stays_out(scene, places, page):
    address = PAGES[page].format(**places)
    methods = [m for m, barred in (("get", POST_ONLY), ("post", READ_ONLY)) if page not in barred]
    answer = getattr(signed_in(scene.officer), methods[0])(address)
    assert answer.status_code in {200, 302, 404, 422}
    answer.getvalue()
    staff = scenes.staff(scenes.nursery(scene.county, "别家园"))
    people = [getattr(scene, name) for name in OUTSIDERS] + [scene.experts[0], staff]
    for method in methods:
        stranger = getattr(Client(), method)(address)
        assert stranger.status_code == 302
        assert stranger["Location"].startswith("/login/")
        for user in people:
            assert getattr(signed_in(user), method)(address).status_code == 403, user


@pytest.mark.parametrize("page", sorted(POST_ONLY))
def test_what_changes_something_is_no_link(officer, places, page):
    assert officer.get(PAGES[page].format(**places)).status_code == 405


@pytest.mark.parametrize(
    "address", ["/desk/notices/999/", "/desk/objections/999/", "/desk/notices/999/edit/"]
)
def test_what_is_not_there_is_not_found(officer, address):
    assert officer.get(address).status_code == 404


# Composing


def test_a_notice_begins_with_words_for_its_cycle(scene, officer):
    crowd.passed(scene, 2)
    scene.cycle.basis = "《关于开展省级示范托育机构创建工作的通知》"
    scene.cycle.save()
    shown = text(officer.get("/desk/notices/new/"))
    for words in (
        "关于2023年省级示范托育机构拟授予名单的公示",
        "《关于开展省级示范托育机构创建工作的通知》",
        "以下 2 家机构",
        "公示期为 5 个工作日",
        "辽宁省卫生健康委",
        "可列入 2 家",
        "如在2023年9月27日发布，计入以下 5 个工作日",
        "2023年10月9日",
    ):
        assert words in shown, words


def test_the_window_is_tried_for_any_day(scene, officer):
    address = "/desk/notices/new/"
    shown = text(officer.get(address, {"cycle": scene.cycle.pk, "on": "2025-01-24"}))
    assert "2025年2月6日" in shown
    unknown = text(officer.get(address, {"cycle": scene.cycle.pk, "on": "2026-12-29"}))
    assert "2027年的放假安排尚未录入，无法确定2027年1月1日是否为工作日" in unknown
    assert "届时不能发布" in unknown
    assert "is-invalid" in text(officer.get(address, {"cycle": scene.cycle.pk, "on": "x"}))


def test_without_a_cycle_there_is_nothing_to_compose(scene, officer):
    type(scene.cycle).objects.update(state="preparing")
    assert "还没有评选周期" in text(officer.get("/desk/notices/new/"))


def test_a_draft_is_kept_changed_previewed_and_published(scene, officer):
    crowd.passed(scene, 3)
    words = {"number": "", "title": "公示", "body": "现予以公示。", "contact": "024-00000000"}
    refused = officer.post("/desk/notices/new/", words | {"title": ""})
    assert refused.status_code == 422
    assert "标题：请填写此项。" in text(refused)
    assert "现予以公示。" in text(refused)
    answer = officer.post("/desk/notices/new/", words, follow=True)
    notice = Notice.objects.get()
    assert answer.redirect_chain == [(f"/desk/notices/{notice.pk}/", 302)]
    assert "已建立草稿，列入 3 家机构" in text(answer)
    edit = f"/desk/notices/{notice.pk}/edit/"
    assert text(officer.get(edit)).count(" checked") == 3
    kept = list(notice.entries.values_list("application_id", flat=True))[:2]
    officer.post(edit, words | {"title": "新的公示", "applications": kept})
    notice.refresh_from_db()
    assert (notice.title, notice.entries.count()) == ("新的公示", 2)
    preview = text(officer.get(f"/notices/{notice.pk}/"))
    assert "草稿预览" in preview
    assert "公示期：2023年9月27日至2023年10月9日，共 5 个工作日" in preview
    assert "/object/" not in preview
    desk = text(officer.get(f"/desk/notices/{notice.pk}/"))
    assert f"/moves/publicity.notice/{notice.pk}/publish/" in desk
    officer.post(f"/moves/publicity.notice/{notice.pk}/publish/")
    notice.refresh_from_db()
    assert notice.state == NoticeState.OPEN


def test_a_change_that_cannot_be_keeps_what_was_typed(scene, officer):
    first, second = crowd.drafted(scene, 1), crowd.drafted(scene, 1)
    edit = f"/desk/notices/{second.pk}/edit/"
    words = {"number": "", "title": "改过的标题", "body": "正文。", "contact": "024"}
    taken = first.entries.get().application_id
    answer = officer.post(edit, words | {"applications": [taken]})
    assert answer.status_code == 422
    assert "改过的标题" in text(answer)
    empty = officer.post(edit, words | {"title": ""})
    assert empty.status_code == 422
    second.refresh_from_db()
    assert second.title != "改过的标题"


def test_a_refusal_while_saving_is_said_on_the_page(scene, officer, monkeypatch):
    from workflow import Refused

    notice = crowd.drafted(scene)

    def refuse(*args, **kwargs):
        raise Refused("公示已发布，内容和名单不能再改。")

    monkeypatch.setattr(services, "revise", refuse)
    words = {"number": "", "title": "标题", "body": "正文。", "contact": "024"}
    answer = officer.post(f"/desk/notices/{notice.pk}/edit/", words)
    assert answer.status_code == 422
    assert "不能再改" in text(answer)


def test_what_is_open_is_not_edited(officer, notice):
    answer = officer.get(f"/desk/notices/{notice.pk}/edit/", follow=True)
    assert "不能再改" in text(answer)


def test_an_unknown_year_shows_at_the_draft_and_shuts_the_move(scene, officer, set_clock):
    notice = crowd.drafted(scene)
    set_clock("2026-12-29 09:00")
    shown = text(officer.get(f"/desk/notices/{notice.pk}/"))
    assert "2027年的放假安排尚未录入" in shown
    assert "disabled" in shown
    preview = text(officer.get(f"/notices/{notice.pk}/"))
    assert "2027年的放假安排尚未录入" in preview


# Concluding


def test_the_office_concludes_although_the_scheduler_slept(scene, officer, notice, set_clock):
    held = crowd.objected(notice)
    desk = f"/desk/notices/{notice.pk}/"
    early = officer.post(f"{desk}conclude/", {"decision_number": "2号"})
    assert early.status_code == 422
    assert "尚未期满" in text(early)
    assert "conclude/" not in text(officer.get(desk))
    set_clock("2023-10-10 08:00")
    notice.refresh_from_db()
    assert notice.state == NoticeState.OPEN
    assert f"{desk}conclude/" in text(officer.get(desk))
    page = text(officer.get(f"{desk}conclude/"))
    assert "授予称号（2 家）" in page
    assert "暂缓授予（1 家" in page
    missing = officer.post(f"{desk}conclude/", {"decision_number": " "})
    assert "授予决定文号：请填写此项。" in text(missing)
    done = officer.post(f"{desk}conclude/", {"decision_number": "2号"}, follow=True)
    assert "授予 2 家机构称号" in text(done)
    assert "异议未结" in text(done)
    assert Title.objects.filter(decision_number="2号").count() == 2
    again = officer.post(f"{desk}conclude/", {"decision_number": "2号"})
    assert again.status_code == 422
    assert "结果已于2023年10月10日公布" in text(again)
    perform(held, "refuse", actor=scene.officer, at=CONCLUDED, reason="无关。")
    assert "补授称号" in text(officer.get(desk))


def test_what_was_held_is_awarded_from_the_notice(scene, officer, notice, set_clock):
    held = crowd.objected(notice)
    set_clock("2023-10-10 08:00")
    desk = f"/desk/notices/{notice.pk}/"
    too_early = officer.post(f"{desk}award-held/", {"decision_number": "3号"}, follow=True)
    assert "公示结果尚未公布" in text(too_early)
    services.conclude(notice, actor=scene.officer, at=CONCLUDED, decision_number="2号")
    assert "award-held" not in text(officer.get(desk))
    perform(held, "refuse", actor=scene.officer, at=CONCLUDED, reason="无关。")
    unnumbered = officer.post(f"{desk}award-held/", {}, follow=True)
    assert "请填写授予决定文号" in text(unnumbered)
    done = officer.post(f"{desk}award-held/", {"decision_number": "3号"}, follow=True)
    assert "已补授 1 家机构称号" in text(done)
    assert Title.objects.get(decision_number="3号").application_id == held.entry.application_id
    assert "award-held" not in text(officer.get(desk))


def test_a_draft_cannot_be_concluded(scene, officer):
    draft = crowd.drafted(scene)
    page = officer.get(f"/desk/notices/{draft.pk}/conclude/")
    assert "公示尚未发布" in text(page)


def test_no_move_goes_past_the_service_that_has_to_make_it(scene, officer, notice):
    """Alone they would leave an award without its title, a revocation beside a running order."""
    application = notice.entries.first().application
    services.settle(CONCLUDED)
    for move in (
        f"applications.application/{application.pk}/award",
        f"applications.application/{application.pk}/uphold_objection",
        f"publicity.notice/{notice.pk}/conclude",
    ):
        assert officer.post(f"/moves/{move}/", {"reason": "不行。"}).status_code == 404
    (title, *_) = services.conclude(notice, actor=scene.officer, at=CONCLUDED)
    for name in ("revoke", "order_rectification", "restore"):
        address = f"/moves/publicity.title/{title.pk}/{name}/"
        assert officer.post(address, {"reason": "不行。"}).status_code == 404


# Objections


def test_an_objection_is_handled_from_its_page(scene, officer, notice, places):
    page = f"/desk/objections/{places['objection']}/"
    shown = text(officer.get(page))
    for words in ("冯异议", "13711112222", "二楼未设护栏。", "说明.pdf", "办理期限"):
        assert words in shown, words
    move = f"/moves/publicity.objection/{places['objection']}"
    officer.post(f"{move}/accept/")
    assert "异议不成立" in text(officer.get(page))
    officer.post(f"{move}/uphold/", {"reason": "护栏确未设置。"})
    shown = text(officer.get(page))
    assert "护栏确未设置。" in shown
    entry = notice.entries.get(objections=places["objection"])
    assert entry.is_removed
    assert entry.application.state == "objection_upheld"


def test_the_list_of_objections_is_filtered(scene, officer, notice):
    waiting, done = crowd.objected(notice), crowd.objected(notice)
    perform(done, "refuse", actor=scene.officer, at=NOTICED, reason="重复。")
    both = text(officer.get("/desk/objections/"))
    assert both.index(waiting.receipt) < both.index(done.receipt)
    assert "剩 15 天" in both
    only = text(officer.get("/desk/objections/", {"state": ObjectionState.REFUSED}))
    assert done.receipt in only
    assert waiting.receipt not in only
    assert "is-invalid" in text(officer.get("/desk/objections/", {"state": "x"}))


def test_evidence_is_handed_out_harmlessly(officer, places):
    address = f"/desk/objections/{places['objection']}/evidence/{places['file']}/"
    answer = officer.get(address)
    assert answer.getvalue() == PDF
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert officer.get(address.replace(f"/{places['file']}/", "/9999/")).status_code == 404


def test_evidence_in_quarantine_is_not_handed_out(officer, notice):
    objection, _ = services.receive_objection(
        notice.entries.first(),
        name="冯异议",
        contact="13711112222",
        content="二楼未设护栏。",
        uploads=[ContentFile(PDF, name="说明.pdf"), ContentFile(b"%PDF-1.7", name="空.pdf")],
        at=NOTICED,
    )
    page = f"/desk/objections/{objection.pk}/"
    addresses = [f"{page}evidence/{file.pk}/" for file in objection.evidence.order_by("pk")]
    shown = text(officer.get(page))
    assert "安全检查中，稍后可打开" in shown
    assert [address for address in addresses if address in shown] == []
    assert [officer.get(address).status_code for address in addresses] == [403, 403]
    scenes.inspected(NOTICED)
    shown = text(officer.get(page))
    assert "未通过安全检查：PDF 已损坏，无法读取" in shown
    assert [address for address in addresses if address in shown] == addresses[:1]
    answers = [officer.get(address) for address in addresses]
    assert [answer.status_code for answer in answers] == [200, 403]
    assert answers[0].getvalue() == PDF


def test_who_reviewed_the_file_sees_why_the_moves_are_shut(scene, officer, notice):
    from applications.statuses import Tier, Verdict

    objection = crowd.objected(notice)
    objection.entry.application.opinions.create(
        tier=Tier.CITY, verdict=Verdict.RECOMMEND, by=scene.officer, at=NOTICED
    )
    shown = text(officer.get(f"/desk/objections/{objection.pk}/"))
    assert "应当回避" in shown
    assert "disabled" in shown


# The calendar


def test_a_year_shows_what_counts(officer):
    shown = text(officer.get("/desk/calendar/", {"year": "2023"}))
    assert "2023 年工作日历" in shown
    assert "已内置" in shown
    assert shown.count('<table class="month">') == 12
    unknown = text(officer.get("/desk/calendar/", {"year": "2027"}))
    assert "本年放假安排尚未录入" in unknown
    assert "确认全部录入" in unknown


@pytest.mark.parametrize(
    ("asked", "shown"), [("", 2023), ("x", 2023), ("1900", 2004), ("9999", 2100), ("²⁰²⁷", 2023)]
)
def test_a_year_that_cannot_be_shown_is_another(officer, asked, shown):
    assert f"{shown} 年工作日历" in text(officer.get("/desk/calendar/", {"year": asked}))


def test_a_year_is_entered_and_confirmed(officer):
    days = {"first": "2027-10-01", "last": "2027-10-07", "working": "off", "source": "示例通知"}
    answer = officer.post("/desk/calendar/", days, follow=True)
    assert answer.redirect_chain == [("/desk/calendar/?year=2027", 302)]
    assert "已录入 7 天" in text(answer)
    one = {"first": "2027-10-09", "last": "", "working": "on", "source": "示例通知"}
    officer.post("/desk/calendar/", one)
    assert DayOverride.objects.get(day=date(2027, 10, 9)).working
    unsourced = officer.post("/desk/calendar/2027/confirm/", {}, follow=True)
    assert "请写明所依据的通知" in text(unsourced)
    done = officer.post("/desk/calendar/2027/confirm/", {"source": "示例通知"}, follow=True)
    assert "已确认" in text(done)
    assert "依据：示例通知" in text(done)
    again = officer.post("/desk/calendar/2027/confirm/", {"source": "示例通知"}, follow=True)
    assert "已经确认" in text(again)
    officer.post("/desk/calendar/2027/withdraw/")
    assert not YearPlan.objects.exists()
    first = DayOverride.objects.order_by("day").first()
    dropped = officer.post(f"/desk/calendar/days/{first.pk}/drop/", follow=True)
    assert "已取消该日调整" in text(dropped)
    assert DayOverride.objects.count() == 7


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"first": ""}, "首日：请填写此项。"),
        ({"first": "1999-01-01"}, "日期不能早于 2004 年"),
        ({"last": "2027-09-30"}, "末日不能早于首日"),
        ({"last": "2027-12-01"}, "一次最多录入 31 天"),
        ({"source": ""}, "依据：请填写此项。"),
    ],
)
def test_days_that_make_no_sense_are_said_beside_the_field(officer, change, sentence):
    days = {"first": "2027-10-01", "last": "2027-10-07", "working": "off", "source": "示例通知"}
    answer = officer.post("/desk/calendar/", days | change)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert not DayOverride.objects.exists()
