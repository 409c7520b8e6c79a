"""Appointments give permissions and take them away; nothing else does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from guardian.shortcuts import get_user_perms, remove_perm

from accounts import roles, services, tasks
from accounts.access import holds, regions_held
from accounts.models import Appointment, Region, RegionUserObjectPermission, User
from tests import scenes
from workflow import Refused, clock
from workflow.models import Event

pytestmark = pytest.mark.django_db

TODAY = date(2023, 7, 20)  # scenes.JULY


@pytest.fixture
def zhao(scene):
    return scenes.person("zhao", "赵新")


def appoint(user, role, on, **more):
    return services.appoint(user, role, on, by=None, at=scenes.JULY, **more)


def perms(user, on):
    return set(get_user_perms(user, on).values_list("codename", flat=True))


@pytest.mark.parametrize("role", [r for r in roles.ROLES if r.on == roles.REGION], ids=str)
@pytest.mark.parametrize("where", ["root", "city", "county", "zone"])
def test_a_role_fits_the_levels_it_names_and_gives_its_permissions(scene, zhao, role, where):
    region = getattr(scene, where)
    if region.level not in role.levels:
        with pytest.raises(Refused, match=f"“{role.label}”不能任命于"):
            appoint(zhao, role.code, region)
        assert perms(zhao, region) == set()
        return
    made = appoint(zhao, role.code, region)
    assert perms(zhao, region) == set(role.permissions)
    assert str(made) == f"{region.name}{role.label}"
    assert made.is_on(region)
    assert made.is_on_region


def test_every_permission_of_a_role_exists_on_its_model():
    from django.apps import apps

    for role in roles.ROLES:
        known = {codename for codename, _ in apps.get_model(role.on)._meta.permissions}
        assert set(role.permissions) <= known, role.code


def test_a_role_of_another_kind_of_object_does_not_fit(scene, zhao):
    with pytest.raises(Refused, match="“托育机构工作人员”不能任命于该类对象。"):
        appoint(zhao, "nursery_staff", scene.county)


def test_an_unknown_role_is_a_fault_of_the_caller(scene, zhao):
    with pytest.raises(KeyError):
        appoint(zhao, "king", scene.root)


def test_an_appointment_is_on_record(scene, zhao):
    services.appoint(zhao, "city_handler", scene.city, by=scene.officer, at=scenes.JULY)
    event = Event.objects.of(scene.city).last()
    assert (event.verb, event.actor, event.region_path) == ("appoint", scene.officer, "21/2101")
    assert event.data == {"user": zhao.pk, "role": "city_handler"}
    assert event.label == "任命"


def test_ending_takes_the_permissions_back(scene, zhao):
    held = appoint(zhao, "county_handler", scene.county)
    services.end(held, by=scene.officer, at=scenes.JULY, reason="调离。")
    held.refresh_from_db()
    assert (held.granted, held.ended_at) == (False, scenes.JULY)
    assert perms(zhao, scene.county) == set()
    event = Event.objects.of(scene.county).last()
    assert (event.verb, event.reason, event.data["user"]) == ("end_appointment", "调离。", zhao.pk)


def test_ending_twice_is_one_end(scene, zhao):
    held = appoint(zhao, "county_handler", scene.county)
    for _ in range(2):
        services.end(held, by=None, at=scenes.JULY)
    assert Event.objects.filter(verb="end_appointment").count() == 1


def test_what_another_appointment_gives_stays(scene, zhao):
    """The approver holds what the handler holds, and signs; the city's are others."""
    first = appoint(zhao, "county_handler", scene.zone)
    appoint(zhao, "county_approver", scene.zone)
    city = appoint(zhao, "city_handler", scene.zone)
    services.end(first, by=None, at=scenes.JULY)
    county = {"see_files", "review_county", "decide_county", "approve", "supervise"}
    assert perms(zhao, scene.zone) == county | {"review_city", "decide_city"}
    services.end(city, by=None, at=scenes.JULY)
    assert perms(zhao, scene.zone) == county


def test_an_appointment_elsewhere_keeps_nothing_here(scene, zhao):
    here = appoint(zhao, "county_handler", scene.county)
    appoint(zhao, "county_handler", scene.next_county)
    services.end(here, by=None, at=scenes.JULY)
    assert perms(zhao, scene.county) == set()
    assert perms(zhao, scene.next_county) != set()


def test_the_same_appointment_twice_is_refused_until_it_has_ended(scene, zhao):
    held = appoint(zhao, "county_handler", scene.county)
    with pytest.raises(Refused, match="此人已有同一任职。"):
        appoint(zhao, "county_handler", scene.county)
    services.end(held, by=None, at=scenes.JULY)
    appoint(zhao, "county_handler", scene.county)
    assert perms(zhao, scene.county) != set()


