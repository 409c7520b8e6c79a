"""Phrases 常用语: one's own, a commission's, the examples; offered where they fit."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from applications import phrases, services
from applications.models import Phrase
from applications.services import phrases as keeping
from tests import scenes
from tests.applications.browsing import Browse, words
from tests.scenes import Province
from workflow import Refused


@pytest.fixture(autouse=True)
def no_examples(db: None) -> None:
    """Those of the migration, so that each test knows what there is."""
    Phrase.objects.all().delete()


def keep(by: Any, text: str, purpose: str = "return", region: Any = None) -> Phrase:
    return services.keep_phrase(text=text, purpose=purpose, by=by, region=region)


def test_own_ones_first_then_shared_ones_then_examples(scene: Province) -> None:
    example = Phrase.objects.create(purpose="any", text="示例。")
    shared = keep(scene.county_approver, "本区常用。", region=scene.county)
    own = keep(scene.county_handler, "我的。")
    keep(scene.county_handler, "推荐用。", "recommend")
    keep(scene.city_handler, "别人的。")
    groups = phrases.offered(scene.county_handler, "return_for_correction")
    assert [(g.label, g.phrases) for g in groups] == [
        ("本人", [own]),
        (f"{scene.county.commission}共用", [shared]),
        ("示例", [example]),
    ]
    assert [g.label for g in phrases.offered(scene.other_county_handler, "withdraw")] == ["示例"]
    assert str(own) == "我的。"


def test_whose_phrase_may_be_kept_and_changed(scene: Province) -> None:
    with pytest.raises(PermissionDenied):
        keep(scene.county_handler, "共用。", region=scene.county)
    shared = keep(scene.county_approver, "共用。", region=scene.county)
    own = keep(scene.county_handler, "我的。")
    assert keep(scene.county_handler, " 我的。 ") == own
    for phrase in (shared, own):
        with pytest.raises(PermissionDenied):
            services.drop_phrase(phrase, by=scene.city_handler)
    changed = services.change_phrase(
        shared, text="共用二。", purpose="any", order=3, by=scene.county_approver
    )
    assert (changed.text, changed.purpose, changed.order) == ("共用二。", "any", 3)
    services.drop_phrase(own, by=scene.county_handler)
    example = Phrase.objects.create(text="示例。")
    with pytest.raises(PermissionDenied):
        services.drop_phrase(example, by=scene.officer)


def test_not_more_than_can_be_read(scene: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST", 1)
    keep(scene.county_handler, "一。")
    with pytest.raises(Refused, match="常用语最多"):
        keep(scene.county_handler, "二。")


def test_the_address_begins_a_form_with_a_phrase(scene: Province) -> None:
    own = keep(scene.county_handler, "我的。")
    assert phrases.text_of(scene.county_handler, str(own.pk)) == "我的。"
    assert phrases.text_of(scene.city_handler, str(own.pk)) == ""
    assert phrases.text_of(scene.county_handler, "x") == ""


def test_the_forms_of_a_file_offer_them_for_one_query(
    scene: Province, browse: Browse, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        Phrase.objects.create(purpose="any", text="示例。")
    with django_assert_num_queries(2):
        phrases.offered(scene.county_handler, "withdraw")
        phrases.offered(scene.county_handler, "decline_by_county")
    application, _ = scenes.submitted(scene)
    page = browse(scene.county_handler).get(application.get_absolute_url())
    url = reverse("move", args=[application.machine_label, application.pk, "decline_by_county"])
    example = Phrase.objects.get()
    assert f"{url}?phrase={example.pk}" in page.content.decode()
    form = browse(scene.county_handler).get(f"{url}?phrase={example.pk}").context["form"]
    assert form["reason"].value() == "示例。"


def test_the_page(scene: Province, browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    client = browse(scene.county_approver)
    sent = {"text": "请补。", "purpose": "return", "region": scene.county.pk, "order": ""}
    assert "常用语已保存。" in words(client.post("/desk/phrases/", sent, follow=True))
    kept = Phrase.objects.get()
    assert (kept.region, kept.owner) == (scene.county, None)
    assert client.post("/desk/phrases/", {"text": "", "purpose": "return"}).status_code == 422
    wrong = sent | {"region": scene.city.pk}
    assert client.post("/desk/phrases/", wrong).status_code == 422
    url = f"/desk/phrases/{kept.pk}/"
    assert client.get(url).context["form"]["text"].value() == "请补。"
    assert client.post(url, {"text": "", "purpose": "any"}).status_code == 422
    client.post(url, {"text": "请补充。", "purpose": "any", "order": "2"})
    kept.refresh_from_db()
    assert (kept.text, kept.order) == ("请补充。", 2)
    handler = browse(scene.county_handler)
    assert handler.get(url).status_code == 404
    assert handler.post(f"{url}remove/").status_code == 404
    assert (
        "修改" not in words(handler.get("/desk/phrases/")).split("添加常用语")[0].split("内容")[-1]
    )
    monkeypatch.setattr(keeping, "MOST", 0)
    assert "常用语最多" in words(client.post("/desk/phrases/", sent))
    client.post(f"{url}remove/")
    assert not Phrase.objects.exists()


def test_what_is_typed_becomes_a_phrase(
    scene: Province, browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browse(scene.county_handler)
    sent = {"text": "现场不符。", "move": "decline_by_county"}
    kept = client.post("/desk/phrases/save/", sent).json()["saved"]
    assert Phrase.objects.get(pk=kept).purpose == "decline"
    assert client.post("/desk/phrases/save/", {"text": " "}).json()["errors"] == [
        "请填写常用语内容。"
    ]
    monkeypatch.setattr(keeping, "MOST", 0)
    answer = client.post("/desk/phrases/save/", sent | {"text": "另一条。"})
    assert "常用语最多" in answer.json()["errors"][0]


@pytest.mark.parametrize("count", [1, 3, 60])
def test_the_list_at_any_length(
    scene: Province, browse: Browse, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        Phrase.objects.create(owner=scene.county_handler, text=f"第 {number} 条。")
    client = browse(scene.county_handler)
    client.get("/home/")
    with django_assert_num_queries(QUERIES):
        client.get("/desk/phrases/")


QUERIES = 6
