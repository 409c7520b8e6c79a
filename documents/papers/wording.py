"""Dates and numbers as papers write them. Pure."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from scoring.layout import plain

DIGITS = "零一二三四五六七八九"
NO_DATE = "　　　　年　　月　　日"
NOTHING = "—"


def day(value: date | datetime | None) -> str:
    """2023年5月28日 (GB/T 9704); a moment counts by its local day, None is nothing."""
    if value is None:
        return ""
    local = timezone.localdate(value) if isinstance(value, datetime) else value
    return f"{local.year}年{local.month}月{local.day}日"


def mark(value: Decimal | None) -> str:
    """85.00 → 85, 84.50 → 84.5"""
    return NOTHING if value is None else plain(value)


def area(value: Decimal | None) -> str:
    return NOTHING if value is None else f"{plain(value)} 平方米"


def copy_label(number: int, copies: int) -> str:
    """第二份（共三份）; a single copy has no label."""
    return f"第{DIGITS[number]}份（共{DIGITS[copies]}份）" if copies > 1 else ""


def grouped(code: str) -> str:
    """A verification code in groups of four, to be read out."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
