"""{% load paper_words %}: how words stand on a paper."""

from __future__ import annotations

import re

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
# A heading is broken between words (GB/T 9704, 7.3.1): this is the longest of them; and what
# stands in brackets stays together while it is short.
WHOLE = re.compile(r"(“?省级示范托育机构”?(?:名单)?|（[^（）]{1,8}）)")


@register.filter
def unbroken(text: str) -> SafeString:
    """The text with its long words kept on one line each."""
    parts = WHOLE.split(text)
    whole = [format_html('<span class="whole">{}</span>', word) for word in parts[1::2]]
    between = [conditional_escape(part) for part in parts[::2]]
    pairs = zip(between, [*whole, ""], strict=True)
    return mark_safe("".join(part + word for part, word in pairs))  # noqa: S308 - each is escaped
