"""Accounts of people: begun, closed and opened again; never deleted, since events name them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts import passwords
from accounts.models import User
from workflow import Refused, record


@transaction.atomic
def create_person(values: Mapping[str, str], *, by: User | None, at: datetime) -> tuple[User, str]:
    """A new account and its first password, which is kept nowhere and changed at first login.

    `values`: username, name, phone, employer, from a validated form.
    """
    password = passwords.generate()
    user = User(**values, must_change_password=True)
    user.set_password(password)
    user.full_clean()
    user.save()
    record(user, "create", actor=by, at=at)
    return user, password


@transaction.atomic
def correct_person(user: User, values: Mapping[str, str], *, by: User, at: datetime) -> User:
    """Correct name, phone and employer; `values` come from a validated form."""
    held = _locked(user)
    changed = {name: value for name, value in values.items() if getattr(held, name) != value}
    for name, value in changed.items():
        setattr(held, name, value)
    if changed:
        held.full_clean()
        held.save(update_fields=list(changed))
        # Which fields, not what they said: the log is kept longer than a phone number is needed.
        record(held, "correct", actor=by, at=at, fields=sorted(changed))
    return held


@transaction.atomic
def deactivate(user: User, *, by: User, at: datetime, reason: str) -> None:
    """Close an account: its sessions end, it cannot sign in, its posts rest. Raises Refused."""
    if user == by:
        raise Refused("不能停用本人账号。")
    held = _locked(user)
    if not held.is_active:
        raise Refused("该账号已停用。")
    held.is_active = False
    held.save(update_fields=["is_active"])
    record(held, "deactivate", actor=by, at=at, reason=reason)


@transaction.atomic
def reactivate(user: User, *, by: User, at: datetime, reason: str = "") -> None:
    """Open a closed account again; posts that have not ended stand again. Raises Refused."""
    held = _locked(user)
    if held.is_active:
        raise Refused("该账号未停用。")
    held.is_active = True
    held.save(update_fields=["is_active"])
    record(held, "reactivate", actor=by, at=at, reason=reason)


@transaction.atomic
def reset_password(user: User, *, by: User, at: datetime) -> str:
    """A new first password, kept nowhere; every session of the person ends. Raises Refused."""
    if user == by:
        raise Refused("请在“修改密码”中修改本人密码。")
    held = _locked(user)
    password = passwords.generate()
    _set_password(held, password, must_change=True)
    record(held, "reset_password", actor=by, at=at)
    return password


@transaction.atomic
def change_password(user: User, password: str, *, at: datetime) -> None:
    """A person's own new password; the old one's hash is remembered. The form has validated it."""
    _set_password(user, password, must_change=False)
    record(user, "change_password", actor=user, at=at)


def _set_password(user: User, password: str, *, must_change: bool) -> None:
    user.former_passwords = [user.password, *user.former_passwords][: passwords.REMEMBERED]
    user.set_password(password)
    user.must_change_password = must_change
    user.save(update_fields=["password", "former_passwords", "must_change_password"])


def _locked(user: User) -> User:
    return User.objects.select_for_update().get(pk=user.pk)
