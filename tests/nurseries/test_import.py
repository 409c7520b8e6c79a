"""Importing the registry: what a spreadsheet may hold, and what each wrong cell is told."""

import re
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, settings
from openpyxl import Workbook, load_workbook

from nurseries import import_plan, services, spreadsheets
from nurseries.columns import COLUMNS
from nurseries.models import Nursery, NurseryImport
from nurseries.services.imports import APPLIED_ALREADY, CHANGED_MEANWHILE, NOTHING_TO_DO
from tests import scenes
from tests.nurseries.sheets import ROW, content, rows, xlsx
from workflow import Refused
from workflow.models import Event

HERE = scenes.JULY
# One town stands for all examples; a busy machine is no fault.
PROPERTY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def hand_in(data: bytes, by) -> NurseryImport:
    return services.hand_in(data, name="机构.xlsx", by=by, at=HERE)


def plan_of(data: bytes, by) -> import_plan.Plan:
    return services.look_through(hand_in(data, by), user=by, at=HERE)


def faults(data: bytes, by) -> list[str]:
    return [str(fault) for fault in plan_of(data, by).faults]


def apply(data: bytes, by) -> NurseryImport:
    handed_in = hand_in(data, by)
    plan = services.look_through(handed_in, user=by, at=HERE)
    return services.apply(handed_in, fingerprint=plan.fingerprint, by=by, at=HERE)


def test_new_nurseries_are_registered_as_the_sheet_says(town):
    done = apply(xlsx(ROW), town.wang)
    assert (done.created_count, done.changed_count, done.applied_at) == (1, 0, HERE)
    nursery = Nursery.objects.with_places().get()
    assert (nursery.name, nursery.credit_code) == ("阳光托育园", scenes.CREDIT_CODES[0])
    assert nursery.region == nursery.filing_county == town.county
    assert nursery.services_offered == ["full_day", "half_day"]
    assert (nursery.opened_on, nursery.floor_area) == (date(2021, 9, 1), Decimal("620.50"))
    assert (nursery.organiser, nursery.form) == ("private", "independent")
    assert (nursery.inclusive, nursery.capacity) == (True, 60)
    event = Event.objects.of(nursery).get()
    assert (event.verb, event.actor, event.post.user) == ("register", town.wang, town.wang)
    assert event.data == {"import": done.pk, "row": 2}


def test_a_known_credit_code_is_changed_and_blank_cells_leave_what_is_registered(town):
    known = scenes.nursery(town.county, code=scenes.CREDIT_CODES[0])
    filing = ("filing_receipt_number", "filing_date", "filing_county")
    row = {name: value for name, value in ROW.items() if name not in filing}
    plan = plan_of(xlsx(row | {"capacity": 90, "head": "周园"}), town.wang)
    assert (plan.created, plan.changed, plan.faults) == (0, 1, ())
    told = {change.heading: (change.before, change.after) for change in plan.steps[0].changes}
    assert told["托位数"] == ("60", "90")
    assert told["机构负责人"] == ("钱园", "周园")
    assert told["服务类型"] == ("全日托", "全日托、半日托")
    apply(xlsx(row | {"capacity": 90, "head": "周园"}), town.wang)
    known.refresh_from_db()
    assert (known.capacity, known.version, known.filing_receipt_number) == (
        90,
        2,
        "托备210102-001",
    )
    changes = Event.objects.of(known).last().data["changes"]
    assert changes["capacity"] == ["60", "90"]
    assert changes["head"] is None


def test_the_same_sheet_a_second_time_has_nothing_to_do(town):
    apply(xlsx(ROW), town.wang)
    plan = plan_of(xlsx(ROW), town.wang)
    assert (plan.created, plan.changed, plan.unchanged) == (0, 0, 1)
    with pytest.raises(Refused, match=NOTHING_TO_DO):
        apply(xlsx(ROW), town.wang)


