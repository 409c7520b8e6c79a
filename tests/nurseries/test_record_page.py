"""The form of a record: what is said beside a field, and that nothing typed is lost."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from nurseries import rules, services
from nurseries.models import Nursery
from nurseries.parts import ClassLine, FeeLine, Parts, StaffLine
from tests import scenes
from workflow import clock


@pytest.fixture(autouse=True)
def july(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: scenes.JULY)


def inputs(page: str) -> dict[str, str]:
    """What a browser would send back of a page as it stands."""
    main = page[page.index("<main") :]
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", main):
        found = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        boxed = found.get("type") in ("checkbox", "radio")
        if found.get("name") and (not boxed or " checked" in tag):
            sent[found["name"]] = found.get("value", "on" if boxed else "")
    for name, body in re.findall(r'<select name="([\w-]+)".*?>(.*?)</select>', main, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        sent[name] = chosen[1] if chosen else ""
    sent.pop("csrfmiddlewaretoken", None)
    return sent


@pytest.fixture
def nursery(town):
    found = scenes.nursery(town.county)
    lines = Parts(
        classes=(ClassLine("older", 2, 30),),
        staff=(StaffLine("carer", 6, 6),),
        fees=(FeeLine("保育费", scenes.Decimal("1800.00"), "month"),),
    )
    return services.update(found, {}, lines, seen_version=1, by=None, at=scenes.JUNE)


def open_page(client, user, nursery) -> tuple[str, dict[str, str]]:
    client.force_login(user)
    address = reverse("nurseries:edit", args=[nursery.pk])
    return address, inputs(client.get(address).content.decode())


def errors(page: str) -> list[str]:
    return [
        re.sub(r"<.*?>", "", text).strip()
        for text in re.findall(r'<p class="mb-0">(.*?)</p>', page, re.DOTALL)
    ]


def test_saving_what_the_page_shows_changes_nothing(client, town, nursery):
    address, sent = open_page(client, town.wang, nursery)
    assert client.post(address, sent).url == nursery.get_absolute_url()
    assert Nursery.objects.get(pk=nursery.pk).version == nursery.version


def test_staff_keep_their_record(client, nursery):
    chen = scenes.staff(nursery)
    address, sent = open_page(client, chen, nursery)
    assert "region" in sent
    sent |= {
        "capacity": "72",
        "phone": "１３９ 0000 1234",
        "classes-0-class_count": "1",
        "classes-0-children": "8",
        "staff-1-headcount": "7",
        "fees-0-amount": "2000",
        "fees-1-item": "餐费",
        "fees-1-amount": "15.5",
        "fees-1-unit": "day",
        "region": "999",
    }
    assert client.post(address, sent).status_code == 302
    saved = Nursery.objects.get(pk=nursery.pk)
    assert (saved.capacity, saved.phone, saved.region) == (72, "13900001234", nursery.region)
    assert services.parts_of(saved) == Parts(
        classes=(ClassLine("infant", 1, 8), ClassLine("older", 2, 30)),
        staff=(StaffLine("carer", 7, 6),),
        fees=(
            FeeLine("保育费", scenes.Decimal("2000.00"), "month"),
            FeeLine("餐费", scenes.Decimal("15.50"), "day"),
        ),
    )


def test_what_the_office_keeps_is_shown_to_staff_but_not_open(client, town, nursery):
    chen = scenes.staff(nursery)
    client.force_login(chen)
    page = client.get(reverse("nurseries:edit", args=[nursery.pk])).content.decode()
    assert page.count("如需变更，请联系县级卫生健康部门。") == 2
    assert re.search(r'name="credit_code"[^>]*disabled', page)
    client.force_login(town.wang)
    page = client.get(reverse("nurseries:edit", args=[nursery.pk])).content.decode()
    assert "如需变更" not in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "请填写此项。"),
        ({"credit_code": "91210102X99900016N"}, "统一社会信用代码校验位不对，请逐位核对。"),
        ({"phone": "110"}, "联系电话应为 11 位手机号"),
        ({"capacity": "0"}, rules.CAPACITY_POSITIVE),
        ({"floor_area": "0"}, rules.FLOOR_AREA_POSITIVE),
        ({"opened_on": "2023-07-21"}, rules.OPENED_NOT_LATE),
        ({"opened_on": "昨天"}, "输入一个有效的日期。"),
        ({"filing_date": ""}, rules.FILING_WHOLE),
        ({"services_offered": None}, "请选择。"),
        ({"classes-0-class_count": "", "classes-0-children": "3"}, rules.CHILDREN_NEED_CLASS),
        ({"staff-1-certified": "9"}, rules.CERTIFIED_WITHIN),
        ({"staff-1-headcount": "-1"}, "大于或等于0"),
        ({"fees-1-amount": "", "fees-1-item": "餐费"}, "请填写金额。"),
        ({"fees-1-item": "", "fees-1-amount": "15"}, "请填写收费项目。"),
        ({"fees-0-amount": "-1"}, "大于或等于0"),
        (
            {"fees-1-item": "保育费", "fees-1-amount": "1", "fees-1-unit": "month"},
            "同一收费项目、同一计费单位只填一行。",
        ),
    ],
)
def test_a_fault_is_said_beside_its_field_and_all_that_was_typed_stays(
    client, town, nursery, typed, said
):
    address, sent = open_page(client, town.wang, nursery)
    sent |= {"address": "新地址 8 号"} | typed
    response = client.post(address, {k: v for k, v in sent.items() if v is not None})
    page = response.content.decode()
    assert response.status_code == 200
    assert any(said in error for error in errors(page)), errors(page)
    assert inputs(page) == {k: v for k, v in sent.items() if v is not None}
    field = next(iter(typed))
    assert f'<a href="#id_{field}' in page
    assert Nursery.objects.get(pk=nursery.pk).version == nursery.version


def test_a_fee_is_deleted_by_emptying_its_line(client, town, nursery):
    address, sent = open_page(client, town.wang, nursery)
    client.post(address, sent | {"fees-0-item": "", "fees-0-amount": ""})
    assert services.parts_of(nursery).fees == ()


def test_two_open_pages_do_not_overwrite_each_other(client, town, nursery):
    address, first = open_page(client, town.wang, nursery)
    _, second = open_page(client, town.wang, nursery)
    client.post(address, first | {"capacity": "70", "classes-2-children": "31"})
    response = client.post(address, second | {"capacity": "80", "head": "周园"})
    page = response.content.decode()
    assert "登记已在" in page
    assert "现登记为“70”。" in errors(page)
    assert "“班级与在托人数”与现有登记不同，请核对。" in page
    kept = inputs(page)
    assert (kept["capacity"], kept["head"], kept["seen_version"]) == ("80", "周园", "3")
    assert Nursery.objects.get(pk=nursery.pk).capacity == 70
    assert client.post(address, kept).status_code == 302
    assert Nursery.objects.get(pk=nursery.pk).capacity == 80


def test_a_page_sent_without_its_lines_is_refused(client, town, nursery):
    address, sent = open_page(client, town.wang, nursery)
    cut = {k: v for k, v in sent.items() if not k.startswith("staff-")}
    response = client.post(address, cut)
    assert response.status_code == 200
    assert len(services.parts_of(nursery).staff) == 1
    swapped = sent | {"staff-0-post": "carer", "staff-1-post": "head"}
    page = client.post(address, swapped).content.decode()
    assert "页面内容不完整，请刷新后重新填写。" in page


def test_the_county_registers_a_nursery_on_its_page(client, town, nursery):
    _, sent = open_page(client, town.wang, nursery)
    sent |= {"name": "新星托育园", "credit_code": scenes.CREDIT_CODES[4]}
    response = client.post("/nurseries/new/", sent)
    made = Nursery.objects.get(name="新星托育园")
    assert response.url == made.get_absolute_url()
    assert services.parts_of(made).fees[0].item == "保育费"
    page = client.post("/nurseries/new/", sent).content.decode()
    assert errors(page) == [rules.CREDIT_CODE_TAKEN]


def test_who_registers_a_moment_too_late_is_told_beside_the_field(
    client, town, nursery, monkeypatch
):
    _, sent = open_page(client, town.wang, nursery)
    sent |= {"name": "新星托育园", "credit_code": scenes.CREDIT_CODES[4]}
    create = services.create

    def overtaken(*args, **kwargs):
        monkeypatch.setattr(services, "create", create)
        scenes.nursery(town.county, "更早的园", code=scenes.CREDIT_CODES[4])
        return create(*args, **kwargs)

    monkeypatch.setattr(services, "create", overtaken)
    page = client.post("/nurseries/new/", sent).content.decode()
    assert errors(page) == [rules.CREDIT_CODE_TAKEN]
    assert inputs(page) == sent
    assert not Nursery.objects.matching("新星").exists()


def test_a_county_offers_only_its_own_area(client, town, nursery):
    _, sent = open_page(client, town.wang, nursery)
    sent |= {
        "name": "越界园",
        "credit_code": scenes.CREDIT_CODES[4],
        "region": str(town.other_county.pk),
    }
    page = client.post("/nurseries/new/", sent).content.decode()
    assert "选择一个有效的选项" in page
    assert not Nursery.objects.matching("越界园").exists()
    client.force_login(town.zhou)
    assert client.post("/nurseries/new/", sent).status_code == 302


def test_the_office_lets_somebody_act_for_the_nursery_and_ends_it(client, town, nursery):
    chen = scenes.person("chen", "陈园长")
    client.force_login(town.wang)
    address = reverse("nurseries:staff", args=[nursery.pk])
    assert "没有这个登录名" in client.post(address, {"username": "nobody"}).content.decode()
    assert client.post(address, {"username": " chen "}).url == address
    assert "此人已有同一任职" in client.post(address, {"username": "chen"}).content.decode()
    page = client.get(address).content.decode()
    assert "陈园长" in page
    assert "长期" in page
    held = services.staff_of(nursery).get()
    assert held.user == chen
    assert client.post(reverse("nurseries:dismiss", args=[nursery.pk, held.pk])).url == address
    assert not services.staff_of(nursery).exists()
    assert client.post(reverse("nurseries:dismiss", args=[nursery.pk, held.pk])).status_code == 404


def test_an_account_may_be_opened_until_a_day(client, town, nursery):
    scenes.person("chen", "陈园长")
    client.force_login(town.wang)
    address = reverse("nurseries:staff", args=[nursery.pk])
    past = (scenes.JULY - timedelta(3)).date().isoformat()
    page = client.post(address, {"username": "chen", "until": past}).content.decode()
    assert "任职止日早于起日" in page or "任职止日不能早于起日" in page
    client.post(address, {"username": "chen", "until": "2024-07-20"})
    assert "2024年7月20日" in client.get(address).content.decode()
