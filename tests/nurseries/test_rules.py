"""What must agree within a record; and that the database says the same."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nurseries import parts, rules
from nurseries.models import Nursery
from nurseries.parts import ClassLine, FeeLine, Parts, StaffLine
from tests import scenes

TODAY = date(2023, 6, 10)
# One town stands for all examples; a busy machine is no fault.
PROPERTY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def said(values, on=TODAY):
    return {fault.field: fault.text for fault in rules.faults(values, on=on)}


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"capacity": 0}, "capacity", rules.CAPACITY_POSITIVE),
        ({"floor_area": Decimal(0)}, "floor_area", rules.FLOOR_AREA_POSITIVE),
        ({"floor_area": Decimal("-1")}, "floor_area", rules.FLOOR_AREA_POSITIVE),
        ({"outdoor_area": Decimal("-0.01")}, "outdoor_area", rules.OUTDOOR_AREA_NOT_NEGATIVE),
        ({"services_offered": []}, "services_offered", rules.SERVICES_CHOSEN),
        ({"services_offered": ["overnight"]}, "services_offered", rules.SERVICES_CHOSEN),
        ({"opened_on": TODAY + timedelta(1)}, "opened_on", rules.OPENED_NOT_LATE),
        ({"opened_on": date(1949, 9, 30)}, "opened_on", rules.OPENED_NOT_EARLY),
        ({"filing_date": TODAY + timedelta(1)}, "filing_date", rules.FILED_NOT_LATE),
        ({"filing_date": date(221, 3, 1)}, "filing_date", rules.FILED_NOT_EARLY),
        (
            {"filing_receipt_number": "1", "filing_date": None, "filing_county": None},
            "filing_date",
            rules.FILING_WHOLE,
        ),
        (
            {"filing_receipt_number": "", "filing_date": TODAY, "filing_county": 1},
            "filing_receipt_number",
            rules.FILING_WHOLE,
        ),
    ],
)
def test_each_rule_speaks_beside_its_field(values, field, sentence):
    assert said(values)[field] == sentence


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"capacity": 1, "floor_area": Decimal("0.01"), "outdoor_area": Decimal(0)},
        {"opened_on": TODAY, "filing_date": None},
        {"opened_on": date(1949, 10, 1)},
        {"filing_receipt_number": "", "filing_date": None, "filing_county": None},
        {"filing_receipt_number": "1", "filing_date": TODAY, "filing_county": 1},
        {"capacity": None, "filing_receipt_number": "1"},
    ],
)
def test_what_is_right_or_not_known_is_not_spoken_of(values):
    assert said(values) == {}


def test_numbers_and_services_are_stored_in_one_spelling():
    values = {
        "credit_code": "91210102x999 00016m",
        "phone": "138 0000 5678",
        "services_offered": ["hourly", "full_day", "hourly"],
        "name": "阳光托育园",
    }
    assert rules.normal(values) == {
        "credit_code": "91210102X99900016M",
        "phone": "13800005678",
        "services_offered": ["full_day", "hourly"],
        "name": "阳光托育园",
    }


def test_lines_are_checked_in_the_databases_words():
    wrong = Parts(
        classes=(ClassLine("infant", 0, 3),),
        staff=(StaffLine("carer", 2, 3),),
        fees=(FeeLine("保育费", Decimal(-1), "month"),),
    )
    assert [fault.text for fault in parts.faults(wrong)] == [
        rules.CHILDREN_NEED_CLASS,
        rules.CERTIFIED_WITHIN,
        rules.FEE_NOT_NEGATIVE,
    ]
    right = Parts(
        classes=(ClassLine("infant", 1, 0),),
        staff=(StaffLine("carer", 3, 3),),
        fees=(FeeLine("保育费", Decimal(0), "month"),),
    )
    assert parts.faults(right) == []
    assert parts.told(right.classes) == "乳儿班（6–12 个月） 1 个班 0 人"
    assert parts.told(right.staff) == "保育人员 3 人，持证 3 人"
    assert parts.told(right.fees) == "保育费 0 元/月"
    assert parts.told(()) == "（空）"


AMOUNTS = st.decimals(-10, 10, places=2)
DAYS = st.dates(date(1940, 1, 1), TODAY)


VALUES = st.fixed_dictionaries(
    {
        "capacity": st.integers(0, 3),
        "floor_area": AMOUNTS,
        "outdoor_area": AMOUNTS,
        "opened_on": DAYS,
        "filing_receipt_number": st.sampled_from(["", "托备-001"]),
        "filing_date": st.none() | DAYS,
        "filing_county": st.booleans(),
        "services_offered": st.lists(
            st.sampled_from(["full_day", "hourly", "overnight"]), max_size=2
        ),
    }
)


@settings(PROPERTY, max_examples=100)
@given(VALUES)
def test_the_database_refuses_exactly_what_the_rules_refuse(town, values):
    values = values | {"filing_county": town.county if values["filing_county"] else None}
    rows = Nursery.objects.with_credit_codes([scenes.CREDIT_CODES[0]])
    if not rows.exists():
        scenes.nursery(town.county, code=scenes.CREDIT_CODES[0])
    try:
        with transaction.atomic():
            rows.update(**values)
        refused = False
    except IntegrityError:
        refused = True
    assert refused == bool(rules.faults(values, on=TODAY))