WRONG_CELLS = [
    ("name", None, "不能为空。"),
    ("name", "园" * 101, "最多 100 个字，现有 101 个字。"),
    ("name", date(2021, 1, 1), "是日期格式"),
    ("credit_code", "91210102X99900016N", "统一社会信用代码校验位不对"),
    ("credit_code", "91210102X9990001", "应为 18 位，现为 16 位"),
    ("credit_code", 912101020000000000, "是数字格式，末几位可能已变成 0"),
    ("region", "铁西区", "“铁西区”不止一处：沈阳市铁西区（210106）、鞍山市铁西区（210303）"),
    ("region", "朝阳区", "没有“朝阳区”这个县（市、区）"),
    ("region", "沈阳市", "没有“沈阳市”这个县（市、区）"),
    ("region", "210303", "鞍山市铁西区不在您的辖区内"),
    ("registration_kind", "公司", "“公司”不是可选值，请填：企业、个体工商户"),
    ("phone", 13800005678.5, "是数字格式，可能已失真"),
    ("phone", 1380000567, "联系电话应为"),
    ("organiser", True, "“True”不是可选值"),
    ("inclusive", "对", "“对”不是可选值，请填：是、否。"),
    ("services_offered", "全日托、夜托", "“夜托”不是可选值"),
    ("services_offered", "、", "多项用顿号分开"),
    ("opened_on", "2021年13月1日", "这一天不存在"),
    ("opened_on", "去年", "“去年”不是日期，请填如 2021-03-05。"),
    ("opened_on", "03/05/2021", "不是日期"),
    ("opened_on", 44260, "不是日期"),
    ("opened_on", date(2023, 7, 21), "开办日期不能晚于今天。"),
    ("floor_area", "五百", "“五百”不是数字。"),
    ("floor_area", 0, "建筑面积应大于 0。"),
    ("floor_area", 12345678, "不是合理的面积"),
    ("floor_area", "1e999", "不是合理的面积"),
    ("floor_area", "NaN", "不是数字"),
    ("outdoor_area", -1, "不是合理的面积"),
    ("capacity", 0, "托位数应大于 0。"),
    ("capacity", 60.5, "不是合理的整数"),
    ("capacity", True, "不是数字"),
    ("filing_date", None, "应同时填写"),
    ("filing_county", "北京市", "没有“北京市”这个县（市、区）"),
    ("name", "=A1", "是公式"),
    ("capacity", "=SUM(A1:A2)", "是公式，请复制后“粘贴为数值”。"),
    ("capacity", "#N/A", "是错误值 #N/A"),
]


@pytest.mark.parametrize(("field", "value", "said"), WRONG_CELLS)
def test_each_wrong_cell_is_told_where_it_is_and_what_is_wrong(town, field, value, said):
    found = faults(xlsx(ROW | {field: value}), town.wang)
    assert len(found) == 1
    number = [column.field for column in COLUMNS].index(field)
    letter, heading = "ABCDEFGHIJKLMNOPQRST"[number], COLUMNS[number].heading
    assert found[0].startswith(f"第 2 行 {letter} 列「{heading}」：")
    assert said in found[0]


@pytest.mark.parametrize(
    ("field", "value", "stored"),
    [
        ("credit_code", " 91210102x9990001 6m", "91210102X99900016M"),
        ("region", 210102, "210102"),
        ("region", "辽宁省沈阳市 和平区", "210102"),
        ("region", "和平区", "210102"),
        ("phone", 13800005678, "13800005678"),
        ("phone", "024 2234 5678", "024-22345678"),
        ("inclusive", False, False),
        ("inclusive", "否", False),
        ("services_offered", "计时托,全日托，计时托 半日托", ["full_day", "half_day", "hourly"]),
        ("opened_on", datetime(2021, 3, 5, 12, 0), date(2021, 3, 5)),
        ("opened_on", "2021年3月5日", date(2021, 3, 5)),
        ("opened_on", "2021/03/05", date(2021, 3, 5)),
        ("opened_on", "2021.3.5", date(2021, 3, 5)),
        ("opened_on", 20210305, date(2021, 3, 5)),
        ("floor_area", "1,250.5", Decimal("1250.50")),
        ("capacity", "60", 60),
        ("capacity", 60.0, 60),
        ("name", "  阳光  托育园 ", "阳光 托育园"),
        ("filing_receipt_number", 2021001, "2021001"),
    ],
)
def test_usual_ways_to_write_a_cell_are_understood(town, field, value, stored):
    plan = plan_of(xlsx(ROW | {field: value}), town.wang)
    assert plan.faults == ()
    found = plan.steps[0].values[field]
    assert getattr(found, "code", found) == stored


def test_one_wrong_cell_keeps_the_whole_sheet_out(town):
    lines = rows(3)
    lines[1]["capacity"] = "很多"
    handed_in = hand_in(xlsx(*lines), town.wang)
    plan = services.look_through(handed_in, user=town.wang, at=HERE)
    assert not plan.applicable
    with pytest.raises(Refused):
        services.apply(handed_in, fingerprint=plan.fingerprint, by=town.wang, at=HERE)
    assert not Nursery.objects.exists()


