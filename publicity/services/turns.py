"""Who must not act at the same moment, but has no row in common to lock."""

from __future__ import annotations

from django.db import connection

# Any numbers that no other lock of the portal has.
CALENDAR = 0x63616C656E646172
DECISIONS = 0x6465636973696F6E


def hold_calendar() -> None:
    """Until the transaction ends nobody changes the calendar; others may read it as well."""
    _take("pg_advisory_xact_lock_shared", CALENDAR)


def take_calendar() -> None:
    """Until the transaction ends nobody else fixes a window or changes the calendar."""
    _take("pg_advisory_xact_lock", CALENDAR)


def take_decisions() -> None:
    """Until the transaction ends nobody else gives a decision its number."""
    _take("pg_advisory_xact_lock", DECISIONS)


def _take(lock: str, what: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(%s)", [what])
