"""The pages of the registry: who reaches which, and what a list costs."""

from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts import services as accounts
from nurseries import services
from nurseries.models import ClassGroup, Nursery
from nurseries.parts import ClassLine, FeeLine, Parts, StaffLine
from tests import scenes
from tests.nurseries.sheets import rows, xlsx

LIST = "/nurseries/"


@pytest.fixture
def people(town):
    """Everyone who might come by, with the nursery of the county that the pages are about."""
    nursery = scenes.nursery(town.county, "阳光托育园")
    return nursery, {
        "public": None,
        "stranger": scenes.person("stranger", "路人"),
        "auditor": scenes.official("auditor", "审某", "audit_admin", town.root),
        "staff": scenes.staff(nursery),
        "other_staff": scenes.staff(scenes.nursery(town.next_county, "别园"), "other-staff"),
        "county": town.wang,
        "other_county": town.wu,
        "city": town.li,
        "province": town.zhou,
    }


def downloaded(client, address: str) -> bytes:
    """The whole file; reading it to its end closes it."""
    return b"".join(client.get(address).streaming_content)


def answer(client, user, address: str, method: str = "get") -> int | str:
    client.logout()
    if user:
        client.force_login(user)
    response = getattr(client, method)(address)
    if response.streaming:
        b"".join(response.streaming_content)
    if response.status_code == 302:
        return "login" if response.url.startswith("/login/") else response.url
    return response.status_code


# Rows: a page. Columns: what each person is answered.
WHO = (
    "public",
    "stranger",
    "auditor",
    "staff",
    "other_staff",
    "county",
    "other_county",
    "city",
    "province",
)
MATRIX = {
    "registry": ("login", 403, 403, "own", "own", 200, 200, 200, 200),
    "export": ("login", 403, 403, 403, 403, 200, 200, 200, 200),
    "new": ("login", 403, 403, 403, 403, 200, 200, 403, 200),
    "import": ("login", 403, 403, 403, 403, 200, 200, 403, 200),
    "import_template": ("login", 403, 403, 403, 403, 200, 200, 403, 200),
    "card": ("login", 404, 404, 200, 404, 200, 404, 200, 200),
    "edit": ("login", 404, 404, 200, 404, 200, 404, 403, 200),
    "staff": ("login", 403, 403, 403, 403, 200, 404, 403, 200),
}


@pytest.mark.parametrize("name", MATRIX)
def test_each_page_opens_to_whom_it_is_for(client, people, name):
    nursery, users = people
    one = name in ("card", "edit", "staff")
    address = reverse(f"nurseries:{name}", args=[nursery.pk] if one else [])
    told = {who: answer(client, users[who], address) for who in WHO}
    own = {
        "staff": nursery.get_absolute_url(),
        "other_staff": Nursery.objects.get(name="别园").get_absolute_url(),
    }
    wanted = dict(zip(WHO, MATRIX[name], strict=True))
    assert told == {who: own[who] if said == "own" else said for who, said in wanted.items()}


IMPORT_MATRIX = {
    "import_check": ("get", ("login", 403, 403, 403, 403, 200, 404, 403, 404)),
    "import_sheet": ("get", ("login", 403, 403, 403, 403, 200, 404, 403, 404)),
    "import_confirm": ("post", ("login", 403, 403, 403, 403, "back", 404, 403, 404)),
    "import_give_up": ("post", ("login", 403, 403, 403, 403, "list", 404, 403, 404)),
}


@pytest.mark.parametrize("name", IMPORT_MATRIX)
def test_an_import_is_seen_by_who_handed_it_in(client, people, name):
    _, users = people
    handed_in = services.hand_in(
        xlsx(*rows(1)), name="机构.xlsx", by=users["county"], at=scenes.JULY
    )
    method, wanted = IMPORT_MATRIX[name]
    address = reverse(f"nurseries:{name}", args=[handed_in.pk])
    after = {"back": handed_in.get_absolute_url(), "list": "/nurseries/import/"}
    # The one whose post changes the import comes last.
    told = {
        who: answer(client, users[who], address, method)
        for who in sorted(WHO, key=lambda who: who == "county")
    }
    assert told == {who: after.get(said, said) for who, said in zip(WHO, wanted, strict=True)}


def test_who_sees_a_nursery_and_keeps_others_does_not_open_accounts_for_it(client, town):
    nursery = scenes.nursery(town.next_county)
    accounts.appoint(town.wang, "city_handler", town.city, by=None, at=scenes.JUNE)
    client.force_login(town.wang)
    assert client.get(nursery.get_absolute_url()).status_code == 200
    assert client.get(reverse("nurseries:staff", args=[nursery.pk])).status_code == 403


