"""How often an address may try, and all together: counts in the cache for each span of time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.addresses import client_address


@dataclass(frozen=True)
class Limit:
    """At most `times` in `seconds`, counted from the first of them; of one address, or `shared` by
    all. What it counts may be about one thing each: `of` a receipt, say.
    """

    name: str
    times: int
    seconds: int
    shared: bool = False

    def takes(self, request: HttpRequest, of: str = "") -> bool:
        """Count one try of this address; False when it has had too many."""
        key = self._key(request, of)
        cache.add(key, 0, self.seconds)
        return _counted(key, self.seconds) <= self.times

    def is_reached(self, request: HttpRequest, of: str = "") -> bool:
        """Whether this address has had all its tries; counts nothing."""
        return self._count(request, of) >= self.times

    def is_begun(self, request: HttpRequest) -> bool:
        """Whether this address has had a try at all; counts nothing."""
        return self._count(request, "") > 0

    def _count(self, request: HttpRequest, of: str) -> int:
        return int(cache.get(self._key(request, of), 0))

    def _key(self, request: HttpRequest, of: str) -> str:
        address = "" if self.shared else client_address(request) or ""
        digest = hashlib.sha256(f"{address} {of}".encode()).hexdigest()[:24]
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
ALL_WRONG_NUMBERS = Limit("all-wrong-numbers", times=600, seconds=600, shared=True)
# Codes tried on one receipt number, from wherever: an eight-letter code is not found in ten tries.
WRONG_CODES = Limit("wrong-codes", times=10, seconds=3600, shared=True)
# Files brought to be checked that do not match and so have to be read.
READ_FILES = Limit("read-files", times=20, seconds=600)
ALL_READ_FILES = Limit("all-read-files", times=300, seconds=600, shared=True)


def may_try(request: HttpRequest, receipt: str = "") -> bool:
    """Whether this address may still ask for a certificate, or try a code on a receipt.

    While all together are wrong too often, who has been wrong once waits; who has not been wrong
    is never kept from the right one by others.
    """
    if WRONG_NUMBERS.is_reached(request):
        return False
    if receipt and WRONG_CODES.is_reached(request, receipt):
        return False
    return not (ALL_WRONG_NUMBERS.is_reached(request) and WRONG_NUMBERS.is_begun(request))


def was_wrong(request: HttpRequest, receipt: str = "") -> None:
    """Count a number that does not exist, or a wrong code; a right one is never counted."""
    WRONG_NUMBERS.takes(request)
    ALL_WRONG_NUMBERS.takes(request)
    if receipt:
        WRONG_CODES.takes(request, receipt)


def too_many(request: HttpRequest) -> HttpResponse:
    """The answer to who may not try now: a sentence, and when to come back."""
    answer = render(request, "publicity/too_many.html", status=429)
    answer["Retry-After"] = str(WRONG_NUMBERS.seconds)
    return answer
