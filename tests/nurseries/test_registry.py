"""Registering a nursery, keeping its record, and who acts for it."""

from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection

from accounts import access
from accounts.models import Appointment
from nurseries import policies, rules, services
from nurseries.models import Nursery
from nurseries.parts import ClassLine, FeeLine, Parts, StaffLine
from nurseries.services.registry import FIELDS
from tests import scenes
from workflow import Refused
from workflow.models import Event

PARTS = Parts(
    classes=(ClassLine("infant", 1, 8), ClassLine("mixed", 0, 0)),
    staff=(StaffLine("carer", 4, 3),),
    fees=(FeeLine("保育费", Decimal("1800.00"), "month"),),
)


def values_of(nursery: Nursery, **more):
    return {name: getattr(nursery, name) for name in FIELDS} | more


def events_of(nursery):
    return [(event.verb, event.actor, event.data) for event in Event.objects.of(nursery)]


def new_values(town, **more):
    like = scenes.nursery(town.county, "样板")
    return values_of(like) | {"name": "新园", "credit_code": scenes.CREDIT_CODES[4]} | more


def test_the_county_registers_a_nursery_with_all_it_consists_of(town):
    nursery = services.create(new_values(town), PARTS, by=town.wang, at=scenes.JULY)
    nursery = Nursery.objects.get(pk=nursery.pk)
    assert services.parts_of(nursery) == Parts(PARTS.classes[:1], PARTS.staff, PARTS.fees)
    assert (nursery.version, nursery.registered_at) == (1, scenes.JULY)
    assert events_of(nursery) == [("register", town.wang, {})]
    post = Event.objects.of(nursery).get().post
    assert str(post) == "和平区县级经办人"


@pytest.mark.parametrize("who", ["li", "wu", "chen"])
def test_nobody_else_registers_in_this_county(town, who):
    chen = scenes.staff(scenes.nursery(town.county, "别园"), "chen")
    by = {"li": town.li, "wu": town.wu, "chen": chen}[who]
    with pytest.raises(PermissionDenied):
        services.create(new_values(town), by=by, at=scenes.JULY)


def test_the_province_registers_anywhere(town):
    values = new_values(town, region=town.other_county)
    assert services.create(values, by=town.zhou, at=scenes.JULY).region == town.other_county


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"credit_code": "91210202X99900024J"}, "credit_code"),
        ({"phone": "110"}, "phone"),
        ({"capacity": 0}, "capacity"),
        ({"opened_on": date(2023, 7, 21)}, "opened_on"),
        ({"filing_county": None}, "filing_county"),
    ],
)
def test_wrong_values_are_refused_in_words(town, more, field):
    values = new_values(town) | more
    with pytest.raises(Refused) as refused:
        services.create(values, by=town.wang, at=scenes.JULY)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_a_nursery_lies_in_a_county_or_the_zone(town):
    with pytest.raises(Refused, match=rules.REGION_IS_COUNTY):
        services.create(new_values(town, region=town.city), by=None, at=scenes.JULY)
    zone = services.create(new_values_in_zone(town), by=town.zhou, at=scenes.JULY)
    assert zone.region == town.zone


def new_values_in_zone(town):
    like = Nursery.objects.with_places().first() or scenes.nursery(town.county)
    return values_of(like, credit_code=scenes.CREDIT_CODES[5], region=town.zone)


def test_a_credit_code_that_is_taken_is_refused_beside_the_field(town):
    values = new_values(town, name="抢注")
    services.create(values, by=town.wang, at=scenes.JULY)
    with pytest.raises(Refused) as refused:
        services.create(values, by=town.wang, at=scenes.JULY)
    problem = refused.value.problems[0]
    assert (problem.field, problem.text) == ("credit_code", rules.CREDIT_CODE_TAKEN)


def test_a_change_is_recorded_without_repeating_personal_data(town):
    nursery = scenes.nursery(town.county)
    saved = services.update(
        nursery,
        {"capacity": 80, "head": "周园", "inclusive": False},
        PARTS,
        seen_version=1,
        by=town.wang,
        at=scenes.JULY,
    )
    assert (saved.version, saved.capacity, saved.updated_at) == (2, 80, scenes.JULY)
    verb, actor, data = events_of(nursery)[-1]
    assert (verb, actor) == ("update", town.wang)
    assert data["changes"] == {
        "capacity": ["60", "80"],
        "head": None,
        "inclusive": ["是", "否"],
        "classes": ["（空）", "乳儿班（6–12 个月） 1 个班 8 人"],
        "staff": ["（空）", "保育人员 4 人，持证 3 人"],
        "fees": ["（空）", "保育费 1800 元/月"],
    }


def test_the_history_tells_values_as_people_write_them(town):
    nursery = scenes.nursery(town.county)
    values = {
        "filing_receipt_number": "",
        "filing_date": None,
        "filing_county": None,
        "opened_on": date(2020, 9, 1),
        "floor_area": Decimal("600.00"),
        "organiser": "public",
    }
    services.update(nursery, values, seen_version=1, by=town.wang, at=scenes.JULY)
    assert events_of(nursery)[-1][2]["changes"] == {
        "filing_receipt_number": ["托备210102-001", "（空）"],
        "filing_date": ["2022-03-01", "（空）"],
        "filing_county": ["沈阳市和平区", "（空）"],
        "opened_on": ["2021-09-01", "2020-09-01"],
        "floor_area": ["620.5", "600"],
        "organiser": ["民办", "公办"],
    }


def test_what_only_the_database_refuses_is_no_refusal_in_words(town):
    with pytest.raises(IntegrityError, match="nursery_kinds_known"):
        services.create(new_values(town, organiser="nobody"), by=None, at=scenes.JULY)


