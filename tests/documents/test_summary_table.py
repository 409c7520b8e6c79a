"""The summary table, as a sheet and as a page."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from applications.statuses import Step
from documents import services
from documents.models import Document
from documents.services import making
from documents.statuses import Kind
from nurseries.models import Nursery
from quotas.models import Quota
from tests import scenes
from tests.documents.conftest import content_of, text_of
from tests.scenes import AUGUST, JULY
from workflow import perform


def quota_of(scene, region) -> Quota:
    return Quota.objects.get(cycle=scene.cycle, region=region)


def made(subject, kind, by) -> Document:
    job = services.request_from_city(subject, kind, by=by, at=AUGUST)
    document = services.work(job.pk, now=lambda: AUGUST)
    assert document is not None
    return document


def sheet_of(document: Document):
    return load_workbook(BytesIO(content_of(document))).active


def recommend(scene, where, name, username):
    application, _ = scenes.submitted(scene, where, name=name, username=username)
    county, city = {
        scene.county: (scene.county_handler, scene.city_handler),
        scene.zone: (scene.zone_county, scene.zone_city),
        scene.other_county: (scene.other_county_handler, scene.other_city_handler),
    }[where]
    scenes.scored(application, Step.COUNTY, county, total="91.5", when=JULY)
    perform(application, "recommend_to_city", actor=county, at=JULY, reason="同意。")
    scenes.scored(application, Step.CITY, city, total="92", when=AUGUST)
    perform(application, "recommend_to_province", actor=city, at=AUGUST, reason="择优推荐。")
    return application


@pytest.fixture
def recommended(scene):
    """Two of 沈阳, one of 鞍山, one of the zone; another of 沈阳 still with the city."""
    scenes.at_city(scene, name="待审托育园", username="waiting")
    return [
        recommend(scene, where, name, f"s{number}")
        for number, (where, name) in enumerate(
            [
                (scene.county, "阳光托育园"),
                (scene.county, "春苗托育园"),
                (scene.other_county, "钢城托育园"),
                (scene.zone, "示范区托育园"),
            ]
        )
    ]


def test_a_city_gets_its_own_recommended_ones_and_their_sums(scene, recommended):
    document = made(quota_of(scene, scene.city), Kind.SUMMARY_XLSX, scene.city_handler)
    sheet = sheet_of(document)
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "辽宁省省级示范托育机构申报汇总表"
    assert "填报单位（盖章）：沈阳市卫生健康委" in rows[1][0]
    assert document.code in rows[1][0]
    head = rows[2]
    assert "市" not in head
    lines = [dict(zip(head, row, strict=True)) for row in rows[3:-1]]
    assert [(line["序号"], line["机构名称"]) for line in lines] == [
        (1, "春苗托育园"),
        (2, "阳光托育园"),
    ]
    assert lines[0]["自评得分"] == 90
    assert (lines[0]["县级评分"], lines[0]["市级评分"]) == (91.5, 92)
    assert lines[0]["市级推荐意见"] == "择优推荐。"
    total = dict(zip(head, rows[-1], strict=True))
    assert (total["序号"], total["机构名称"]) == ("合计", "2 家")
    assert total["托位数"] == sum(a.nursery.capacity for a in recommended[:2]) == 120


def test_the_province_gets_everybody_with_their_city(scene, recommended):
    sheet = sheet_of(made(scene.cycle, Kind.SUMMARY_XLSX, scene.officer))
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    column = rows[0].index("市")
    assert [(row[column], row[column + 1]) for row in rows[1:-1]] == [
        ("沈阳市", "和平区"),
        ("沈阳市", "和平区"),
        ("鞍山市", "铁西区"),
        ("沈抚改革创新示范区", "—"),
    ]


def test_the_zone_has_a_table_of_its_own(scene, recommended):
    document = made(quota_of(scene, scene.zone), Kind.SUMMARY_PDF, scene.zone_city)
    text = text_of(document)
    assert "填报单位：沈抚改革创新示范区卫生健康委" in text
    assert "示范区托育园" in text
    assert "阳光托育园" not in text


def test_the_page_is_across_and_says_the_same(scene, recommended):
    document = made(quota_of(scene, scene.city), Kind.SUMMARY_PDF, scene.city_handler)
    page = PdfReader(BytesIO(content_of(document))).pages[0]
    assert page.mediabox.width > page.mediabox.height
    text = text_of(document)
    for words in ("示例（非官方）", "春苗托育园", "91.5", "合计2家", "120", "经办人："):
        assert words in text, words


def test_nobody_recommended_is_said(scene):
    quota = quota_of(scene, scene.city)
    assert "本周期尚无推荐机构。" in text_of(made(quota, Kind.SUMMARY_PDF, scene.city_handler))
    rows = list(sheet_of(made(quota, Kind.SUMMARY_XLSX, scene.city_handler)).values)
    assert rows[3][0] == "合计"


def test_the_sheet_is_ready_to_read_and_to_print(scene, recommended):
    sheet = sheet_of(made(quota_of(scene, scene.city), Kind.SUMMARY_XLSX, scene.city_handler))
    assert sheet.freeze_panes == "A4"
    assert sheet.print_title_rows == "$1:$3"
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.column_dimensions["C"].width == 34
    assert sheet.auto_filter.ref == "A3:Q5"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_looks_like_a_formula_stays_text(scene, recommended, start):
    name = f'{start}HYPERLINK("http://x","y")'
    Nursery.objects.filter(name="阳光托育园").update(name=name)
    sheet = sheet_of(made(quota_of(scene, scene.city), Kind.SUMMARY_XLSX, scene.city_handler))
    cells = [cell for row in sheet.iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert len(cells) == 1
    assert cells[0].data_type == "s"
    assert cells[0].quotePrefix
    assert cells[0].number_format == "@"


def test_characters_that_a_sheet_cannot_hold_are_left_out(scene, recommended):
    Nursery.objects.filter(name="阳光托育园").update(name="阳光\x0b托育园")
    document = made(quota_of(scene, scene.city), Kind.SUMMARY_XLSX, scene.city_handler)
    assert "阳光托育园" in [cell.value for cell in sheet_of(document)["C"]]


def test_the_same_table_gives_the_same_bytes(scene, recommended):
    from documents import production
    from workflow import record

    quota = quota_of(scene, scene.city)
    event = record(quota, "fill_summary", actor=scene.city_handler, at=AUGUST)
    for kind in (Kind.SUMMARY_XLSX, Kind.SUMMARY_PDF):
        one, other = (production.make(kind, event) for _ in range(2))
        assert one == other


def test_progress_is_told_while_the_rows_are_written(scene, recommended, monkeypatch):
    from documents.papers import workbook

    monkeypatch.setattr(workbook, "TELL_EVERY", 1)
    told = []
    monkeypatch.setattr(making, "_tell", lambda _, *progress: told.append(progress))
    made(quota_of(scene, scene.city), Kind.SUMMARY_XLSX, scene.city_handler)
    assert told == [(1, 2), (2, 2), (2, 2)]
