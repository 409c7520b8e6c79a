"""People whom a nursery asks to stand aside: named while it may write, then fixed."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from applications import services
from applications.models import Application
from applications.statuses import Step
from tests import scenes
from tests.applications.browsing import Browse, words
from tests.scenes import SEPTEMBER, Province
from workflow import Refused

NAMED = {"name": "张专家", "employer": "示例大学", "what": "负责人的兄弟"}


@pytest.fixture
def drafted(scene: Province) -> Any:
    return scenes.drafted(scene)


def url_of(application: Application) -> str:
    return reverse("applications:relations", args=[application.pk])


def test_the_nursery_names_people_and_takes_them_back(drafted: Any, browse: Browse) -> None:
    application, staff = drafted
    client = browse(staff)
    assert "没有填写" in words(client.get(url_of(application)))
    answer = client.post(url_of(application), NAMED, follow=True)
    assert "已添加张专家。" in words(answer)
    twice = client.post(url_of(application), NAMED)
    assert twice.status_code == 422
    assert "该人员已填写。" in words(twice)
    check = reverse("applications:check", args=[application.pk])
    form = reverse("applications:form", args=[application.pk])
    assert "张专家" in words(client.get(check))
    assert "已填写 1 人" in words(client.get(form))

    relation = application.relations.get()
    remove = reverse("applications:remove_relation", args=[application.pk, relation.pk])
    assert "已删除张专家。" in words(client.post(remove, follow=True))
    assert not application.relations.exists()


def test_what_is_missing_is_said(drafted: Any, browse: Browse) -> None:
    application, staff = drafted
    answer = browse(staff).post(url_of(application), {"name": "张专家", "what": ""})
    assert answer.status_code == 422
    assert 'value="张专家"' in answer.content.decode()
    assert not application.relations.exists()


def test_once_handed_in_nothing_changes(scene: Province, browse: Browse) -> None:
    application, staff = scenes.drafted(scene)
    relation = services.add_relation(application, **NAMED, by=staff)
    scenes.perform(application, "submit", actor=staff, at=scenes.JUNE)
    client = browse(staff)
    page = words(client.get(url_of(application)))
    assert "张专家" in page
    assert "不能再修改" in page
    refused = client.post(url_of(application), NAMED | {"name": "李专家"})
    assert "不能再修改" in words(refused)
    remove = reverse("applications:remove_relation", args=[application.pk, relation.pk])
    assert "不能再修改" in words(client.post(remove, follow=True))
    with pytest.raises(Refused):
        services.remove_relation(relation, by=staff)
    assert application.relations.count() == 1


def test_it_is_the_nurserys_own(drafted: Any, scene: Province) -> None:
    application, _ = drafted
    with pytest.raises(PermissionDenied):
        services.add_relation(application, **NAMED, by=scene.county_handler)


def test_offices_see_them_experts_do_not(scene: Province, browse: Browse) -> None:
    application, staff = scenes.drafted(scene)
    services.add_relation(application, **NAMED, by=staff)
    perform = scenes.perform
    perform(application, "submit", actor=staff, at=scenes.JUNE)
    scenes.scored(application, Step.COUNTY, scene.county_handler, when=scenes.JULY)
    perform(
        application, "recommend_to_city", actor=scene.county_handler, at=scenes.JULY, reason="好。"
    )
    scenes.scored(application, Step.CITY, scene.city_handler, when=scenes.AUGUST)
    perform(
        application,
        "recommend_to_province",
        actor=scene.city_handler,
        at=scenes.AUGUST,
        reason="好。",
    )
    reviews = services.assign_experts(
        application, scene.experts[:1], [Step.PAPER], by=scene.officer, at=SEPTEMBER
    )
    address = application.get_absolute_url()
    for office in (scene.county_handler, scene.city_handler, scene.officer):
        assert "负责人的兄弟" in words(browse(office).get(address))
    panel = reverse("applications:panel", args=[application.pk])
    assert "负责人的兄弟" in words(browse(scene.officer).get(panel))
    expert = browse(scene.experts[0])
    for page in (address, reviews[0].sheet.get_absolute_url(), "/expert/"):
        text = words(expert.get(page))
        assert "张专家" not in text
        assert "负责人的兄弟" not in text
    assert expert.get(url_of(application)).status_code == 403
