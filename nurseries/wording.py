"""A registered value as people read it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices

from nurseries import kinds

# Named in a history, but not repeated there: data about persons is kept in one place only.
PERSONAL = frozenset({"legal_representative", "head", "phone"})
NOTHING = "（空）"
PARTS = {"classes": "班级与在托人数", "staff": "人员", "fees": "收费"}
_CHOICES: Mapping[str, type[TextChoices]] = {
    "registration_kind": kinds.RegistrationKind,
    "organiser": kinds.Organiser,
    "form": kinds.Form,
    "services_offered": kinds.Service,
}


def shown(field: str, value: Any) -> str:
    """The value of a nursery's field: labels for kinds, 是/否, plain numbers and ISO dates."""
    if value is None or value in ("", []):
        return NOTHING
    if field in _CHOICES:
        values = value if isinstance(value, list) else [value]
        return "、".join(_CHOICES[field](one).label for one in values)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return str(getattr(value, "full_name", value))


def told(field: str, before: Any, after: Any) -> list[str] | None:
    """A change as an event keeps it: [before, after], or None where it is about a person."""
    return None if field in PERSONAL else [shown(field, before), shown(field, after)]
