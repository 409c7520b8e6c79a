"""Complaints of citizens: taken from anybody, told to the province alone."""

from __future__ import annotations

import re
from contextlib import closing
from io import BytesIO

import pytest
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from openpyxl import load_workbook

from notifications.models import Message
from publicity.puzzles import PUZZLES
from publicity.statuses import RevocationGround
from supervision import services
from supervision.models import Complaint, Prompt, RectificationOrder, SpotCheck
from supervision.statuses import ComplaintState
from tests import scenes
from tests.publicity import crowd
from tests.publicity.conftest import signed_in
from tests.scenes import at
from tests.supervision.stories import NOVEMBER, complained, ordered, picture, prompted
from workflow import Refused, perform
from workflow.models import Delivery, Event
from workflow.tasks import deliver

pytestmark = pytest.mark.django_db
SECRETS = ("卫举报", "13722223333", "十月二十日起二楼活动室无人看护", "监控截图")
PUZZLE = re.compile(r'name="puzzle_token" value="([^"]+)"')


@pytest.fixture(autouse=True)
def november(monkeypatch):
    monkeypatch.setattr("workflow.clock.now", lambda: NOVEMBER)


@pytest.fixture
def title(scene):
    return crowd.concluded(scene)[0]


@pytest.fixture
def accepted(scene, title):
    complaint, _ = complained(title, uploads=[picture("监控截图.png")])
    perform(complaint, "accept", actor=scene.officer, at=NOVEMBER)
    return complaint


def text(response) -> str:
    return response.content.decode()


# Taken and answered


def test_a_complaint_has_a_day_a_number_and_a_code(title):
    complaint, code = complained(title, uploads=[picture()])
    assert complaint.due_on == at("2023-12-01 09:00").date()
    assert complaint.opens_with(code.lower())
    assert not complaint.opens_with("WRONGONE")
    assert complaint.attached.count() == 1
    assert str(complaint) == f"举报 {complaint.receipt}"
    assert [event.verb for event in Event.objects.of(complaint)] == ["file"]


def test_a_name_is_no_condition(title):
    complaint, _ = complained(title, name="", contact="")
    assert (complaint.name, complaint.contact) == ("", "")


def test_nobody_complains_about_a_title_that_is_gone(scene, title):
    with pytest.raises(Refused, match="已经终止"):
        complained(title, at("2025-10-10 09:00"))
    services.revoke(
        title, ground=RevocationGround.FRAUD, actor=scene.officer, at=NOVEMBER, reason="虚假。"
    )
    with pytest.raises(Refused, match="已经终止"):
        complained(title)


@pytest.mark.parametrize(
    ("moves", "state"),
    [
        (["refuse"], ComplaintState.REFUSED),
        (["accept", "substantiate"], ComplaintState.SUBSTANTIATED),
        (["accept", "dismiss"], ComplaintState.UNSUBSTANTIATED),
    ],
)
def test_it_is_answered_with_reasons(scene, title, moves, state):
    complaint, _ = complained(title)
    for move in moves:
        perform(complaint, move, actor=scene.officer, at=NOVEMBER, reason="已核查。")
    assert (complaint.state, complaint.answer) == (state, "已核查。")
    assert complaint.is_settled
    assert not Complaint.objects.unsettled().exists()
    assert list(Complaint.objects.in_state(state)) == [complaint]


def test_a_settled_complaint_has_an_answer(title):
    complained(title)
    with pytest.raises(IntegrityError, match="complaint_answered"), transaction.atomic():
        Complaint.objects.update(closed_at=NOVEMBER)


# What it leads to


def test_it_leads_to_a_check_a_prompt_and_an_order_that_do_not_speak_of_it(scene, title, accepted):
    officer = signed_in(scene.officer)
    page = accepted.get_absolute_url()
    assert "开展专项检查" in text(officer.get(page))
    officer.post(f"{page}check/")
    own = f"/supervision/titles/{title.pk}/"
    query = f"?complaint={accepted.receipt}"
    assert "不得透露举报人" in text(officer.get(f"{own}prompt/{query}"))
    officer.post(f"{own}prompt/{query}", {"text": "请自查看护。"})
    officer.post(f"{own}rectify/{query}", {"problem": "看护不到位。", "days": "30"})
    accepted.refresh_from_db()
    assert accepted.spot_check == SpotCheck.objects.get()
    assert accepted.prompt == Prompt.objects.get()
    assert accepted.order == RectificationOrder.objects.get()
    assert "举报" not in accepted.spot_check.reason
    shown = text(officer.get(page))
    for each in (accepted.spot_check, accepted.prompt, accepted.order):
        assert each.get_absolute_url() in shown
    verbs = [event.verb for event in Event.objects.of(accepted)]
    assert verbs == ["file", "accept", "follow", "follow", "follow"]


