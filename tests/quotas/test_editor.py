"""The editor of quotas, its spreadsheet and the transfer, as an officer uses them."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from quotas.forms import MAX_BYTES
from quotas.models import Quota
from quotas.services import propose_quotas, set_quotas, take_place
from quotas.statuses import Basis
from tests import scenes
from tests.quotas.test_spreadsheets import book
from workflow import Refused, perform
from workflow.models import Event

PAGES = ("quotas/", "quotas/import/", "quotas/export/", "quotas/transfer/")


def url(scene, rest="quotas/"):
    return f"/cycles/{scene.cycle.pk}/{rest}"


def table(scene, **changes):
    """What the editor posts: numbers, notes and the numbers seen."""
    present = {scene.city: 3, scene.other_city: 1, scene.zone: 1}
    posted = {"reason": "核增。"}
    for unit, size in present.items():
        posted |= {f"size_{unit.pk}": size, f"note_{unit.pk}": "", f"seen_{unit.pk}": size}
    return posted | changes


def held_sizes(scene):
    return dict(scene.cycle.quotas.values_list("region__name", "size"))


def upload(*rows, name="名额.xlsx"):
    return {"file": SimpleUploadedFile(name, book(*rows))}


def errors_of(answer, form="form"):
    return {name: list(found) for name, found in answer.context[form].errors.items()}


class TestEditor:
    def test_every_unit_with_what_it_has(self, as_officer, scene):
        take_place(scene.cycle, scene.city, at=scenes.JULY)
        answer = as_officer.get(url(scene))
        lines = [(x.unit.name, x.present, x.taken, x.free) for x in answer.context["lines"]]
        assert lines == [
            ("沈阳市", 3, 1, 2),
            ("鞍山市", 1, 0, 1),
            ("沈抚改革创新示范区", 1, 0, 1),
        ]
        assert '<output data-sum-of="total">5</output>' in answer.content.decode()

    def test_a_save_comes_back_with_who_what_and_why(self, as_officer, scene):
        note = f"note_{scene.city.pk}"
        posted = table(scene, **{f"size_{scene.city.pk}": 5, note: "新增两区"})
        answer = as_officer.post(url(scene), posted, follow=True)
        assert answer.redirect_chain == [(url(scene), 302)]
        page = answer.content.decode()
        assert "沈阳市名额：3 → 5（新增两区）" in page
        assert "周省" in page
        assert "核增。" in page

    def test_another_officer_was_faster(self, as_officer, scene):
        set_quotas(scene.cycle, {scene.city: 7}, by=scene.officer, at=scenes.JULY, reason="核增。")
        size, other = f"size_{scene.city.pk}", f"size_{scene.other_city.pk}"
        posted = table(scene, **{size: 5, other: 4})
        answer = as_officer.post(url(scene), posted)
        assert errors_of(answer) == {size: ["沈阳市名额已由他人改为 7 个，请核对后再保存。"]}
        page = answer.content.decode()
        assert f'name="{other}" value="4"' in page
        assert f'name="seen_{scene.city.pk}" value="7"' in page
        assert held_sizes(scene)["鞍山市"] == 1
        again = table(scene, **{size: 5, other: 4, f"seen_{scene.city.pk}": 7})
        as_officer.post(url(scene), again)
        assert held_sizes(scene) == {"沈阳市": 5, "鞍山市": 4, "沈抚改革创新示范区": 1}

    def test_the_reason_is_asked_beside_its_field(self, as_officer, scene):
        posted = table(scene, **{f"size_{scene.city.pk}": 5, "reason": ""})
        answer = as_officer.post(url(scene), posted)
        assert errors_of(answer) == {"reason": ["周期已启动，调整名额须写明理由。"]}

    @pytest.mark.parametrize("units", [1, 15])
    def test_it_takes_the_same_queries_for_one_city_or_fifteen(
        self, as_officer, scene, units, django_assert_num_queries
    ):
        for n in range(10, 10 + units):
            unit = scenes.region(f"22{n}00", f"第{n}市", "city", scene.root)
            set_quotas(scene.cycle, {unit: 2}, by=scene.officer, at=scenes.JULY, reason="增。")
        as_officer.get(url(scene))
        with django_assert_num_queries(9):
            as_officer.get(url(scene))


class TestProposal:
    def test_nobody_less_than_the_least(self, scene):
        scenes.nursery(scene.county, "甲")
        shares = propose_quotas(scene.cycle, 6, Basis.NURSERIES, least=1)
        assert [shares[unit.pk] for unit in (scene.city, scene.other_city, scene.zone)] == [4, 1, 1]

    def test_by_the_places_for_children(self, scene):
        scenes.nursery(scene.county, "甲", capacity=40)
        scenes.nursery(scene.zone, "乙", capacity=80)
        shares = propose_quotas(scene.cycle, 6, Basis.CAPACITY)
        assert [shares[unit.pk] for unit in (scene.city, scene.other_city, scene.zone)] == [2, 0, 4]

    def test_a_total_that_is_less_than_the_least_of_all(self, scene):
        take_place(scene.cycle, scene.city, at=scenes.JULY)
        with pytest.raises(Refused) as refusal:
            propose_quotas(scene.cycle, 5, Basis.COUNTIES, least=2)
        (problem,) = refusal.value.problems
        assert (problem.field, problem.text) == (
            "total",
            "各市已使用 1 个名额，每市至少 2 个，合计至少 6 个，总数不能少于此数。",
        )

    def test_it_fills_the_editor_and_shows_what_would_change(self, as_officer, scene):
        asked = {"total": 9, "basis": "counties", "least": 2}
        answer = as_officer.get(url(scene), asked)
        found = [(x.size.initial, x.difference) for x in answer.context["lines"]]
        assert found == [(5, 2), (2, 1), (2, 1)]
        page = answer.content.decode()
        assert "以下填入的是按比例生成的建议数，合计 9 个，尚未保存。" in page
        assert '<span class="quota-change">+2</span>' in page
        assert held_sizes(scene)["沈阳市"] == 3


class TestImport:
    def test_its_numbers_fill_the_editor_and_nothing_is_saved(self, as_officer, scene):
        answer = as_officer.post(
            url(scene, "quotas/import/"), upload(("沈阳市", 2, "调减"), ("鞍山市", "4", None))
        )
        lines = answer.context["lines"]
        assert [x.size.initial for x in lines] == [2, 4, 1]
        assert lines[0].note.initial == "调减"
        page = answer.content.decode()
        assert "以下填入的是“名额.xlsx”中的数，合计 7 个，尚未保存。" in page
        assert '<span class="quota-change">-1</span>' in page
        assert f'action="{url(scene)}"' in page
        assert held_sizes(scene) == {"沈阳市": 3, "鞍山市": 1, "沈抚改革创新示范区": 1}

    def test_one_bad_cell_holds_all_back_and_every_one_is_named(self, as_officer, scene):
        take_place(scene.cycle, scene.city, at=scenes.JULY)
        answer = as_officer.post(
            url(scene, "quotas/import/"),
            upload(("沈阳市", 0, None), ("本溪市", 2, None), ("鞍山市", 9, None)),
        )
        page = answer.content.decode()
        assert "有 2 处需要更正，整份表格没有导入" in page
        assert "B2：沈阳市已使用 1 个名额，不能少于此数。" in page
        assert "A3：没有“本溪市”这个市级单位。" in page
        assert "lines" not in answer.context

    @pytest.mark.parametrize(
        ("posted", "said"),
        [
            ({}, "这个字段是必填项。"),
            ({"file": SimpleUploadedFile("名额.xlsx", b"x")}, "这不是 .xlsx 文件"),
            ({"file": SimpleUploadedFile("名额.xlsx", b"")}, "文件是空的，请重新选择。"),
            ({"file": SimpleUploadedFile("大.xlsx", b"x" * (MAX_BYTES + 1))}, "文件超过 2 MB。"),
        ],
    )
    def test_what_is_no_table_is_said_beside_the_field(self, as_officer, scene, posted, said):
        answer = as_officer.post(url(scene, "quotas/import/"), posted)
        assert errors_of(answer)["file"][0].startswith(said)

    def test_the_page_says_what_is_wanted(self, as_officer, scene):
        page = as_officer.get(url(scene, "quotas/import/")).content.decode()
        assert "第 1 行为表头：市级单位、名额、说明" in page

    def test_the_export_can_be_imported_again(self, as_officer, scene):
        take_place(scene.cycle, scene.city, at=scenes.JULY)
        answer = as_officer.get(url(scene, "quotas/export/"))
        content = b"".join(answer.streaming_content)
        rows = list(load_workbook(BytesIO(content)).active.values)
        assert rows[1] == ("沈阳市", 3, None, 1, 2)
        assert rows[-1] == ("合计", 5, None, 1, 4)
        file = SimpleUploadedFile("名额.xlsx", content)
        again = as_officer.post(url(scene, "quotas/import/"), {"file": file})
        assert [x.difference for x in again.context["lines"]] == [0, 0, 0]


class TestTransfer:
    def posted(self, scene, **changes):
        source = Quota.objects.get(cycle=scene.cycle, region=scene.city)
        values = {"source": source.pk, "target": scene.other_city.pk, "count": 2}
        return values | {"reason": "申报不足。"} | changes

    def test_places_move_and_the_history_tells(self, as_officer, scene):
        answer = as_officer.post(url(scene, "quotas/transfer/"), self.posted(scene), follow=True)
        page = answer.content.decode()
        assert "已将 2 个名额由沈阳市调剂至鞍山市。" in page
        assert "沈阳市名额：3 → 1" in page
        assert "鞍山市名额：1 → 3" in page
        assert held_sizes(scene) == {"沈阳市": 1, "鞍山市": 3, "沈抚改革创新示范区": 1}

    def test_the_free_places_are_named_beside_each_city(self, as_officer, scene):
        take_place(scene.cycle, scene.city, at=scenes.JULY)
        page = as_officer.get(url(scene, "quotas/transfer/")).content.decode()
        assert "沈阳市（空闲 2 个）" in page

    def test_too_many_is_refused_beside_the_number(self, as_officer, scene):
        answer = as_officer.post(url(scene, "quotas/transfer/"), self.posted(scene, count=4))
        assert errors_of(answer) == {"count": ["沈阳市可调出的空闲名额有 3 个。"]}
        assert "申报不足。</textarea>" in answer.content.decode()

    def test_the_reason_is_wanted(self, as_officer, scene):
        answer = as_officer.post(url(scene, "quotas/transfer/"), self.posted(scene, reason=""))
        assert errors_of(answer) == {"reason": ["请写明调剂理由。"]}

    def test_it_is_offered_while_the_cycle_runs(self, as_officer, scene):
        address = url(scene, "quotas/transfer/")
        assert address in as_officer.get(url(scene)).content.decode()
        perform(scene.cycle, "close", actor=scene.officer, at=scenes.JULY, reason="结束。")
        assert address not in as_officer.get(url(scene)).content.decode()
        answer = as_officer.post(address, self.posted(scene))
        assert errors_of(answer) == {"__all__": ["周期已结束，名额不再调整。"]}


@pytest.mark.parametrize("who", ["city_handler", "county_handler", "zone_city", "expert"])
@pytest.mark.parametrize("page", PAGES)
def test_the_pages_are_the_provinces(client, scene, today, who, page):
    user = scene.experts[0] if who == "expert" else getattr(scene, who)
    client.force_login(user)
    assert client.get(url(scene, page)).status_code == 403
    assert client.post(url(scene, page)).status_code in {403, 405}
    assert Event.objects.of(scene.cycle).count() == 2


@pytest.mark.parametrize("page", PAGES)
def test_a_cycle_that_is_not_there(as_officer, page):
    assert as_officer.get(f"/cycles/0/{page}").status_code == 404


def test_who_runs_cycles_elsewhere_may_not_here(client, scene, today):
    """The province is one; a right to run cycles on something smaller opens no door."""
    from django.contrib.auth.models import Permission

    from accounts.models import RegionUserObjectPermission

    RegionUserObjectPermission.objects.create(
        user=scene.city_handler,
        content_object=scene.city,
        permission=Permission.objects.get(codename="run_cycle"),
    )
    client.force_login(scene.city_handler)
    assert client.get(url(scene)).status_code == 403
