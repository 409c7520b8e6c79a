"""Which receipts a visitor has opened by their code: kept in the session, for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

OPENED = "receipts_opened"
FRESH = "receipt_fresh"
OPEN_FOR = timedelta(minutes=30)
# A page that did not arrive can be asked for again; whoever comes later finds no code.
SHOWN_FOR = timedelta(minutes=10)


def remember(session: SessionBase, receipt: str, *, at: datetime) -> None:
    """The visitor has given the code of this receipt."""
    kept = {known: until for known, until in _opened(session).items() if until > at.timestamp()}
    session[OPENED] = {**kept, receipt: (at + OPEN_FOR).timestamp()}


def is_open(session: SessionBase, receipt: str, *, at: datetime) -> bool:
    """Whether this visitor has given the code of this receipt lately."""
    return _opened(session).get(receipt, 0.0) > at.timestamp()


def keep_code(session: SessionBase, receipt: str, code: str, *, at: datetime) -> None:
    """Hold a new code for the page that shows it, and open its receipt."""
    until = (at + SHOWN_FOR).timestamp()
    session[FRESH] = {"receipt": receipt, "code": code, "until": until}
    remember(session, receipt, at=at)


def fresh_code(session: SessionBase, receipt: str, *, at: datetime) -> str:
    """The code to show for a receipt just issued; "" for every other and later."""
    fresh = session.get(FRESH, {})
    if fresh.get("receipt") != receipt or fresh["until"] <= at.timestamp():
        return ""
    return str(fresh["code"])


def forget_code(session: SessionBase) -> None:
    """The visitor has noted the code."""
    session.pop(FRESH, None)


def _opened(session: SessionBase) -> dict[str, float]:
    found: dict[str, float] = session.get(OPENED, {})
    return found
