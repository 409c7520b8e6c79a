"""Batches: previewed with the sentences of the hand, carried out file by file, once."""

from __future__ import annotations

from typing import Any

import pytest
from celery import current_app
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from kombu.exceptions import OperationalError

from accounts.models import Appointment
from applications import services, tasks
from applications.models import Application, Batch, BatchItem
from applications.services import foresight
from applications.services.batches import MOST, NOT_ALLOWED, batch_moves
from applications.services.foresight import NOT_YOURS
from applications.statuses import Outcome, Step, Tier
from quotas.models import CountyCap, Quota
from tests import scenes
from tests.applications.batching import (
    DECLINE,
    TO_PROVINCE,
    choice,
    confirm,
    items,
    make,
    outcomes,
    run,
)
from tests.applications.crowd import crowd, seat
from tests.scenes import AUGUST, JULY, SEPTEMBER, Province
from workflow import Refused, why_not
from workflow.models import Delivery, Event


def cap(scene: Province, size: int) -> None:
    quota = Quota.objects.get(cycle=scene.cycle, region=scene.city)
    CountyCap.objects.create(quota=quota, region=scene.county, size=size)


def unseal(file: Application) -> None:
    """Its scoring begins anew."""
    file.reviews.update(superseded=True)


def rank(scene: Province, *totals: str) -> list[Application]:
    """Files that wait at the city with these scores there."""
    files = crowd(scene, len(totals), state="city_review")
    for file, total in zip(files, totals, strict=True):
        file.reviews.filter(step=Step.CITY).update(superseded=True)
        seat(scene, [file], Step.CITY, total=total)
    return files


def test_the_moves_of_the_table() -> None:
    assert batch_moves() == {
        "return_for_correction": Tier.COUNTY,
        "recommend_to_city": Tier.COUNTY,
        "decline_by_county": Tier.COUNTY,
        "send_back_to_county": Tier.CITY,
        "recommend_to_province": Tier.CITY,
        "decline_by_city": Tier.CITY,
        "send_back_to_city": Tier.PROVINCE,
        "pass_review": Tier.PROVINCE,
        "fail_review": Tier.PROVINCE,
    }


# The preview


def test_the_preview_says_what_the_hand_would_hear(scene: Province) -> None:
    files = crowd(scene, 3)
    unseal(files[1])
    batch = make(files, scene.county_handler)
    found = items(batch)
    by_hand = why_not(files[1], "recommend_to_city", user=scene.county_handler, at=JULY)
    assert [item.obstacles for item in found] == [[], [p.text for p in by_hand], []]
    assert found[1].obstacles == ["县级初审评分尚未完成。"]
    assert (batch.tier, batch.region_path, batch.note) == ("county", scene.county.path, "")
    assert (batch.state_label, batch.state_tone, batch.is_draft) == ("待确认", "wait", True)
    assert str(batch) == f"批量推荐至市级 {batch.pk}"
    assert str(found[0]) == f"{batch.pk} 第 1 件"
    assert not Event.objects.filter(verb="recommend_to_city").exists()


def test_files_of_others_are_left_out(scene: Province) -> None:
    mine, foreign = crowd(scene, 1), crowd(scene, 1, where=scene.other_county)
    batch = make([*mine, *foreign], scene.county_handler)
    assert [item.application for item in items(batch)] == mine
    with pytest.raises(Refused, match="没有您可以办理的"):
        make(foreign, scene.county_handler)
    with pytest.raises(PermissionDenied):
        make(mine, scene.city_handler)
    with pytest.raises(PermissionDenied):
        make(mine, scene.county_handler, "withdraw")


def test_a_file_of_another_tier_is_named(scene: Province) -> None:
    """The zone takes both steps, by different people: what one sees, the other decides."""
    files = crowd(scene, 1, state="city_review")
    batch = make(files, scene.county_handler)
    assert items(batch)[0].obstacles == ["该申报目前为“市级审核”，不能“推荐至市级”。"]


