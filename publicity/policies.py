from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.access import holds, holds_province

if TYPE_CHECKING:
    from publicity.models import Notice, Objection, Practice, StatementRequest, Title
    from quotas.models import Cycle


def may_compose(cycle: Cycle, user: Any) -> bool:
    return holds(user, "accounts.publish_notice", cycle.province)


def may_publish(notice: Notice, user: Any) -> bool:
    return may_compose(notice.cycle, user)


def may_open_notice(notice: Notice, user: Any) -> bool:
    """Who publishes for the province; the portal itself only what they have set a time for."""
    return notice.is_scheduled if user is None else may_publish(notice, user)


def portal_only(subject: Any, user: Any) -> bool:
    return user is None


def may_handle(objection: Objection, user: Any) -> bool:
    return holds(user, "accounts.handle_objections", objection.cycle.province)


def may_state(statement: StatementRequest, user: Any) -> bool:
    """The nursery speaks for itself."""
    return holds(user, "nurseries.act_for", statement.nursery)


def may_keep_calendar(user: Any) -> bool:
    """The days that count are the commission's to say, who also publishes by them."""
    return holds_province(user, "accounts.publish_notice")


def may_supervise(title: Title, user: Any) -> bool:
    return holds(user, "accounts.supervise", title.cycle.province)


def may_end_title(title: Title, user: Any) -> bool:
    return user is None


def may_write_practice(practice: Practice, user: Any) -> bool:
    """The staff of the nursery whose it is; for a commission's own, its officials."""
    if practice.nursery is not None:
        return holds(user, "nurseries.act_for", practice.nursery)
    return holds(user, "accounts.see_files", practice.region)


def may_publish_practice(practice: Practice, user: Any) -> bool:
    return may_publish_practices(user)


def may_publish_practices(user: Any) -> bool:
    """Good practice stands on the province's site, so the province publishes it."""
    return holds_province(user, "accounts.publish_notice")
