"""An empty installation gets its first account, and only its first, from the command line."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.access import holds_province
from accounts.models import Appointment, Region, User
from accounts.statuses import Level


@pytest.fixture
def province(db) -> Region:
    return Region.objects.create(code="21", name="辽宁省", level=Level.PROVINCE, path="21")


def test_the_first_one_may_make_accounts_and_must_change_the_password(province):
    out = StringIO()
    call_command("first_administrator", "chen", "陈岚", stdout=out)
    user = User.objects.get(username="chen")
    printed = out.getvalue().split("：")[1].split("（")[0]
    assert user.check_password(printed)
    assert user.must_change_password
    assert holds_province(user, "accounts.manage_accounts")


def test_there_is_no_second_one(province):
    call_command("first_administrator", "chen", "陈岚", stdout=StringIO())
    with pytest.raises(CommandError, match="已有系统管理员"):
        call_command("first_administrator", "guo", "郭宁", stdout=StringIO())
    assert not User.objects.filter(username="guo").exists()


def test_a_name_that_cannot_be_is_refused_in_words(province):
    with pytest.raises(CommandError):
        call_command("first_administrator", "not a name", "陈岚", stdout=StringIO())
    assert not Appointment.objects.exists()