def test_who_holds_two_tiers_hears_of_the_files_of_the_one(scene: Province) -> None:
    other = scene.county_handler
    scenes.accounts.appoint(other, "city_handler", scene.other_city, by=None, at=scenes.JUNE)
    other.forget_grants()
    files = crowd(scene, 1, state="city_review")
    batch = make(files, other, "decline_by_city", reason="不符合。")
    assert items(batch)[0].obstacles == [NOT_YOURS]
    assert run(batch).left == 1
    assert items(batch)[0].sentences == [NOT_ALLOWED]


def test_a_reason_is_wanted_where_the_hand_wants_one(scene: Province) -> None:
    files = crowd(scene, 1)
    with pytest.raises(Refused, match="请写明推荐意见。") as refused:
        make(files, scene.county_handler, reason="  ")
    assert refused.value.problems[0].field == "reason"
    with pytest.raises(Refused, match="请写明理由。"):
        make(files, scene.county_handler, DECLINE, reason="")
    panel = crowd(scene, 1, state="provincial_review")
    batch = make(panel, scene.officer, "pass_review", reason="", at=SEPTEMBER)
    assert items(batch)[0].obstacles == [
        "书面评审须有 3 名专家，现有 0 名。",
        "实地评审须有 3 名专家，现有 0 名。",
    ]
    assert batch.region_path == scene.county.path


def test_no_more_than_can_be_looked_over(scene: Province) -> None:
    files = crowd(scene, MOST + 1)
    with pytest.raises(Refused, match=f"一次最多办理 {MOST} 件，现有 {MOST + 1} 件"):
        make(files, scene.county_handler)


def test_the_cap_is_counted_over_the_batch(scene: Province) -> None:
    crowd(scene, 1, state="city_review")
    cap(scene, 3)
    files = crowd(scene, 4)
    elsewhere = crowd(scene, 1, where=scene.next_county)
    unseal(files[0])
    scenes.accounts.appoint(
        scene.county_handler, "county_handler", scene.next_county, by=None, at=scenes.JUNE
    )
    scene.county_handler.forget_grants()
    batch = make([*files, *elsewhere], scene.county_handler)
    full = "本周期和平区可推荐 3 件，已推荐 3 件，不能再推荐。"
    assert [item.foreseen for item in items(batch)] == ["县级初审评分尚未完成。", "", "", full, ""]
    assert batch.note == "和平区还可推荐 2 件，排在第 3 件之后的将不能办理。"
    assert batch.region_path == scene.city.path
    done = run(batch)
    assert outcomes(batch) == ["refused", "done", "done", "refused", "done"]
    assert items(batch)[3].told == full
    assert (done.total, done.done, done.left, done.settled) == (5, 3, 2, 5)


def test_a_cap_that_is_used_up_stops_all_of_its_county(scene: Province) -> None:
    cap(scene, 0)
    batch = make(crowd(scene, 2), scene.county_handler)
    assert batch.note == "和平区还可推荐 0 件，不能再推荐。"
    assert outcomes(run(batch)) == ["refused", "refused"]


def test_the_city_recommends_in_the_order_of_its_ranking(scene: Province) -> None:
    """Two places; the best is handed in last; one has no score."""
    files = rank(scene, "88", "90", "93", "91")
    unseal(files[3])
    batch = make(files, scene.city_handler, TO_PROVINCE, at=AUGUST)
    assert [item.application for item in items(batch)] == [files[2], files[1], files[0], files[3]]
    assert batch.note == "沈阳市名额只剩 2 个，排在第 2 件之后的将不能办理。"
    foreseen = [item.foreseen for item in items(batch)]
    done = run(batch, AUGUST)
    assert [item.told for item in items(batch)] == foreseen
    assert foreseen == [
        "",
        "",
        "沈阳市本周期的名额已用完，不能再推荐。",
        "市级审核评分尚未完成。\n沈阳市本周期的名额已用完，不能再推荐。",
    ]
    assert done.done == 2
    held = Application.objects.filter(place__isnull=False)
    assert set(held) == {files[2], files[1]}


