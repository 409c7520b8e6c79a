"""The open data: every answer is what its own document says, and says no more than the pages."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from publicity import services
from publicity.models import Title
from publicity.models.titles import SORTS
from publicity.statuses import RevocationGround
from publicity.views.api import pages
from publicity.views.api.operations import api
from publicity.views.api.schemas import Sort
from tests.publicity import crowd
from tests.publicity.crowd import CONCLUDED
from tests.publicity.test_lists import notices as many_notices
from tests.publicity.test_lists import one_notice
from workflow import perform

pytestmark = pytest.mark.django_db
NOTICES, TITLES = "/api/v1/notices/", "/api/v1/titles/"


@pytest.fixture(autouse=True)
def after_the_award(set_clock):
    set_clock("2023-10-11 09:00")


@pytest.fixture
def titles(scene):
    return crowd.concluded(scene, 3)


@pytest.fixture
def document() -> dict[str, Any]:
    return json.loads(Client().get("/api/v1/openapi.json").content)


def ask(address: str, status: int = 200, **search: Any) -> dict[str, Any]:
    answer = Client().get(address, search)
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"].startswith("application/json")
    assert answer["Access-Control-Allow-Origin"] == "*"
    found: dict[str, Any] = json.loads(answer.content)
    return found


def fits(document: dict[str, Any], path: str, answer: dict[str, Any], status: str = "200") -> None:
    told = document["paths"][path]["get"]["responses"][status]
    schema = told["content"]["application/json"]["schema"]
    whole = schema | {"components": document["components"]}
    checker = Draft202012Validator.FORMAT_CHECKER
    Draft202012Validator(whole, format_checker=checker).validate(answer)


# What is answered


def test_every_answer_is_what_the_document_says(scene, titles, document):
    title = titles[0]
    notice = title.application.entries.get().notice
    services.revoke_title(
        title, ground=RevocationGround.FRAUD, actor=scene.officer, at=CONCLUDED, reason="假证。"
    )
    fits(document, TITLES, ask(TITLES))
    fits(document, f"{TITLES}{{number}}/", ask(f"{TITLES}{title.number}/"))
    fits(document, NOTICES, ask(NOTICES))
    fits(document, f"{NOTICES}{{notice_id}}/", ask(f"{NOTICES}{notice.pk}/"))
    fits(document, TITLES, ask(TITLES, 422, year="x"), "422")
    fits(document, f"{TITLES}{{number}}/", ask(f"{TITLES}nothing/", 404), "404")


def test_a_title_as_it_is_told(scene, titles):
    title = titles[0]
    found = ask(f"{TITLES}{title.number}/")
    assert found["name"] == title.nursery.name
    assert found["area"] == {"code": "210102", "name": "沈阳市和平区", "city": "沈阳市"}
    assert (found["valid_from"], found["valid_until"]) == ("2023-10-10", "2025-10-09")
    assert (found["state"], found["state_label"], found["revoked_on"]) == ("valid", "有效", None)
    assert found["url"].endswith(title.get_absolute_url())
    assert found["verify_url"].endswith(f"/verify/{title.code}/")
    assert found["history"] == [
        {"on": "2023-10-10", "event": "begin", "label": "称号生效", "ground": ""}
    ]


def test_the_day_after_its_last_a_title_has_expired(titles, set_clock):
    set_clock("2025-10-10 00:00")
    assert {row["state"] for row in ask(TITLES)["results"]} == {"expired"}
    assert ask(TITLES, state="valid")["total"] == 0


def test_a_revocation_is_told_with_its_ground_alone(scene, titles):
    title = titles[0]
    services.revoke_title(
        title, ground=RevocationGround.FRAUD, actor=scene.officer, at=CONCLUDED, reason="假证。"
    )
    answer = Client().get(f"{TITLES}{title.number}/").content.decode()
    found = json.loads(answer)
    assert (found["revoked_on"], found["revoked_for"]) == ("2023-10-10", "fraud")
    assert found["revoked_for_label"] == found["history"][-1]["ground"] == "弄虚作假"
    assert "假证" not in answer


def test_a_notice_as_it_is_told(scene, set_clock):
    set_clock("2023-09-27 10:00")
    notice = crowd.opened(scene, 2)
    found = ask(f"{NOTICES}{notice.pk}/")
    assert (found["state"], found["accepts_objections"]) == ("open", True)
    assert found["counted_days"][0] == found["opens_on"] == "2023-09-27"
    assert found["counted_days"][-1] == found["closes_on"] == "2023-10-09"
    assert found["opened_at"] == "2023-09-27T09:00:00+08:00"
    assert [(row["number"], row["outcome_label"]) for row in found["entries"]] == [
        (1, "公示中"),
        (2, "公示中"),
    ]
    objection = crowd.objected(notice)
    perform(objection, "accept", actor=scene.officer, at=CONCLUDED)
    set_clock("2023-10-11 09:00")
    services.conclude(notice, actor=scene.officer, at=CONCLUDED)
    told = {row["outcome_label"]: row for row in ask(f"{NOTICES}{notice.pk}/")["entries"]}
    assert told["核查中，暂缓授予"]["title_number"] is None
    assert told["已授予称号"]["title_number"] == Title.objects.get().number


def test_a_draft_is_nobodys_business(scene):
    notice = crowd.drafted(scene)
    assert ask(NOTICES)["total"] == 0
    assert ask(f"{NOTICES}{notice.pk}/", 404)["message"] == "没有找到所请求的内容。"


def test_nothing_of_a_person_or_an_objector(scene, titles, set_clock):
    notice = titles[0].application.entries.get().notice
    nursery = titles[0].nursery
    every = [TITLES, NOTICES, f"{TITLES}{titles[0].number}/", f"{NOTICES}{notice.pk}/"]
    kept = [nursery.phone, nursery.head, nursery.legal_representative, nursery.credit_code]
    for address in every:
        answer = Client().get(address).content.decode()
        for secret in (*kept, scene.officer.name):
            assert secret not in answer, (address, secret)


# What is asked


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "托育园"}, 3),
        ({"q": "没有"}, 0),
        ({"area": "210100"}, 3),
        ({"area": "210106"}, 0),
        ({"state": "valid", "year": 2023}, 3),
        ({"area": "210300"}, 0),
    ],
)
def test_the_register_is_searched_as_on_its_page(titles, asked, found):
    assert ask(TITLES, **asked)["total"] == found
    assert Client().get("/titles/", asked).context["page_obj"].paginator.count == found


def test_notices_of_a_year(titles):
    assert ask(NOTICES, year=2023)["total"] == 1
    assert ask(NOTICES, year=2024)["total"] == 0


def test_it_sorts_by_what_the_page_sorts_by(titles):
    assert set(get_args(Sort)) == {""} | set(SORTS) | {f"-{name}" for name in SORTS}
    names = [row["name"] for row in ask(TITLES, sort="-name")["results"]]
    assert names == sorted(names, reverse=True)


def test_pages_lead_to_each_other(titles, settings):
    settings.SITE_URL = "https://portal.example"
    first = ask(TITLES, page_size=2, q="托育园")
    assert (first["total"], first["pages"], len(first["results"])) == (3, 2, 2)
    assert first["previous"] is None
    assert first["next"].startswith("https://portal.example/api/v1/titles/?")
    second = ask(first["next"].removeprefix("https://portal.example"))
    assert (second["page"], len(second["results"]), second["next"]) == (2, 1, None)
    assert "page=1" in second["previous"]
    assert ask(TITLES, 404, page=3)["fields"] == {}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"year": "abc"}, {"year": "须为整数。"}),
        ({"year": 1900}, {"year": "不能小于 2000。"}),
        ({"page_size": 101}, {"page_size": "不能大于 100。"}),
        ({"q": "长" * 61}, {"q": "至多 60 个字符。"}),
        ({"area": "999999"}, {"area": "没有这个区划代码。"}),
        ({"state": "x"}, {"state": "可选值：valid、rectifying、revoked、expired。"}),
        ({"page": 0, "year": "x"}, {"page": "不能小于 1。", "year": "须为整数。"}),
    ],
)
def test_what_makes_no_sense_is_said_in_words(db, asked, said):
    assert ask(TITLES, 422, **asked) == {"message": "请求参数有误。", "fields": said}


def test_whatever_else_is_wrong_is_said_too():
    from publicity.views.api.faults import _sentence

    assert _sentence({"type": "unheard_of"}) == "取值有误。"


# How it is served


def test_who_has_it_already_is_told_so(titles):
    answer = Client().get(TITLES)
    again = Client().get(TITLES, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Title.objects.update(decision_number="另一号")
    assert Client().get(TITLES, headers={"If-None-Match": answer["ETag"]}).status_code == 200


def test_a_kept_answer_is_compared_as_well(titles, settings):
    settings.PUBLIC_PAGE_SECONDS = 30
    client = Client()
    etag = client.get(TITLES)["ETag"]
    again = client.get(TITLES, headers={"If-None-Match": etag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert client.get(TITLES, headers={"If-None-Match": '"another"'}).status_code == 200


def test_a_head_and_a_question_of_a_browser_are_answered(db):
    assert Client().head(TITLES).status_code == 200
    asked = Client().options(TITLES)
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
    assert asked["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written(db, method):
    answer = getattr(Client(enforce_csrf_checks=True), method)(TITLES)
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert "只供读取" in answer.json()["message"]


def test_too_many_questions_wait(db, monkeypatch):
    monkeypatch.setattr(pages, "QUESTIONS", pages.Limit("few", times=2, seconds=300))
    statuses = [Client().get(TITLES).status_code for _ in range(3)]
    last = Client().get(TITLES)
    assert statuses == [200, 200, 429]
    assert last["Retry-After"] == "300"
    assert "过于频繁" in last.json()["message"]


def test_what_is_kept_is_drawn_anew_when_a_title_changes(scene, titles, settings):
    settings.PUBLIC_PAGE_SECONDS = 30
    assert {row["state"] for row in ask(TITLES)["results"]} == {"valid"}
    services.order_rectification(titles[0], actor=scene.officer, at=CONCLUDED, reason="师幼比。")
    assert {row["state"] for row in ask(TITLES)["results"]} == {"valid", "rectifying"}


# The document and its page


def test_the_document_is_openapi_and_every_reference_leads_somewhere(document, settings):
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": settings.SITE_URL}]
    assert set(document["paths"]) == {
        TITLES,
        f"{TITLES}{{number}}/",
        NOTICES,
        f"{NOTICES}{{notice_id}}/",
    }
    named = set(_references(document))
    assert named <= {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def _references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if "$ref" in part else []
        return own + [found for each in part.values() for found in _references(each)]
    return [found for each in part for found in _references(each)] if isinstance(part, list) else []


def test_the_page_tells_every_address_parameter_and_field(document):
    page = Client().get("/api/v1/").content.decode()
    for path, told in document["paths"].items():
        assert f"GET {path}" in page
        for parameter in told["get"]["parameters"]:
            assert f"<code>{parameter['name']}</code>" in page
            assert parameter["description"] in page
    for name in ("TitleLine", "TitleDetail", "NoticeDetail", "Entry", "Fault"):
        assert f'id="{name}"' in page
        for field, schema in document["components"]["schemas"][name]["properties"].items():
            assert f"<code>{field}</code>" in page
            assert schema["description"] in page
    assert 'id="TitleSearch"' not in page
    assert "<script src" not in page.replace('src="/static/', "")


def test_nothing_of_the_library_is_served():
    assert (api.docs_url, api.openapi_url) == (None, "")
    assert Client().get("/api/v1/docs").status_code == 404


# Questions to the database

SIZES = pytest.mark.parametrize("size", [1, 3, 300])


@SIZES
def test_titles_take_two(scene, size, django_assert_num_queries):
    crowd.titles(scene, scene.cycle, size)
    with django_assert_num_queries(2):
        found = ask(TITLES, page_size=100)
    assert found["total"] == size


@SIZES
def test_notices_take_two(scene, size, django_assert_num_queries):
    many_notices(scene, size)
    with django_assert_num_queries(2):
        found = ask(NOTICES, page_size=100)
    assert found["total"] == size


@SIZES
def test_one_notice_takes_three(scene, size, django_assert_num_queries):
    notice = one_notice(scene, size)
    with django_assert_num_queries(3):
        found = ask(f"{NOTICES}{notice.pk}/")
    assert len(found["entries"]) == size


def test_a_supplement_and_the_digest_are_told(scene, document):
    notice = one_notice(scene, 1)
    services.supplement(
        notice, text="电话更正。", reason="原文有误。", by=scene.officer, at=CONCLUDED
    )
    found = ask(f"{NOTICES}{notice.pk}/")
    fits(document, f"{NOTICES}{{notice_id}}/", found)
    assert found["digest"] == notice.digest
    assert [(each["number"], each["text"]) for each in found["supplements"]] == [(1, "电话更正。")]
