"""Dividing places among areas by the method of largest remainders; plain values in and out."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from fractions import Fraction
from typing import Any, Protocol, TypeVar


class Sortable(Hashable, Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


Key = TypeVar("Key", bound=Sortable)


def allocate(
    total: int, weights: Mapping[Key, int], at_least: Mapping[Key, int] | None = None
) -> dict[Key, int]:
    """Divide `total` whole places in proportion to `weights`; the shares add up to `total`.

    Everyone gets the whole part of the exact share, what is left goes to the largest remainders;
    equal remainders go to the larger weight, then to the smaller key, so that the order of the
    input never matters. Nobody gets less than `at_least` says; the others share the rest.

    Raises ValueError for a negative number, for no weight at all, and where `at_least` alone comes
    to more than `total`.
    """
    least = at_least or {}
    if total < 0 or any(number < 0 for number in [*weights.values(), *least.values()]):
        raise ValueError("numbers must not be negative")
    if sum(least.get(key, 0) for key in weights) > total:
        raise ValueError("the least shares come to more than the total")
    fixed: dict[Key, int] = {}
    while True:
        free = {key: weight for key, weight in weights.items() if key not in fixed}
        shares = _largest_remainders(total - sum(fixed.values()), free)
        short = {key: least.get(key, 0) for key in free if shares[key] < least.get(key, 0)}
        if not short:
            return fixed | shares
        fixed |= short


def _largest_remainders(total: int, weights: Mapping[Key, int]) -> dict[Key, int]:
    if total == 0:
        return dict.fromkeys(weights, 0)
    whole = sum(weights.values())
    if whole == 0:
        raise ValueError("no weight to divide by")
    exact = {key: Fraction(total * weight, whole) for key, weight in weights.items()}
    shares = {key: int(share) for key, share in exact.items()}
    by_remainder = sorted(weights, key=lambda key: (shares[key] - exact[key], -weights[key], key))
    for key in by_remainder[: total - sum(shares.values())]:
        shares[key] += 1
    return shares
