"""What a session has proved beside its person: half a login, and when a code was last given.

It is kept in the session alone, so that no page asks the database for it. `at` is the real clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.crypto import constant_time_compare

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest

    from accounts.models import User

# So long a password waits for its code, and so long a code stands for another sensitive act.
FRESH = timedelta(minutes=10)

_HALF_IN = "half_in"
_CODE_GIVEN = "code_given"
_WAITING_POST = "waiting_post"


def password_given(session: SessionBase, user: User, *, at: datetime) -> None:
    """Remember who gave the right password; nobody is signed in by it."""
    session.cycle_key()
    session[_HALF_IN] = [user.pk, user.get_session_auth_hash(), at.timestamp()]


def half_in(session: SessionBase, *, at: datetime) -> User | None:
    """Who gave the right password a moment ago, if it is still right."""
    pk, digest, moment = session.get(_HALF_IN, (None, "", 0))
    if at.timestamp() - moment > FRESH.total_seconds():
        return None
    user: Any = get_user_model().objects.filter(pk=pk, is_active=True).first()
    still_right = user and constant_time_compare(user.get_session_auth_hash(), digest)
    return user if still_right else None


def code_given(session: SessionBase, *, at: datetime) -> None:
    session.pop(_HALF_IN, None)
    session[_CODE_GIVEN] = at.timestamp()


def is_verified(session: SessionBase) -> bool:
    """Whether the second factor was given in this session."""
    return not settings.SECOND_FACTOR or _CODE_GIVEN in session


def is_confirmed(session: SessionBase, *, at: datetime) -> bool:
    """Whether it was given so lately that a sensitive act needs no other."""
    if not settings.SECOND_FACTOR:
        return True
    return at.timestamp() - float(session.get(_CODE_GIVEN, 0)) <= FRESH.total_seconds()


def keep_post(request: HttpRequest) -> None:
    """Hold what was being sent while a code is asked for. Files cannot wait."""
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    request.session[_WAITING_POST] = {"to": request.get_full_path(), "fields": fields}


def waiting_post(session: SessionBase, to: str) -> list[list[str]] | None:
    """What waits to be sent to this address, once; None when nothing does."""
    kept = session.pop(_WAITING_POST, None)
    return kept["fields"] if kept and kept["to"] == to else None
