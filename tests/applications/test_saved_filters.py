"""A person's own filters of the desk, the conditions they are made of, and the chosen columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.http import QueryDict
from django.urls import reverse

from applications import services
from applications.forms import Queue
from applications.models import Application, SavedFilter
from applications.services.saved_filters import MOST
from applications.statuses import Tier
from tests import scenes
from tests.applications.browsing import Browse
from tests.applications.crowd import crowd
from tests.scenes import AUGUST, JULY, JUNE, Province
from workflow import Refused, perform

DESK = "/desk/"
OWN = "/desk/filters/"


def names(answer: Any) -> list[str]:
    return [row.application.nursery.name for row in answer.context["rows"]]


def keep(client: Any, name: str, query: str, **more: Any) -> Any:
    return client.post(OWN, {"name": name, "query": query, **more})


def test_a_filter_is_kept_applied_renamed_and_deleted(scene: Province, browse: Browse) -> None:
    scenes.submitted(scene, name="和平园", username="a")
    scenes.submitted(scene, name="太原街园", username="b")
    client = browse(scene.county_handler)
    answer = keep(client, "和平的", "tab=waiting&q=和平&sort=-self&page=3&nonsense=1&col=number")
    own = SavedFilter.objects.get()
    assert own.query == "tab=waiting&q=%E5%92%8C%E5%B9%B3&sort=-self&col=number"
    assert str(own) == "和平的"
    assert answer.url == own.get_absolute_url()
    shown = client.get(answer.url)
    assert names(shown) == ["和平园"]
    assert shown.context["in_use"] == own
    one = reverse("applications:saved_filter", args=[own.pk])
    assert client.get(one).status_code == 200
    # Without conditions only the name changes; with them they take the place of the former.
    client.post(one, {"name": "和平区的"})
    own.refresh_from_db()
    assert (own.name, "q=" in own.query) == ("和平区的", True)
    client.post(one, {"name": "和平区的", "query": "tab=all"})
    own.refresh_from_db()
    assert own.query == "tab=all"
    client.post(reverse("applications:delete_filter", args=[own.pk]))
    assert not SavedFilter.objects.exists()
    assert "还没有常用筛选" in client.get(OWN).content.decode()


def test_the_desk_opens_with_the_default_and_there_is_one(scene: Province, browse: Browse) -> None:
    client = browse(scene.county_handler)
    keep(client, "甲", "tab=all", is_default="on")
    keep(client, "乙", "tab=waiting&q=园", is_default="on")
    default = SavedFilter.objects.get(is_default=True)
    assert default.name == "乙"
    assert client.get(DESK).url == default.get_absolute_url()
    assert client.get(DESK, {"tab": "waiting"}).status_code == 200
    assert browse(scene.county_approver).get(DESK).status_code == 200


def test_a_filter_is_nobody_elses(scene: Province, browse: Browse) -> None:
    keep(browse(scene.county_handler), "我的", "tab=all&q=甲")
    own = SavedFilter.objects.get()
    client = browse(scene.county_approver)
    one = reverse("applications:saved_filter", args=[own.pk])
    delete = reverse("applications:delete_filter", args=[own.pk])
    assert client.get(one).status_code == 404
    assert client.post(one, {"name": "改"}).status_code == 404
    assert client.post(delete).status_code == 404
    assert client.get(delete).status_code == 405
    assert "我的" not in client.get(OWN).content.decode()
    # The number in an address says nothing of whose it is.
    assert client.get(DESK, {"saved": own.pk}).context["in_use"] is None
    # Two people may give the same name.
    assert keep(client, "我的", "tab=all").status_code == 302
    for user in (scene.experts[0], scenes.staff(scenes.nursery(scene.county))):
        assert browse(user).get(OWN).status_code == 403


def test_a_name_is_given_once_and_what_was_typed_stays(scene: Province, browse: Browse) -> None:
    client = browse(scene.county_handler)
    keep(client, "甲", "tab=all")
    again = keep(client, "甲", "tab=waiting&q=园")
    assert again.status_code == 422
    page = again.content.decode()
    assert "已有同名的常用筛选，请另取名称。" in page
    assert 'value="甲"' in page
    assert "tab=waiting&amp;q=园" in page
    assert keep(client, "", "tab=all").status_code == 422
    long = keep(client, "长", "tab=all&q=" + "长" * 200)
    assert "筛选条件过长" in long.content.decode()
    keep(client, "乙", "tab=nowhere")
    other = SavedFilter.objects.get(name="乙")
    assert other.query == "tab=waiting"
    taken = client.post(reverse("applications:saved_filter", args=[other.pk]), {"name": "甲"})
    assert taken.status_code == 422
    assert "修改筛选“乙”" in taken.content.decode()


def test_there_are_enough_of_them(scene: Province, browse: Browse) -> None:
    SavedFilter.objects.bulk_create(
        SavedFilter(user=scene.county_handler, name=f"筛选{n}", query="tab=all")
        for n in range(MOST)
    )
    one_more = SavedFilter(user=scene.county_handler, name="再一个", query="tab=all")
    with pytest.raises(Refused, match="最多保存 20 个"):
        services.save_filter(one_more)
    present = SavedFilter.objects.get(name="筛选3")
    present.name = "改名"
    assert services.save_filter(present).pk == present.pk


def found(user: Any, at: Any = JULY, **asked: Any) -> list[str]:
    query = QueryDict(mutable=True)
    query.update({"tab": "all", **asked})
    files = Queue(query, user, at).files
    return sorted(files.values_list("nursery__name", flat=True))


def test_marks_are_narrowed_as_far_as_they_are_known(scene: Province) -> None:
    crowd(scene, 1, state="city_review")
    scenes.submitted(scene, name="低分园", username="a", total="86")
    every = ["低分园", "第0托育园"]
    county, city = scene.county_handler, scene.city_handler
    assert found(county, score_min="86", score_max="90") == every
    assert found(county, score_max="86") == ["低分园"]
    assert found(county, score="county", score_min="91.5") == ["第0托育园"]
    assert found(county, score="county", score_max="91.49") == []
    assert found(city, score="city", score_min="90") == ["第0托育园"]
    assert found(city, score="city") == every
    # To the county the city's marks are no choice: the condition is refused, nothing is let out.
    refused = Queue(QueryDict("tab=all&score=city&score_min=90"), county, JULY)
    assert "score" in refused.filter.form.errors
    assert found(county, score_min="viele") == every
    assert found(county, score_min="-1") == every


def test_days_count_from_the_present_state(scene: Province) -> None:
    scenes.submitted(scene, name="早", username="a", when=JUNE)
    scenes.submitted(scene, name="晚", username="b", when=JUNE + timedelta(days=5))
    crowd(scene, 1, state="withdrawn")
    user, at = scene.county_handler, JUNE + timedelta(days=10)
    assert found(user, at, days="10") == ["早"]
    assert found(user, at, days="5") == ["早", "晚"]
    assert found(user, at, days="11") == []
    assert found(user, at, days="0") == ["早", "晚"]
    assert len(found(user, at, days="zehn")) == 3


def test_returned_before_is_remembered_after_the_correction(scene: Province) -> None:
    returned, by = scenes.submitted(scene, name="退过的", username="a")
    scenes.submitted(scene, name="没退过的", username="b")
    perform(
        returned, "return_for_correction", actor=scene.county_handler, at=JUNE, reason="请补正。"
    )
    assert found(scene.county_handler, returned="yes") == ["退过的"]
    scenes.complete(returned, by, total="91")
    perform(returned, "resubmit", actor=by, at=JUNE)
    assert found(scene.county_handler, returned="yes") == ["退过的"]
    assert found(scene.county_handler, returned="no") == ["没退过的"]
    back, _ = scenes.at_province(scene, name="省退", username="c")
    perform(back, "send_back_to_city", actor=scene.officer, at=AUGUST, reason="复核。")
    assert found(scene.city_handler, returned="yes") == ["省退", "退过的"]


def test_handlers_are_those_of_the_own_tier(scene: Province, browse: Browse) -> None:
    mine, _ = scenes.submitted(scene, name="我的", username="a")
    theirs, _ = scenes.submitted(scene, name="同事的", username="b")
    scenes.submitted(scene, name="无人的", username="c")
    county = Tier.COUNTY
    services.take_on(mine, county, by=scene.county_handler, at=JUNE)
    services.take_on(theirs, county, by=scene.county_approver, at=JUNE)
    user = scene.county_handler
    assert found(user, handler="mine") == ["我的"]
    assert found(user, handler="none") == ["无人的"]
    assert found(user, handler=str(scene.county_approver.pk)) == ["同事的"]
    page = browse(user).get(DESK, {"tab": "all"})
    offered = [label for _, label in page.context["queue"].filter.form.fields["handler"].choices]
    assert offered == ["全部", "我经办的", "无人经办", "王和", "赵和"]
    # The city sees who handles at the city: nobody yet.
    assert len(found(scene.city_handler, handler="none")) == 3
    city = browse(scene.city_handler).get(DESK, {"tab": "all"})
    assert "赵和" not in city.content.decode()
    # Somebody without a file here is no choice.
    assert len(found(user, handler=str(scene.city_handler.pk))) == 3


def test_the_province_has_its_own_handlers(scene: Province) -> None:
    application, _ = scenes.at_province(scene, name="省里的")
    services.take_on(application, Tier.PROVINCE, by=scene.officer, at=AUGUST)
    assert found(scene.officer, handler="mine") == ["省里的"]
    assert found(scene.city_handler, handler="none") == []
    assert found(scene.city_handler, handler="mine") == ["省里的"]


def cells(answer: Any) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    sheet: Any = book.active
    return list(sheet.values)


def test_the_spreadsheet_holds_the_columns_that_were_chosen(
    scene: Province, browse: Browse, it_is: Callable[[str], None]
) -> None:
    application, _ = scenes.submitted(scene, name="=1+1", username="a")
    services.take_on(application, Tier.COUNTY, by=scene.county_handler, at=JUNE)
    client = browse(scene.county_handler)
    export = reverse("applications:desk_export")
    rows = cells(client.get(export, {"col": ["handler", "nursery", "since", "returned"]}))
    assert rows[0] == ("机构名称", "进入本状态时间", "经办人", "曾被退回")
    assert rows[1] == ("=1+1", JUNE.replace(tzinfo=None), "王和", "否")
    # What one may not know is no column, whoever asks; nothing known chosen means the usual ones.
    assert "市级得分" not in cells(client.get(export, {"col": ["city_mark", "number"]}))[0]
    assert len(cells(client.get(export, {"col": "city_mark"}))[0]) == 9
    page = client.get(DESK, {"tab": "all", "col": "handler"})
    chosen = [c.column.name for c in page.context["columns"] if c.chosen]
    assert chosen == ["handler"]
    assert Application.objects.get().handlings.get().get_tier_display() in str(
        Application.objects.get().handlings.get()
    )
