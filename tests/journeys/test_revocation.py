"""From a spot check with problems to the revocation, and the refusal of the next application.

Real Chromium; JOURNEY_PICTURES=folder keeps a picture of every page.
"""

# ruff: noqa: F401, F811 - the fixtures of the other journey are asked for by their names
from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from playwright.sync_api import expect

from accounts.models import User
from applications import services as applications
from applications.models import Application
from documents.models import Document
from documents.services import keep_papers
from documents.statuses import Kind
from files import services as files
from files.models import StoredFile
from publicity.models import Title
from publicity.statuses import TitleState
from supervision import services
from supervision.models import Complaint, RectificationOrder, Revocation
from tests import scenes
from tests.conftest import PHONE
from tests.journeys.test_review_sheets import Clock, clock, look_on_both, province, sign_in
from tests.publicity import crowd
from tests.scenes import Province, at
from tests.supervision import checking
from tests.supervision.stories import picture, prompted
from tests.supervision.test_complaints import answered
from workflow import Refused, perform
from workflow.models import Event

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
SignIn = Callable[..., "Page"]
PROBLEM = checking.PROBLEM


def upload(page: Page, label: str, name: str) -> None:
    photo = picture(name)
    given = {"name": name, "mimeType": "image/png", "buffer": photo.read()}
    page.get_by_label(label).set_input_files([given])  # type: ignore[list-item]


def let_files_through() -> None:
    """The worker's part: what was uploaded leaves its quarantine."""
    for file in StoredFile.objects.waiting():
        files.inspect(file, at=at("2023-11-20 09:00"))


def papers(subject: Any) -> list[Document]:
    return [made for event in Event.objects.of(subject) if (made := kept(event))]


def kept(event: Event) -> Document | None:
    """The worker's part: the paper of an event, if there is one."""
    from documents.statuses import MADE_AFTER

    if event.verb not in MADE_AFTER.get(event.subject_type, {}):
        return None
    return keep_papers(event, at=event.at)[0]


@pytest.fixture
def title(province: Province, clock: Clock) -> Title:
    """A title whose nursery was found with problems at a spot check."""
    title = crowd.concluded(province)[0]
    checking.finished(province, title)
    clock("2023-11-02T09:00")
    return title


def test_from_a_check_to_the_revocation_and_the_next_submit(
    province: Province, title: Title, sign_in: SignIn, clock: Clock
) -> None:
    staff = scenes.staff(title.nursery)
    application = begun_for_the_next_cycle(province, title, staff)
    office, nursery = sign_in(province.officer), sign_in(staff, PHONE)
    order = the_office_orders(office, title)
    the_nursery_asks_for_days(nursery, order)
    the_office_grants_them(office, order)
    clock("2023-11-20T09:00")
    the_nursery_reports(nursery, order)
    clock("2023-12-05T09:00")
    revocation = the_recheck_fails(office, order)
    the_nursery_states_its_case(nursery, revocation)
    the_office_decides(office, revocation)
    title.refresh_from_db()
    assert (title.state, title.revoked_for) == (TitleState.REVOKED, "not_rectified")
    the_papers_are_there(nursery, revocation)
    the_next_application_is_refused(nursery, application)


def the_office_orders(page: Page, title: Title) -> RectificationOrder:
    check = title.checks.get()  # type: ignore[attr-defined]
    page.goto("/supervision/")
    look_on_both(page, "supervision-list")
    page.get_by_role("link", name=title.nursery.name).click()
    look_on_both(page, "supervision-title")
    page.goto(f"/supervision/titles/{title.pk}/rectify/?check={check.pk}")
    expect(page.get_by_label("存在的问题和整改要求")).to_have_value(re.compile(PROBLEM))
    page.get_by_label("整改期限（日）").fill("20")
    page.get_by_label("另定期限的理由").fill("问题涉及婴幼儿安全，应尽快整改。")
    look_on_both(page, "order-form")
    page.get_by_role("button", name="确认责令限期整改").click()
    expect(page.get_by_text("已办理：责令限期整改。")).to_be_visible()
    look_on_both(page, "order-office")
    order: RectificationOrder = RectificationOrder.objects.get()
    assert order.spot_check == check
    assert order.due_on == date(2023, 11, 22)
    return order