def test_an_appointment_may_begin_later(scene, zhao):
    later = appoint(zhao, "county_handler", scene.county, starts=TODAY + timedelta(days=2))
    assert not later.granted
    assert perms(zhao, scene.county) == set()
    services.settle_appointments(scenes.JULY + timedelta(days=1))
    assert perms(zhao, scene.county) == set()
    services.settle_appointments(scenes.JULY + timedelta(days=2))
    assert perms(zhao, scene.county) != set()
    later.refresh_from_db()
    assert later.granted


def test_ending_what_has_not_begun_leaves_what_stands(scene, zhao):
    appoint(zhao, "county_handler", scene.county)
    later = appoint(zhao, "county_approver", scene.county, starts=TODAY + timedelta(days=9))
    services.end(later, by=None, at=scenes.JULY)
    assert "decide_county" in perms(zhao, scene.county)
    services.settle_appointments(scenes.JULY + timedelta(days=9))
    later.refresh_from_db()
    assert not later.granted


def test_an_appointment_stands_to_the_end_of_its_last_day(scene, zhao, monkeypatch):
    held = appoint(zhao, "county_handler", scene.county, until=TODAY)
    assert perms(zhao, scene.county) != set()
    services.settle_appointments(scenes.at("2023-07-20 23:59"))
    held.refresh_from_db()
    assert held.granted
    monkeypatch.setattr(clock, "now", lambda: scenes.at("2023-07-21 00:05"))
    tasks.settle_appointments()
    tasks.settle_appointments()
    held.refresh_from_db()
    assert (held.granted, held.ended_at) == (False, scenes.at("2023-07-21 00:05"))
    assert perms(zhao, scene.county) == set()
    (event,) = Event.objects.filter(verb="end_appointment")
    assert (event.actor, event.reason) == (None, "任职期满")


def test_what_a_role_gains_with_a_release_is_granted_to_those_in_office(scene, zhao):
    appoint(zhao, "county_approver", scene.county)
    appoint(zhao, "county_handler", scene.next_county)
    remove_perm("accounts.approve", zhao, scene.county)
    services.settle_appointments(scenes.JULY)
    assert "approve" in perms(zhao, scene.county)
    assert "approve" not in perms(zhao, scene.next_county)
    assert not Appointment.objects.short_of_permissions().exists()


def test_an_appointment_that_passed_by_unseen_is_never_granted(scene, zhao):
    appoint(
        zhao,
        "county_handler",
        scene.county,
        starts=TODAY + timedelta(days=1),
        until=TODAY + timedelta(days=2),
    )
    services.settle_appointments(scenes.JULY + timedelta(days=5))
    assert perms(zhao, scene.county) == set()


@pytest.mark.parametrize(
    ("period", "why"),
    [
        (
            {"starts": TODAY + timedelta(days=2), "until": TODAY + timedelta(days=1)},
            "任职止日不能早于起日。",
        ),
        ({"until": TODAY - timedelta(days=1)}, "任职止日不能早于起日。"),
        (
            {"starts": TODAY - timedelta(days=9), "until": TODAY - timedelta(days=1)},
            "任职止日不能早于今天。",
        ),
    ],
)
def test_impossible_periods_are_refused_beside_their_field(scene, zhao, period, why):
    with pytest.raises(Refused) as refusal:
        appoint(zhao, "county_handler", scene.county, **period)
    assert [(p.text, p.field) for p in refusal.value.problems] == [(why, "until")]


def test_nobody_appoints_himself(scene):
    with pytest.raises(Refused, match="不能任命本人。"):
        services.appoint(
            scene.officer, "system_admin", scene.root, by=scene.officer, at=scenes.JULY
        )


def test_a_closed_account_gets_no_post(scene, zhao):
    zhao.is_active = False
    with pytest.raises(Refused, match="该账号已停用，不能任命。"):
        appoint(zhao, "county_handler", scene.county)


@pytest.mark.parametrize("first", roles.ADMINISTRATORS)
@pytest.mark.parametrize("second", roles.ADMINISTRATORS)
def test_the_three_administrators_are_three_people(scene, zhao, first, second):
    held = appoint(zhao, first, scene.root)
    if first == second:
        return
    with pytest.raises(Refused, match="三类管理员须由不同人员担任"):
        appoint(zhao, second, scene.root)
    services.end(held, by=None, at=scenes.JULY)
    appoint(zhao, second, scene.root)


