"""What happens to accounts: people, their posts, and what locks them out."""

from accounts.services.appointments import appoint, end, settle_appointments
from accounts.services.locks import Lock, security_rules, standing_locks, unlock
from accounts.services.people import (
    change_password,
    correct_person,
    create_person,
    deactivate,
    reactivate,
    reset_password,
)

__all__ = [
    "Lock",
    "appoint",
    "change_password",
    "correct_person",
    "create_person",
    "deactivate",
    "end",
    "reactivate",
    "reset_password",
    "security_rules",
    "settle_appointments",
    "standing_locks",
    "unlock",
]
