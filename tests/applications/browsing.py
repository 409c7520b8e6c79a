"""What the page tests share: a browser of somebody signed in, and a page's words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from accounts.models import User

# The client's answers carry a context that no type knows.
Browse = Callable[[User], Any]


def words(answer: Any) -> str:
    """The text of a page without its tags."""
    return re.sub(r"<[^>]+>", "", answer.content.decode())
