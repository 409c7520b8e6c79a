"""Password rules beside Django's own: at least three classes, none of the last five (等保 2.0)."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError

CLASSES = (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z0-9]")
REMEMBERED = 5
# Without what looks alike on paper: 0 O, 1 l I.
LOWER = "abcdefghijkmnpqrstuvwxyz"
UPPER = "ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = "23456789"


def generate() -> str:
    """A first password to be read out or copied: three groups of four, every class in it."""
    groups = ["".join(secrets.choice(LOWER + UPPER + DIGITS) for _ in range(3)) for _ in range(3)]
    ends = [secrets.choice(each) for each in (LOWER, UPPER, DIGITS)]
    return "-".join(group + end for group, end in zip(groups, ends, strict=True))


class LongEnoughValidator(MinimumLengthValidator):
    """Django's own; its refusal has no Chinese words."""

    def get_error_message(self) -> str:
        return f"密码长度太短，至少须有 {self.min_length} 位。"


class ThreeClassesValidator:
    def validate(self, password: str, user: Any = None) -> None:
        if sum(bool(re.search(pattern, password)) for pattern in CLASSES) < 3:
            raise ValidationError(self.get_help_text(), code="password_classes")

    def get_help_text(self) -> str:
        return "密码须包含大写字母、小写字母、数字、符号中的至少三类。"


class NotRecentValidator:
    def validate(self, password: str, user: Any = None) -> None:
        if user is None or not user.pk:
            return
        if any(check_password(password, old) for old in [user.password, *user.former_passwords]):
            raise ValidationError(self.get_help_text(), code="password_recent")

    def get_help_text(self) -> str:
        return "新密码不能与当前及最近五次使用过的密码相同。"
