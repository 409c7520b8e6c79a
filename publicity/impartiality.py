"""Who had a part in the review of a file, and may therefore not decide on an objection to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from applications.conflicts import normal
from applications.statuses import Tier

if TYPE_CHECKING:
    from applications.models import Application

# The province's own conclusion follows from the experts' scores and excludes nobody.
BELOW = (Tier.COUNTY, Tier.CITY)


@dataclass(frozen=True)
class Parts:
    """The keys of those who had a part, by what it was; members of a team are known by name."""

    scored: frozenset[int]
    signed: frozenset[int]
    handled: frozenset[int]
    team: frozenset[str]

    def of(self, user: Any) -> str:
        """What `user` had to do with the file, after “您”; "" for an impartial one."""
        if user.pk in self.scored:
            return "参与过该机构的评审"
        if user.pk in self.signed:
            return "签署过对该机构的推荐意见"
        if user.pk in self.handled:
            return "经办过该机构的申报"
        if normal(user.name) in self.team:
            return "是该机构评审组的成员"
        return ""


def parts_in(application: Application) -> Parts:
    """Who had a part in a file, rounds that were superseded included; the same few queries."""
    reviews = application.reviews.values_list("reviewer", "sheet__sealed_by", "sheet__marks__by")
    below = {"tier__in": BELOW}
    handlers = application.handlings.filter(**below).values_list("handler", flat=True)
    proposers = application.proposals.filter(**below).values_list("by", flat=True)
    return Parts(
        scored=_keys(key for row in reviews.distinct() for key in row),
        signed=_keys(application.opinions.filter(**below).values_list("by", flat=True)),
        handled=_keys([*handlers, *proposers]),
        team=frozenset(
            normal(name)
            for name in application.reviews.values_list("team__name", flat=True)
            if name
        ),
    )


def _keys(found: Any) -> frozenset[int]:
    return frozenset(key for key in found if key is not None)