def the_nursery_asks_for_days(page: Page, order: RectificationOrder) -> None:
    page.goto("/home/")
    expect(page.get_by_text("请按期整改并报告整改情况。")).to_be_visible()
    look_on_both(page, "home-with-order")
    page.goto(order.get_absolute_url())
    look_on_both(page, "order-nursery")
    page.get_by_role("link", name="申请延期").click()
    page.get_by_label("申请延期的理由").fill("监控硬盘到货推迟至十一月底。")
    look_on_both(page, "extension-ask")
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("整改期限只能申请延长一次。")).to_be_visible()


def the_office_grants_them(page: Page, order: RectificationOrder) -> None:
    page.goto("/home/")
    expect(page.get_by_text("机构申请延期。")).to_be_visible()
    page.goto(order.get_absolute_url())
    page.get_by_role("link", name="答复延期申请").click()
    page.get_by_label("同意延期", exact=True).check()
    page.get_by_label("延长日数").fill("10")
    look_on_both(page, "extension-answer")
    page.get_by_role("button", name="提交答复").click()
    expect(page.get_by_text("同意延长 10 日。")).to_be_visible()
    order.refresh_from_db()
    assert order.due_on == date(2023, 12, 2)


def the_nursery_reports(page: Page, order: RectificationOrder) -> None:
    page.goto(order.get_absolute_url())
    page.get_by_role("link", name="报告整改情况").click()
    page.get_by_label("整改情况").fill("已更换硬盘，录像可保存 120 日。")
    upload(page, "整改佐证", "新硬盘.png")
    look_on_both(page, "report-form")
    page.get_by_role("button", name="提交整改报告").click()
    expect(page.get_by_text("待复查").first).to_be_visible()
    let_files_through()
    page.goto(order.get_absolute_url())
    expect(page.get_by_text("新硬盘.png")).to_be_visible()
    look_on_both(page, "order-reported")


def the_recheck_fails(page: Page, order: RectificationOrder) -> Revocation:
    page.goto(order.get_absolute_url())
    page.get_by_role("link", name="登记复查结果").click()
    page.get_by_label("整改不合格，拟撤销称号").check()
    page.get_by_label("复查日期").fill("2023-12-04")
    page.get_by_label("复查人员").fill("周省、王和")
    page.get_by_label("复查结论").fill("现场核查，录像仍只保存 30 日，晨午检记录仍不全。")
    upload(page, "复查照片", "现场.png")
    look_on_both(page, "recheck-form")
    page.get_by_role("button", name="确认登记复查结果").click()
    revocation: Revocation = Revocation.objects.get()
    expect(page).to_have_url(re.compile(revocation.get_absolute_url()))
    expect(page.get_by_text("尚未陈述、申辩，也未放弃")).to_be_visible()
    papers(revocation)
    page.reload()
    expect(page.get_by_role("link", name=re.compile("撤销称号事先告知书"))).to_be_visible()
    look_on_both(page, "revocation-proposed")
    return revocation


def the_nursery_states_its_case(page: Page, revocation: Revocation) -> None:
    page.goto("/home/")
    expect(page.get_by_text("逾期未陈述、申辩的，视为放弃。")).to_be_visible()
    page.goto(revocation.get_absolute_url())
    look_on_both(page, "revocation-nursery")
    page.get_by_role("link", name="陈述申辩", exact=True).click()
    page.get_by_label(re.compile("^陈述、申辩")).fill("新硬盘已于十二月三日装好，请再次核查。")
    upload(page, "证明材料", "安装单.png")
    look_on_both(page, "statement-form")
    page.get_by_role("button", name="提交陈述申辩").click()
    expect(page.get_by_text("已陈述申辩").first).to_be_visible()


def the_office_decides(page: Page, revocation: Revocation) -> None:
    let_files_through()
    page.goto(revocation.get_absolute_url())
    page.locator("summary", has_text="决定撤销称号").click()
    page.locator("#reason-decide").fill("再次核查，录像保存仍不足，陈述理由不成立。")
    look_on_both(page, "revocation-deciding")
    page.get_by_role("button", name="确认决定撤销称号").click()
    expect(page.get_by_text("已决定撤销").first).to_be_visible()
    look_on_both(page, "revocation-decided")


