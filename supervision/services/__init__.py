"""What supervision does; each service is one transaction."""

from supervision.services.bars import bar
from supervision.services.campaigns import (
    change_campaign,
    draw_campaign,
    fix_seed,
    prepare_campaign,
    preview,
)
from supervision.services.checks import (
    cancel_check,
    finish_check,
    history_of,
    open_check,
    reads_marks,
    save_outcome,
    seal_sheet,
)
from supervision.services.complaints import check_complaint, file_complaint, follow_complaint
from supervision.services.ending import end_orders, end_proceedings
from supervision.services.findings import (
    add_finding,
    add_photos,
    change_finding,
    remove_finding,
    remove_photo,
)
from supervision.services.inspectors import (
    appoint_inspector,
    conflicts_of,
    name_leader,
    release_inspector,
    suggest_inspectors,
)
from supervision.services.orders import (
    ask_extension,
    decline_extension,
    fail_check,
    grant_extension,
    hand_in_report,
    order_rectification,
    pass_check,
    why_no_extension,
)
from supervision.services.prompts import answer_prompt, prompt
from supervision.services.revocations import (
    decide_revocation,
    drop_revocation,
    make_statement,
    propose_revocation,
    revoke,
)

__all__ = [
    "add_finding",
    "add_photos",
    "answer_prompt",
    "appoint_inspector",
    "ask_extension",
    "bar",
    "cancel_check",
    "change_campaign",
    "change_finding",
    "check_complaint",
    "conflicts_of",
    "decide_revocation",
    "decline_extension",
    "draw_campaign",
    "drop_revocation",
    "end_orders",
    "end_proceedings",
    "fail_check",
    "file_complaint",
    "finish_check",
    "fix_seed",
    "follow_complaint",
    "grant_extension",
    "hand_in_report",
    "history_of",
    "make_statement",
    "name_leader",
    "open_check",
    "order_rectification",
    "pass_check",
    "prepare_campaign",
    "preview",
    "prompt",
    "propose_revocation",
    "reads_marks",
    "release_inspector",
    "remove_finding",
    "remove_photo",
    "revoke",
    "save_outcome",
    "seal_sheet",
    "suggest_inspectors",
    "why_no_extension",
]
