"""How long a title lasts and what losing it means."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publicity.numbers import LETTERS, as_typed, unguessable
from publicity.terms import Round, last_day, outlives, sits_out

CYCLES = [
    Round(2023, date(2023, 7, 15)),
    Round(2025, date(2025, 7, 15)),
    Round(2027, date(2027, 7, 15)),
]


@pytest.mark.parametrize(
    ("first", "years", "last"),
    [
        (date(2023, 10, 10), 2, date(2025, 10, 9)),
        (date(2023, 1, 1), 2, date(2024, 12, 31)),
        (date(2024, 2, 29), 2, date(2026, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 28)),
        (date(2022, 3, 1), 2, date(2024, 2, 29)),
    ],
)
def test_the_last_day_is_the_one_before_the_anniversary(first, years, last):
    assert last_day(first, years) == last


@given(first=st.dates(date(2020, 1, 1), date(2060, 1, 1)), years=st.integers(1, 10))
def test_a_title_lasts_whole_years(first, years):
    following = last_day(first, years) + timedelta(days=1)
    assert following.year == first.year + years
    assert (following.month, following.day) == (first.month, first.day) or (
        (first.month, first.day) == (2, 29) and (following.month, following.day) == (3, 1)
    )


@pytest.mark.parametrize(
    ("valid_until", "year", "outlived"),
    [
        (date(2025, 10, 9), 2025, False),
        (date(2025, 12, 31), 2025, False),
        (date(2026, 1, 1), 2025, True),
        (date(2025, 10, 9), 2024, True),
    ],
)
def test_a_title_that_ends_within_the_year_leaves_room(valid_until, year, outlived):
    assert outlives(valid_until, year) is outlived


@pytest.mark.parametrize(
    ("revoked_on", "barred", "years"),
    [
        (date(2024, 5, 1), 1, [2025]),
        (date(2024, 5, 1), 2, [2025, 2027]),
        (date(2024, 5, 1), 0, []),
        (date(2025, 7, 15), 1, [2025]),
        (date(2025, 7, 16), 1, [2027]),
        (date(2028, 1, 1), 1, []),
    ],
)
def test_who_loses_the_title_sits_out_the_next_cycles(revoked_on, barred, years):
    assert sits_out(CYCLES, titled_in=2023, revoked_on=revoked_on, barred_cycles=barred) == years


def test_the_cycle_of_the_title_itself_is_no_sitting_out():
    early = date(2023, 1, 1)
    assert sits_out(CYCLES, titled_in=2023, revoked_on=early, barred_cycles=1) == [2025]


@given(st.integers(1, 20))
def test_numbers_hold_no_letter_that_looks_like_a_digit(length):
    number = unguessable(length)
    assert len(number) == length
    assert not set(number) & set("01ILO")
    assert set(number) <= set(LETTERS)


@pytest.mark.parametrize("typed", ["ab3-de f", " AB3DEF ", "ＡＢ３ＤＥＦ", "a.b,3/d\\e'f"])
def test_numbers_are_found_however_they_are_typed(typed):
    assert as_typed(typed) == "AB3DEF"


@given(
    first=st.dates(date(2020, 1, 1), date(2060, 1, 1)),
    years=st.integers(1, 10),
    cycle=st.integers(2020, 2075),
)
def test_a_title_stands_in_the_way_of_every_cycle_until_the_year_it_ends_in(first, years, cycle):
    """Before, it outlives the cycle; in the year itself and later there is room."""
    last = last_day(first, years)
    assert outlives(last, cycle) is (cycle < last.year)
    assert not outlives(last, last.year)
    assert first <= last


@given(
    deadlines=st.lists(
        st.dates(date(2021, 1, 1), date(2060, 12, 31)), unique_by=lambda day: day.year
    ),
    revoked_on=st.dates(date(2021, 1, 1), date(2060, 12, 31)),
    titled_in=st.integers(2020, 2060),
    barred=st.integers(0, 5),
)
def test_sitting_out_takes_the_next_cycles_one_could_have_applied_in(
    deadlines, revoked_on, titled_in, barred
):
    rounds = [Round(day.year, day) for day in deadlines]
    missed = sits_out(rounds, titled_in=titled_in, revoked_on=revoked_on, barred_cycles=barred)
    could = sorted(
        r.year for r in rounds if r.year > titled_in and r.nursery_deadline >= revoked_on
    )
    assert missed == could[: len(missed)]
    assert len(missed) == min(barred, len(could))
    more = sits_out(rounds, titled_in=titled_in, revoked_on=revoked_on, barred_cycles=barred + 1)
    assert more[: len(missed)] == missed
