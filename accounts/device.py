"""Which pages a device may keep, so that they open where there is no network.

The worker of the pages (/sw.js) keeps what carries the header and nothing else, apart for each
person; a page that comes without it any more is dropped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.models import User

HEADER = "Kept-For"


def may_keep(response: HttpResponse, user: User) -> HttpResponse:
    """Let the device of this person keep the page."""
    response[HEADER] = str(user.pk)
    return response
