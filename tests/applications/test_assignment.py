"""The automatic assignment: balanced, free of conflicts, the same whoever recomputes it."""

from __future__ import annotations

import itertools
import random
import re
import time
from collections import Counter
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from applications.assignment import Assignment, Expert, Panel, assign, digest

SITE = "site"


def worlds(most_experts: int = 7, most_panels: int = 7) -> st.SearchStrategy[World]:
    """Small pools with every kind of hindrance."""
    experts = st.integers(0, most_experts).flatmap(
        lambda n: st.tuples(
            *(
                st.builds(
                    Expert,
                    key=st.just(key + 1),
                    load=st.integers(0, 4),
                    room=st.integers(0, 4),
                    field=st.sampled_from(["", "卫生保健", "营养膳食"]),
                    rooms=st.one_of(st.just({}), st.builds(lambda n: {SITE: n}, st.integers(0, 3))),
                )
                for key in range(n)
            )
        )
    )
    words = st.sampled_from(["同单位", "同地区"])
    keys = st.integers(1, most_experts + 1)
    panel = st.tuples(
        st.integers(0, 3),
        st.sampled_from(["paper", SITE]),
        st.dictionaries(keys, words, max_size=5),
        st.dictionaries(keys, st.just("已在本件"), max_size=2),
    )
    return st.tuples(experts, st.lists(panel, max_size=most_panels)).map(
        lambda drawn: (
            list(drawn[0]),
            [
                Panel(f"{n}/x", seats, kind, barred, away)
                for n, (seats, kind, barred, away) in enumerate(drawn[1])
            ],
        )
    )


World = tuple[list[Expert], list[Panel]]


def plain(experts: int, panels: int, seats: int = 3) -> World:
    """Nobody is barred, full or loaded."""
    return [Expert(key) for key in range(experts)], [Panel(str(n), seats) for n in range(panels)]


def placed(found: Assignment) -> Counter[tuple[str, int]]:
    return Counter((seat.panel, seat.expert) for seat in found.seats)


def spread(loads: Mapping[int, int]) -> int:
    return max(loads.values(), default=0) - min(loads.values(), default=0)


@given(worlds(), st.integers(1, 9))
def test_no_rule_is_ever_broken(world: World, seed: int) -> None:
    experts, panels = world
    found = assign(panels, experts, seed=seed)
    by_key = {expert.key: expert for expert in experts}
    tables = {panel.key: panel for panel in panels}
    taken: Counter[int] = Counter()
    of_kind: Counter[tuple[int, str]] = Counter()
    for (key, expert), times in placed(found).items():
        panel = tables[key]
        assert times == 1
        assert expert not in panel.barred
        assert expert not in panel.away
        taken[expert] += 1
        of_kind[expert, panel.kind] += 1
    assert all(taken[key] <= expert.room for key, expert in by_key.items())
    for (expert, kind), n in of_kind.items():
        assert n <= by_key[expert].rooms.get(kind, n)
    assert found.loads == {key: one.load + taken[key] for key, one in by_key.items()}


@given(worlds(), st.integers(1, 9))
def test_every_chair_is_filled_or_told_of(world: World, seed: int) -> None:
    experts, panels = world
    found = assign(panels, experts, seed=seed)
    filled = Counter(seat.panel for seat in found.seats)
    empty = {vacancy.panel: vacancy.count for vacancy in found.vacancies}
    for panel in panels:
        assert filled[panel.key] + empty.get(panel.key, 0) == panel.seats
    for vacancy in found.vacancies:
        assert told(vacancy.why) == len(experts)


def told(why: str) -> int:
    """How many of the pool a sentence accounts for, however it groups them."""
    groups = re.sub(r"：[^；]*", "", why.split("：", 1)[1].rstrip("。"))
    return sum(int(n) for n in re.findall(r"(\d+) 人", groups))