def test_faults_come_in_the_order_of_the_sheet(town):
    lines = rows(2, capacity="很多", head=None)
    lines[1]["name"] = None
    assert [
        re.findall(r"第 (\d) 行 (\w) 列", text)[0] for text in faults(xlsx(*lines), town.wang)
    ] == [
        ("2", "H"),
        ("2", "Q"),
        ("3", "A"),
        ("3", "H"),
        ("3", "Q"),
    ]


def test_a_credit_code_stands_in_one_row_only(town):
    assert faults(xlsx(ROW, ROW), town.wang) == [
        "第 3 行 B 列「统一社会信用代码」：与第 2 行重复。"
    ]


def test_an_official_imports_into_their_own_area_only(town):
    abroad = scenes.nursery(town.other_county, code=scenes.CREDIT_CODES[0])
    assert faults(xlsx(ROW), town.wang) == [
        "第 2 行 B 列「统一社会信用代码」：该机构已由其他地区登记，不能由本地区导入。"
    ]
    plan = plan_of(xlsx(ROW | {"region": "鞍山市铁西区"}), town.zhou)
    assert (plan.changed, plan.faults) == (1, ())
    apply(xlsx(ROW), town.zhou)
    abroad.refresh_from_db()
    assert abroad.region == town.county


@pytest.mark.parametrize("who", ["li", "chen"])
def test_who_keeps_no_registry_hands_nothing_in(town, who):
    chen = scenes.staff(scenes.nursery(town.county), "chen")
    with pytest.raises(PermissionDenied):
        hand_in(xlsx(ROW), {"li": town.li, "chen": chen}[who])


def test_only_who_handed_it_in_applies_it_and_only_once(town):
    handed_in = hand_in(xlsx(ROW), town.wang)
    plan = services.look_through(handed_in, user=town.wang, at=HERE)
    with pytest.raises(PermissionDenied):
        services.apply(handed_in, fingerprint=plan.fingerprint, by=town.zhou, at=HERE)
    with pytest.raises(PermissionDenied):
        services.give_up(handed_in, by=town.zhou)
    services.apply(handed_in, fingerprint=plan.fingerprint, by=town.wang, at=HERE)
    with pytest.raises(Refused, match=APPLIED_ALREADY):
        services.apply(handed_in, fingerprint=plan.fingerprint, by=town.wang, at=HERE)
    with pytest.raises(Refused, match=APPLIED_ALREADY):
        services.give_up(handed_in, by=town.wang)
    assert Nursery.objects.count() == 1


def test_what_changed_since_it_was_looked_through_is_looked_through_again(town):
    known = scenes.nursery(town.county, code=scenes.CREDIT_CODES[0])
    handed_in = hand_in(xlsx(ROW), town.wang)
    seen = services.look_through(handed_in, user=town.wang, at=HERE).fingerprint
    services.update(known, {"capacity": 61}, seen_version=1, by=town.zhou, at=HERE)
    with pytest.raises(Refused, match=CHANGED_MEANWHILE):
        services.apply(handed_in, fingerprint=seen, by=town.wang, at=HERE)
    known.refresh_from_db()
    assert (known.capacity, known.version) == (61, 2)


def test_a_sheet_given_up_leaves_nothing_behind(town, django_capture_on_commit_callbacks):
    from files.models import StoredFile

    handed_in = hand_in(xlsx(ROW), town.wang)
    with django_capture_on_commit_callbacks(execute=True):
        services.give_up(handed_in, by=town.wang)
    assert not NurseryImport.objects.exists()
    assert not StoredFile.objects.exists()


def test_the_example_row_of_the_template_is_skipped(town):
    example = {column.field: column.example for column in COLUMNS}
    plan = plan_of(xlsx(example, ROW), town.wang)
    assert (plan.created, plan.examples, plan.faults) == (1, 1, ())
    assert plan_of(xlsx(example), town.wang).applicable is False


def test_the_template_can_be_filled_in_and_handed_in(town):
    from io import BytesIO

    target = BytesIO()
    spreadsheets.write_template(services.places().within([town.county.path]), to=target)
    workbook = load_workbook(BytesIO(target.getvalue()))
    assert workbook.sheetnames == ["托育机构", "可选值", "填写说明"]
    sheet, values = workbook["托育机构"], workbook["可选值"]
    assert [cell.value for cell in values["F"] if cell.value] == ["区划代码", "210102"]
    assert len(sheet.data_validations.dataValidation) == 5
    for number, column in enumerate(COLUMNS, 1):
        sheet.cell(3, number, ROW[column.field])
    plan = plan_of(content(workbook), town.wang)
    assert (plan.created, plan.examples, plan.faults) == (1, 1, ())