def the_papers_are_there(page: Page, revocation: Revocation) -> None:
    papers(revocation.title)
    assert Document.objects.of_kinds(Kind.REVOCATION_NOTICE).current().count() == 1
    page.goto(revocation.get_absolute_url())
    link = page.get_by_role("link", name=re.compile("撤销决定")).first
    expect(link).to_be_visible()
    assert page.request.get(str(link.get_attribute("href"))).body().startswith(b"%PDF")


def begun_for_the_next_cycle(province: Province, title: Title, staff: Any) -> Application:
    """Filled in while the title was in force: it ends within the next cycle's year."""
    following = scenes.open_cycle(
        province.root,
        province.version,
        province.officer,
        {province.city: 2},
        year=2025,
        name="2025年省级示范托育机构评选",
        opens_on=date(2023, 11, 1),
        nursery_deadline=date(2025, 7, 15),
        county_deadline=date(2025, 8, 10),
        city_deadline=date(2025, 8, 30),
    )
    when = at("2023-11-02 09:00")
    title.nursery.refresh_from_db()
    application = applications.draft(title.nursery, following, by=staff, at=when)
    scenes.complete(application, staff, total="92", when=when)
    return application


def the_next_application_is_refused(page: Page, application: Application) -> None:
    """Everything is filled in, and still it cannot be handed in."""
    page.goto(f"/applications/{application.pk}/check/")
    expect(page.get_by_text("此后 1 个评选周期内不得申报").first).to_be_visible()
    look_on_both(page, "barred-at-submit")
    staff = User.objects.get(username="staff")
    with pytest.raises(Refused, match="此后 1 个评选周期内不得申报"):
        perform(application, "submit", actor=staff, at=at("2023-12-06 09:00"))


def test_a_citizen_complains_and_the_province_follows_it_up(
    province: Province, title: Title, sign_in: SignIn, open_browser: SignIn
) -> None:
    citizen = open_browser(PHONE)
    citizen.goto(f"/complaints/new/?title={title.number}")
    citizen.get_by_label("举报内容").fill("十月二十日起二楼活动室无人看护。")
    solve(citizen)
    look_on_both(citizen, "complain")
    citizen.get_by_role("button", name="提交举报").click()
    expect(citizen.get_by_text("查询码只显示这一次")).to_be_visible()
    look_on_both(citizen, "complaint-receipt")
    code = citizen.locator(".receipt-code").inner_text()
    complaint = Complaint.objects.get()
    office = sign_in(province.officer)
    office.goto("/supervision/complaints/")
    look_on_both(office, "complaints")
    office.get_by_role("link", name=complaint.receipt).click()
    office.get_by_role("button", name="受理", exact=True).click()
    look_on_both(office, "complaint-accepted")
    office.get_by_role("link", name="提醒督促").click()
    office.get_by_label("提醒内容").fill("请自查二楼活动室的看护安排。")
    look_on_both(office, "prompt-form")
    office.get_by_role("button", name="确认提醒督促").click()
    look_on_both(office, "prompt-office")
    office.goto(complaint.get_absolute_url())
    office.locator("summary", has_text="举报属实").first.click()
    office.locator("#reason-substantiate").fill("经核查属实，已提醒机构整改。")
    office.get_by_role("button", name="确认举报属实").click()
    look_on_both(office, "complaint-settled")
    citizen.goto("/complaints/")
    look_on_both(citizen, "complaint-receipts")
    citizen.get_by_label("回执号").fill(complaint.receipt)
    citizen.get_by_label("查询码").fill(code)
    citizen.get_by_role("button", name="查询").click()
    expect(citizen.get_by_text("经核查属实，已提醒机构整改。")).to_be_visible()
    office.goto("/supervision/bars/")
    look_on_both(office, "bars")


def solve(page: Page) -> None:
    """Answer the small question as a person would."""
    from publicity.puzzles import PUZZLES

    label = page.get_by_text("验证问题：").first.inner_text()
    asked = next(puzzle for puzzle in PUZZLES if puzzle.question in label)
    page.get_by_label("验证问题：").fill(asked.answer)