def test_a_file_out_of_turn_wants_the_reason(scene: Province) -> None:
    best, second = rank(scene, "93", "90")
    batch = make([second], scene.city_handler, TO_PROVINCE, at=AUGUST)
    (item,) = items(batch)
    assert item.obstacles == [
        f"推荐排序在前的 1 件（{best.number}）尚未推荐，先推荐本件的，须写明理由。"
    ]
    answered = choice(batch, answers={"overrule": " 普惠优先。 ", "nonsense": "x"})
    services.change_batch(batch, answered, at=AUGUST)
    batch.refresh_from_db()
    assert batch.answers == {"overrule": "普惠优先。"}
    assert items(batch)[0].foreseen == ""
    assert outcomes(run(batch, AUGUST)) == ["done"]
    told = Event.objects.of(second).telling("overrule_ranking").get()
    assert told.reason == "普惠优先。"


def test_a_file_that_stops_holds_up_those_behind_it(scene: Province) -> None:
    """Left out of the batch the first of the ranking still waits, so the second may not pass."""
    rank(scene, "93", "90", "88")
    files = list(Application.objects.in_state("city_review"))
    batch = make(files, scene.city_handler, TO_PROVINCE, at=AUGUST)
    services.change_batch(batch, choice(batch, without=(1,)), at=AUGUST)
    first, second, third = items(batch)
    assert (first.chosen, first.foreseen) == (False, "")
    assert "推荐排序在前的 1 件" in second.foreseen
    assert "推荐排序在前的 2 件" in third.foreseen


def test_who_stands_behind_the_places_hears_of_both(scene: Province) -> None:
    """That no place is left comes first; who stands before it is said, too, as by hand."""
    rank(scene, "93", "92", "91", "90")
    files = list(Application.objects.in_state("city_review"))
    batch = make(files, scene.city_handler, TO_PROVINCE, at=AUGUST)
    assert [len(item.obstacles) for item in items(batch)] == [0, 0, 1, 2]
    assert batch.note == "沈阳市名额只剩 2 个，排在第 2 件之后的将不能办理。"
    run(batch, AUGUST)
    last = items(batch)[3]
    assert last.sentences[0] == last.obstacles[0] == "沈阳市本周期的名额已用完，不能再推荐。"
    assert "推荐排序在前的 1 件" in last.sentences[1]


def test_without_a_place_nothing_goes(scene: Province) -> None:
    Quota.objects.get(cycle=scene.cycle, region=scene.city).places.all().delete()
    batch = make(rank(scene, "93"), scene.city_handler, TO_PROVINCE, at=AUGUST)
    assert batch.note == "沈阳市名额只剩 0 个，不能再推荐。"


def test_a_batch_of_refusals_has_nothing_scarce(scene: Province) -> None:
    files = crowd(scene, 2)
    batch = make(files, scene.county_handler, DECLINE, reason="不符合条件。")
    assert [item.foreseen for item in items(batch)] == ["", ""]
    assert (batch.note, run(batch).done) == ("", 2)
    again = make(crowd(scene, 1), scene.county_handler, "return_for_correction", reason="补材料。")
    assert outcomes(run(again)) == ["done"]


# Confirming and carrying out


def test_each_file_is_moved_as_by_hand(scene: Province) -> None:
    files = crowd(scene, 3)
    batch = make(files, scene.county_handler)
    second = items(batch)[1]
    done = run(batch, texts={second.pk: "普惠机构，同意推荐。"})
    assert outcomes(batch) == ["done"] * 3
    assert (done.done_at, done.state_label, done.state_tone) == (JULY, "已完成", "good")
    for file, item in zip(files, items(batch), strict=True):
        file.refresh_from_db()
        opinion = file.opinions.get()
        event = Event.objects.of(file).get()
        assert (file.state, event.pk) == ("city_review", item.event_id)
        assert event.actor == scene.county_handler
        assert event.post == scene.county_handler.post_for(file)
        expected = "普惠机构，同意推荐。" if item == second else "同意推荐。"
        assert (opinion.text, event.reason) == (expected, expected)
    verbs = {event.verb: event for event in Event.objects.of(batch)}
    assert verbs["confirm_batch"].data == {"move": "recommend_to_city", "files": 3}
    assert verbs["confirm_batch"].actor == scene.county_handler
    assert verbs["finish_batch"].data == {"move": "recommend_to_city", "done": 3, "left": 0}
    assert verbs["finish_batch"].actor is None
    assert Delivery.objects.filter(event=verbs["finish_batch"]).count() == 1


