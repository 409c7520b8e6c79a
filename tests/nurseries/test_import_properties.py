"""Whatever people type: right cells arrive unchanged, wrong ones get an answer in words."""

from datetime import date, datetime
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nurseries import columns, import_plan, kinds, services, workbooks
from nurseries.columns import COLUMNS
from tests.nurseries.sheets import ROW, xlsx

TODAY = date(2023, 7, 20)
# One town stands for all examples; a busy machine is no fault.
PROPERTY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Zs", "Zl", "Zp")),
    min_size=1,
    max_size=40,
).filter(lambda text: not text.startswith("=") and not text.startswith("#"))
LINES = st.fixed_dictionaries(
    {
        "name": TEXTS,
        "address": TEXTS,
        "head": TEXTS,
        "registration_kind": st.sampled_from(kinds.RegistrationKind.labels),
        "organiser": st.sampled_from(kinds.Organiser.labels),
        "form": st.sampled_from(kinds.Form.labels),
        "inclusive": st.sampled_from(["是", "否"]),
        "services_offered": st.sets(st.sampled_from(kinds.Service.labels), min_size=1).map(
            "、".join
        ),
        "opened_on": st.dates(date(1949, 10, 1), date(2023, 7, 20)),
        "floor_area": st.decimals(Decimal("0.01"), 9_999_999, places=2),
        "outdoor_area": st.decimals(0, 9_999_999, places=2),
        "capacity": st.integers(1, 99_999),
    }
)


@settings(PROPERTY, max_examples=40)
@given(LINES)
def test_what_is_right_in_the_sheet_arrives_unchanged(town, line):
    data = xlsx(ROW | line)
    table = workbooks.read(data, headings=columns.HEADINGS, required=columns.REQUIRED)
    plan = import_plan.plan(
        import_plan.draft(table, services.places(), on=TODAY), {}, [town.county.path]
    )
    assert plan.faults == ()
    values = plan.steps[0].values
    for field in ("name", "address", "head", "opened_on", "floor_area", "outdoor_area", "capacity"):
        assert values[field] == line[field]
    assert kinds.Form(values["form"]).label == line["form"]
    assert {kinds.Service(v).label for v in values["services_offered"]} == set(
        line["services_offered"].split("、")
    )


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(datetime(1901, 1, 1), datetime(2100, 1, 1)),
    st.times(),
    TEXTS,
)


@settings(PROPERTY, max_examples=80)
@given(st.fixed_dictionaries({column.field: CELLS for column in COLUMNS}))
def test_whatever_stands_in_a_cell_gets_an_answer_in_words(town, line):
    table = workbooks.read(xlsx(ROW, line), headings=columns.HEADINGS, required=columns.REQUIRED)
    plan = import_plan.plan(
        import_plan.draft(table, services.places(), on=TODAY), {}, [town.county.path]
    )
    assert len(plan.steps) + len({fault.row for fault in plan.faults}) >= len(table.lines)
    assert all(fault.row == 3 and fault.text.endswith("。") for fault in plan.faults)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.booleans())
def test_no_bytes_break_the_reader(garbage, inside):
    data = xlsx(ROW)
    broken = data[:200] + garbage + data[200 + len(garbage) :] if inside else garbage
    said = ""
    try:
        workbooks.read(broken, headings=columns.HEADINGS, required=columns.REQUIRED)
    except workbooks.Unreadable as wrong:
        said = str(wrong)
    assert said == "" or said.endswith("。")
