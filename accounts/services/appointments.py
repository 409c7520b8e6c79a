"""Appointments: the only place where permissions are granted or revoked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm

from accounts.models import Appointment, Region, User
from accounts.roles import ADMINISTRATORS, BY_CODE, REGION, Role
from workflow import Problem, Refused, record


@transaction.atomic
def appoint(
    user: User,
    role: str,
    on: models.Model,
    *,
    by: User | None,
    at: datetime,
    starts: date | None = None,
    until: date | None = None,
) -> Appointment:
    """Give `user` the role on one object; its permissions stand from `starts` (default: today).

    `until` is the last day. Raises Refused where the role does not fit the object or the person, or
    is held already; KeyError for an unknown role.
    """
    wanted = BY_CODE[role]
    _check_fits(wanted, on)
    _check_person(wanted, user, by)
    _check_period(starts, until, timezone.localdate(at))
    appointment = Appointment(
        user=user,
        role=role,
        on_type=on._meta.label_lower,
        on_id=on.pk,
        on_name=str(on)[:120],
        region_path=on.region_path,  # type: ignore[attr-defined]
        starts=starts or timezone.localdate(at),
        until=until,
        appointed_by=by,
    )
    try:
        with transaction.atomic():
            appointment.save()
    except IntegrityError as fault:
        raise Refused("此人已有同一任职。") from fault
    record(on, "appoint", actor=by, at=at, user=user.pk, role=role)
    if appointment.starts <= timezone.localdate(at):
        _grant(appointment, on)
    return appointment


@transaction.atomic
def end(appointment: Appointment, *, by: User | None, at: datetime, reason: str = "") -> None:
    """End an appointment now. Permissions that another appointment also gives stay."""
    held = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if held.ended_at:
        return
    _revoke(held)
    held.ended_at = at
    held.save()
    record(
        _target(held),
        "end_appointment",
        actor=by,
        at=at,
        reason=reason,
        user=held.user_id,
        role=held.role,
    )


def settle_appointments(at: datetime) -> None:
    """Grant what begins and revoke what is over. Safe to repeat; run daily.

    Whose role has gained a permission with a release is given it, too.
    """
    today = timezone.localdate(at)
    for appointment in Appointment.objects.over_by(today):
        end(appointment, by=None, at=at, reason="任职期满")
    for appointment in Appointment.objects.beginning_by(today):
        with transaction.atomic():
            _grant(appointment, _target(appointment))
    for appointment in Appointment.objects.short_of_permissions():
        with transaction.atomic():
            _grant(appointment, _target(appointment))


def _check_person(role: Role, user: User, by: User | None) -> None:
    """Nobody raises himself; the three administrators watch each other (等保 2.0)."""
    if user == by:
        raise Refused("不能任命本人。")
    if not user.is_active:
        raise Refused("该账号已停用，不能任命。")
    if role.code in ADMINISTRATORS:
        others = set(ADMINISTRATORS) - {role.code}
        if user.appointments.standing().holding_role(*others).exists():
            raise Refused("系统、安全、审计三类管理员须由不同人员担任。")


def _check_period(starts: date | None, until: date | None, today: date) -> None:
    if until is None:
        return
    if until < (starts or today):
        raise Refused([Problem("任职止日不能早于起日。", "until")])
    if until < today:
        raise Refused([Problem("任职止日不能早于今天。", "until")])


def _check_fits(role: Role, on: models.Model) -> None:
    if role.on != on._meta.label_lower:
        raise Refused(f"“{role.label}”不能任命于该类对象。")
    if role.on == REGION and isinstance(on, Region) and on.level not in role.levels:
        raise Refused(f"“{role.label}”不能任命于{on.get_level_display()}。")


def _target(appointment: Appointment) -> Any:
    model = apps.get_model(appointment.on_type)
    return model._base_manager.get(pk=appointment.on_id)


def _grant(appointment: Appointment, on: models.Model) -> None:
    for permission in BY_CODE[appointment.role].permissions:
        assign_perm(f"{on._meta.app_label}.{permission}", appointment.user, on)
    appointment.granted = True
    appointment.save()
    appointment.user.forget_grants()


def _revoke(appointment: Appointment) -> None:
    on = _target(appointment)
    others = (
        Appointment.objects.current()
        .on(on)
        .filter(user=appointment.user)
        .exclude(pk=appointment.pk)
    )
    kept = {p for other in others for p in BY_CODE[other.role].permissions}
    for permission in BY_CODE[appointment.role].permissions:
        if permission not in kept:
            remove_perm(f"{on._meta.app_label}.{permission}", appointment.user, on)
    appointment.granted = False
    appointment.user.forget_grants()
