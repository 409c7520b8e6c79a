"""The draw: exact, proportional, repeatable by anybody."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervision.sampling import Candidate, Share, allocate, draw, lot_of, size_of

names = st.text("甲乙丙丁戊己庚辛", min_size=1, max_size=2)
strata = st.dictionaries(names, st.integers(0, 60), max_size=9)
seeds = st.text(min_size=1, max_size=20)


def crowd(sizes: dict[str, int]) -> list[Candidate]:
    return [
        Candidate(f"{stratum}-{n:03d}", stratum)
        for stratum, count in sizes.items()
        for n in range(count)
    ]


@given(strata, st.integers(0, 200), seeds)
def test_exactly_so_many_nobody_twice_and_only_from_the_candidates(sizes, size, seed):
    candidates = crowd(sizes)
    outcome = draw(candidates, size, seed)
    assert len(outcome.chosen) == min(size, len(candidates))
    assert len(set(outcome.chosen)) == len(outcome.chosen)
    assert sorted(lot.key for lot in outcome.lots) == sorted(each.key for each in candidates)


@given(strata, st.integers(0, 200), seeds, st.randoms(use_true_random=False))
def test_the_order_in_which_they_come_does_not_matter(sizes, size, seed, shuffler):
    candidates = crowd(sizes)
    shuffled = candidates[:]
    shuffler.shuffle(shuffled)
    assert draw(shuffled, size, seed) == draw(candidates, size, seed)


@given(strata, st.integers(0, 200))
def test_every_stratum_gives_its_due_within_one(sizes, size):
    shares = allocate(sizes, size)
    total = sum(share.size for share in shares)
    size = min(size, total)
    assert sum(share.gives for share in shares) == size
    assert all(share.gives <= share.size for share in shares)
    dues = {share.stratum: Fraction(size * share.size, total) for share in shares}
    if size < len(shares) or all(due >= 1 for due in dues.values()):
        assert all(abs(share.gives - dues[share.stratum]) < 1 for share in shares)
    else:
        assert all(share.gives >= 1 for share in shares)
        assert all(share.gives < dues[share.stratum] + 1 for share in shares)


@given(strata, st.integers(0, 200))
def test_a_larger_stratum_never_gives_less(sizes, size):
    shares = sorted(allocate(sizes, size), key=lambda share: share.size)
    for small, large in pairwise(shares):
        assert small.size == large.size or small.gives <= large.gives


@given(strata, st.integers(0, 200), seeds)
def test_within_a_stratum_the_smallest_lots_are_drawn(sizes, size, seed):
    outcome = draw(crowd(sizes), size, seed)
    gives = {share.stratum: share.gives for share in outcome.shares}
    for stratum, given_ in gives.items():
        lots = [lot for lot in outcome.lots if lot.stratum == stratum]
        assert [lot.position for lot in lots] == list(range(1, len(lots) + 1))
        assert [lot.lot for lot in lots] == sorted(lot.lot for lot in lots)
        assert [lot.chosen for lot in lots] == [n < given_ for n in range(len(lots))]


def test_anybody_can_compute_a_lot():
    assert lot_of("472", "LNTY-1") == hashlib.sha256(b"472|LNTY-1").hexdigest()


def test_a_known_draw_stays_as_it_is():
    """Another outcome here would mean that published draws can no longer be repeated."""
    outcome = draw(crowd({"沈阳市": 6, "鞍山市": 3, "抚顺市": 1}), 4, "公开摇号 2023-11-01")
    assert [(share.stratum, share.size, share.gives) for share in outcome.shares] == [
        ("抚顺市", 1, 1),
        ("沈阳市", 6, 2),
        ("鞍山市", 3, 1),
    ]
    assert outcome.chosen == ["抚顺市-000", "沈阳市-003", "沈阳市-002", "鞍山市-001"]


def test_another_seed_is_another_draw():
    candidates = crowd({"甲": 200})
    assert draw(candidates, 20, "一").chosen != draw(candidates, 20, "二").chosen


def test_equal_remainders_go_to_the_larger_then_by_name():
    assert allocate({"乙": 3, "甲": 3, "丙": 3}, 4) == (
        Share("丙", 3, 2),
        Share("乙", 3, 1),
        Share("甲", 3, 1),
    )
    assert allocate({"甲": 1, "乙": 3}, 2) == (Share("乙", 3, 1), Share("甲", 1, 1))
    assert allocate({"甲": 2, "乙": 6}, 1) == (Share("乙", 6, 1), Share("甲", 2, 0))


def test_too_few_for_every_stratum_go_by_the_remainders():
    assert allocate({"甲": 9, "乙": 5, "丙": 1}, 2) == (
        Share("丙", 1, 0),
        Share("乙", 5, 1),
        Share("甲", 9, 1),
    )


@pytest.mark.parametrize(
    ("share", "population", "size"),
    [(10, 100, 10), (10, 101, 11), (1, 5, 1), (100, 7, 7), (10, 0, 0)],
)
def test_a_share_is_rounded_up(share, population, size):
    assert size_of(share, population) == size


def test_what_is_no_draw():
    with pytest.raises(ValueError, match="seed"):
        draw([], 1, "")
    with pytest.raises(ValueError, match="twice"):
        draw([Candidate("甲"), Candidate("甲", "乙")], 1, "1")
    with pytest.raises(ValueError, match="negative"):
        allocate({"甲": 1}, -1)
    assert draw([], 3, "1").lots == ()
