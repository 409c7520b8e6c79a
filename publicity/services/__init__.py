"""What happens in public: notices, objections, titles, days. Each service is one transaction."""

from publicity.services.days import (
    AffectsOpenNotices,
    Difference,
    change_override,
    confirm_plan,
    declare_days,
    differences,
    drop_override,
    import_year,
    name_plan,
    withdraw_plan,
)
from publicity.services.investigation import (
    add_note,
    ask_statement,
    assign,
    give_statement,
    handlers,
    handlers_for,
)
from publicity.services.notices import award_held, choose, compose, conclude, edit, publish, revise
from publicity.services.objections import file_objection, receive_objection, uphold
from publicity.services.practices import (
    Overtaken,
    Writing,
    draft_practice,
    edit_practice,
    publish_practice,
    withdraw_practice,
)
from publicity.services.schedule import publish_due, schedule, unschedule
from publicity.services.supplements import supplement
from publicity.services.titles import (
    expire_title,
    order_rectification,
    restore_title,
    revoke_title,
)
from publicity.services.upkeep import settle

__all__ = [
    "AffectsOpenNotices",
    "Difference",
    "Overtaken",
    "Writing",
    "add_note",
    "ask_statement",
    "assign",
    "award_held",
    "change_override",
    "choose",
    "compose",
    "conclude",
    "confirm_plan",
    "declare_days",
    "differences",
    "draft_practice",
    "drop_override",
    "edit",
    "edit_practice",
    "expire_title",
    "file_objection",
    "give_statement",
    "handlers",
    "handlers_for",
    "import_year",
    "name_plan",
    "order_rectification",
    "publish",
    "publish_due",
    "publish_practice",
    "receive_objection",
    "restore_title",
    "revise",
    "revoke_title",
    "schedule",
    "settle",
    "supplement",
    "unschedule",
    "uphold",
    "withdraw_plan",
    "withdraw_practice",
]