def test_the_database_refuses_impossible_appointments(scene, zhao):
    held = appoint(zhao, "county_handler", scene.county)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(pk=held.pk).update(until=held.starts - timedelta(days=1))
    held.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        held.save()


def test_a_duplicate_that_slips_past_the_form_is_refused_by_the_row(scene, zhao):
    appoint(zhao, "county_handler", scene.county)
    with pytest.raises(Refused):
        appoint(zhao, "county_handler", scene.county, starts=TODAY + timedelta(days=3))
    assert RegionUserObjectPermission.objects.filter(user=zhao).count() == 4


# What follows asks for permissions the way the portal does.


def test_answers_are_kept_until_an_appointment_changes_them(scene, zhao, django_assert_num_queries):
    assert not holds(zhao, "accounts.decide_county", scene.county)
    held = appoint(zhao, "county_handler", scene.county)
    assert holds(zhao, "accounts.decide_county", scene.county)
    with django_assert_num_queries(0):
        assert holds(zhao, "accounts.review_county", scene.county)
        assert not holds(zhao, "accounts.run_cycle", scene.county)
    services.end(held, by=None, at=scenes.JULY)
    fresh = User.objects.get(pk=zhao.pk)
    assert not holds(fresh, "accounts.decide_county", scene.county)


def test_the_regions_of_all_permissions_take_one_query(scene, zhao, django_assert_num_queries):
    appoint(zhao, "county_handler", scene.county)
    appoint(zhao, "county_handler", scene.next_county)
    zhao.forget_grants()
    with django_assert_num_queries(1):
        assert regions_held(zhao, "accounts.decide_county") == [scene.county, scene.next_county]
        assert regions_held(zhao) == [scene.county, scene.next_county]
        assert regions_held(zhao, "accounts.run_cycle") == []


def test_nobody_holds_anything_on_nothing(scene, zhao):
    from django.contrib.auth.models import AnonymousUser

    for user in (None, AnonymousUser()):
        assert not holds(user, "accounts.see_files", scene.root)
        assert regions_held(user) == []
    assert not holds(scene.officer, "accounts.see_files", None)


def test_a_closed_account_holds_nothing(scene):
    scene.officer.is_active = False
    assert not holds(scene.officer, "accounts.run_cycle", scene.root)
    assert regions_held(scene.officer, "accounts.run_cycle") == []


def test_a_superuser_holds_what_he_was_appointed_to_like_everyone(scene, zhao):
    zhao.is_superuser = True
    zhao.save()
    assert not holds(zhao, "accounts.run_cycle", scene.root)
    appoint(zhao, "county_handler", scene.county)
    assert holds(zhao, "accounts.decide_county", scene.county)
    assert not holds(zhao, "accounts.decide_county", scene.next_county)


class TestPosts:
    """The post in which a person acts on something."""

    def test_the_post_on_the_thing_itself_comes_first(self, scene, zhao):
        appoint(zhao, "city_handler", scene.zone)
        own = appoint(zhao, "county_handler", scene.county)
        assert zhao.post_for(scene.county) == own

    def test_else_the_nearest_area(self, scene):
        officer = scene.officer
        near = appoint(officer, "city_handler", scene.city)
        officer.forget_grants()
        assert officer.post_for(scene.county) == near
        assert officer.post_for(scene.other_county).role == "province_officer"

    def test_nobody_acts_in_a_post_of_another_area(self, scene):
        assert scene.county_handler.post_for(scene.other_county) is None
        assert scene.county_handler.post_for(scene.city) is None

    def test_a_path_is_compared_by_its_parts(self, scene, zhao):
        """21/2101 is no part of 21/21010."""
        appoint(zhao, "city_handler", scene.city)
        odd = Region(code="210999", name="某市", level="city", parent=scene.root, path="21/21010")
        assert zhao.post_for(odd) is None

    def test_posts_are_asked_once(self, scene, django_assert_num_queries):
        officer = User.objects.get(pk=scene.officer.pk)
        with django_assert_num_queries(1):
            for region in (scene.city, scene.county, scene.zone):
                officer.post_for(region)


def test_the_expert_pool_holds_who_is_appointed_to_it_now(scene):
    one, two, three, four = scene.experts
    services.end(one.appointments.get(), by=None, at=scenes.JULY)
    User.objects.filter(pk=two.pk).update(is_active=False)
    later = scenes.person("later", "专家九")
    appoint(later, "expert", scene.root, starts=TODAY + timedelta(days=9))
    assert list(User.objects.in_expert_pool()) == [three, four]
