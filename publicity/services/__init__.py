"""What happens in public: notices, objections, titles, days. Each service is one transaction."""

from publicity.services.days import confirm_plan, declare_days, drop_override, withdraw_plan
from publicity.services.notices import award_held, choose, compose, conclude, edit, publish, revise
from publicity.services.objections import file_objection, receive_objection, uphold
from publicity.services.titles import (
    expire_title,
    order_rectification,
    restore_title,
    revoke_title,
)
from publicity.services.upkeep import settle

__all__ = [
    "award_held",
    "choose",
    "compose",
    "conclude",
    "confirm_plan",
    "declare_days",
    "drop_override",
    "edit",
    "expire_title",
    "file_objection",
    "order_rectification",
    "publish",
    "receive_objection",
    "restore_title",
    "revise",
    "revoke_title",
    "settle",
    "uphold",
    "withdraw_plan",
]