def test_it_is_confirmed_once(scene: Province) -> None:
    batch = make(crowd(scene, 2), scene.county_handler)
    confirm(batch)
    for again in (
        lambda: confirm(batch),
        lambda: services.change_batch(batch, choice(batch), at=JULY),
        lambda: services.discard_batch(batch),
    ):
        with pytest.raises(Refused, match="本批已确认办理，不会重复办理。"):
            again()
    services.carry_on_batch(batch.pk, now=lambda: JULY)
    services.carry_on_batch(batch.pk, now=lambda: JULY)
    assert Event.objects.filter(verb="recommend_to_city").count() == 2
    assert Event.objects.filter(verb="finish_batch").count() == 1


def test_a_draft_moves_nothing(scene: Province) -> None:
    batch = make(crowd(scene, 2), scene.county_handler)
    services.carry_on_batch(batch.pk, now=lambda: JULY)
    assert outcomes(batch) == ["waiting"] * 2
    services.discard_batch(batch)
    assert not Batch.objects.exists()


def test_what_is_not_ticked_leaves_the_batch(scene: Province) -> None:
    files = crowd(scene, 3)
    batch = make(files, scene.county_handler)
    with pytest.raises(Refused, match="请至少选择一件。"):
        confirm(batch, without=(1, 2, 3))
    with pytest.raises(Refused, match="请写明推荐意见。"):
        confirm(batch, reason=" ")
    batch.refresh_from_db()
    assert (batch.is_draft, batch.reason) == (True, "同意推荐。")
    assert run(batch, without=(2,)).total == 2
    files[1].refresh_from_db()
    assert files[1].state == "county_review"


def test_what_has_changed_since_stops_one_file_alone(scene: Province) -> None:
    files = crowd(scene, 3)
    batch = make(files, scene.county_handler)
    confirm(batch)
    scenes.perform(
        files[0], "decline_by_county", actor=scene.county_approver, at=JULY, reason="不同意。"
    )
    services.carry_on_batch(batch.pk, now=lambda: JULY)
    assert outcomes(batch) == ["refused", "done", "done"]
    assert items(batch)[0].sentences == ["该申报目前为“县级不予推荐”，不能“推荐至市级”。"]


