"""What a person may see of one application: whose page it is, which marks, which history.

The nursery never sees reviewers' sheets, a commission sees its own and those below it, an expert
sees what the nursery handed in and the own sheets alone. The experts' marks stay closed to the
province, too, until the whole panel has sealed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.db.models import prefetch_related_objects

from accounts.access import regions_held
from applications import policies
from applications.statuses import COMMISSION_STEPS, EXPERT_STEPS, Step, Tier, Verdict

if TYPE_CHECKING:
    from accounts.models import Region
    from applications.models import Application, Opinion, Review
    from scoring.arithmetic import PanelResult
    from scoring.models import Sheet
    from workflow.models import Event


class Sight(Enum):
    """As whom somebody looks at an application."""

    NURSERY = "nursery"
    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    EXPERT = "expert"

    @property
    def is_official(self) -> bool:
        return self in OWN_STEP or self is Sight.PROVINCE


OWN_STEP = {Sight.COUNTY: Step.COUNTY, Sight.CITY: Step.CITY}
TIERS = {Sight.COUNTY: Tier.COUNTY, Sight.CITY: Tier.CITY, Sight.PROVINCE: Tier.PROVINCE}
SEEN_STEPS = {
    Sight.COUNTY: (Step.COUNTY,),
    Sight.CITY: (Step.COUNTY, Step.CITY),
    Sight.PROVINCE: (Step.COUNTY, Step.CITY),
}
# Between the offices; the nursery learns that its file went back, not what was said about it.
BETWEEN_OFFICES = {"send_back_to_county", "send_back_to_city"}
# Kept beside the facts that say the same in the words of the review.
DOUBLED = {"appoint", "end_appointment"}
NURSERY_FACTS = {"draft"}
NURSERY_ROLE = "nursery_staff"


def sight_of(application: Application, user: Any) -> Sight | None:
    """As whom `user` sees this file, the nearest relation first; None for strangers.

    Draws the same line as `visible_to`: before a file is handed in it is the nursery's alone.
    """
    if policies.may_apply(application, user):
        return Sight.NURSERY
    if application.submitted_at is None:
        return None
    if official := official_sight(application.region, user):
        return official
    return Sight.EXPERT if policies.may_score_as_expert(application, user) else None


def official_sight(region: Region, user: Any) -> Sight | None:
    """By the highest of the areas held; in the zone, which takes both steps, by the grant."""
    held = {each.pk: each for each in regions_held(user, "accounts.see_files")}
    if any(each.parent_id is None for each in held.values()):
        return Sight.PROVINCE
    if region.city_unit.pk in {each.pk for each in regions_held(user, "accounts.review_city")}:
        return Sight.CITY
    return Sight.COUNTY if region.county_unit.pk in held else None


def may_see_self_sheet(application: Application, sight: Sight | None) -> bool:
    """Officials and experts see what was handed in, never a draft or a correction under way."""
    if sight is Sight.NURSERY:
        return True
    return sight is not None and application.self_sheet.sealed_at is not None


def may_see_changes(sight: Sight | None) -> bool:
    """What a file was before it was returned: for the nursery and the offices, not for experts,
    who judge what was handed in last.
    """
    return sight is not None and sight is not Sight.EXPERT


def may_see_proposals(application: Application, tier: str, user: Any) -> bool:
    """What is proposed stays within the commission until it is signed."""
    return policies.may_decide_at(application, tier, user)


def may_see_review(review: Review, sight: Sight | None, user: Any) -> bool:
    if sight is None or sight is Sight.NURSERY:
        return False
    if review.reviewer_id == user.pk:
        return not review.superseded
    if review.step in SEEN_STEPS.get(sight, ()):
        return True
    sealed = bool(review.sheet.sealed_at) and review.application.panel_is_sealed
    return sight is Sight.PROVINCE and sealed


@dataclass(frozen=True)
class Score:
    """One score sheet as a page may show it; `total` is None while it is open, `team` are those
    who scored for a commission.
    """

    step: str
    label: str
    total: Decimal | None
    sealed_at: datetime | None
    sheet: Sheet
    vetoed: bool = False
    team: str = ""


def scores(application: Application, sight: Sight, user: Any) -> list[Score]:
    """The sheets of the present round that this person may see, from the nursery's upward."""
    reviews = [review for step in Step for review in application.reviews_at(step)]
    seen = [review for review in reviews if may_see_review(review, sight, user)]
    prefetch_related_objects([each for each in seen if each.step in COMMISSION_STEPS], "team")
    found = [_review_score(review, sight) for review in seen]
    if may_see_self_sheet(application, sight):
        found.insert(0, _score("self", "机构自评", application.self_sheet))
    return found


def _review_score(review: Review, sight: Sight) -> Score:
    if review.step in COMMISSION_STEPS:
        return _score(review.step, review.get_step_display(), review.sheet, review.team_words)
    named = "" if sight is Sight.EXPERT else f" · {review.reviewer}"
    return _score(review.step, f"{review.get_step_display()}{named}", review.sheet)