def test_only_the_province_follows_and_only_what_is_taken_up(scene, title):
    complaint, _ = complained(title)
    prompt = prompted(title, scene.city_handler)
    with pytest.raises(PermissionDenied):
        services.follow_complaint(complaint, prompt, by=scene.city_handler, at=NOVEMBER)
    with pytest.raises(Refused, match="受理后"):
        services.follow_complaint(complaint, prompt, by=scene.officer, at=NOVEMBER)
    page = complaint.get_absolute_url()
    refused = signed_in(scene.officer).post(f"{page}check/", follow=True)
    assert "受理后、办结前" in text(refused)
    assert not SpotCheck.objects.exists()


# Confidential


def everybody_else(scene, title) -> dict[str, Client]:
    people = {
        "county": scene.county_handler,
        "city": scene.city_handler,
        "other": scene.other_city_handler,
        "expert": scene.experts[0],
        "staff": scenes.staff(title.nursery),
    }
    return {name: signed_in(user) for name, user in people.items()}


def test_the_complainant_stands_on_no_page_of_anybody_but_the_province(scene, title, accepted):
    prompt = prompted(title, scene.officer, complaint=accepted)
    order = ordered(scene, title, complaint=accepted)
    file = accepted.evidence.get()
    page = accepted.get_absolute_url()
    desk = "/supervision/complaints/"
    theirs = [page, f"{page}files/{file.pk}/", desk, f"{desk}export/"]
    common = [
        "/home/",
        "/messages/",
        "/supervision/",
        f"/supervision/titles/{title.pk}/",
        prompt.get_absolute_url(),
        order.get_absolute_url(),
        title.get_absolute_url(),
        title.application.get_absolute_url(),
        f"/nurseries/{title.nursery_id}/",
    ]
    for name, client in everybody_else(scene, title).items():
        for address in theirs:
            assert client.get(address).status_code in {403, 404}, f"{name} {address}"
        for address in common:
            shown = text(client.get(address))
            assert not [word for word in (*SECRETS, accepted.receipt) if word in shown], address
    seen = text(signed_in(scene.officer).get(page))
    assert all(word in seen for word in SECRETS)


def test_events_and_messages_name_no_complainant(scene, title, accepted):
    perform(accepted, "substantiate", actor=scene.officer, at=NOVEMBER, reason="情况属实。")
    for event in Event.objects.of(accepted):
        assert event.region_path == scene.root.path
        said = f"{event.reason} {event.data}"
        assert not [word for word in SECRETS if word in said]
    for pk in Delivery.objects.order_by("pk").values_list("pk", flat=True):
        deliver(pk)
    told = Message.objects.filter(url=accepted.get_absolute_url())
    assert {message.recipient for message in told} == {scene.officer}
    for message in Message.objects.all():
        assert not [w for w in SECRETS if w in f"{message.title} {message.text}"]


# The public pages


def answered(client: Client, address: str, **values) -> dict:
    """The form's values with the puzzle solved."""
    token = PUZZLE.search(text(client.get(address)))[1]
    question = signing.loads(token, salt="publicity.puzzle")[1]
    answer = next(puzzle.answer for puzzle in PUZZLES if puzzle.question == question)
    return {"puzzle": answer, "puzzle_token": token, **values}