def test_the_admin_site_shows_the_registry_and_changes_nothing(client, town):
    nursery = scenes.nursery(town.county)
    client.force_login(scenes.person("root", "系统", is_staff=True, is_superuser=True))
    assert client.get("/admin/nurseries/nursery/").status_code == 200
    page = client.get(f"/admin/nurseries/nursery/{nursery.pk}/change/").content.decode()
    assert "阳光托育园" in page
    assert 'name="_save"' not in page
    assert client.get("/admin/nurseries/nursery/add/").status_code == 403
    assert client.get(f"/admin/nurseries/nursery/{nursery.pk}/delete/").status_code == 403


def test_posts_to_a_record_one_may_not_change_change_nothing(client, people):
    nursery, users = people
    for who, said in (("city", 403), ("other_county", 404), ("other_staff", 404)):
        client.force_login(users[who])
        response = client.post(reverse("nurseries:edit", args=[nursery.pk]), {"name": "改"})
        assert response.status_code == said
    assert Nursery.objects.get(pk=nursery.pk).name == "阳光托育园"


def test_a_page_that_changes_things_is_not_opened_by_a_link(client, people):
    _, users = people
    client.force_login(users["county"])
    for address in ("/nurseries/import/1/confirm/", "/nurseries/import/1/give-up/"):
        assert client.get(address).status_code == 405
    for address in (LIST, "/nurseries/export/", "/nurseries/import/template/"):
        assert client.post(address).status_code == 405


def fill(town, count: int) -> None:
    """That many nurseries in the county, with classes."""
    handed_in = services.hand_in(xlsx(*rows(count)), name="机构.xlsx", by=town.wang, at=scenes.JULY)
    plan = services.look_through(handed_in, user=town.wang, at=scenes.JULY)
    services.apply(handed_in, fingerprint=plan.fingerprint, by=town.wang, at=scenes.JULY)
    ClassGroup.objects.bulk_create(
        ClassGroup(nursery=nursery, kind="infant", class_count=1, children=9)
        for nursery in Nursery.objects.all()
    )


@pytest.mark.parametrize("count", [1, 3, 300])
def test_the_list_costs_the_same_however_long(client, town, count, django_assert_num_queries):
    fill(town, count)
    client.force_login(town.zhou)
    client.get(LIST)
    with django_assert_num_queries(7):
        page = client.get(LIST).content.decode()
    assert f'共 <span class="num">{count}</span> 家机构' in page
    assert page.count('data-label="机构"') == min(count, 50)


@pytest.mark.parametrize("count", [1, 3, 300])
def test_the_export_costs_the_same_however_long(client, town, count, django_assert_num_queries):
    fill(town, count)
    client.force_login(town.zhou)
    with django_assert_num_queries(4):
        content = downloaded(client, "/nurseries/export/")
    sheet = load_workbook(BytesIO(content)).active
    assert sheet.max_row == count + 1


@pytest.mark.parametrize("count", [1, 3, 300])
def test_an_import_is_looked_through_at_one_cost(client, town, count, django_assert_num_queries):
    handed_in = services.hand_in(xlsx(*rows(count)), name="机构.xlsx", by=town.wang, at=scenes.JULY)
    client.force_login(town.wang)
    with django_assert_num_queries(7):
        page = client.get(handed_in.get_absolute_url()).content.decode()
    assert f"确认导入 {count} 家" in page
    assert page.count('data-label="机构"') == min(count, 50)


@pytest.mark.parametrize("events", [1, 15])
def test_a_record_costs_the_same_however_often_it_changed(
    client, town, events, django_assert_num_queries
):
    nursery = scenes.nursery(town.county)
    for n in range(events):
        lines = Parts(classes=(ClassLine("infant", 1, n + 1),))
        services.update(nursery, {}, lines, seen_version=None, by=town.wang, at=scenes.JULY)
        scenes.staff(nursery, f"staff{n}")
    client.force_login(town.wang)
    with django_assert_num_queries(11):
        page = client.get(nursery.get_absolute_url()).content.decode()
    assert page.count("history-item") == min(2 * events + 1, 20)