def test_saving_the_same_again_writes_nothing(town):
    nursery = services.create(new_values(town), PARTS, by=town.wang, at=scenes.JULY)
    again = services.update(
        nursery, values_of(nursery), PARTS, seen_version=1, by=town.wang, at=scenes.AUGUST
    )
    assert (again.version, again.updated_at) == (1, scenes.JULY)
    assert len(events_of(nursery)) == 1


def test_staff_keep_their_own_record_but_not_what_the_office_keeps(town):
    nursery = scenes.nursery(town.county)
    chen = scenes.staff(nursery)

    def save(**values):
        return services.update(nursery, values, seen_version=None, by=chen, at=scenes.JULY)

    assert save(capacity=61).capacity == 61
    assert save(region=town.county, credit_code=nursery.credit_code).capacity == 61
    for values in ({"region": town.next_county}, {"credit_code": scenes.CREDIT_CODES[4]}):
        with pytest.raises(PermissionDenied):
            save(**values)


def test_others_do_not_touch_the_record(town):
    nursery = scenes.nursery(town.county)
    stranger = scenes.staff(scenes.nursery(town.county, "别园"), "stranger")
    for by in (town.li, town.wu, stranger):
        with pytest.raises(PermissionDenied):
            services.update(nursery, {"capacity": 1}, seen_version=1, by=by, at=scenes.JULY)
    assert Nursery.objects.get(pk=nursery.pk).capacity == 60


def test_a_county_cannot_push_a_nursery_over_to_another_county(town):
    nursery = scenes.nursery(town.county)
    with pytest.raises(PermissionDenied):
        services.update(
            nursery, {"region": town.other_county}, seen_version=1, by=town.wang, at=scenes.JULY
        )
    moved = services.update(
        nursery, {"region": town.other_county}, seen_version=1, by=town.zhou, at=scenes.JULY
    )
    assert moved.region == town.other_county
    assert Event.objects.of(nursery).last().region_path == town.other_county.path


def test_two_open_pages_do_not_overwrite_each_other(town):
    nursery = scenes.nursery(town.county)
    services.update(nursery, {"capacity": 70}, seen_version=1, by=town.wang, at=scenes.JULY)
    with pytest.raises(services.Conflict) as conflict:
        services.update(nursery, {"capacity": 80}, seen_version=1, by=town.wang, at=scenes.JULY)
    assert (conflict.value.current.capacity, conflict.value.current.version) == (70, 2)
    assert len(events_of(nursery)) == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_that_save_in_the_same_instant_one_is_told():
    from tests.nurseries.town import town

    scene = town()
    nursery = scenes.nursery(scene.county)
    barrier, outcomes = Barrier(2), []

    def save(capacity: int) -> None:
        try:
            barrier.wait()
            services.update(
                nursery, {"capacity": capacity}, seen_version=1, by=scene.wang, at=scenes.JULY
            )
            outcomes.append("saved")
        except services.Conflict:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [Thread(target=save, args=(n,)) for n in (70, 80)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved", "told"]
    assert Nursery.objects.get(pk=nursery.pk).version == 2


def test_staff_are_appointed_and_dismissed_by_who_keeps_the_record(town):
    nursery = scenes.nursery(town.county)
    chen = scenes.person("chen", "陈园长")
    until = date(2024, 7, 20)
    held = services.appoint_staff(nursery, chen, by=town.wang, at=scenes.JULY, until=until)
    assert policies.may_act_for(nursery, chen)
    assert list(services.staff_of(nursery)) == [held]
    assert held.until == until
    with pytest.raises(Refused):
        services.appoint_staff(nursery, chen, by=town.wang, at=scenes.JULY)
    services.dismiss_staff(nursery, held, by=town.wang, at=scenes.AUGUST)
    chen.forget_grants()
    assert not policies.may_act_for(nursery, chen)
    assert list(services.staff_of(nursery)) == []
    assert [verb for verb, _, _ in events_of(nursery)] == ["register", "appoint", "end_appointment"]


def test_nobody_else_appoints_or_dismisses_staff(town):
    nursery, other = scenes.nursery(town.county), scenes.nursery(town.county, "别园")
    chen = scenes.staff(nursery)
    held = services.staff_of(nursery).get()
    for by in (town.li, town.wu, chen):
        with pytest.raises(PermissionDenied):
            services.appoint_staff(nursery, scenes.person(f"x{by.pk}", "某"), by=by, at=scenes.JULY)
        with pytest.raises(PermissionDenied):
            services.dismiss_staff(nursery, held, by=by, at=scenes.JULY)
    with pytest.raises(PermissionDenied):
        services.dismiss_staff(other, held, by=town.wang, at=scenes.JULY)
    post = Appointment.objects.on(town.county).get()
    with pytest.raises(PermissionDenied):
        services.dismiss_staff(nursery, post, by=town.wang, at=scenes.JULY)
    assert access.holds(chen, "nurseries.act_for", nursery)


def test_a_post_that_begins_later_is_listed_and_grants_nothing_yet(town):
    nursery = scenes.nursery(town.county)
    chen = scenes.person("chen", "陈园长")
    day = scenes.JULY.date() + timedelta(10)
    services.appoint_staff(nursery, chen, by=town.wang, at=scenes.JULY, starts=day)
    assert [post.user for post in services.staff_of(nursery)] == [chen]
    assert not policies.may_edit(nursery, chen)


def test_who_keeps_which_registry(town):
    here, there = scenes.nursery(town.county), scenes.nursery(town.other_county, "鞍山园")
    keeps = {
        user.username: (policies.may_keep(here, user), policies.may_keep(there, user))
        for user in (town.wang, town.li, town.wu, town.zhou)
    }
    assert keeps == {
        "wang": (True, False),
        "li": (False, False),
        "wu": (False, True),
        "zhou": (True, True),
    }
