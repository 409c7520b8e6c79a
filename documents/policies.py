"""Who may ask for which paper. Seeing the finished one is the querysets' matter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.access import holds, holds_province
from accounts.statuses import Level
from applications.policies import may_apply

if TYPE_CHECKING:
    from accounts.models import Region
    from applications.models import Application


def may_draw_form(application: Application, user: Any) -> bool:
    """While the nursery writes, the form is its own draft; later everyone who sees the file may."""
    return not application.is_editable or may_apply(application, user)


def may_fill_summary(region: Region, user: Any) -> bool:
    """The city its own (S0, three (三)), the province every city's and the whole."""
    province = region if region.level == Level.PROVINCE else region.parent
    return holds(user, "accounts.decide_province", province) or may_write_letter(region, user)


def may_write_letter(city: Region, user: Any) -> bool:
    """The city alone speaks in its own name."""
    return holds(user, "accounts.review_city", city) or holds(user, "accounts.decide_city", city)


def may_reword(user: Any) -> bool:
    """The texts of papers are the province's, who runs the cycles."""
    return holds_province(user, "accounts.run_cycle")


def may_compile_archive(user: Any) -> bool:
    """The archive bears the province's seal, so who signs for the province puts it together."""
    return holds_province(user, "accounts.approve")


def may_keep_seals(body: Region, user: Any) -> bool:
    """Who signs for the body keeps its seal and its certificate, nobody else."""
    return holds(user, "accounts.approve", body)
