"""Dates, marks and private numbers as the office writes them. Plain values in, words out."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

URGENT_DAYS = 3


def day_of(value: date | datetime) -> date:
    """The local day of a date or of an aware datetime."""
    if isinstance(value, datetime):
        return timezone.localdate(value) if timezone.is_aware(value) else value.date()
    return value


def cn_date(value: date | datetime) -> str:
    """2023年5月28日"""
    day = day_of(value)
    return f"{day.year}年{day.month}月{day.day}日"


def cn_datetime(value: datetime) -> str:
    """2023年5月28日 14:32"""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{cn_date(local)} {local:%H:%M}"


def short_date(value: date | datetime, today: date) -> str:
    """The year is named only when it is not this year's."""
    day = day_of(value)
    return f"{day.month}月{day.day}日" if day.year == today.year else cn_date(day)


@dataclass(frozen=True)
class Deadline:
    """A last day as people read it: the date, what is left of it, and how urgent that is."""

    day: date
    date: str
    left: str
    tone: str


def deadline(value: date | datetime, at: datetime) -> Deadline:
    """The day itself counts to its last second (S0)."""
    day = day_of(value)
    today = timezone.localdate(at)
    left = (day - today).days
    if left < 0:
        words, tone = f"已逾期 {-left} 天", "bad"
    elif left == 0:
        words, tone = "今天截止", "bad"
    else:
        words, tone = f"剩 {left} 天", "wait" if left <= URGENT_DAYS else "neutral"
    return Deadline(day, short_date(day, today), words, tone)


def plain_mark(value: Decimal | float | None) -> str:
    """85.00 → 85, 84.50 → 84.5, nothing → —"""
    if value is None or value == "":
        return "—"
    written = f"{Decimal(str(value)):f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def mask_phone(value: str) -> str:
    """138****5678; a landline keeps its last two digits."""
    digits = str(value or "")
    if len(digits) < 7:
        return "*" * len(digits)
    if len(digits) == 11 and digits.startswith("1"):
        return f"{digits[:3]}****{digits[-4:]}"
    return f"{digits[:-6]}****{digits[-2:]}"


def mask_identity(value: str) -> str:
    """An identity number keeps its first one and last two characters."""
    number = str(value or "")
    if len(number) <= 3:
        return "*" * len(number)
    return f"{number[0]}{'*' * (len(number) - 3)}{number[-2:]}"
