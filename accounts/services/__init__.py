"""What happens to accounts: people, their posts, their second factor, and what locks them out."""

from accounts.services.appointments import appoint, end, settle_appointments
from accounts.services.locks import (
    Lock,
    forget_failures,
    last_logins,
    security_rules,
    standing_locks,
    unlock,
)
from accounts.services.people import (
    change_password,
    correct_person,
    create_person,
    deactivate,
    reactivate,
    reset_password,
)
from accounts.services.second_factor import (
    check_code,
    device_of,
    enrol_factor,
    is_recovery_code,
    new_key,
    recovery_codes_left,
    remove_factor,
    renew_recovery_codes,
    reset_factor,
    setup,
    shown_code,
    slowed_until,
)

__all__ = [
    "Lock",
    "appoint",
    "change_password",
    "check_code",
    "correct_person",
    "create_person",
    "deactivate",
    "device_of",
    "end",
    "enrol_factor",
    "forget_failures",
    "is_recovery_code",
    "last_logins",
    "new_key",
    "reactivate",
    "recovery_codes_left",
    "remove_factor",
    "renew_recovery_codes",
    "reset_factor",
    "reset_password",
    "security_rules",
    "settle_appointments",
    "setup",
    "shown_code",
    "slowed_until",
    "standing_locks",
    "unlock",
]
