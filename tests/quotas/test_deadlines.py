"""A deadline day counts to its last second (S0, three)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from quotas.deadlines import last_moment
from quotas.models import Cycle
from tests import scenes

DAY = date(2023, 7, 15)  # a Saturday: weekends do not move it


@pytest.mark.parametrize(
    ("moment", "in_time"),
    [
        ("2023-07-14 00:00", True),
        ("2023-07-15 00:00", True),
        ("2023-07-15 23:59:59", True),
        ("2023-07-15 23:59:59.999999", True),
        ("2023-07-16 00:00", False),
        ("2023-07-16 07:59", False),
    ],
)
def test_the_day_counts_to_its_last_second(moment, in_time):
    assert Cycle().in_time(DAY, scenes.at(moment)) is in_time


def test_the_last_moment_is_local_whatever_the_clock_of_the_caller():
    zone = timezone.get_default_timezone()
    end = last_moment(DAY, zone)
    assert end.isoformat() == "2023-07-15T23:59:59.999999+08:00"
    assert Cycle().in_time(DAY, end.astimezone(timezone.get_fixed_timezone(0)))
    assert not Cycle().in_time(DAY, end + timedelta(microseconds=1))
