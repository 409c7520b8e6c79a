from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.access import holds, holds_province

if TYPE_CHECKING:
    from publicity.models import Notice, Objection, Title
    from quotas.models import Cycle


def may_compose(cycle: Cycle, user: Any) -> bool:
    return holds(user, "accounts.publish_notice", cycle.province)


def may_publish(notice: Notice, user: Any) -> bool:
    return may_compose(notice.cycle, user)


def portal_only(subject: Any, user: Any) -> bool:
    return user is None


def may_handle(objection: Objection, user: Any) -> bool:
    return holds(user, "accounts.handle_objections", objection.cycle.province)


def may_keep_calendar(user: Any) -> bool:
    """The days that count are the commission's to say, who also publishes by them."""
    return holds_province(user, "accounts.publish_notice")


def may_supervise(title: Title, user: Any) -> bool:
    return holds(user, "accounts.supervise", title.cycle.province)


def may_end_title(title: Title, user: Any) -> bool:
    return user is None
