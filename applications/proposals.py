"""What waits for the signature of an approver 待签批."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.access import regions_held
from applications.models import Proposal
from applications.queues import in_areas
from applications.statuses import Tier
from applications.two_steps import DECIDING


def awaiting_approval(user: Any) -> Q:
    """The files with a standing proposal of somebody else that this user may sign.

    For `Application.objects.filter`; no query beyond the user's grants.
    """
    return reduce(or_, (_at(tier, user) for tier in DECIDING), Q(pk__in=[]))


def _at(tier: Tier, user: Any) -> Q:
    approves = {region.pk for region in regions_held(user, "accounts.approve")}
    mine = [r for r in regions_held(user, DECIDING[tier]) if r.pk in approves]
    if not mine:
        return Q(pk__in=[])
    standing = Proposal.objects.standing().filter(application=OuterRef("pk"), tier=tier)
    return in_areas(mine) & Q(Exists(standing.exclude(by=user)))
