"""Tabler's outline icons, drawn into the page so that they take its colour and need no request."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

NAME = re.compile(r"[a-z0-9-]+")
CANVAS = re.compile(r"<svg\b.*?>(?P<drawing>.*)</svg>", re.DOTALL)
# Every Tabler icon begins with an invisible square of its own size.
BLANK = re.compile(r'<path stroke="none"[^>]*/>')


def folder() -> Path:
    return Path(settings.NODE_MODULES) / "@tabler" / "icons" / "icons" / "outline"


@cache
def drawing(name: str) -> str:
    """The paths of the icon `name`; empty when there is no such icon."""
    if not NAME.fullmatch(name):
        return ""
    try:
        source = (folder() / f"{name}.svg").read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    found = CANVAS.search(source)
    if found is None:
        return ""
    return re.sub(r"\s+", " ", BLANK.sub("", found["drawing"])).strip()


def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """An inlined icon; silent for screen readers unless it has a `label`."""
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    classes = f"icon {css}".strip()
    return mark_safe(  # noqa: S308 - the drawing is a file of the npm package, the rest is escaped
        f'<svg class="{escape(classes)}" {spoken} focusable="false" width="24" height="24"'
        ' viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"'
        f' stroke-linecap="round" stroke-linejoin="round">{drawing(name)}</svg>'
    )