@given(worlds(), st.integers(1, 9), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(
    world: World, seed: int, dice: random.Random
) -> None:
    experts, panels = world
    first = assign(panels, experts, seed=seed)
    dice.shuffle(experts)
    dice.shuffle(panels)
    assert assign(panels, experts, seed=seed) == first


@given(st.integers(1, 12), st.integers(0, 15), st.integers(1, 4), st.integers(1, 99))
def test_without_hindrance_loads_differ_by_one_at_most(
    experts: int, panels: int, seats: int, seed: int
) -> None:
    people, tables = plain(experts, panels, min(seats, experts))
    found = assign(tables, people, seed=seed)
    assert found.vacancies == ()
    assert spread(found.loads) <= 1


@given(st.lists(st.integers(0, 9), min_size=3, max_size=8), st.integers(0, 9))
def test_earlier_loads_are_made_up_for(loads: list[int], panels: int) -> None:
    """Nobody who got a seat bears more than anybody else, but for one seat."""
    people = [Expert(key, load) for key, load in enumerate(loads)]
    tables = [Panel(str(n), 3) for n in range(panels)]
    found = assign(tables, people, seed=1)
    counts = Counter(seat.expert for seat in found.seats)
    for key in counts:
        lighter = [k for k in range(len(loads)) if found.loads[k] < found.loads[key] - 1]
        # Who is lighter sits on every panel already.
        assert all(counts[k] == panels for k in lighter)


def every_choice(panel: Panel, experts: Sequence[Expert]) -> list[tuple[int, ...]]:
    free = [e.key for e in experts if e.key not in panel.barred and e.key not in panel.away]
    sizes = range(min(panel.seats, len(free)) + 1)
    return [group for size in sizes for group in itertools.combinations(free, size)]


def best_by_force(experts: list[Expert], panels: list[Panel]) -> tuple[int, int]:
    """The most chairs that can be filled, and the least sum of squared loads with as many."""
    best = (0, sum(expert.load**2 for expert in experts))
    for choice in itertools.product(*(every_choice(panel, experts) for panel in panels)):
        taken = Counter(key for group in choice for key in group)
        on_site = Counter(
            key
            for panel, group in zip(panels, choice, strict=True)
            if panel.kind == SITE
            for key in group
        )
        if any(taken[e.key] > e.room or on_site[e.key] > e.rooms.get(SITE, 99) for e in experts):
            continue
        cost = sum((expert.load + taken[expert.key]) ** 2 for expert in experts)
        best = max(best, (taken.total(), -cost), key=lambda one: (one[0], -abs(one[1])))
    return best[0], abs(best[1])


@settings(max_examples=60, deadline=None)
@given(worlds(4, 4))
@example(
    (
        [Expert(1, room=1), Expert(2, room=1)],
        [Panel("a", 1), Panel("b", 1, barred={2: "同单位"})],
    )
)
def test_it_is_as_good_as_trying_everything(world: World) -> None:
    experts, panels = world
    found = assign(panels, experts, seed=1)
    cost = sum(load**2 for load in found.loads.values())
    assert (len(found.seats), cost) == best_by_force(experts, panels)


def test_a_chain_fills_the_chair_that_greed_left_empty() -> None:
    """Two can sit on a, one of them alone on b: a has to do without that one."""
    experts = [Expert(1, load=0, room=1), Expert(2, load=5, room=1)]
    panels = [Panel("a", 1), Panel("b", 1, away={2: "已在本件"}), Panel("c", 0)]
    for seed in range(9):
        assert placed(assign(panels, experts, seed=seed)) == {("a", 2): 1, ("b", 1): 1}


def test_a_kind_with_no_room_left_is_exchanged_within() -> None:
    """Expert 1 may make one visit; it has to be the one that nobody else can make."""
    experts = [Expert(1, rooms={SITE: 1}), Expert(2, load=3)]
    panels = [Panel("a", 1, SITE), Panel("b", 1, SITE, away={2: "已在本件"})]
    assert placed(assign(panels, experts, seed=3)) == {("a", 2): 1, ("b", 1): 1}


def test_equals_are_decided_by_the_digest_that_anybody_can_recompute() -> None:
    experts = [Expert(key) for key in range(1, 6)]
    for seed in (1, 20230915):
        found = assign([Panel("12/both", 2)], experts, seed=seed)
        first = sorted(range(1, 6), key=lambda key: digest(seed, "12/both", key))[:2]
        assert {seat.expert for seat in found.seats} == set(first)
    assert digest(1, "12/both", 3).startswith("0a40f322")


def test_another_field_is_preferred_among_equals() -> None:
    fields = ["卫生保健", "卫生保健", "营养膳食", "安全防护"]
    experts = [Expert(key, field=name) for key, name in enumerate(fields)]
    for seed in range(20):
        found = assign([Panel("a", 2, fields=("营养膳食",))], experts, seed=seed)
        chosen = {experts[seat.expert].field for seat in found.seats}
        assert chosen == {"卫生保健", "安全防护"}


def test_the_explanation_counts_everybody() -> None:
    experts = [
        Expert(1, field="卫生保健"),
        Expert(2, room=0),
        Expert(3, rooms={SITE: 0}),
        Expert(4),
        Expert(5),
        Expert(6),
    ]
    panel = Panel("a", 1, SITE, {4: "同单位", 5: "同地区", 9: "同地区"}, {6: "已在本件"})
    (seat,) = assign([panel], experts, seed=1).seats
    assert seat.expert == 1
    assert seat.why == (
        "可选 1 人（回避 2 人：同单位 1、同地区 1；任务已满 1 人；可参加的日期已排满 1 人；"
        "已在本件 1 人）；专业：卫生保健"
    )


def test_a_chair_that_stays_empty_says_the_true_reason() -> None:
    experts = [Expert(1), Expert(2, room=0), Expert(3)]
    found = assign([Panel("a", 3, barred={3: "同地区"})], experts, seed=1)
    (vacancy,) = found.vacancies
    assert (vacancy.count, vacancy.why) == (
        2,
        "专家库 3 人：回避 1 人：同地区 1；任务已满 1 人；已入选 1 人。",
    )
    nobody = assign([Panel("a", 1)], [], seed=1).vacancies[0]
    assert nobody.why == "专家库 0 人：专家库为空。"


@pytest.mark.parametrize("with_conflicts", [False, True])
def test_2000_seats_of_300_files_to_60_experts(with_conflicts: bool) -> None:
    """The bar: under five seconds, loads at most one apart, no conflict."""
    dice = random.Random(2023)  # noqa: S311 - an example, no secret
    home = {key: dice.randrange(15) for key in range(60)}
    experts = [Expert(key, field=f"领域{key % 6}") for key in range(60)]
    panels = []
    for number in range(300):
        city = dice.randrange(15)
        barred = {k: "同地区" for k, at in home.items() if with_conflicts and at == city}
        # 300 × (3 + 4) less 100: two thousand seats.
        panels.append(Panel(f"{number}/paper", 3, "paper", barred))
        panels.append(Panel(f"{number}/site", 4 if number >= 100 else 3, SITE, barred))
    began = time.perf_counter()
    found = assign(panels, experts, seed=7)
    assert time.perf_counter() - began < 5
    assert (len(found.seats), found.vacancies) == (2000, ())
    assert spread(found.loads) <= 1
    tables = {panel.key: panel for panel in panels}
    assert not [seat for seat in found.seats if seat.expert in tables[seat.panel].barred]