def test_columns_may_stand_in_any_order_and_optional_ones_may_be_missing(town):
    workbook = Workbook()
    needed = [column for column in reversed(COLUMNS) if column.required]
    workbook.active.append([f" {column.heading}* " for column in needed])
    workbook.active.append([ROW[column.field] for column in needed])
    plan = plan_of(content(workbook), town.wang)
    assert (plan.created, plan.faults) == (1, ())
    apply(content(workbook), town.wang)
    assert Nursery.objects.get().filed is False


def test_rows_left_blank_between_others_are_passed_over(town):
    plan = plan_of(xlsx({}, ROW, {"name": "  "}), town.wang)
    assert [step.row for step in plan.steps] == [3]


def test_a_column_left_out_is_named_without_a_letter(town):
    needed = [column for column in COLUMNS if column.required]
    workbook = Workbook()
    workbook.active.append([*(column.heading for column in needed), "备案回执编号"])
    workbook.active.append([*(ROW[column.field] for column in needed), "托备-1"])
    assert faults(content(workbook), town.wang) == [
        "第 2 行「备案日期」：备案回执编号、备案日期、备案机关应同时填写；未备案的应同时留空。"
    ]


def quicker(monkeypatch, deed) -> None:
    """Somebody else is done between the look through and the writing."""
    look = services.imports.look_through

    def look_then_be_overtaken(*args, **kwargs):
        plan = look(*args, **kwargs)
        deed()
        return plan

    monkeypatch.setattr(services.imports, "look_through", look_then_be_overtaken)


def test_who_is_overtaken_while_registering_looks_through_again(town, monkeypatch):
    handed_in = hand_in(xlsx(*rows(2), ROW), town.wang)
    plan = services.look_through(handed_in, user=town.wang, at=HERE)
    quicker(monkeypatch, lambda: scenes.nursery(town.county, code=scenes.CREDIT_CODES[0]))
    with pytest.raises(Refused, match=CHANGED_MEANWHILE):
        services.apply(handed_in, fingerprint=plan.fingerprint, by=town.wang, at=HERE)
    handed_in.refresh_from_db()
    assert handed_in.applied_at is None
    assert not Nursery.objects.matching("第1托育园").exists()


def test_who_is_overtaken_while_changing_looks_through_again(town, monkeypatch):
    known = scenes.nursery(town.county, code=scenes.CREDIT_CODES[0])
    handed_in = hand_in(xlsx(*rows(1), ROW), town.wang)
    plan = services.look_through(handed_in, user=town.wang, at=HERE)
    quicker(
        monkeypatch,
        lambda: services.update(known, {"capacity": 61}, seen_version=1, by=town.zhou, at=HERE),
    )
    with pytest.raises(Refused, match=CHANGED_MEANWHILE):
        services.apply(handed_in, fingerprint=plan.fingerprint, by=town.wang, at=HERE)
    assert not Nursery.objects.matching("第1托育园").exists()


def queries_of(count, town, assert_count, expected) -> None:
    lines = rows(count)
    handed_in = hand_in(xlsx(*lines), town.wang)
    town.wang.forget_grants()
    with assert_count(expected["look"]):
        plan = services.look_through(handed_in, user=town.wang, at=HERE)
    with assert_count(expected["create"]):
        services.apply(handed_in, fingerprint=plan.fingerprint, by=town.wang, at=HERE)
    changed = hand_in(xlsx(*[line | {"capacity": 77} for line in lines]), town.wang)
    plan = services.look_through(changed, user=town.wang, at=HERE)
    assert plan.changed == count
    with assert_count(expected["change"]):
        services.apply(changed, fingerprint=plan.fingerprint, by=town.wang, at=HERE)


@pytest.mark.parametrize("count", [1, 3, 300])
def test_a_long_sheet_costs_no_more_queries_than_a_short_one(
    town, count, django_assert_num_queries
):
    expected = {"look": 3, "create": 17, "change": 17}
    queries_of(count, town, django_assert_num_queries, expected)
    assert Nursery.objects.count() == count
    assert Event.objects.newest_first().first().verb == "update"
