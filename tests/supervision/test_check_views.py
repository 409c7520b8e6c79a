"""The pages of spot checks: for the province, for inspectors, for who was visited."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from accounts.models import RegionUserObjectPermission, User
from files.models import StoredFile
from publicity.models import Title
from supervision import services
from supervision.models import Campaign, Candidate, Finding, FindingPhoto, Inspector, SpotCheck
from supervision.statuses import Severity
from tests import scenes
from tests.publicity import crowd
from tests.publicity.conftest import signed_in
from tests.scenes import at
from tests.supervision import checking
from tests.supervision.checking import NOVEMBER

pytestmark = pytest.mark.django_db
CAMPAIGNS, CHECKS, MINE = (
    "/supervision/campaigns/",
    "/supervision/checks/",
    "/supervision/my-checks/",
)


@pytest.fixture
def scene(db):
    return scenes.province()


@pytest.fixture(autouse=True)
def november(monkeypatch):
    monkeypatch.setattr("workflow.clock.now", lambda: NOVEMBER)


@pytest.fixture
def title(scene):
    return crowd.concluded(scene)[0]


@pytest.fixture
def officer(scene):
    return signed_in(scene.officer)


def text(response) -> str:
    return response.content.decode()


def cells(response) -> list[tuple]:
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    return [tuple(cell.value for cell in row) for row in book.active.iter_rows()]


# Who comes in


def test_who_comes_in(scene, title):
    campaign = checking.running(scene, size=1)
    check = campaign.checks.get()
    checking.begun(scene, check)
    finding = services.add_finding(
        check, text="门未锁。", severity=Severity.MINOR, by=scene.experts[0], at=NOVEMBER
    )
    people = {
        "officer": scene.officer,
        "city": scene.city_handler,
        "other": scene.other_city_handler,
        "lead": scene.experts[0],
        "second": scene.experts[1],
        "expert": scene.experts[2],
        "staff": scenes.staff(title.nursery),
    }
    own, page = f"{CAMPAIGNS}{campaign.pk}/", f"{CHECKS}{check.pk}/"
    province = {"officer": 200, "city": 404, "lead": 403, "staff": 403}
    site = {"officer": 403, "city": 403, "other": 404, "lead": 200, "second": 200, "staff": 404}
    expected = {
        CAMPAIGNS: province | {"city": 403},
        f"{CAMPAIGNS}export/": province | {"city": 403},
        f"{CAMPAIGNS}new/": province | {"city": 403},
        own: province,
        f"{own}edit/": province,
        f"{own}population/": province,
        f"{own}population/export/": province,
        f"{own}export/": province,
        CHECKS: {"officer": 200, "city": 200, "other": 200, "lead": 403, "staff": 403},
        f"{CHECKS}export/": {"officer": 200, "other": 200, "lead": 403, "staff": 403},
        MINE: {"officer": 200, "lead": 200, "expert": 200, "staff": 200},
        page: {
            "officer": 200,
            "city": 200,
            "other": 404,
            "lead": 200,
            "expert": 404,
            "staff": 404,
        },
        f"{page}team/": {"officer": 200, "city": 403, "other": 404, "lead": 403, "staff": 403},
        f"{page}findings/new/": site,
        f"{page}seal/": site,
        f"{page}outcome/": site | {"second": 403},
        f"/supervision/findings/{finding.pk}/": site,
        f"/supervision/titles/{title.pk}/check/": {
            "officer": 200,
            "city": 403,
            "other": 404,
            "lead": 403,
            "staff": 403,
        },
    }
    clients = {name: signed_in(user) for name, user in people.items()}
    for address, answers in expected.items():
        assert Client().get(address).status_code == 302
        found = {name: answer(clients[name], address) for name in answers}
        assert found == answers, address


def answer(client, address) -> int:
    response = client.get(address)
    if response.streaming:
        b"".join(response.streaming_content)
    return response.status_code


def test_before_it_is_under_way_nobody_fills_in(scene, title):
    check = checking.staffed(scene, checking.opened(scene, title))
    lead = signed_in(scene.experts[0])
    for page in ("findings/new/", "seal/", "outcome/"):
        assert lead.get(f"{CHECKS}{check.pk}/{page}").status_code == 403
    assert signed_in(scene.city_handler).get(f"{CHECKS}{check.pk}/").status_code == 404


# A campaign


def test_a_campaign_from_the_form_to_the_draw(scene, title, officer):
    form = checking.values(ends_on="2023-12-15", size=1, strata=["city"])
    assert "建立抽查" in text(officer.get(CAMPAIGNS))
    wrong = officer.post(f"{CAMPAIGNS}new/", form | {"size": "", "ends_on": "2023-10-31"})
    assert wrong.status_code == 422
    assert "完成期限不能早于今天" in text(wrong)
    both = officer.post(f"{CAMPAIGNS}new/", form | {"share": 10})
    assert "须填且只填一项" in text(both)
    officer.post(f"{CAMPAIGNS}new/", form)
    campaign = Campaign.objects.get()
    own = campaign.get_absolute_url()
    assert officer.post(f"{own}edit/", form | {"name": ""}).status_code == 422
    officer.post(f"{own}edit/", form | {"name": "甲"})
    shown = text(officer.get(own))
    assert "各层数量（预览）" in shown
    assert "沈阳市" in shown
    assert title.nursery.name not in shown
    nowhere = officer.post(f"{own}seed/", {"seed": "472"})
    assert nowhere.status_code == 422
    assert "录入种子时须写明来源" in text(nowhere)
    officer.post(f"{own}seed/", {"seed": "472", "source": "公开摇号"})
    again = officer.post(f"{own}seed/", {"seed": "473", "source": "公开摇号"})
    assert "不能再修改" in text(again)
    late = officer.post(f"{own}edit/", form)
    assert late.status_code == 422
    assert "不能再修改" in text(late)
    officer.post(f"/moves/supervision.campaign/{campaign.pk}/draw/")
    shown = text(officer.get(own))
    assert title.nursery.name in shown
    assert "472" in shown
    population = text(officer.get(f"{own}population/"))
    assert Candidate.objects.get().lot[:16] in population


def test_the_teams_of_a_campaign_are_suggested(scene, officer):
    crowd.concluded(scene, 2)
    campaign = checking.drawn(scene)
    own = campaign.get_absolute_url()
    assert "为 2 件推荐检查人员" in text(officer.get(own))
    done = officer.post(f"{own}suggest/", follow=True)
    assert "已为各件检查配齐检查人员" in text(done)
    assert Inspector.objects.count() == 4
    Inspector.objects.all().delete()
    for expert in scene.experts:
        expert.is_active = False
        expert.save()
    short = officer.post(f"{own}suggest/", follow=True)
    assert "有 2 件检查没有足够的可派人员" in text(short)


def test_the_lists_are_narrowed_and_exported(scene, title, officer):
    campaign = checking.drawn(scene, size=1, name="=1+1")
    assert "没有符合条件" in text(officer.get(CAMPAIGNS, {"q": "无"}))
    assert "没有符合条件" in text(officer.get(CAMPAIGNS, {"year": 2020}))
    shown = text(officer.get(CAMPAIGNS, {"state": "drawn", "q": "1", "sort": "name"}))
    assert "=1+1" in shown
    head, line = cells(officer.get(f"{CAMPAIGNS}export/"))
    assert line[0] == "=1+1"
    assert dict(zip(head, line, strict=True))["随机种子"] == checking.SEED
    own = campaign.get_absolute_url()
    head, line = cells(officer.get(f"{own}population/export/"))
    found = dict(zip(head, line, strict=True))
    assert found["证书编号"] == title.number
    assert found["散列值（SHA-256）"] == Candidate.objects.get().lot
    assert found["抽中"] == "是"
    checking.opened(scene, title)
    for asked, count in (
        ({}, 2),
        ({"campaign": campaign.pk}, 1),
        ({"campaign": "outside"}, 1),
        ({"campaign": "x"}, 2),
        ({"state": "planned", "q": title.number}, 2),
        ({"result": "problems"}, 0),
    ):
        assert officer.get(CHECKS, asked).context["page_obj"].paginator.count == count, asked
    assert len(cells(officer.get(f"{CHECKS}export/", {"campaign": "outside"}))) == 2


def test_the_summary_says_what_was_found(scene, title, officer):
    campaign = checking.running(scene, size=1)
    checking.visited(scene, campaign.checks.get(), problems=("=门未锁。",))
    services.finish_check(campaign.checks.get(), actor=scene.experts[0], at=NOVEMBER)
    head, line = cells(officer.get(f"{campaign.get_absolute_url()}export/"))
    found = dict(zip(head, line, strict=True))
    assert found["检查人员"] == "专家1（组长）、专家2"
    assert found["问题"] == "【严重】=门未锁。"
    assert (found["得分"], found["检查结果"]) == (78, "发现问题")
    page = f"/moves/supervision.campaign/{campaign.pk}/close/"
    officer.post(page, {"reason": "全部完成。"})
    assert "全部完成。" in text(officer.get(campaign.get_absolute_url()))


# The team


def test_the_team_is_chosen_and_conflicts_are_said(scene, title, officer):
    check = checking.opened(scene, title)
    scenes.profile(scene, scene.experts[0], scene.county)
    page = check.team_url
    shown = text(officer.get(page))
    assert "专家1与该机构在同一市工作，应当回避。" in shown
    assert "应当回避" not in text(officer.get(page, {"q": "专家2"}))
    refused = officer.post(f"{page}appoint/", {"person": scene.experts[0].pk}, follow=True)
    assert "应当回避" in text(refused)
    assert not check.inspectors.exists()
    assert "该人员不能指派" in text(officer.post(f"{page}appoint/", {"person": 0}, follow=True))
    officer.post(f"{page}appoint/", {"person": scene.experts[1].pk})
    done = officer.post(f"{page}suggest/", follow=True)
    assert "已按推荐配齐" in text(done)
    second = check.inspectors.get(leads=False).user
    officer.post(f"{page}leader/", {"person": second.pk})
    assert check.inspectors.get(leads=True).user == second
    officer.post(f"{page}release/", {"person": second.pk, "reason": "生病。"})
    assert check.inspectors.count() == 1
    for expert in scene.experts[2:]:
        scenes.profile(scene, expert, scene.county)
    short = officer.post(f"{page}suggest/", follow=True)
    assert "没有足够的可派人员" in text(short)


# On site


def test_a_check_is_made_on_the_pages(scene, title, officer):
    officer.post(f"/supervision/titles/{title.pk}/check/", {"reason": ""})
    officer.post(f"/supervision/titles/{title.pk}/check/", {"reason": "群众举报。"})
    check = SpotCheck.objects.get()
    page, move = check.get_absolute_url(), f"/moves/supervision.spotcheck/{check.pk}"
    checking.staffed(scene, check)
    lead = signed_in(scene.experts[0])
    assert title.nursery.name in text(lead.get(MINE))
    lead.post(f"{move}/begin/")
    check.refresh_from_db()
    sheet = lead.get(check.sheet.get_absolute_url())
    assert sheet["Kept-For"] == str(scene.experts[0].pk)
    assert "未评" in text(lead.post(check.seal_url, follow=True))
    found_with_photos(check, lead)
    scenes.fill(check.sheet, "80", scene.experts[0], NOVEMBER)
    assert "确认完成" in text(lead.get(check.seal_url))
    assert "由组长确认" in text(signed_in(scene.experts[1]).get(check.seal_url))
    assert lead.post(check.outcome_url, {"result": "problems"}).status_code == 422
    outcome = {"visited_on": "2023-11-02", "result": "problems", "conclusion": "须整改。"}
    assert "不能晚于今天" in text(lead.post(check.outcome_url, outcome))
    lead.post(check.outcome_url, outcome | {"visited_on": "2023-11-01"})
    assert "现场评分尚未完成" in text(lead.get(page))
    lead.post(check.seal_url)
    assert "80" in text(lead.get(page))
    assert "返回检查" in text(lead.get(check.seal_url))
    lead.post(f"{move}/finish/")
    check.refresh_from_db()
    assert check.is_finished
    assert "门锁坏。" in text(lead.get(page))
    assert lead.get(check.outcome_url).status_code == 403


def found_with_photos(check, lead):
    photo = SimpleUploadedFile("门.jpg", checking.jpeg())
    lead.post(
        check.finding_url,
        {"text": "门未锁。", "severity": "serious", "photos": [photo]},
    )
    finding = Finding.objects.get()
    scenes.inspected(NOVEMBER)
    kept = finding.photos.get()
    shown = lead.get(f"/supervision/photos/{kept.pk}/")
    assert b"".join(shown.streaming_content).startswith(b"\xff\xd8")
    assert lead.get(f"/supervision/photos/{kept.pk}/thumbnail/").status_code == 200
    own = f"/supervision/findings/{finding.pk}/"
    bad = SimpleUploadedFile("x.exe", b"MZ")
    told = lead.post(own, {"text": "门锁坏。", "severity": "minor", "photos": [bad]}, follow=True)
    assert "x.exe：文件内容不是可接受的类型" in text(told)
    assert told.redirect_chain == [(own, 302)]
    finding.refresh_from_db()
    assert (finding.text, finding.severity) == ("门锁坏。", "minor")
    assert lead.post(own, {"text": "", "severity": "minor"}).status_code == 422


def test_findings_and_photos_are_taken_back(scene, title):
    check = checking.begun(scene, checking.opened(scene, title))
    lead = signed_in(scene.experts[0])
    photo = SimpleUploadedFile("门.pdf", scenes.PDF)
    lead.post(check.finding_url, {"text": "一。", "severity": "minor", "photos": [photo]})
    kept = FindingPhoto.objects.get()
    lead.post(f"/supervision/photos/{kept.pk}/remove/")
    assert not StoredFile.objects.exists()
    finding = Finding.objects.get()
    services.cancel_check(check, actor=scene.officer, at=NOVEMBER, reason="停业。")
    lead = signed_in(scene.experts[0])
    assert lead.post(f"/supervision/findings/{finding.pk}/remove/").status_code == 403
    assert Finding.objects.exists()


def test_a_finding_is_deleted_through_its_page(scene, title):
    check = checking.begun(scene, checking.opened(scene, title))
    lead = signed_in(scene.experts[0])
    lead.post(check.finding_url, {"text": "一。", "severity": "minor"})
    done = lead.post(f"/supervision/findings/{Finding.objects.get().pk}/remove/", follow=True)
    assert "已删除该问题" in text(done)
    assert not Finding.objects.exists()


# Who was visited


def test_the_nursery_reads_the_result_and_nothing_of_who_came(scene, title):
    check = checking.finished(scene, title)
    staff = signed_in(scenes.staff(title.nursery))
    shown = text(staff.get(check.get_absolute_url()))
    for told in (checking.PROBLEM, "存在问题，须限期整改。", "2023年11月1日", "78"):
        assert told in shown
    for kept in ("专家1", "专家2", "周省", "群众举报", "检查人员", "办理记录"):
        assert kept not in shown
    assert staff.get(check.sheet.get_absolute_url()).status_code == 404
    city = text(signed_in(scene.city_handler).get(check.get_absolute_url()))
    assert "专家1" in city
    order = f"/supervision/titles/{title.pk}/rectify/?check={check.pk}"
    assert order not in shown + city
    assert order in text(signed_in(scene.officer).get(check.get_absolute_url()))


def test_a_cancelled_check_says_why(scene, title, officer):
    check = checking.opened(scene, title)
    services.cancel_check(check, actor=scene.officer, at=NOVEMBER, reason="机构停业。")
    assert "机构停业。" in text(officer.get(check.get_absolute_url()))


def test_a_title_that_has_ended_is_not_checked(scene, title, officer, monkeypatch):
    monkeypatch.setattr("workflow.clock.now", lambda: at("2025-10-10 09:00"))
    late = officer.post(f"/supervision/titles/{title.pk}/check/", {"reason": "查。"})
    assert late.status_code == 422
    assert "已经终止" in text(late)


# As often for 300 as for one


def many(scene, size: int) -> Campaign:
    crowd.titles(scene, scene.cycle, size)
    campaign = checking.running(scene, size=size, strata=["city"])
    Inspector.objects.bulk_create(
        Inspector(
            spot_check=check,
            user=expert,
            leads=place == 0,
            appointed_by=scene.officer,
            appointed_at=NOVEMBER,
        )
        for check in campaign.checks.all()
        for place, expert in enumerate(scene.experts[:2])
    )
    return campaign


@pytest.mark.parametrize("size", [1, 3, 300])
def test_lists_ask_as_often_for_300_as_for_one(scene, size, django_assert_num_queries):
    campaign = many(scene, size)
    assert Title.objects.count() == size
    officer, lead = signed_in(scene.officer), signed_in(scene.experts[0])
    own = campaign.get_absolute_url()
    for client, address, queries in (
        (officer, CHECKS, 8),
        (officer, own, 13),
        (officer, f"{own}population/", 7),
        (officer, f"{own}export/", 6),
        (lead, MINE, 7),
    ):
        with django_assert_num_queries(queries, info=address):
            shown = client.get(address)
            assert shown.status_code == 200
            if shown.streaming:
                assert len(b"".join(shown.streaming_content)) > 0


@pytest.mark.parametrize("size", [1, 3, 300])
def test_campaigns_ask_as_often_for_300_as_for_one(scene, size, django_assert_num_queries):
    Campaign.objects.bulk_create(
        Campaign(
            name=f"抽查{n}",
            year=2023,
            province=scene.root,
            size=1,
            ends_on=date(2023, 12, 1),
            created_by=scene.officer,
            created_at=NOVEMBER,
        )
        for n in range(size)
    )
    officer = signed_in(scene.officer)
    with django_assert_num_queries(6):
        shown = officer.get(CAMPAIGNS)
    assert len(shown.context["page_obj"].object_list) == min(size, 50)


@pytest.mark.parametrize("size", [1, 3, 300])
def test_people_who_can_be_sent_ask_as_often_for_300_as_for_one(
    scene, title, size, django_assert_num_queries
):
    check = checking.opened(scene, title)
    people = User.objects.bulk_create(
        User(username=f"more{n}", name=f"督导{n:03d}", password="!") for n in range(size)
    )
    permission = Permission.objects.get(codename="supervise")
    RegionUserObjectPermission.objects.bulk_create(
        RegionUserObjectPermission(user=user, permission=permission, content_object=scene.root)
        for user in people
    )
    officer = signed_in(scene.officer)
    with django_assert_num_queries(14):
        assert officer.get(check.team_url).status_code == 200
