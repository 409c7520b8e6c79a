"""How often one address may try: a count in the cache for each span of time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest

from accounts.addresses import client_address


@dataclass(frozen=True)
class Limit:
    """At most `times` in `seconds`, counted from the first of them."""

    name: str
    times: int
    seconds: int

    def takes(self, request: HttpRequest) -> bool:
        """Count one try of this address; False when it has had too many."""
        key = self._key(request)
        cache.add(key, 0, self.seconds)
        return _counted(key, self.seconds) <= self.times

    def is_reached(self, request: HttpRequest) -> bool:
        """Whether this address has had all its tries; counts nothing."""
        return int(cache.get(self._key(request), 0)) >= self.times

    def _key(self, request: HttpRequest) -> str:
        address = client_address(request) or ""
        digest = hashlib.sha256(address.encode()).hexdigest()[:24]
        return f"limit:{self.name}:{digest}"


def _counted(key: str, seconds: int) -> int:
    try:
        return cache.incr(key)
    except ValueError:
        # The span ended between the two calls; a new one begins with this try.
        cache.set(key, 1, seconds)
        return 1


OBJECTIONS = Limit("objections", times=10, seconds=3600)
WRONG_NUMBERS = Limit("wrong-numbers", times=30, seconds=600)