def test_filters_stay_in_the_address_and_in_the_export(client, town):
    scenes.nursery(town.county, "和平公办园", organiser="public")
    scenes.nursery(town.county, "和平民办园", inclusive=False)
    scenes.nursery(town.next_county, "铁西公办园", organiser="public")
    client.force_login(town.zhou)
    query = (
        "?text=公办&area=210102&organiser=public&form_kind=independent&inclusive=yes&filed=yes"
        "&sort=-capacity"
    )
    page = client.get(LIST + query).content.decode()
    assert "和平公办园" in page
    assert "和平民办园" not in page
    assert "铁西公办园" not in page
    assert 'value="公办"' in page
    assert '<option value="210102" selected>沈阳市和平区</option>' in page
    assert "/nurseries/export/?text=" in page
    content = downloaded(client, "/nurseries/export/" + query)
    found = [row[0].value for row in load_workbook(BytesIO(content)).active.iter_rows(min_row=2)]
    assert found == ["和平公办园"]


def test_a_city_may_be_asked_for_as_a_whole_and_no_area_beyond_ones_own(client, town):
    scenes.nursery(town.county, "和平园")
    scenes.nursery(town.other_county, "鞍山园")
    client.force_login(town.li)
    page = client.get(LIST + "?area=210100").content.decode()
    assert "和平园" in page
    assert "沈阳市（全市）" in page
    page = client.get(LIST + "?area=210303").content.decode()
    assert "鞍山园" not in page
    assert "210303" in page or "选择一个有效的选项" in page


@pytest.mark.parametrize(
    "query", ["?page=99", "?page=x", "?sort=nonsense", "?organiser=x", "?text=%00"]
)
def test_an_address_typed_wrong_still_shows_a_list(client, town, query):
    scenes.nursery(town.county, "和平园")
    client.force_login(town.wang)
    assert client.get(LIST + query).status_code == 200


def test_empty_lists_say_what_will_appear(client, town):
    client.force_login(town.wang)
    assert "本辖区的托育机构将在此显示" in client.get(LIST).content.decode()
    assert "没有符合条件的机构" in client.get(LIST + "?text=无").content.decode()


def test_who_acts_for_two_nurseries_gets_a_list_of_both(client, town):
    first = scenes.nursery(town.county, "甲园")
    chen = scenes.staff(first)
    second = scenes.nursery(town.county, "乙园")
    services.appoint_staff(second, chen, by=None, at=scenes.JUNE)
    client.force_login(chen)
    page = client.get(LIST).content.decode()
    assert "甲园" in page
    assert "乙园" in page
    assert "登记机构" not in page


def test_the_record_tells_everything_and_masks_the_mobile(client, town):
    nursery = scenes.nursery(town.county)
    lines = Parts(
        classes=(ClassLine("infant", 5, 61),),
        staff=(StaffLine("carer", 20, 18), StaffLine("cook", 2, 2)),
        fees=(FeeLine("保育费", scenes.Decimal(1800), "month"),),
    )
    services.update(
        nursery,
        {"capacity": 60, "head": "周园"},
        lines,
        seen_version=1,
        by=town.wang,
        at=scenes.JULY,
    )
    client.force_login(town.li)
    page = client.get(nursery.get_absolute_url()).content.decode()
    assert "138****5678" in page
    assert "13800005678" not in page
    assert "在托人数 61 人，超过托位数 60 个" in page
    assert "沈阳市和平区" in page
    assert "修改登记</a>" not in page
    assert "乳儿班（6–12 个月）" in page
    assert '<td class="num">22</td><td class="num">20</td>' in page
    assert '<td class="num">1800.00</td><td>元/月</td>' in page
    assert "机构负责人：已修改" in page
    assert "周园 →" not in page


def test_the_exported_list_holds_no_formula(client, town):
    scenes.nursery(town.county, "=HYPERLINK(1)", address="+86 路", head="@某")
    client.force_login(town.wang)
    response = client.get("/nurseries/export/")
    assert "filename*=" in response["Content-Disposition"]
    sheet = load_workbook(BytesIO(b"".join(response.streaming_content))).active
    name, address, head = sheet["A2"], sheet["D2"], sheet["P2"]
    assert (name.value, name.data_type, name.quotePrefix) == ("=HYPERLINK(1)", "s", True)
    assert (address.value, head.value) == ("+86 路", "@某")
    assert address.quotePrefix
    assert head.quotePrefix
    assert sheet["Q2"].value == "138****5678"
    assert sheet["K2"].value == 60
    assert sheet["M2"].value.isoformat().startswith("2021-09-01")


def test_characters_that_no_spreadsheet_holds_are_left_out(client, town):
    scenes.nursery(town.county, "阳光\x0b托育园")
    client.force_login(town.wang)
    content = downloaded(client, "/nurseries/export/")
    assert load_workbook(BytesIO(content)).active["A2"].value == "阳光托育园"
