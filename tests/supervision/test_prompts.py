"""A prompt of the city and the nursery's one answer."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from publicity.models import Title
from publicity.statuses import RevocationGround, TitleState
from supervision import services
from supervision.models import Prompt
from supervision.statuses import PromptState
from tests import scenes
from tests.publicity import crowd
from tests.scenes import at
from tests.supervision.stories import NOVEMBER, picture, prompted
from workflow import Refused
from workflow.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def title(scene):
    return crowd.concluded(scene)[0]


@pytest.mark.parametrize(("who", "body"), [("city_handler", "city"), ("officer", "root")])
def test_city_and_province_prompt_and_the_title_stays_as_it_is(scene, title, who, body):
    by = getattr(scene, who)
    prompt = prompted(title, by, due_on=date(2023, 11, 10), uploads=[picture()])
    title.refresh_from_db()
    assert title.state == TitleState.VALID
    assert (prompt.state, prompt.body) == (PromptState.OPEN, getattr(scene, body))
    assert prompt.files.count() == 1
    assert [event.verb for event in Event.objects.of(prompt)] == ["issue"]
    assert str(prompt) == f"对{title.nursery.name}的提醒"
    assert not prompt.is_overdue(date(2023, 11, 10))
    assert prompt.is_overdue(date(2023, 11, 11))


@pytest.mark.parametrize("who", ["county_handler", "other_city_handler"])
def test_a_county_and_another_city_do_not_prompt(scene, title, who):
    with pytest.raises(PermissionDenied):
        prompted(title, getattr(scene, who))
    prompted(title, scene.city_handler)
    sees = who == "county_handler"
    assert Prompt.objects.visible_to(getattr(scene, who)).exists() is sees


def test_the_nursery_answers_once(scene, title):
    prompt = prompted(title, scene.city_handler)
    staff = scenes.staff(title.nursery)
    with pytest.raises(PermissionDenied):
        services.answer_prompt(prompt, text="代答。", by=scene.city_handler, at=NOVEMBER)
    services.answer_prompt(prompt, text="已自查。", by=staff, at=NOVEMBER, uploads=[picture()])
    assert (prompt.state, prompt.answer_text) == (PromptState.ANSWERED, "已自查。")
    assert prompt.answer_files.count() == 1
    assert not prompt.is_open
    with pytest.raises(Refused, match="已答复"):
        services.answer_prompt(prompt, text="再答。", by=staff, at=NOVEMBER)


def test_a_day_for_the_answer_is_never_over_already(scene, title):
    with pytest.raises(Refused, match="不能早于今天"):
        prompted(title, scene.city_handler, due_on=date(2023, 10, 31))


def test_nobody_is_prompted_without_a_title(scene, title):
    with pytest.raises(Refused, match="称号已经终止"):
        prompted(title, scene.city_handler, at=at("2025-10-10 09:00"))
    services.revoke(
        title, ground=RevocationGround.FRAUD, actor=scene.officer, at=NOVEMBER, reason="虚假。"
    )
    with pytest.raises(Refused, match="称号已经终止"):
        prompted(Title.objects.get(), scene.city_handler)


def test_an_open_prompt_ends_with_the_title(scene, title):
    prompt = prompted(title, scene.city_handler)
    services.revoke(
        title, ground=RevocationGround.FRAUD, actor=scene.officer, at=NOVEMBER, reason="虚假。"
    )
    prompt.refresh_from_db()
    assert prompt.state == PromptState.ENDED
    assert prompt.get_absolute_url() == f"/supervision/prompts/{prompt.pk}/"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"answer_text": "无状态。"}, "prompt_answered_with_state"),
        ({"due_on": date(2023, 10, 31)}, "prompt_due_after_issue"),
    ],
)
def test_impossible_prompts_are_refused(scene, title, change, constraint):
    prompted(title, scene.city_handler)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Prompt.objects.update(**change)
