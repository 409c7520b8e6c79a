"""The calendar's pages: editing, a whole year at once, what it means for open notices."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile

from publicity import year_table
from publicity.forms.days import MAX_BYTES, SALT
from publicity.models import DayOverride, YearPlan
from publicity.year_table import Said
from tests.publicity.test_year_table import book

pytestmark = pytest.mark.django_db
PAGE = "/desk/calendar/2027/import/"
DAYS = {"first": "2023-10-08", "last": "", "working": "off", "source": "示例通知"}


@pytest.fixture(autouse=True)
def during_the_notice(set_clock):
    set_clock("2023-09-27 10:00")


def text(response: Any) -> str:
    return response.content.decode()


def upload(officer: Any, *rows: list[Any], year: int = 2027) -> Any:
    file = SimpleUploadedFile("2027.xlsx", book(*rows))
    return officer.post(f"/desk/calendar/{year}/import/", {"file": file})


def test_the_effect_on_an_open_notice_comes_first_and_asks_why(officer, notice):
    shown = officer.post("/desk/calendar/", DAYS)
    assert shown.status_code == 200
    page = text(shown)
    for words in (
        "影响正在公示的名单",
        notice.title,
        "2023年10月9日",
        "2023年10月10日",
        "末日顺延至2023年10月10日",
        'name="first" value="2023-10-08"',
        'name="source" value="示例通知"',
    ):
        assert words in page, words
    assert "is-invalid" not in page
    blank = officer.post("/desk/calendar/", DAYS | {"reason": " "})
    assert blank.status_code == 422
    assert "请写明调整的原因" in text(blank)
    long = officer.post("/desk/calendar/", DAYS | {"reason": "字" * 301})
    assert long.status_code == 422
    assert not DayOverride.objects.exists()
    done = officer.post("/desk/calendar/", DAYS | {"reason": "国务院调整。"}, follow=True)
    assert "已录入 1 天" in text(done)
    notice.refresh_from_db()
    assert notice.closes_on == date(2023, 10, 10)
    public = text(officer.get(f"/notices/{notice.pk}/"))
    assert "补充说明第 1 号" in public
    assert "国务院调整。" in public
    assert "原定2023年10月9日止，已顺延" in public


def test_a_day_is_changed_where_it_stands(officer, notice):
    day = DayOverride.objects.create(day=date(2023, 10, 8), working=True, source="旧通知")
    page = f"/desk/calendar/days/{day.pk}/"
    assert "旧通知" in text(officer.get(page))
    wrong = officer.post(page, {"working": "off", "source": ""})
    assert wrong.status_code == 422
    assert "依据：请填写此项。" in text(wrong)
    asked = officer.post(page, {"working": "off", "source": "新通知"})
    assert "影响正在公示的名单" in text(asked)
    done = officer.post(page, {"working": "off", "source": "新通知", "reason": "调整。"})
    assert done["Location"] == "/desk/calendar/?year=2023"
    day.refresh_from_db()
    assert (day.working, day.source) == (False, "新通知")
    back = officer.post(f"{page}drop/", {})
    assert "已印发的公示期不缩短" in text(back)
    officer.post(f"{page}drop/", {"reason": "撤回。"})
    assert not DayOverride.objects.exists()


def test_the_notice_of_the_state_council_is_named_for_any_known_year(officer):
    page = "/desk/calendar/2023/name/"
    named = officer.post(page, {"source": "国办发明电〔2022〕16号"}, follow=True)
    assert "依据：国办发明电〔2022〕16号" in text(named)
    assert YearPlan.objects.get().year == 2023
    assert "请写明所依据的通知" in text(officer.post(page, {}, follow=True))
    unknown = officer.post("/desk/calendar/2027/name/", {"source": "x"}, follow=True)
    assert "尚未确认" in text(unknown)


def test_the_last_known_year_says_from_when_notices_are_refused(officer):
    shown = text(officer.get("/desk/calendar/", {"year": "2026"}))
    assert "2026年12月26日起发布的公示" in shown
    assert "全年 " in shown
    assert "起发布的公示" not in text(officer.get("/desk/calendar/", {"year": "2025"}))
    assert "起发布的公示" not in text(officer.get("/desk/calendar/", {"year": "2027"}))


# A whole year


def test_a_year_is_looked_through_and_then_confirmed(officer):
    DayOverride.objects.create(day=date(2027, 5, 1), working=False, source="旧通知")
    page = upload(officer, ["2027-10-01", "放假", "=HYPERLINK(1)&"], ["2027-10-09", "上班", "通知"])
    assert "公式" in text(page)
    page = upload(officer, ["2027-10-01", "放假", "通知"], ["2027-10-09", "上班", "通知"])
    assert page.status_code == 200
    shown = text(page)
    assert shown.count("新增") == 2
    assert "取消</span>" in shown
    assert DayOverride.objects.count() == 1
    table = page.context["form"]["table"].value()
    done = officer.post(PAGE, {"table": table}, follow=True)
    assert done.redirect_chain == [("/desk/calendar/?year=2027", 302)]
    assert "已导入2027年的工作日调整" in text(done)
    assert [each.day.month for each in DayOverride.objects.all()] == [10, 10]
    again = upload(officer, ["2027-10-01", "上班", "通知"], ["2027-10-09", "上班", "通知"])
    assert "修改</span>" in text(again)
    assert "不变</span>" in text(again)


def test_every_row_has_its_result_and_one_fault_keeps_all_out(officer):
    page = upload(officer, ["2027-10-01", "放假", "通知"], ["2027-13-01", "放假", "通知"])
    assert page.status_code == 422
    shown = text(page)
    assert "有 1 行需要更正，整份表格没有导入" in shown
    assert "无误" in shown
    assert "日期须写成 2027-10-01 的样子" in shown
    assert not DayOverride.objects.exists()


def test_an_import_asks_for_the_reason_too(officer, notice):
    page = upload(officer, ["2023-10-08", "放假", "通知"], year=2023)
    table = page.context["form"]["table"].value()
    asked = officer.post("/desk/calendar/2023/import/", {"table": table})
    assert "影响正在公示的名单" in text(asked)
    officer.post("/desk/calendar/2023/import/", {"table": table, "reason": "调整。"})
    notice.refresh_from_db()
    assert notice.closes_on == date(2023, 10, 10)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("x", "请重新上传表格"),
        (signing.dumps([], salt=f"{SALT}:2026"), "请重新上传表格"),
        (signing.dumps([["2026-01-01", True, "x"]], salt=f"{SALT}:2027"), "不属于2027年"),
    ],
    ids=["no seal", "the seal of another year", "a day of another year"],
)
def test_a_table_that_was_not_looked_through_is_refused(officer, table, sentence):
    assert sentence in text(officer.post(PAGE, {"table": table}, follow=True))
    assert not DayOverride.objects.exists()


def test_what_is_no_table_is_said_beside_the_field(officer):
    wrong = officer.post(PAGE, {"file": SimpleUploadedFile("a.xlsx", b"abc")})
    assert "不是 .xlsx 文件" in text(wrong)
    assert wrong.status_code == 422
    missing = officer.post(PAGE, {})
    assert "is-invalid" in text(missing)
    large = officer.post(PAGE, {"file": SimpleUploadedFile("a.xlsx", b"x" * (MAX_BYTES + 1))})
    assert "文件超过 2 MB" in text(large)


def test_the_template_holds_what_is_entered(officer):
    DayOverride.objects.create(day=date(2027, 5, 1), working=False, source="=1+1")
    answer = officer.get("/desk/calendar/2027/template/")
    assert "2027" in answer["Content-Disposition"]
    lines = year_table.read(answer.getvalue(), 2027)
    assert [line.said for line in lines] == [Said(date(2027, 5, 1), working=False, source="=1+1")]


@pytest.mark.parametrize("page", ["import", "template"])
def test_no_year_that_cannot_be_shown(officer, page):
    assert officer.get(f"/desk/calendar/1999/{page}/").status_code == 404
    assert officer.get(f"/desk/calendar/2101/{page}/").status_code == 404
