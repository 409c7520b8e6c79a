"""Dividing places by weights: exact, fair by size, and the same whatever the order."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotas.allocation import allocate

WEIGHTS = st.dictionaries(st.integers(100, 120), st.integers(0, 50), min_size=1).filter(
    lambda weights: any(weights.values())
)
TOTALS = st.integers(0, 300)


def test_a_worked_example():
    # 13 + 10 + 7 + 4 counties share 20 places: 7.65, 5.88, 4.12, 2.35.
    assert allocate(20, {"沈阳": 13, "大连": 10, "鞍山": 7, "抚顺": 4}) == {
        "沈阳": 8,
        "大连": 6,
        "鞍山": 4,
        "抚顺": 2,
    }


def test_equal_remainders_go_to_the_smaller_key():
    assert allocate(2, {"c": 1, "b": 1, "a": 1}) == {"a": 1, "b": 1, "c": 0}


def test_nobody_gets_less_than_is_used_already():
    assert allocate(10, {"a": 9, "b": 1}, {"b": 4}) == {"a": 6, "b": 4}


def test_nothing_to_divide():
    assert allocate(0, {"a": 0, "b": 3}) == {"a": 0, "b": 0}


@pytest.mark.parametrize(
    ("total", "weights", "least", "why"),
    [
        (-1, {"a": 1}, {}, "negative"),
        (1, {"a": -1}, {}, "negative"),
        (1, {"a": 1}, {"a": -1}, "negative"),
        (1, {"a": 0, "b": 0}, {}, "no weight"),
        (3, {"a": 1, "b": 1}, {"a": 2, "b": 2}, "more than the total"),
    ],
)
def test_what_cannot_be_divided_is_said(total, weights, least, why):
    with pytest.raises(ValueError, match=why):
        allocate(total, weights, least)


@given(TOTALS, WEIGHTS)
def test_the_shares_add_up_exactly(total, weights):
    shares = allocate(total, weights)
    assert sum(shares.values()) == total
    assert shares.keys() == weights.keys()
    assert min(shares.values()) >= 0


@given(TOTALS, WEIGHTS)
def test_each_share_is_the_exact_one_rounded_down_or_up(total, weights):
    whole = sum(weights.values())
    for key, share in allocate(total, weights).items():
        assert total * weights[key] // whole <= share <= -(-total * weights[key] // whole)


@given(TOTALS, WEIGHTS)
def test_who_weighs_more_never_gets_less(total, weights):
    shares = allocate(total, weights)
    by_weight = sorted(weights, key=weights.__getitem__)
    for lighter, heavier in pairwise(by_weight):
        if weights[lighter] < weights[heavier]:
            assert shares[lighter] <= shares[heavier]


@given(TOTALS, WEIGHTS, st.randoms())
def test_the_order_of_the_input_never_matters(total, weights, random):
    keys = list(weights)
    random.shuffle(keys)
    assert allocate(total, {key: weights[key] for key in keys}) == allocate(total, weights)


@given(WEIGHTS, st.dictionaries(st.integers(100, 120), st.integers(0, 9)), st.integers(0, 50))
def test_least_shares_hold_and_the_sum_stays_exact(weights, least, more):
    needed = sum(least.get(key, 0) for key in weights)
    shares = allocate(needed + more, weights, least)
    assert sum(shares.values()) == needed + more
    assert all(shares[key] >= least.get(key, 0) for key in weights)