def _score(step: str, label: str, sheet: Sheet, team: str = "") -> Score:
    return Score(step, label, sheet.total, sheet.sealed_at, sheet, bool(sheet.vetoed), team)


def beside(review: Review) -> list[tuple[str, Sheet]]:
    """The sealed sheets that stand beside this one: the county's beside the city's, and beside a
    moderated one the whole panel's, without names.
    """
    application = review.application
    if review.step == Step.CITY:
        county = application.review_at(Step.COUNTY)
        return [(Step.COUNTY.label, county.sheet)] if county and county.sheet.sealed_at else []
    if review.step == Step.MODERATION and application.panel_is_sealed:
        return [each for step in EXPERT_STEPS for each in _nameless(application, step)]
    return []


def _nameless(application: Application, step: Step) -> list[tuple[str, Sheet]]:
    """The sheets of a step in the order of their digests, which says nothing about who is who."""
    sheets = sorted((r.sheet for r in application.reviews_at(step)), key=lambda s: s.digest)
    return [(f"{step.label}专家{n}", sheet) for n, sheet in enumerate(sheets, start=1)]


@dataclass(frozen=True)
class Seats:
    """How far one step of the panel is: so many experts seated, so many of them have sealed."""

    step: str
    label: str
    size: int
    seated: int
    sealed: int


def seats(application: Application) -> list[Seats]:
    """Both steps of the panel in counts only, which give no mark away."""
    found = []
    for step in EXPERT_STEPS:
        reviews = application.reviews_at(step)
        sealed = sum(1 for review in reviews if review.sheet.sealed_at)
        size = application.cycle.panel_size
        found.append(Seats(step, step.label, size, len(reviews), sealed))
    return found


def panel_result(application: Application, sight: Sight) -> PanelResult | None:
    """The panel's result for the province, once the whole panel has sealed; else None."""
    return application.panel_result() if sight is Sight.PROVINCE else None


def opinions(application: Application, sight: Sight) -> list[Opinion]:
    """What the commissions said; an expert judges without it."""
    if sight is Sight.EXPERT:
        return []
    found = application.opinions.select_related("by", "post")
    if sight is Sight.NURSERY:
        found = found.exclude(verdict=Verdict.SEND_BACK)
    return list(found)


@dataclass(frozen=True)
class Body:
    """Stands for the person in the history that a nursery reads: the office acted."""

    name: str


@dataclass(frozen=True)
class Happening:
    """One line of a history as this person may read it."""

    what: str
    verb: str
    actor: Any
    post: Any
    at: datetime
    reason: str
    about: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        return f"{self.what}：{'、'.join(self.about)}" if self.about else self.what

    def goes_on_in(self, later: Happening) -> bool:
        """Whether both are parts of one act, such as the seating of three experts."""
        same = (self.what, self.actor, self.at) == (later.what, later.actor, later.at)
        return same and bool(self.about and later.about)


def history(
    events: Iterable[Event], sight: Sight, names: Mapping[int, str] | None = None
) -> list[Happening]:
    """The file's history, newest first, without what this person may not know.

    `events` come oldest first, with their people; `names` are those of the experts.
    """
    if sight is Sight.EXPERT:
        return []
    told: list[Happening] = []
    for event in _fit(events, sight):
        happening = _told(event, sight, names or {})
        if told and told[-1].goes_on_in(happening):
            happening = replace(happening, about=[*told.pop().about, *happening.about])
        told.append(happening)
    return told[::-1]


def expert_names(application: Application) -> dict[int, str]:
    """Whoever was ever seated on this file, by key; for the province alone."""
    reviews = application.reviews.experts().select_related("reviewer")
    return {review.reviewer.pk: str(review.reviewer) for review in reviews if review.reviewer}


def _fit(events: Iterable[Event], sight: Sight) -> Iterable[Event]:
    for event in events:
        seen_step = event.data.get("step") in SEEN_STEPS.get(sight, ())
        everyones = event.target or event.verb in NURSERY_FACTS
        if event.verb not in DOUBLED and (everyones or seen_step or sight is Sight.PROVINCE):
            yield event


def _told(event: Event, sight: Sight, names: Mapping[int, str]) -> Happening:
    step, expert = event.data.get("step"), names.get(event.data.get("expert", 0))
    what = f"{event.label}（{Step(step).label}）" if step in Step.values else event.label
    actor: Any = event.actor
    post, reason = event.post, event.reason
    if sight is Sight.NURSERY and post is not None and post.role != NURSERY_ROLE:
        actor, post = Body(str(post)), None
    if sight is Sight.NURSERY and event.verb in BETWEEN_OFFICES:
        reason = ""
    about = [expert] if expert else []
    return Happening(what, event.verb, actor, post, event.at, reason, about)