def test_a_fault_stops_one_file_alone(
    scene: Province, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    files = crowd(scene, 3)
    real = services.batches.perform

    def shaky(application: Application, *args: Any, **kwargs: Any) -> Any:
        event = real(application, *args, **kwargs)
        if application == files[1]:
            raise RuntimeError("disk full")
        return event

    monkeypatch.setattr(services.batches, "perform", shaky)
    batch = make(files, scene.county_handler)
    run(batch)
    assert outcomes(batch) == ["done", "failed", "done"]
    told = items(batch)[1].told
    assert told.startswith("系统故障，本件未办理，请稍后再试")
    number = told.split("编号 ")[1][:8]
    assert f"[{number}]" in caplog.text
    files[1].refresh_from_db()
    assert files[1].state == "county_review"
    assert items(batch)[1].outcome_tone == "bad"


def test_a_worker_that_died_is_followed_by_another(
    scene: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in the second file after the move was made: the move is undone with its result."""
    files = crowd(scene, 4)
    batch = make(files, scene.county_handler)
    confirm(batch)
    real, met = services.batches.perform, []

    def dying(application: Application, *args: Any, **kwargs: Any) -> Any:
        event = real(application, *args, **kwargs)
        met.append(application.pk)
        if len(met) == 2:
            raise KeyboardInterrupt
        return event

    with monkeypatch.context() as patch:
        patch.setattr(services.batches, "perform", dying)
        with pytest.raises(KeyboardInterrupt):
            services.carry_on_batch(batch.pk, now=lambda: JULY)
    assert outcomes(batch) == ["done", "waiting", "waiting", "waiting"]
    batch.refresh_from_db()
    assert (batch.state_label, batch.state_tone, batch.is_under_way) == ("办理中", "active", True)
    assert services.unfinished_batches() == [batch.pk]

    services.carry_on_batch(batch.pk, now=lambda: JULY)

    assert outcomes(batch) == ["done"] * 4
    assert [file.opinions.count() for file in files] == [1] * 4
    assert services.unfinished_batches() == []


@pytest.mark.parametrize("how", ["ended", "deactivated"])
def test_the_rights_are_those_of_the_moment(scene: Province, how: str) -> None:
    batch = make(crowd(scene, 2), scene.county_handler)
    confirm(batch)
    if how == "ended":
        post = Appointment.objects.current().get(user=scene.county_handler)
        scenes.accounts.end(post, by=None, at=JULY)
    else:
        type(scene.county_handler).objects.filter(pk=scene.county_handler.pk).update(
            is_active=False
        )
    services.carry_on_batch(batch.pk, now=lambda: JULY)
    assert {item.told for item in items(batch)} == {NOT_ALLOWED}


def test_without_a_broker_the_sweep_begins(
    scene: Province, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    sent: list[Any] = []

    def away(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(current_app, "send_task", away)
    batch = make(crowd(scene, 1), scene.county_handler)
    with django_capture_on_commit_callbacks(execute=True):
        confirm(batch)
    monkeypatch.setattr(tasks.carry_on_batch, "delay", sent.append)
    assert tasks.resume_batches() == 1
    assert sent == [batch.pk]
    tasks.carry_on_batch(batch.pk)
    assert tasks.resume_batches() == 0


def test_those_not_done_are_tried_again(scene: Province) -> None:
    files = crowd(scene, 3)
    unseal(files[2])
    batch = make(files, scene.county_handler)
    third = items(batch)[2]
    run(batch, texts={third.pk: "另写。"})
    seat(scene, [files[2]], Step.COUNTY)
    again = services.retry_batch(batch, at=JULY)
    (item,) = items(again)
    assert (again.retry_of, again.reason, item.text) == (batch, batch.reason, "另写。")
    assert (item.application, item.foreseen) == (files[2], "")
    assert run(again).done == 1
    with pytest.raises(Refused, match="没有未办理的申报"):
        services.retry_batch(again, at=JULY)


# What the database keeps, and what it costs


def test_impossible_rows_are_refused(scene: Province) -> None:
    batch = make(crowd(scene, 2), scene.county_handler)
    for row, values in (
        (batch.items, {"outcome": Outcome.DONE}),
        (batch.items, {"outcome": Outcome.REFUSED, "settled_at": JULY}),
        (batch.items, {"told": "不能。"}),
        (batch.items, {"ordinal": 1}),
        (Batch.objects, {"done_at": JULY}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.update(**values)
    first = items(batch)[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        BatchItem.objects.create(batch=batch, application=first.application, ordinal=9)


@pytest.mark.parametrize("size", [1, 3, 300])
def test_a_preview_costs_the_same_however_long(
    scene: Province, size: int, django_assert_num_queries: Any
) -> None:
    cap(scene, 2)
    files = crowd(scene, size)
    scene.county_handler.forget_grants()
    with django_assert_num_queries(PREVIEW_QUERIES):
        make(files, scene.county_handler)


@pytest.mark.parametrize("size", [1, 3, 300])
def test_so_does_that_of_the_city(
    scene: Province, size: int, django_assert_num_queries: Any
) -> None:
    files = crowd(scene, size, state="city_review")
    scene.city_handler.forget_grants()
    with django_assert_num_queries(CITY_QUERIES):
        make(files, scene.city_handler, TO_PROVINCE, at=AUGUST)


PREVIEW_QUERIES, CITY_QUERIES = 13, 16


def test_the_order_of_files_without_scarce_places(scene: Province) -> None:
    files = crowd(scene, 3, state="city_review")
    with CaptureQueriesContext(connection) as asked:
        found = foresight.in_order(reversed(files), "decline_by_city")
    assert (found, len(asked)) == (files, 0)