def test_anybody_complains_follows_and_is_answered(scene, title):
    client = Client()
    address = f"/complaints/new/?title={title.number}"
    assert title.number in text(client.get(address))
    values = answered(
        client, address, number=title.number.lower(), content="十月二十日起二楼活动室无人看护。"
    )
    taken = client.post(address, {**values, "evidence": [picture()]}, follow=True)
    complaint = Complaint.objects.get()
    assert taken.redirect_chain == [(f"/complaints/{complaint.receipt}/", 302)]
    code = re.search(r"receipt-code\">(\w{8})<", text(taken))[1]
    client.post(f"/complaints/{complaint.receipt}/noted/")
    assert code not in text(client.get(f"/complaints/{complaint.receipt}/"))
    perform(complaint, "refuse", actor=scene.officer, at=NOVEMBER, reason="请写明时间。")
    stranger = Client()
    page = f"/complaints/{complaint.receipt}/"
    assert "请写明时间。" not in text(stranger.get(page))
    wrong = stranger.post("/complaints/", {"receipt": complaint.receipt, "code": "WRONGONE"})
    assert wrong.status_code == 422
    assert stranger.post("/complaints/", {}).status_code == 422
    right = {"receipt": complaint.receipt, "code": code}
    opened = stranger.post("/complaints/", right, follow=True)
    assert "请写明时间。" in text(opened)
    assert "noindex" in opened.headers["X-Robots-Tag"]
    assert "二楼活动室" not in text(opened)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"number": "LNTY-1999-00001"}, "没有这个证书编号"),
        ({"content": "太短。"}, "至少 10 个字"),
        ({"contact": "某某"}, "或者不填"),
        ({"contact": "a@b"}, "或者不填"),
        ({"website": "http://spam.example"}, "自动检查"),
        ({"puzzle": "错"}, "回答不对"),
        ({"evidence": "exe"}, "不是可接受的类型"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(title, change, sentence):
    client = Client()
    values = answered(
        client, "/complaints/new/", number=title.number, content="二楼活动室长期无人看护。"
    )
    if "evidence" in change:
        wrong = picture("脚本.exe")
        wrong.file.seek(0)
        wrong.file.write(b"MZMZMZMZ")
        wrong.file.truncate(8)
        wrong.file.seek(0)
        change = {"evidence": [wrong]}
    refused = client.post("/complaints/new/", {**values, **change})
    assert refused.status_code == 422
    assert sentence in text(refused)
    assert not Complaint.objects.exists()


@pytest.mark.parametrize("contact", ["13800001111", "someone@portal.example"])
def test_a_contact_may_be_a_phone_or_an_address(title, contact):
    client = Client()
    values = answered(
        client,
        "/complaints/new/",
        number=title.number,
        content="二楼活动室长期无人看护。",
        contact=contact,
    )
    assert client.post("/complaints/new/", values).status_code == 302
    assert Complaint.objects.get().contact == contact


def test_a_title_that_is_gone_is_said_on_the_page(title, monkeypatch):
    monkeypatch.setattr("workflow.clock.now", lambda: at("2025-10-10 09:00"))
    client = Client()
    values = answered(
        client, "/complaints/new/", number=title.number, content="二楼活动室长期无人看护。"
    )
    assert "已经终止" in text(client.post("/complaints/new/", values))


def test_too_many_in_an_hour_are_refused(title):
    client = Client()
    for number in range(11):
        values = answered(
            client, "/complaints/new/", number=title.number, content="二楼活动室长期无人看护。"
        )
        status = client.post("/complaints/new/", values).status_code
        assert status == (302 if number < 10 else 429)
    assert Complaint.objects.count() == 10


def test_codes_are_not_guessed(title):
    complaint, _ = complained(title)
    client = Client()
    statuses = [
        client.post("/complaints/", {"receipt": complaint.receipt, "code": "X"}).status_code
        for _ in range(12)
    ]
    assert statuses[0] == 422
    assert statuses[-1] == 429


@pytest.mark.parametrize("size", [1, 3, 300])
def test_the_desk_asks_as_often_for_300_as_for_one(scene, title, size, django_assert_num_queries):
    Complaint.objects.bulk_create(
        Complaint(title=title, content="无人看护。", filed_at=NOVEMBER, due_on=NOVEMBER.date())
        for _ in range(size)
    )
    client = signed_in(scene.officer)
    client.get("/supervision/complaints/")
    with django_assert_num_queries(6):
        shown = client.get("/supervision/complaints/", {"state": "filed"})
    assert len(shown.context["page_obj"].object_list) == min(size, 50)
    assert "没有符合" in text(client.get("/supervision/complaints/", {"state": "refused"}))


def shown_at(client, **search) -> list[str]:
    page = client.get("/supervision/complaints/", search).context["page_obj"]
    return [complaint.content for complaint in page.object_list]


def test_the_desk_is_searched_and_sorted(scene, title):
    early, _ = complained(title, at("2023-10-12 09:00"), content="先")
    late, _ = complained(title, content="后")
    client = signed_in(scene.officer)
    assert shown_at(client) == ["先", "后"]
    assert shown_at(client, sort="-due_on") == ["后", "先"]
    assert shown_at(client, sort="name") == ["先", "后"]
    assert shown_at(client, q=late.receipt[:6].lower()) == ["后"]
    assert shown_at(client, q=f"{title.nursery.name} 无此机构") == []
    Complaint.objects.filter(pk=early.pk).update(due_on=at("2023-10-31 09:00").date())
    assert shown_at(client, due="late") == ["先"]
    assert shown_at(client, due="whenever") == ["先", "后"]


def exported(client, **search) -> list[tuple]:
    with closing(client.get("/supervision/complaints/export/", search)) as answer:
        book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    return list(book.active.iter_rows(values_only=True))


def test_the_spreadsheet_names_nobody_who_complained(scene, title, accepted):
    complained(title, content="未办。")
    perform(accepted, "dismiss", actor=scene.officer, at=NOVEMBER, reason="经查不实。")
    client = signed_in(scene.officer)
    rows = exported(client, sort="filed_at")
    assert rows[0][0] == "回执号"
    assert [row[-1] for row in rows[1:]].count("经查不实。") == 1
    assert len(rows) == 3
    told = str(rows)
    assert not any(secret in told for secret in SECRETS)


@pytest.mark.parametrize("size", [1, 3, 300])
def test_so_does_its_spreadsheet(scene, title, size, django_assert_num_queries):
    Complaint.objects.bulk_create(
        Complaint(title=title, content="无人看护。", filed_at=NOVEMBER, due_on=NOVEMBER.date())
        for _ in range(size)
    )
    client = signed_in(scene.officer)
    client.get("/supervision/complaints/")
    with django_assert_num_queries(3):
        lines = exported(client)
    assert len(lines) == size + 1
