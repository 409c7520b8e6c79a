"""What must agree between the fields of a nursery's record, and between its classes and staff.

Pure. The form, the importer and the database's constraints say the same sentences.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from nurseries import kinds, validators

CREDIT_CODE_TAKEN = "该统一社会信用代码已登记，不能重复登记。"
CAPACITY_POSITIVE = "托位数应大于 0。"
FLOOR_AREA_POSITIVE = "建筑面积应大于 0。"
OUTDOOR_AREA_NOT_NEGATIVE = "户外活动场地面积不能小于 0。"
SERVICES_CHOSEN = "请至少选择一项规定的服务类型。"
FILING_WHOLE = "备案回执编号、备案日期、备案机关应同时填写；未备案的应同时留空。"
OPENED_NOT_EARLY = "开办日期不应早于 1949 年 10 月 1 日。"
FILED_NOT_EARLY = "备案日期不应早于 1949 年 10 月 1 日。"
OPENED_NOT_LATE = "开办日期不能晚于今天。"
FILED_NOT_LATE = "备案日期不能晚于今天。"
CERTIFIED_WITHIN = "持证人数不能多于人数。"
CHILDREN_NEED_CLASS = "有在托儿童的班型，班级数应大于 0。"
REGION_IS_COUNTY = "所在地应为县（市、区）或示范区。"
FEE_NOT_NEGATIVE = "收费金额不能小于 0。"
EARLIEST = date(1949, 10, 1)

FILING = ("filing_receipt_number", "filing_date", "filing_county")


@dataclass(frozen=True)
class Fault:
    """One disagreement: a whole sentence and the field it stands beside."""

    field: str
    text: str


Values = Mapping[str, Any]
Rule = Callable[[Values, date], Iterable[Fault]]


def normal(values: Values) -> dict[str, Any]:
    """The values as they are stored: numbers in their usual spelling, services in their order."""
    spelt = dict(values)
    if values.get("credit_code"):
        spelt["credit_code"] = validators.normal_credit_code(values["credit_code"])
    if values.get("phone"):
        spelt["phone"] = validators.normal_phone(values["phone"])
    if values.get("services_offered"):
        chosen = set(values["services_offered"])
        known = [value for value in kinds.Service.values if value in chosen]
        spelt["services_offered"] = known + sorted(chosen - set(known))
    return spelt


def faults(values: Values, *, on: date) -> list[Fault]:
    """Everything wrong with a record's fields together, as of the local date `on`.

    A field that is missing from `values` is taken as not known, not as empty.
    """
    return [fault for rule in RULES for fault in rule(values, on)]


def numbers_are_valid(values: Values, on: date) -> Iterable[Fault]:
    checks = {
        "credit_code": validators.validate_credit_code,
        "phone": validators.validate_phone,
    }
    for name, check in checks.items():
        try:
            if name in values:
                check(values[name])
        except ValidationError as fault:
            yield Fault(name, fault.messages[0])


def services_are_chosen(values: Values, on: date) -> Iterable[Fault]:
    chosen = values.get("services_offered")
    if chosen is not None and (not chosen or set(chosen) - set(kinds.Service.values)):
        yield Fault("services_offered", SERVICES_CHOSEN)


def amounts_make_sense(values: Values, on: date) -> Iterable[Fault]:
    if _below(values, "capacity", 1):
        yield Fault("capacity", CAPACITY_POSITIVE)
    if _below(values, "floor_area", 0) or values.get("floor_area") == 0:
        yield Fault("floor_area", FLOOR_AREA_POSITIVE)
    if _below(values, "outdoor_area", 0):
        yield Fault("outdoor_area", OUTDOOR_AREA_NOT_NEGATIVE)


def filing_is_whole(values: Values, on: date) -> Iterable[Fault]:
    """S0: the nursery is filed and holds the receipt; a receipt has number, date and county."""
    given = [name for name in FILING if name in values]
    blank = [name for name in given if not values[name]]
    if blank and len(blank) < len(given):
        yield Fault(blank[0], FILING_WHOLE)


def dates_are_past(values: Values, on: date) -> Iterable[Fault]:
    sentences = {
        "opened_on": (OPENED_NOT_EARLY, OPENED_NOT_LATE),
        "filing_date": (FILED_NOT_EARLY, FILED_NOT_LATE),
    }
    for name, (too_early, too_late) in sentences.items():
        day = values.get(name)
        if day and day < EARLIEST:
            yield Fault(name, too_early)
        elif day and day > on:
            yield Fault(name, too_late)


RULES: list[Rule] = [
    numbers_are_valid,
    services_are_chosen,
    amounts_make_sense,
    filing_is_whole,
    dates_are_past,
]


def _below(values: Values, name: str, least: int) -> bool:
    value = values.get(name)
    return value is not None and value < least
