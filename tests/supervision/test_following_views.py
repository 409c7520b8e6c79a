"""The pages of a prompt, an order, a proposal, and of a title with all of them."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from files import services as files
from publicity.models import Title
from publicity.statuses import TitleState
from supervision import services
from supervision.models import Prompt, RectificationOrder, Revocation
from tests import scenes
from tests.publicity import crowd
from tests.publicity.conftest import signed_in
from tests.scenes import at
from tests.supervision.stories import (
    LATE,
    NOVEMBER,
    complained,
    ordered,
    picture,
    prompted,
    proposed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def november(monkeypatch):
    monkeypatch.setattr("workflow.clock.now", lambda: NOVEMBER)


@pytest.fixture
def title(scene):
    return crowd.concluded(scene)[0]


@pytest.fixture
def officer(scene):
    return signed_in(scene.officer)


@pytest.fixture
def staff(title):
    return scenes.staff(title.nursery)


@pytest.fixture
def nursery(staff):
    return signed_in(staff)


def text(response) -> str:
    return response.content.decode()


def test_the_city_prompts_and_the_nursery_answers_through_the_pages(scene, title, nursery):
    own = f"/supervision/titles/{title.pk}/prompt/"
    assert signed_in(scene.county_handler).get(own).status_code == 403
    city = signed_in(scene.city_handler)
    assert "提醒督促" in text(city.get(own))
    late = city.post(own, {"text": "请自查。", "due_on": "2023-10-31"})
    assert "不能早于今天" in text(late)
    city.post(own, {"text": "请自查晨检。", "due_on": "2023-11-08", "uploads": [picture()]})
    prompt = Prompt.objects.get()
    page = prompt.get_absolute_url()
    assert "请自查晨检。" in text(signed_in(scene.county_handler).get(page))
    assert "答复提醒" in text(nursery.get(page))
    assert f"{page}answer/" not in text(city.get(page))
    assert city.get(f"{page}answer/").status_code == 403
    assert "请自查晨检。" in text(nursery.get(f"{page}answer/"))
    nursery.post(f"{page}answer/", {"text": "已自查并整改。", "uploads": [picture()]})
    assert "已自查并整改。" in text(city.get(page))


def test_more_days_are_asked_for_and_answered_through_the_pages(scene, title, officer, nursery):
    order = ordered(scene, title)
    page = order.get_absolute_url()
    assert "申请延期" in text(nursery.get(page))
    assert officer.get(f"{page}extension/").status_code == 403
    assert officer.get(f"{page}report/").status_code == 403
    assert nursery.get(f"{page}extension/answer/").status_code == 403
    assert nursery.get(f"{page}recheck/").status_code == 403
    assert "至多延长 15 日" in text(nursery.get(f"{page}extension/"))
    nursery.post(f"{page}extension/", {"reason": "设备到货推迟。"})
    shown = text(nursery.get(page))
    assert "只能申请延长一次" in shown
    answer = f"{page}extension/answer/"
    assert "设备到货推迟。" in text(officer.get(answer))
    assert "请填写延长的日数" in text(officer.post(answer, {"granted": "yes"}))
    assert "至多 15 日" in text(officer.get(answer))
    too_long = officer.post(answer, {"granted": "yes", "days": "16"})
    assert too_long.status_code == 422
    assert "不同意延期的理由" in text(officer.post(answer, {"granted": "no"}))
    officer.post(answer, {"granted": "yes", "days": "10"})
    order.refresh_from_db()
    assert order.due_on.isoformat() == "2023-12-11"
    assert "同意延长 10 日" in text(nursery.get(page))


def test_a_declined_extension_shows_its_reason(scene, title, officer, nursery, staff):
    order = ordered(scene, title)
    services.ask_extension(order, reason="设备推迟。", by=staff, at=NOVEMBER)
    page = order.get_absolute_url()
    officer.post(f"{page}extension/answer/", {"granted": "no", "reason": "可先行租用。"})
    assert "可先行租用。" in text(nursery.get(page))


def test_a_recheck_passes_through_the_page(scene, title, officer, staff):
    order = ordered(scene, title)
    page = order.get_absolute_url()
    services.hand_in_report(order, text="已整改。", uploads=[picture()], by=staff, at=NOVEMBER)
    bare = officer.post(f"{page}recheck/", {"passed": "yes", "reason": "合格。"})
    assert "请填写复查日期" in text(bare)
    nobody = officer.post(
        f"{page}recheck/", {"passed": "yes", "reason": "合格。", "visited_on": "2023-11-01"}
    )
    assert "请填写复查人员" in text(nobody)
    values = {
        "passed": "yes",
        "reason": "已整改到位。",
        "visited_on": "2023-11-01",
        "visitors": "周省、王和",
        "uploads": [picture("现场.png")],
    }
    officer.post(f"{page}recheck/", values)
    title.refresh_from_db()
    assert title.state == TitleState.VALID
    shown = text(officer.get(page))
    assert "周省、王和" in shown
    assert "现场.png" in shown


def test_an_overdue_order_shows_and_fails_without_a_visit(scene, title, officer, monkeypatch):
    order = ordered(scene, title)
    page = order.get_absolute_url()
    assert "暂不能登记“整改不合格”" in text(officer.get(page))
    early = officer.post(f"{page}recheck/", {"passed": "no", "reason": "未报告。"})
    assert "机构尚未报告整改情况" in text(early)
    monkeypatch.setattr("workflow.clock.now", lambda: LATE)
    assert "逾期未报告" in text(officer.get(page))
    assert "逾期" in text(officer.get("/supervision/"))
    done = officer.post(f"{page}recheck/", {"passed": "no", "reason": "逾期未报告。"})
    assert done.status_code == 302
    assert done.headers["Location"] == Revocation.objects.get().get_absolute_url()


def test_a_proposal_is_stated_on_and_decided_through_the_pages(scene, title, officer, nursery):
    own = f"/supervision/titles/{title.pk}/"
    assert "可在 5 日内陈述、申辩" in text(officer.get(f"{own}propose/"))
    assert signed_in(scene.city_handler).get(f"{own}propose/").status_code == 403
    values = {"ground": "closed", "facts": "已停止收托。", "basis": "《通知》"}
    officer.post(f"{own}propose/", values)
    again = officer.post(f"{own}propose/", values)
    assert "已有未办结" in text(again)
    revocation = Revocation.objects.get()
    page = revocation.get_absolute_url()
    assert "拟撤销你单位的称号" in text(nursery.get(page))
    assert "放弃陈述申辩" in text(nursery.get(page))
    assert "尚未陈述、申辩，也未放弃" in text(officer.get(page))
    assert officer.get(f"{page}statement/").status_code == 403
    nursery.post(f"{page}statement/", {"text": "已恢复收托。", "uploads": [picture()]})
    assert "已恢复收托。" in text(officer.get(page))
    move = f"/moves/supervision.revocation/{revocation.pk}/decide/"
    officer.post(move, {"reason": "经核查不符。"})
    title.refresh_from_db()
    assert (title.state, title.revoked_for) == (TitleState.REVOKED, "closed")
    assert "经核查不符。" in text(nursery.get(page))


def test_an_order_begins_with_the_findings_of_a_check(scene, title, officer, monkeypatch):
    from supervision.models import SpotCheck

    check = services.open_check(title, reason="专项检查。", by=scene.officer, at=NOVEMBER)
    monkeypatch.setattr(SpotCheck, "findings_in_words", lambda self: "1. 【一般】记录不全")
    own = f"/supervision/titles/{title.pk}/rectify/"
    assert "记录不全" in text(officer.get(f"{own}?check={check.pk}"))
    assert officer.get(f"{own}?check=999999").status_code == 404
    assert officer.get(f"{own}?check=x").status_code == 200
    assert officer.get(f"{own}?complaint=UNKNOWN").status_code == 404
    officer.post(f"{own}?check={check.pk}", {"problem": "补齐记录。", "days": "30"})
    order = RectificationOrder.objects.get()
    assert order.spot_check == check
    assert check.get_absolute_url() in text(officer.get(order.get_absolute_url()))


def test_files_go_to_who_sees_the_row_and_nobody_else(scene, title, nursery, staff):
    order = ordered(scene, title)
    services.hand_in_report(order, text="已整改。", uploads=[picture()], by=staff, at=NOVEMBER)
    prompt = prompted(title, scene.city_handler, uploads=[picture()])
    revocation = proposed(scene, title)
    services.make_statement(revocation, text="说明。", by=staff, at=NOVEMBER, uploads=[picture()])
    strangers = [
        signed_in(scene.other_city_handler),
        signed_in(scenes.staff(scenes.nursery(scene.county, "别家园"), "outsider")),
    ]
    for subject in (order, prompt, revocation):
        file = subject.attached.get()
        address = f"{subject.get_absolute_url()}files/{file.pk}/"
        assert nursery.get(address).status_code == 403, "in quarantine"
        files.inspect(file, at=NOVEMBER)
        shown = nursery.get(address)
        assert b"".join(shown.streaming_content).startswith(b"\x89PNG")
        assert nursery.get(f"{address}?small").headers["Content-Type"] == "image/jpeg"
        assert "?small" in text(nursery.get(subject.get_absolute_url()))
        for stranger in strangers:
            assert stranger.get(address).status_code == 404


def test_a_titles_page_lists_all_matters_the_latest_first(scene, title, officer, staff):
    prompted(title, scene.city_handler, at=at("2023-10-31 09:00"))
    order = ordered(scene, title)
    services.fail_check(order, actor=scene.officer, at=LATE, reason="未整改。")
    complaint, _ = complained(title, at("2023-10-30 09:00"))
    services.open_check(title, reason="专项检查。", by=scene.officer, at=at("2023-12-03 09:00"))
    own = f"/supervision/titles/{title.pk}/"
    kinds = [matter.kind for matter in officer.get(own).context["matters"]]
    assert kinds == ["抽查检查", "撤销事项", "整改通知", "提醒", "举报"]
    city = signed_in(scene.city_handler)
    assert complaint.receipt not in text(city.get(own))
    assert "举报" not in [matter.kind for matter in city.get(own).context["matters"]]
    told = [(event.subject_kind, event.verb) for event in officer.get(own).context["events"]]
    assert ("整改通知", "issue") in told
    assert ("撤销事项", "propose") in told
    assert ("举报", "file") not in told


@pytest.mark.parametrize("size", [1, 3, 300])
def test_a_title_asks_as_often_for_300_matters_as_for_one(
    scene, title, officer, size, django_assert_num_queries
):
    Prompt.objects.bulk_create(
        Prompt(
            title=title,
            body=scene.city,
            text="请自查。",
            issued_by=scene.officer,
            issued_at=NOVEMBER,
        )
        for _ in range(size)
    )
    own = f"/supervision/titles/{title.pk}/"
    officer.get(own)
    with django_assert_num_queries(12):
        shown = officer.get(own)
    assert len(shown.context["matters"]) == size


# The list


def test_the_list_is_narrowed_sorted_and_exported(scene, officer):
    titles = crowd.concluded(scene, 3)
    ordered(scene, titles[0])
    proposed(scene, titles[1])

    def names(**query: str) -> list[str]:
        rows = officer.get("/supervision/", query).context["rows"]
        return [title.nursery.name for title, _, _ in rows]

    by_name = sorted(title.nursery.name for title in titles)
    assert names(runs="order") == [titles[0].nursery.name]
    assert names(runs="overdue") == []
    assert names(runs="revocation") == [titles[1].nursery.name]
    assert names(sort="name") == by_name
    assert names(sort="-name") == by_name[::-1]
    assert names(sort="due")[0] == titles[0].nursery.name
    assert len(names(area="210102")) == 3
    assert names(area="210303") == []
    book = officer.get("/supervision/export/", {"runs": "order"})
    sheet = load_workbook(BytesIO(b"".join(book.streaming_content))).active
    rows = list(sheet.values)
    assert rows[0][0] == "证书编号"
    assert [row[1] for row in rows[1:]] == [titles[0].nursery.name]
    assert rows[1][6] == "整改中"


def test_an_overdue_order_is_found_and_marked_in_the_export(scene, title, officer, monkeypatch):
    ordered(scene, title)
    monkeypatch.setattr("workflow.clock.now", lambda: LATE)
    assert len(officer.get("/supervision/", {"runs": "overdue"}).context["rows"]) == 1
    book = officer.get("/supervision/export/")
    row = list(load_workbook(BytesIO(b"".join(book.streaming_content))).active.values)[1]
    assert row[8] == "逾期"
    assert Title.objects.count() == 1
