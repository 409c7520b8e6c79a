"""The square code that leads from a paper in the hand to its page on the portal."""

from __future__ import annotations

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe


def verification_url(code: str) -> str:
    """The address at which everyone can check the paper with this code."""
    path = reverse("documents:verified", args=[code])
    return f"{settings.SITE_URL}{path}"


def verification_mark(code: str) -> SafeString:
    """The address as a picture in SVG, to stand in a template."""
    drawn = segno.make_qr(verification_url(code), error="m")
    picture = drawn.svg_inline(border=0, svgclass="qr", lineclass=None, omitsize=True)
    return mark_safe(picture)  # noqa: S308 - drawn from our own address
