"""The pages of the rubric editor, as they answer without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts import services as accounts
from accounts.models import Region, User
from accounts.statuses import Level
from scoring import services, spreadsheets
from scoring.models import Indicator, Option, RubricImport, RubricVersion, Section
from scoring.services import drafts
from scoring.statuses import Kind
from tests.scoring.conftest import JUNE, NOW
from tests.scoring.posting import body, queries_of
from tests.scoring.rubric_texts import ODD
from tests.scoring.test_rubric_drafts import row, section, seen, seen_section, spec, verbs
from tests.scoring.test_rubric_import_pages import upload
from tests.scoring.test_spreadsheets import exported

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(as_person: Callable[[User], Client], officer: User) -> Client:
    return as_person(officer)


@pytest.fixture
def draft(version: RubricVersion, officer: User) -> RubricVersion:
    return drafts.copy_version(version, by=officer, at=NOW)


def text(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


def fields(draft: RubricVersion, named: str = "1.3", /, **changed: Any) -> dict[str, Any]:
    """What the page of an indicator posts, as it was opened, with some controls changed."""
    found, now = row(draft, named), spec(draft, named)
    data: dict[str, Any] = {
        "section": found.section_id,
        "seen": seen(draft, named),
        "options-TOTAL_FORMS": len(now.options),
        "options-INITIAL_FORMS": len(now.options),
    }
    data |= {name: getattr(now, name) for name in drafts.SPEC_FIELDS}
    if not data.pop("evidence_required"):
        data.pop("evidence_required", None)
    else:
        data["evidence_required"] = "on"
    for option in now.options:
        data[f"options-{option.order - 1}-label"] = option.label
        data[f"options-{option.order - 1}-value"] = option.value
    return data | changed


def test_a_rubric_is_begun(desk: Client) -> None:
    assert desk.get("/scoring/new/").status_code == 200
    values = {"code": "new", "name": "新表", "full_mark": "10", "note": ""}
    for wrong, sentence in (
        ({"full_mark": "0"}, "满分应大于 0。"),
        ({"full_mark": "1.234"}, "应为 0 至 1000 之间的数，最多两位小数。"),
        ({"name": ""}, "请填写此项。"),
    ):
        answer = desk.post("/scoring/new/", values | wrong)
        assert answer.status_code == 422
        assert sentence in text(answer)
    answer = desk.post("/scoring/new/", values, follow=True)
    assert "还没有一级指标" in text(answer)
    assert "评分表至少要有一个一级指标。" in text(answer)
    address = answer.context["version"].get_absolute_url()
    early = desk.post(f"{address}indicators/new/", {"title": "太早", "kind": "veto"})
    assert "一级指标：请填写此项。" in text(early)
    assert desk.get(f"{address}indicators/new/").status_code == 200
    assert "已用于评分表“新表”" in text(desk.post("/scoring/new/", values | {"name": "再来"}))


def test_the_head_keeps_what_was_typed(desk: Client, draft: RubricVersion, officer: User) -> None:
    url = f"/scoring/{draft.pk}/head/"
    page = desk.get(url)
    opened = page.context["form"].initial
    desk.post(url, opened | {"name": "先改的"})
    answer = desk.post(url, opened | {"name": "后改的"})
    assert answer.status_code == 422
    for words in ("他人已修改此处", "现为“先改的”", 'value="后改的"'):
        assert words in text(answer)
    again = answer.context["form"].data["seen"]
    assert desk.post(url, opened | {"name": "后改的", "seen": again}).status_code == 302
    assert services.layout_of(draft).name == "后改的"


def test_sections_by_their_pages(desk: Client, draft: RubricVersion) -> None:
    url = f"/scoring/{draft.pk}/sections/"
    assert 'value="3"' in text(desk.get(f"{url}new/"))
    assert desk.post(f"{url}new/", {"code": "3", "name": "其他"}).status_code == 302
    assert "编号“3”已用于" in text(desk.post(f"{url}new/", {"code": "3", "name": "又"}))
    third = section(draft, "3").pk
    opened = seen_section(draft, "3")
    desk.post(f"{url}{third}/", {"code": "3", "name": "加分", "seen": opened})
    stale = desk.post(f"{url}{third}/", {"code": "3", "name": "附加", "seen": opened})
    assert "现为“加分”" in text(stale)
    desk.post(f"{url}{third}/move/", {"step": "up"})
    assert [s.code for s in services.layout_of(draft).sections] == ["1", "3", "2"]
    desk.post(f"{url}{third}/move/", {"step": "sideways"})
    page = desk.get(f"{url}{third}/")
    desk.post(f"{url}{third}/delete/", {"seen": page.context["content"]})
    assert [s.code for s in services.layout_of(draft).sections] == ["1", "2"]
    assert desk.get(f"{url}{third}/").status_code == 404
    gone = desk.post(f"{url}{third}/", {"code": "3", "name": "白写了吗", "seen": opened})
    assert "已被他人删除" in text(gone)
    assert f'action="{url}new/"' in text(gone)
    assert "白写了吗" in text(gone)


def test_a_section_with_changed_content_stays(desk: Client, draft: RubricVersion) -> None:
    key = section(draft).pk
    answer = desk.post(
        f"/scoring/{draft.pk}/sections/{key}/delete/", {"seen": "older"}, follow=True
    )
    assert "他人已修改此处，请核对后再办理。" in text(answer)
    assert Section.objects.filter(pk=key).exists()


def test_an_indicator_of_each_kind(desk: Client, draft: RubricVersion) -> None:
    url = f"/scoring/{draft.pk}/indicators/"
    home = section(draft, "2").pk
    page = desk.get(f"{url}new/?section={home}")
    assert page.context["page"].form.initial["code"] == "2.3"
    for number, kind in enumerate(Kind, 3):
        posted = {
            "section": home,
            "code": f"2.{number}",
            "title": f"第{number}项",
            "kind": kind,
            "mark": "3",
            "evidence_wanted": "照片",
            "evidence_required": "on",
            "options-TOTAL_FORMS": 3,
            "options-INITIAL_FORMS": 3,
            "options-0-label": "甲",
            "options-0-value": "3",
            "options-2-label": "乙",
            "options-2-value": "0.5",
        }
        assert desk.post(f"{url}new/", posted).status_code == 302
        made = spec(draft, f"2.{number}")
        assert made.kind == kind
        assert made.mark == (0 if kind == Kind.VETO else 3)
        assert len(made.options) == (2 if kind in ("scale", "deduct", "award") else 0)
        assert made.evidence_required


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"mark": ""}, "分值：请填写此项。"),
        ({"mark": "abc"}, "分值：应为 0 至 1000 之间的数，最多两位小数。"),
        ({"mark": "0"}, "分值应大于 0。"),
        ({"title": ""}, "指标：请填写此项。"),
        ({"title": "长" * 201}, "指标：不能超过 200 字。"),
        ({"code": "2.1"}, "编号“2.1”已用于另一项指标。"),
        ({"evidence_required": "on"}, "要求佐证材料的指标须写明材料名称。"),
        ({"options-0-label": "半", "options-TOTAL_FORMS": 1}, "选项1 分值：请填写此项。"),
        ({"options-0-value": "1", "options-TOTAL_FORMS": 1}, "选项1 选项：请填写此项。"),
        ({"options-TOTAL_FORMS": 61}, "60"),
    ],
)
def test_what_is_wrong_is_said_and_everything_kept(
    desk: Client, draft: RubricVersion, changed: dict[str, Any], sentence: str
) -> None:
    url = f"/scoring/{draft.pk}/indicators/{row(draft, '1.3').pk}/"
    answer = desk.post(url, fields(draft, guidance="我写的说明") | changed)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "我写的说明" in text(answer)
    assert spec(draft, "1.3").guidance == ""


def test_rows_of_options_come_and_go_without_saving(desk: Client, draft: RubricVersion) -> None:
    url = f"/scoring/{draft.pk}/indicators/{row(draft, '1.2').pk}/"

    def labels(order: str) -> list[str]:
        answer = desk.post(url, fields(draft, "1.2", mark="不是数", rows=order))
        assert answer.status_code == 200
        assert "不是数" in text(answer)
        assert 'id="id_title"' in text(answer)
        return [form.initial.get("label", "") for form in answer.context["page"].options]

    assert labels("add") == ["很好", "尚可", "不足", "没有", ""]
    assert labels("drop-1") == ["很好", "不足", "没有"]
    assert labels("up-1") == ["尚可", "很好", "不足", "没有"]
    assert labels("down-3") == ["很好", "尚可", "不足", "没有"]
    assert labels("down-0") == ["尚可", "很好", "不足", "没有"]
    assert labels("drop-99") == labels("up-x") == ["很好", "尚可", "不足", "没有"]
    assert len(spec(draft, "1.2").options) == 4


def test_two_officers_at_one_indicator(desk: Client, draft: RubricVersion) -> None:
    url = f"/scoring/{draft.pk}/indicators/{row(draft, '1.2').pk}/"
    first = fields(draft, "1.2", title="先存的", **{"options-0-label": "特好"})
    second = fields(draft, "1.2", title="后存的", kind="veto", evidence_required="on")
    assert desk.post(url, first).status_code == 302
    answer = desk.post(url, second)
    for words in (
        "他人已修改此处",
        "现为“先存的”",
        "后存的",
        "选项现为：特好 40 分；",
        "现为“按档计分",
    ):
        assert words in text(answer)
    assert spec(draft, "1.2").title == "先存的"
    kept = fields(draft, "1.2", seen=second["seen"])
    assert "选项现为" not in text(desk.post(url, kept))
    again = answer.context["page"].form.data["seen"]
    assert desk.post(url, second | {"seen": again}).status_code == 302
    assert spec(draft, "1.2").title == "后存的"


def test_an_indicator_deleted_meanwhile_can_be_saved_as_new(
    desk: Client, draft: RubricVersion
) -> None:
    url = f"/scoring/{draft.pk}/indicators/"
    key, posted = row(draft, "1.3").pk, fields(draft, title="别丢了")
    answer = desk.post(f"{url}{key}/delete/", {"seen": posted["seen"]}, follow=True)
    assert "删除此项" not in text(answer)
    assert desk.get(f"{url}{key}/").status_code == 404
    gone = desk.post(f"{url}{key}/", posted)
    assert "已被他人删除" in text(gone)
    assert f'action="{url}new/"' in text(gone)
    assert desk.post(f"{url}new/", posted).status_code == 302
    assert spec(draft, "1.3").title == "别丢了"


def test_indicators_are_moved_by_buttons(desk: Client, draft: RubricVersion) -> None:
    key = row(draft, "1.1").pk
    answer = desk.post(f"/scoring/{draft.pk}/indicators/{key}/move/", {"step": "down"})
    assert answer.headers["Location"] == f"/scoring/{draft.pk}/#indicator-{key}"
    assert next(services.layout_of(draft).indicators()).code == "1.2"


def test_faults_lead_to_the_place(desk: Client, draft: RubricVersion) -> None:
    indicator = row(draft, "1.2").pk
    Option.objects.filter(indicator=indicator).delete()
    drafts.save_section(draft, None, code="3", name="空", by=None, at=NOW)
    Indicator.objects.filter(pk=row(draft, "1.3").pk).update(mark=21)
    page = desk.get(f"/scoring/{draft.pk}/")
    links = {problem.text: problem.url for problem in page.context["outline"].problems}
    head, third = f"/scoring/{draft.pk}", section(draft, "3").pk
    assert links == {
        "3：一级指标下至少要有一项指标。": f"{head}/indicators/new/?section={third}",
        "各指标分值合计 101 分，应为满分 100 分。": f"{head}/head/",
        "1.2：此类指标须列出选项。": f"{head}/indicators/{indicator}/#options",
    }
    assert all(f'href="{url}"' in text(page) for url in links.values())
    assert "合计与满分不一致" in text(page)


def test_publishing_shows_what_it_does_and_refuses_with_every_fault(
    desk: Client, draft: RubricVersion, version: RubricVersion
) -> None:
    url = f"/scoring/{draft.pk}/publish/"
    assert "与第 1 版的差异" in text(desk.get(url))
    assert "没有差异" in text(desk.get(url))
    Indicator.objects.filter(pk=row(draft, "1.3").pk).update(mark=21)
    page = desk.get(url)
    assert "分值 20 分" not in text(page)
    answer = desk.post(url, {"seen": page.context["seen"]})
    assert answer.status_code == 422
    assert "各指标分值合计 101 分，应为满分 100 分。" in text(answer)
    Indicator.objects.filter(pk=row(draft, "1.3").pk).update(mark=20)
    stale = desk.post(url, {"seen": page.context["seen"]})
    assert "内容有变化" in text(stale)
    answer = desk.post(url, {"seen": stale.context["seen"]}, follow=True)
    assert "第 2 版已发布，评选周期可以选用。" in text(answer)
    draft.refresh_from_db()
    assert draft.is_published


def test_a_published_version_offers_no_edit_and_refuses_it_in_words(
    desk: Client, version: RubricVersion
) -> None:
    head, indicator = f"/scoring/{version.pk}", row(version, "1.3")
    page = text(desk.get(f"{head}/"))
    assert "修改<" not in page
    assert "添加指标" not in page
    places = ("head", "sections/new", f"indicators/{indicator.pk}", "publish")
    for place in places:
        answer = desk.get(f"{head}/{place}/", follow=True)
        assert "第 1 版已发布，内容不再改变" in text(answer)
    answer = desk.post(f"{head}/indicators/{indicator.pk}/", fields(version, title="改"))
    assert answer.status_code == 422
    assert "第 1 版已发布，内容不再改变" in text(answer)
    assert 'value="改"' in text(answer)
    for act in ("discard", f"indicators/{indicator.pk}/delete", f"indicators/{indicator.pk}/move"):
        answer = desk.post(f"{head}/{act}/", {"step": "up"}, follow=True)
        assert "第 1 版已发布，内容不再改变" in text(answer)
    assert spec(version, "1.3").title == "有围护"


def test_copy_and_discard(desk: Client, version: RubricVersion) -> None:
    answer = desk.post(f"/scoring/{version.pk}/copy/", follow=True)
    assert "已复制为第 2 版草稿" in text(answer)
    assert "编辑第 2 版草稿" in text(desk.get(f"/scoring/{version.pk}/"))
    again = desk.post(f"/scoring/{version.pk}/copy/", follow=True)
    assert "已有第 2 版草稿，请先发布或放弃。" in text(again)
    draft = RubricVersion.objects.drafts().get()
    answer = desk.post(f"/scoring/{draft.pk}/discard/", follow=True)
    assert "已放弃“小评分表”第 2 版草稿。" in text(answer)
    assert desk.get(f"/scoring/{draft.pk}/").status_code == 404


def test_differences_between_any_two_versions(
    desk: Client, draft: RubricVersion, version: RubricVersion, officer: User
) -> None:
    url = f"/scoring/{draft.pk}/indicators/{row(draft, '1.3').pk}/"
    desk.post(url, fields(draft, mark="22.5", title="围墙"))
    page = text(desk.get(f"/scoring/{draft.pk}/differences/"))
    for words in ("第 1 版 → 第 2 版", "<del>20 分</del>", "<ins>22.5 分</ins>", "102.5", "围墙"):
        assert words in page
    back = text(desk.get(f"/scoring/{version.pk}/differences/?with=2"))
    assert "<del>22.5 分</del>" in back
    assert "没有可对比的版本" in text(desk.get(f"/scoring/{version.pk}/differences/"))


def test_the_history_tells_who_changed_what(
    desk: Client, draft: RubricVersion, officer: User
) -> None:
    url = f"/scoring/{draft.pk}/indicators/{row(draft, '1.3').pk}/"
    desk.post(url, fields(draft, mark="22.5"))
    page = text(desk.get(f"/scoring/{draft.pk}/"))
    for words in (
        "1.3 有围护：分值 20 分 → 22.5 分",
        "由已有版本复制（第 1 版）",
        "周省",
        "1 处改动",
    ):
        assert words in page
    assert verbs(draft) == ["copy", "edit"]


def test_an_export_is_taken_back(desk: Client, version: RubricVersion) -> None:
    answer = desk.get(f"/scoring/{version.pk}/export/")
    assert "%E7%AC%AC1%E7%89%88.xlsx" in answer.headers["Content-Disposition"]
    assert spreadsheets.read(body(answer)).layout == services.layout_of(version)


ADDRESSES = (
    "",
    "new/",
    "imports/",
    "{0}/",
    "{0}/export/",
    "{0}/differences/",
    "{0}/copy/",
    "{0}/publish/",
    "{0}/discard/",
    "{0}/head/",
    "{0}/sections/new/",
    "{0}/sections/{1}/",
    "{0}/sections/{1}/move/",
    "{0}/sections/{1}/delete/",
    "{0}/indicators/new/",
    "{0}/indicators/{2}/",
    "{0}/indicators/{2}/move/",
    "{0}/indicators/{2}/delete/",
    "imports/{3}/",
    "imports/{3}/confirm/",
    "imports/{3}/give-up/",
)


@pytest.fixture
def county_officer(officer: User, colleague: User) -> User:
    """Somebody of a county's commission."""
    county = Region.objects.create(
        code="210102",
        name="和平区",
        level=Level.COUNTY,
        path="21/210102",
        parent=Region.objects.province(),
        commission="区卫生健康局",
    )
    accounts.appoint(colleague, "county_handler", county, by=None, starts=JUNE, at=NOW)
    return colleague


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_else_gets_in(
    as_person: Callable[[User], Client],
    desk: Client,
    draft: RubricVersion,
    head: User,
    county_officer: User,
    address: str,
) -> None:
    desk.post("/scoring/imports/", upload(exported(ODD)))
    keys = draft.pk, section(draft).pk, row(draft, "1.3").pk, RubricImport.objects.get().pk
    url = f"/scoring/{address.format(*keys)}"
    before = services.layout_of(draft)
    for client in (as_person(head), as_person(county_officer)):
        assert client.get(url).status_code in {403, 405}
        assert client.post(url).status_code in {403, 405}
    assert Client().get(url).status_code in {302, 405}
    assert services.layout_of(draft) == before
    assert verbs(draft) == ["copy"]


@pytest.mark.parametrize("count", [1, 3, 300])
def test_pages_take_as_many_queries_however_long(desk: Client, officer: User, count: int) -> None:
    options = [{"label": "好", "value": "1"}, {"label": "差", "value": "0"}]
    indicators = [
        {"code": f"1.{n}", "title": f"指标{n}", "kind": "scale", "mark": "1", "options": options}
        for n in range(count)
    ]
    data = {
        "code": "long",
        "name": "长表",
        "full_mark": str(count),
        "sections": [{"code": "1", "name": "唯一", "indicators": indicators}],
    }
    draft = services.load_rubric(data, by=officer, at=NOW)
    head = f"/scoring/{draft.pk}"
    counted = {
        place: queries_of(lambda url=f"{head}/{place}": desk.get(url))[1]  # type: ignore[misc]
        for place in ("", "publish/", "differences/", "indicators/new/", "export/")
    }
    assert counted == {
        "": 5,
        "publish/": 5,
        "differences/": 2,
        "indicators/new/": 5,
        "export/": 2,
    }
    key = row(draft, "1.0").pk
    posted = fields(draft, "1.0", title="改名")
    _, saving = queries_of(lambda: desk.post(f"{head}/indicators/{key}/", posted))
    assert saving == 14
