"""The pages of a batch: from the desk over the preview to the results."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from applications import services
from applications.models import Application, Batch
from applications.services.batches import MOST
from applications.statuses import Step
from tests import scenes
from tests.applications.batching import DECLINE, RECOMMEND, TO_PROVINCE, items, make, run
from tests.applications.browsing import Browse, words
from tests.applications.crowd import crowd, seat
from tests.scenes import AUGUST, JULY, Province


def url_of(name: str, *args: Any) -> str:
    return reverse(f"applications:{name}", args=args)


NEW = "/desk/batch/"


def sent(batch: Batch, *, without: tuple[int, ...] = (), **more: Any) -> dict[str, Any]:
    """What the preview sends: the ticks and the texts."""
    rows = items(batch)
    return {
        "item": [row.pk for row in rows if row.ordinal not in without],
        "reason": batch.reason,
        **{f"text-{row.pk}": row.text for row in rows},
        **more,
    }


def test_from_the_desk_to_the_preview(scene: Province, browse: Browse, it_is: Any) -> None:
    files = crowd(scene, 4)
    files[2].reviews.update(superseded=True)
    it_is("2023-07-20 09:00")
    client = browse(scene.county_handler)
    page = client.get(NEW, {"file": [file.pk for file in files]})
    assert "已选 4 件：县级初审 4 件。" in words(page)
    labels = [label for _, label in page.context["form"].fields["move"].choices]
    assert labels == [
        "退回补正（县级，4 件）",
        "推荐至市级（县级，4 件）",
        "不予推荐（县级，4 件）",
    ]
    keys = {"file": [file.pk for file in files]}
    for typed, said in (
        ({"reason": "同意。"}, "办理事项：请选择。"),
        ({"move": RECOMMEND, "reason": ""}, "请写明推荐意见。"),
        ({"move": "pass_review", "reason": "x"}, "选择一个有效的选项"),
    ):
        wrong = client.post(NEW, {**keys, **typed})
        assert wrong.status_code == 422
        assert said in words(wrong)
        assert wrong.content.decode().count('name="file"') == 4
    preview = client.post(NEW, {**keys, "move": RECOMMEND, "reason": "同意推荐。"}, follow=True)
    batch = Batch.objects.latest("pk")
    assert preview.redirect_chain == [(batch.get_absolute_url(), 302)]
    assert preview.context["forecast"].going == 3
    assert "县级初审评分尚未完成。" in words(preview)


def test_from_the_preview_to_the_results(scene: Province, browse: Browse, it_is: Any) -> None:
    files = crowd(scene, 4)
    files[2].reviews.update(superseded=True)
    it_is("2023-07-20 09:00")
    client = browse(scene.county_handler)
    batch = make(files, scene.county_handler)
    changed = client.post(url_of("change_batch", batch.pk), sent(batch, without=(1,)), follow=True)
    assert "已保存并重新核对。" in words(changed)
    found = changed.context["forecast"]
    assert (found.going, found.stopped, found.left_out, found.chosen) == (2, 1, 1, 3)

    under_way = client.post(
        url_of("confirm_batch", batch.pk), sent(batch, without=(1,)), follow=True
    )
    assert "已处理 0 件，共 3 件" in words(under_way)
    assert "hx-get" in under_way.content.decode()
    bar = client.get(batch.get_absolute_url(), headers={"HX-Request": "true"})
    assert "<html" not in bar.content.decode()
    assert "HX-Refresh" not in bar.headers
    services.carry_on_batch(batch.pk, now=lambda: JULY)
    end = client.get(batch.get_absolute_url(), headers={"HX-Request": "true"})
    assert end.headers["HX-Refresh"] == "true"

    results = client.get(batch.get_absolute_url())
    assert "已办理 2 件，未办理 1 件，原因见下表。" in words(results)
    assert "hx-get" not in results.content.decode()
    shown = {
        show: len(client.get(batch.get_absolute_url(), {"show": show}).context["page_obj"])
        for show in ("", "done", "open", "nonsense")
    }
    assert shown == {"": 3, "done": 2, "open": 1, "nonsense": 3}
    rows = list(book(client.get(url_of("batch_export", batch.pk))).values)
    assert [row[5] for row in rows] == ["结果", "已办理", "不能办理", "已办理"]
    assert rows[2][6] == "县级初审评分尚未完成。"

    seat(scene, [files[2]], Step.COUNTY)
    again = client.post(url_of("retry_batch", batch.pk), follow=True)
    assert [item.application for item in again.context["items"]] == [files[2]]
    assert "中未办理的申报再试一次" in words(again)


def book(answer: Any) -> Any:
    return openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active


def test_what_was_typed_is_kept(scene: Province, browse: Browse, it_is: Any) -> None:
    it_is("2023-07-20 09:00")
    batch = make(crowd(scene, 3), scene.county_handler)
    client = browse(scene.county_handler)
    first = items(batch)[0]
    typed = sent(batch, without=(2,)) | {f"text-{first.pk}": "另写的话。"}
    for name, more, said in (
        ("confirm_batch", {"reason": ""}, "请写明推荐意见。"),
        ("change_batch", {"reason": ""}, "请写明推荐意见。"),
        ("confirm_batch", {"item": []}, "请至少选择一件。"),
        ("change_batch", {f"text-{first.pk}": "长" * 2001}, "每件不能超过 2000 字。"),
        ("confirm_batch", {f"text-{first.pk}": "长" * 2001}, "每件不能超过 2000 字。"),
    ):
        wrong = client.post(url_of(name, batch.pk), typed | more)
        assert wrong.status_code == 422
        assert said in words(wrong)
        rows = wrong.context["items"]
        assert rows[0].text in {"另写的话。", "长" * 2001}
        assert [row.chosen for row in rows] == [
            bool(more.get("item", True)),
            False,
            bool(more.get("item", True)),
        ]
    saved = client.post(
        url_of("change_batch", batch.pk), typed | {"item": [first.pk, "x", "9" * 30]}, follow=True
    )
    assert [row.chosen for row in saved.context["items"]] == [True, False, False]
    assert saved.context["items"][0].text == "另写的话。"


def test_twice_confirmed_shows_how_far_it_is(scene: Province, browse: Browse, it_is: Any) -> None:
    it_is("2023-07-20 09:00")
    batch = make(crowd(scene, 2), scene.county_handler)
    client = browse(scene.county_handler)
    typed = sent(batch)
    client.post(url_of("confirm_batch", batch.pk), typed)
    for name in ("confirm_batch", "change_batch", "discard_batch"):
        again = client.post(url_of(name, batch.pk), typed, follow=True)
        assert again.redirect_chain == [(batch.get_absolute_url(), 302)]
        assert "本批已确认办理，不会重复办理。" in words(again)
    none = client.post(url_of("retry_batch", batch.pk), follow=True)
    assert "没有未办理的申报" in words(none)


def test_a_draft_is_discarded(scene: Province, browse: Browse) -> None:
    batch = make(crowd(scene, 2), scene.county_handler)
    answer = browse(scene.county_handler).post(url_of("discard_batch", batch.pk), follow=True)
    assert "本批已放弃，未办理任何申报。" in words(answer)
    assert "尚未批量办理" in words(answer)


def test_all_takes_what_the_desk_shows(scene: Province, browse: Browse, it_is: Any) -> None:
    it_is("2023-07-20 09:00")
    crowd(scene, 3)
    crowd(scene, 2, where=scene.other_county)
    crowd(scene, 1, state="city_review")
    client = browse(scene.county_handler)
    waiting = client.get(NEW, {"all": "1", "tab": "waiting"})
    assert len(waiting.context["selection"].files) == 3
    narrow = client.get(NEW, {"all": "1", "tab": "waiting", "q": "第1托"})
    assert [f.nursery.name for f in narrow.context["selection"].files] == ["第1托育园"]
    every = client.get(NEW, {"all": "1", "tab": "all"})
    assert every.context["selection"].states == [("县级初审", 3), ("市级审核", 1)]


def test_too_many_are_cut_and_foreign_ones_named(
    scene: Province, browse: Browse, it_is: Any
) -> None:
    it_is("2023-07-20 09:00")
    crowd(scene, MOST + 2)
    foreign = crowd(scene, 1, where=scene.other_county)
    client = browse(scene.county_handler)
    page = client.get(NEW, {"all": "1", "tab": "waiting"})
    assert f"一次最多办理 {MOST} 件，已取前 {MOST} 件，其余 2 件请另行办理。" in words(page)
    mixed = client.get(NEW, {"file": [foreign[0].pk, Application.objects.order_by("pk")[0].pk]})
    assert "有 1 件不在您的办理范围内，未列入。" in words(mixed)
    assert "没有选择可以办理的申报" in words(client.get(NEW, {"file": ["x", foreign[0].pk]}))
    # Posted past the page, they are refused as well.
    nothing = client.post(NEW, {"file": [foreign[0].pk], "move": RECOMMEND, "reason": "x"})
    assert nothing.status_code == 422


def test_files_past_the_users_step_offer_nothing(
    scene: Province, browse: Browse, it_is: Any
) -> None:
    it_is("2023-07-20 09:00")
    (file,) = crowd(scene, 1, state="city_review")
    page = browse(scene.county_handler).get(NEW, {"file": [file.pk]})
    assert "没有可以批量办理的事项" in words(page)


def test_a_refusal_of_the_service_stands_on_the_page(
    scene: Province, browse: Browse, it_is: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    it_is("2023-07-20 09:00")
    files = crowd(scene, 2)
    monkeypatch.setattr("applications.services.batches.MOST", 1)
    keys = [file.pk for file in files]
    answer = browse(scene.county_handler).post(
        NEW, {"file": keys, "move": DECLINE, "reason": "不符合。"}
    )
    assert "一次最多办理 1 件，现有 2 件" in words(answer)


def test_the_question_of_the_ranking(scene: Province, browse: Browse, it_is: Any) -> None:
    files = crowd(scene, 2, state="city_review")
    files[0].reviews.filter(step=Step.CITY).update(superseded=True)
    seat(scene, [files[0]], Step.CITY, total="99")
    it_is("2023-08-15 09:00")
    batch = make([files[1]], scene.city_handler, TO_PROVINCE, at=AUGUST)
    client = browse(scene.city_handler)
    page = client.get(batch.get_absolute_url())
    assert "调整推荐次序的理由" in words(page)
    assert page.context["forecast"].stopped == 1
    answered = client.post(
        url_of("change_batch", batch.pk), sent(batch, overrule="普惠优先。"), follow=True
    )
    assert answered.context["forecast"].going == 1
    assert answered.context["form"]["overrule"].value() == "普惠优先。"


def test_a_batch_is_its_makers_alone(scene: Province, browse: Browse) -> None:
    batch = make(crowd(scene, 2), scene.county_handler)
    pages = [batch.get_absolute_url(), url_of("batch_export", batch.pk)]
    acts = [
        url_of(name, batch.pk)
        for name in ("change_batch", "confirm_batch", "discard_batch", "retry_batch")
    ]
    for user in (scene.county_approver, scene.city_handler, scene.officer):
        client = browse(user)
        assert [client.get(page).status_code for page in pages] == [404] * 2
        assert [client.post(act).status_code for act in acts] == [404] * 4
        assert list(client.get(url_of("batches")).context["page_obj"]) == []
    for other in (scene.experts[0], scenes.staff(scenes.nursery(scene.county))):
        client = browse(other)
        assert [client.get(page).status_code for page in (*pages, NEW)] == [403] * 3
        assert [client.post(act).status_code for act in acts] == [403] * 4
    assert browse(scene.county_handler).get(url_of("batch", batch.pk + 1)).status_code == 404


NEW_QUERIES, PREVIEW_QUERIES, RESULT_QUERIES, LIST_QUERIES = 5, 6, 7, 6


@pytest.mark.parametrize("size", [1, 3, 300])
def test_the_pages_cost_the_same_however_many(
    scene: Province, browse: Browse, it_is: Any, size: int, django_assert_num_queries: Any
) -> None:
    it_is("2023-07-20 09:00")
    files = crowd(scene, size)
    client = browse(scene.county_handler)
    client.get("/home/")
    with django_assert_num_queries(NEW_QUERIES):
        client.get(NEW, {"file": [file.pk for file in files]})
    batch = make(files, scene.county_handler)
    with django_assert_num_queries(PREVIEW_QUERIES):
        page = client.get(batch.get_absolute_url())
    assert len(page.context["items"]) == size
    run(batch)
    with django_assert_num_queries(RESULT_QUERIES):
        results = client.get(batch.get_absolute_url())
    assert len(results.context["page_obj"]) == min(size, 50)


@pytest.mark.parametrize("size", [1, 3, 300])
def test_so_does_the_list(
    scene: Province, browse: Browse, size: int, django_assert_num_queries: Any
) -> None:
    (file,) = crowd(scene, 1)
    for _ in range(size):
        make([file], scene.county_handler)
    client = browse(scene.county_handler)
    client.get("/home/")
    with django_assert_num_queries(LIST_QUERIES):
        page = client.get(url_of("batches"))
    assert len(page.context["page_obj"]) == min(size, 50)
