"""The registry's rows, what the database refuses, and who sees which."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import services as accounts
from nurseries import kinds, rules
from nurseries.models import ClassGroup, Fee, Nursery, NurseryImport, StaffGroup
from tests import scenes


def names(rows) -> set[str]:
    return {row.name for row in rows}


def test_a_nursery_tells_what_the_pages_ask(town):
    nursery = scenes.nursery(town.county, services_offered=["hourly", "full_day"])
    assert str(nursery) == "阳光托育园"
    assert nursery.region_path == "21/2101/210102"
    assert nursery.get_absolute_url() == reverse("nurseries:card", args=[nursery.pk])
    assert nursery.filed
    assert nursery.service_labels == ["全日托", "计时托"]
    assert nursery.masked_phone == "138****5678"


@pytest.mark.parametrize("kind", kinds.RegistrationKind)
def test_profit_follows_from_the_kind_of_registration(kind):
    nursery = Nursery(registration_kind=kind.value)
    assert nursery.for_profit == (kind in ("enterprise", "sole_trader"))


def test_one_credit_code_is_registered_once_and_said_beside_the_field(town):
    first = scenes.nursery(town.county)
    second = Nursery(credit_code=first.credit_code)
    with pytest.raises(ValidationError) as wrong:
        second.validate_constraints(
            exclude={f.name for f in Nursery._meta.fields} - {"credit_code"}
        )
    assert wrong.value.message_dict == {"credit_code": [rules.CREDIT_CODE_TAKEN]}


@pytest.mark.parametrize(
    ("field", "value", "constraint"),
    [
        ("credit_code", "91210102x99900016m", "nursery_credit_code_shape"),
        ("capacity", 0, "nursery_capacity_positive"),
        ("floor_area", Decimal(0), "nursery_floor_area_positive"),
        ("outdoor_area", Decimal(-1), "nursery_outdoor_area_not_negative"),
        ("services_offered", [], "nursery_services_chosen"),
        ("services_offered", ["overnight"], "nursery_services_chosen"),
        ("filing_date", None, "nursery_filing_whole"),
        ("opened_on", date(1900, 1, 1), "nursery_opened_not_early"),
        ("filing_date", date(1900, 1, 1), "nursery_filed_not_early"),
        ("organiser", "nobody", "nursery_kinds_known"),
        ("form", "tent", "nursery_kinds_known"),
        ("registration_kind", "club", "nursery_kinds_known"),
        ("updated_at", scenes.JUNE - timedelta(1), "nursery_times_ordered"),
    ],
)
def test_the_database_refuses_an_impossible_nursery(town, field, value, constraint):
    nursery = scenes.nursery(town.county)
    setattr(nursery, field, value)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        nursery.save()


@pytest.mark.parametrize(
    ("row", "constraint"),
    [
        (ClassGroup(kind="infant", class_count=0, children=1), "classgroup_children_need_class"),
        (ClassGroup(kind="giant", class_count=1, children=1), "classgroup_kind_known"),
        (StaffGroup(post="carer", headcount=1, certified=2), "staffgroup_certified_within"),
        (StaffGroup(post="pilot", headcount=1, certified=0), "staffgroup_post_known"),
        (Fee(item="保育费", amount=Decimal(-1), unit="month"), "fee_not_negative"),
        (Fee(item="保育费", amount=Decimal(1), unit="smile"), "fee_unit_known"),
    ],
)
def test_the_database_refuses_an_impossible_line(town, row, constraint):
    row.nursery = scenes.nursery(town.county)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save()


@pytest.mark.parametrize(
    ("make", "constraint"),
    [
        (lambda: ClassGroup(kind="infant", class_count=1, children=1), "classgroup_kind_once"),
        (lambda: StaffGroup(post="carer", headcount=1, certified=1), "staffgroup_post_once"),
        (lambda: Fee(item="保育费", amount=Decimal(1), unit="month"), "fee_item_once"),
    ],
)
def test_a_kind_has_one_line(town, make, constraint):
    nursery = scenes.nursery(town.county)
    first, second = make(), make()
    first.nursery = second.nursery = nursery
    first.save()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        second.save()


def test_lines_read_as_sentences():
    assert str(ClassGroup(kind="mixed", class_count=1, children=9)).endswith("1 个班 9 人")
    assert str(StaffGroup(post="cook", headcount=2, certified=1)) == "炊事人员 2 人，持证 1 人"
    assert str(Fee(item="餐费", amount=Decimal(15), unit="day")) == "餐费 15 元/天"


def test_officials_see_their_area_and_staff_their_own_nursery(town):
    here = scenes.nursery(town.county, "和平园")
    scenes.nursery(town.next_county, "沈阳铁西园")
    scenes.nursery(town.other_county, "鞍山铁西园")
    scenes.nursery(town.zone, "示范区园")
    chen = scenes.staff(here)
    seen_by = Nursery.objects.visible_to
    assert names(seen_by(town.wang)) == {"和平园"}
    assert names(seen_by(town.li)) == {"和平园", "沈阳铁西园"}
    assert names(seen_by(town.wu)) == {"鞍山铁西园"}
    assert names(seen_by(town.zhou)) == {"和平园", "沈阳铁西园", "鞍山铁西园", "示范区园"}
    assert names(seen_by(chen)) == {"和平园"}
    assert names(Nursery.objects.acted_for_by(chen)) == {"和平园"}
    assert names(Nursery.objects.acted_for_by(town.wang)) == set()


def test_nobody_sees_anything_without_a_post(town):
    scenes.nursery(town.county)
    gone = scenes.official("gone", "旧人", "county_handler", town.county)
    gone.is_active = False
    for nobody in (None, AnonymousUser(), scenes.person("new", "新人"), gone):
        assert not Nursery.objects.visible_to(nobody).exists()


def test_staff_of_one_nursery_may_also_be_an_official_elsewhere(town):
    own = scenes.nursery(town.other_county, "鞍山园")
    scenes.nursery(town.county, "和平园")
    both = scenes.staff(own)
    accounts.appoint(both, "county_handler", town.county, by=None, at=scenes.JUNE)
    assert names(Nursery.objects.visible_to(both)) == {"鞍山园", "和平园"}


def test_an_area_is_a_prefix_of_the_path_and_never_of_the_code(town):
    scenes.nursery(town.county, "和平园")
    scenes.nursery(town.other_county, "鞍山园")
    assert names(Nursery.objects.in_region(town.root)) == {"和平园", "鞍山园"}
    assert names(Nursery.objects.in_region(town.city)) == {"和平园"}
    assert names(Nursery.objects.in_area("21/210")) == set()


def test_the_registry_is_searched_by_every_word(town):
    scenes.nursery(town.county, "和平阳光园", code=scenes.CREDIT_CODES[0])
    scenes.nursery(town.county, "和平星星园", code=scenes.CREDIT_CODES[2], address="太原街 9 号")
    found = Nursery.objects.matching
    assert names(found("")) == {"和平阳光园", "和平星星园"}
    assert names(found("阳光")) == {"和平阳光园"}
    assert names(found("和平 太原街")) == {"和平星星园"}
    assert names(found("52210302x")) == {"和平星星园"}
    assert names(found("托备210102-001 星星")) == {"和平星星园"}
    assert names(found("阳光 太原街")) == set()


def test_the_registry_is_narrowed_by_its_kinds(town):
    scenes.nursery(town.county, "公办园", organiser="public", form="community")
    scenes.nursery(
        town.county,
        "民办园",
        inclusive=False,
        filing_receipt_number="",
        filing_date=None,
        filing_county=None,
    )
    rows = Nursery.objects.all()
    assert names(rows.organised_as("public")) == {"公办园"}
    assert names(rows.of_form("community")) == {"公办园"}
    assert names(rows.that_are_inclusive(False)) == {"民办园"}
    assert names(rows.that_are_filed(True)) == {"公办园"}
    assert names(rows.that_are_filed(False)) == {"民办园"}


def test_children_are_counted_over_all_classes(town):
    full, empty = scenes.nursery(town.county, "甲园"), scenes.nursery(town.county, "乙园")
    for kind, children in (("infant", 8), ("older", 17)):
        ClassGroup.objects.create(nursery=full, kind=kind, class_count=1, children=children)
    counted = {n.name: n.children_now for n in Nursery.objects.with_children_now()}
    assert counted == {full.name: 25, empty.name: 0}


def test_the_ledger_is_sorted_by_county_unless_asked_otherwise(town):
    scenes.nursery(town.other_county, "甲园", capacity=30)
    scenes.nursery(town.county, "乙园", capacity=90)
    scenes.nursery(town.county, "丙园", capacity=60)

    def order(key: str) -> list[str]:
        return [nursery.name for nursery in Nursery.objects.sorted_by(key)]

    assert order("") == order("nonsense") == [*sorted(["乙园", "丙园"]), "甲园"]
    assert order("capacity") == ["甲园", "丙园", "乙园"]
    assert order("-capacity") == ["乙园", "丙园", "甲园"]


def test_an_import_belongs_to_who_handed_it_in(town):
    from files import services as files
    from files import types
    from tests.nurseries.sheets import ROW, xlsx

    stored = files.store(
        xlsx(ROW), name="和平.xlsx", by=town.wang, at=scenes.JUNE, allowed=types.SPREADSHEETS
    )
    row = NurseryImport.objects.create(file=stored, by=town.wang, at=scenes.JUNE)
    assert str(row) == "和平.xlsx（2023-06-10）"
    assert list(NurseryImport.objects.visible_to(town.wang).newest_first()) == [row]
    assert not NurseryImport.objects.visible_to(town.zhou).exists()
    assert not NurseryImport.objects.visible_to(AnonymousUser()).exists()
    row.created_count = 1
    with pytest.raises(IntegrityError, match="counts_when_applied"), transaction.atomic():
        row.save()
