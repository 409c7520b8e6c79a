"""The machine of an application: domain.md's table of states, S0 part three.

Bodies hold the effect on the row itself, what it gives out (a place) and what it seals.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django_fsm import transition

from applications import caps, corrections, guards, policies, standings
from applications.snapshots import snapshot
from applications.statuses import BEFORE_RESULT, ProposalState, Step, Tier, Verdict
from applications.statuses import ApplicationState as State
from quotas import services as quotas
from scoring import services as scoring
from workflow import Move, Refused, record
from workflow.models import Subject

if TYPE_CHECKING:
    from applications.models import Opinion
    from quotas.models import Cycle, Place
    from scoring.models import Sheet

CHECKED_AT_SUBMIT = [
    guards.cycle_is_open,
    guards.eligible,
    guards.declarations_made,
    guards.form_is_complete,
    guards.self_sheet_is_complete,
    guards.evidence_is_attached,
    guards.nothing_is_vetoed,
    guards.entry_mark_is_reached,
]


# What a handler does where a commission works in two steps.
PREPARE = "applications.services.proposals"


class ApplicationFlow(Subject):
    """Expects the columns and the two questions of `models.Application`."""

    cycle: Cycle
    region: Any
    self_sheet: Sheet
    place: Place | None
    submitted_at: Any
    decided_at: Any
    result: Any

    class Meta:
        abstract = True

    # The nursery

    @transition(
        "state",
        source=State.DRAFT,
        target=State.COUNTY_REVIEW,
        conditions=[guards.before_nursery_deadline, *CHECKED_AT_SUBMIT],
        permission=policies.may_apply,
        custom={"label": "提交申报", "tone": "primary"},
    )
    def submit(self, move: Move) -> None:
        self._hand_in(move)

    @transition(
        "state",
        source=State.RETURNED,
        target=State.COUNTY_REVIEW,
        conditions=[
            guards.before_correction_deadline,
            guards.corrections_are_answered,
            *CHECKED_AT_SUBMIT,
        ],
        permission=policies.may_apply,
        custom={"label": "补正后重新提交", "tone": "primary"},
    )
    def resubmit(self, move: Move) -> None:
        self._hand_in(move)

    @transition(
        "state",
        source=list(BEFORE_RESULT),
        target=State.WITHDRAWN,
        permission=policies.may_apply,
        custom={"label": "撤回申报", "reason": True, "tone": "danger"},
    )
    def withdraw(self, move: Move) -> None:
        self._drop_proposals(move)
        self._let_go_of_place()

    # The county

    @transition(
        "state",
        source=State.COUNTY_REVIEW,
        target=State.RETURNED,
        conditions=[
            guards.before_county_deadline,
            guards.corrections_are_sound,
            guards.two_steps_are_kept,
        ],
        permission=policies.may_decide_for_county,
        custom={
            "label": "退回补正",
            "reason": True,
            "reason_label": "退回理由",
            "form": "applications.forms.opinions.ReturnForm",
            "prepare": PREPARE,
            "tone": "warning",
        },
    )
    def return_for_correction(self, move: Move) -> None:
        """`corrections` of the data: what is to be put right, place by place."""
        opinion = self._give_opinion(move, Tier.COUNTY, Verdict.RETURN)
        self._ask_for_corrections(move, opinion)
        self._reopen(Step.COUNTY)
        self.self_sheet = scoring.copy_sheet(self.self_sheet)

    @transition(
        "state",
        source=State.COUNTY_REVIEW,
        target=State.CITY_REVIEW,
        conditions=[
            guards.before_county_deadline,
            guards.still_eligible,
            guards.county_sheet_is_sealed,
            guards.county_cap_is_not_reached,
            guards.two_steps_are_kept,
        ],
        permission=policies.may_decide_for_county,
        custom={
            "label": "推荐至市级",
            "reason": True,
            "reason_label": "推荐意见",
            "prepare": PREPARE,
            "tone": "primary",
        },
    )
    def recommend_to_city(self, move: Move) -> None:
        self._keep_to_county_cap()
        self._give_opinion(move, Tier.COUNTY, Verdict.RECOMMEND)

    @transition(
        "state",
        source=State.COUNTY_REVIEW,
        target=State.COUNTY_DECLINED,
        conditions=[guards.two_steps_are_kept],
        permission=policies.may_decide_for_county,
        custom={"label": "不予推荐", "reason": True, "prepare": PREPARE, "tone": "danger"},
    )
    def decline_by_county(self, move: Move) -> None:
        self._give_opinion(move, Tier.COUNTY, Verdict.DECLINE)

    # The city

    @transition(
        "state",
        source=State.CITY_REVIEW,
        target=State.COUNTY_REVIEW,
        conditions=[guards.before_county_deadline, guards.two_steps_are_kept],
        permission=policies.may_decide_for_city,
        custom={"label": "退回县级", "reason": True, "prepare": PREPARE, "tone": "warning"},
    )
    def send_back_to_county(self, move: Move) -> None:
        self._give_opinion(move, Tier.CITY, Verdict.SEND_BACK)
        self._reopen(Step.COUNTY, Step.CITY)

    @transition(
        "state",
        source=State.CITY_REVIEW,
        target=State.PROVINCIAL_REVIEW,
        conditions=[
            guards.before_city_deadline,
            guards.still_eligible,
            guards.city_sheet_is_sealed,
            guards.place_is_left,
            guards.ranking_is_kept,
            guards.two_steps_are_kept,
        ],
        permission=policies.may_decide_for_city,
        custom={
            "label": "推荐至省级",
            "reason": True,
            "reason_label": "推荐意见",
            "asks": {"overrule": "调整推荐次序的理由"},
            "prepare": PREPARE,
            "tone": "primary",
        },
    )
    def recommend_to_province(self, move: Move) -> None:
        self._record_overruled(move)
        self.place = quotas.take_place(self.cycle, self.region.city_unit, at=move.at)
        self._give_opinion(move, Tier.CITY, Verdict.RECOMMEND)
        move.recorded["place"] = self.place.ordinal

    @transition(
        "state",
        source=State.CITY_REVIEW,
        target=State.CITY_DECLINED,
        conditions=[guards.two_steps_are_kept],
        permission=policies.may_decide_for_city,
        custom={"label": "不予推荐", "reason": True, "prepare": PREPARE, "tone": "danger"},
    )
    def decline_by_city(self, move: Move) -> None:
        self._give_opinion(move, Tier.CITY, Verdict.DECLINE)

    # The province

    @transition(
        "state",
        source=State.PROVINCIAL_REVIEW,
        target=State.CITY_REVIEW,
        permission=policies.may_decide_for_province,
        custom={"label": "退回市级", "reason": True, "tone": "warning"},
    )
    def send_back_to_city(self, move: Move) -> None:
        self._give_opinion(move, Tier.PROVINCE, Verdict.SEND_BACK)
        self._reopen(Step.CITY, Step.PAPER, Step.SITE, Step.MODERATION)
        self._let_go_of_place()

    @transition(
        "state",
        source=State.PROVINCIAL_REVIEW,
        target=State.PASSED,
        conditions=[
            guards.still_eligible,
            guards.panel_is_complete,
            guards.experts_agree,
            guards.pass_mark_is_reached,
        ],
        permission=policies.may_decide_for_province,
        custom={"label": "评审通过", "tone": "primary"},
    )
    def pass_review(self, move: Move) -> None:
        self._decide(move, Verdict.PASS)

    @transition(
        "state",
        source=State.PROVINCIAL_REVIEW,
        target=State.NOT_PASSED,
        conditions=[guards.panel_is_complete, guards.experts_agree],
        permission=policies.may_decide_for_province,
        custom={"label": "评审未通过", "reason": True, "tone": "danger"},
    )
    def fail_review(self, move: Move) -> None:
        self._decide(move, Verdict.FAIL)

    # The notice; started by publicity, never from a file's own page

    @transition(
        "state",
        source=State.PASSED,
        target=State.IN_NOTICE,
        permission=policies.may_put_on_notice,
        custom={"label": "列入公示", "offered": False},
    )
    def put_on_notice(self, move: Move) -> None:
        """The notice's own row says on which."""

    @transition(
        "state",
        source=State.IN_NOTICE,
        target=State.AWARDED,
        permission=policies.may_publish,
        custom={"label": "授予称号", "offered": False},
    )
    def award(self, move: Move) -> None:
        """A title begins; publicity writes it in the same transaction."""

    @transition(
        "state",
        source=State.IN_NOTICE,
        target=State.OBJECTION_UPHELD,
        permission=policies.may_handle_objections,
        custom={"label": "异议成立", "reason": True, "offered": False},
    )
    def uphold_objection(self, move: Move) -> None:
        """Leaves the list; the place stays used."""

    # A title of the same nursery; started by publicity in the transaction that writes it

    @transition(
        "state",
        source=[*BEFORE_RESULT, State.PASSED, State.IN_NOTICE],
        target=State.WITHDRAWN,
        conditions=[guards.no_longer_eligible],
        permission=policies.may_give_way,
        custom={"label": "因已获称号终止申报", "reason": True, "offered": False},
    )
    def give_way(self, move: Move) -> None:
        """S0, three (四): 期满后可再次申报; a title that outlives the cycle has begun."""
        self._drop_proposals(move)
        self._let_go_of_place()

    # The clock

    @transition(
        "state",
        source=[State.DRAFT, State.RETURNED, State.COUNTY_REVIEW, State.CITY_REVIEW],
        target=State.LAPSED,
        conditions=[guards.overdue],
        permission=policies.may_lapse,
        custom={"label": "逾期结案", "tone": "danger"},
    )
    def lapse(self, move: Move) -> None:
        """Drafts and returned files by themselves, the rest by the province."""
        self._drop_proposals(move)

    def _hand_in(self, move: Move) -> None:
        self.self_sheet = scoring.seal(self.self_sheet, by=move.actor, at=move.at)
        self.submitted_at = move.at
        move.recorded["total"] = str(self.self_sheet.total)
        self.submissions.create(  # type: ignore[attr-defined]
            number=self.submissions.count() + 1,  # type: ignore[attr-defined]
            at=move.at,
            by=move.actor,
            form=snapshot(self),
            sheet=self.self_sheet,
        )

    def _decide(self, move: Move, verdict: Verdict) -> None:
        result = self.panel_result()  # type: ignore[attr-defined]
        self.result = result.final
        self.decided_at = move.at
        move.recorded["result"] = str(result.final)
        self._give_opinion(move, Tier.PROVINCE, verdict)

    def _give_opinion(self, move: Move, tier: Tier, verdict: Verdict) -> Opinion:
        self._settle_proposals(move)
        opinion: Opinion = self.opinions.create(  # type: ignore[attr-defined]
            tier=tier, verdict=verdict, text=move.reason, by=move.actor, post=move.post, at=move.at
        )
        return opinion

    def _ask_for_corrections(self, move: Move, opinion: Opinion) -> None:
        given = move.data.get("corrections", ())
        layout = scoring.published_layout(self.cycle.version_id)
        rows = self.corrections  # type: ignore[attr-defined]
        rows.bulk_create(
            rows.model(
                application=self,
                opinion=opinion,
                order=order,
                label=corrections.label_of(asked, layout),
                **asdict(asked),
            )
            for order, asked in enumerate(corrections.read(given), start=1)
        )
        if given:
            move.recorded["corrections"] = len(given)

    def _settle_proposals(self, move: Move) -> None:
        """What was proposed is done; whatever else was proposed lapses."""
        standing = self.proposals.standing()  # type: ignore[attr-defined]
        done = {"decided_by": move.actor, "decided_at": move.at}
        standing.filter(move=move.name).update(outcome=ProposalState.CARRIED, **done)
        self._drop_proposals(move)

    def _drop_proposals(self, move: Move) -> None:
        standing = self.proposals.standing()  # type: ignore[attr-defined]
        standing.update(outcome=ProposalState.DROPPED, decided_at=move.at)

    def _reopen(self, *steps: Step) -> None:
        """The step begins anew; the old score sheets stay on file."""
        self.reviews.current().filter(step__in=steps).update(superseded=True)  # type: ignore[attr-defined]

    def _keep_to_county_cap(self) -> None:
        """Counted once more where nobody else can count: two files, one left of the cap."""
        quotas.hold_caps(self.cycle, self.region.city_unit)
        if problems := list(caps.reached(self)):
            raise Refused(problems)

    def _record_overruled(self, move: Move) -> None:
        """Which files were passed over goes with the event; why is a line of its own in the
        history, because the nursery reads the opinion and is not to read this.
        """
        reason = move.data.get("overrule", "")
        ahead = standings.files_ahead(self) if reason.strip() else []
        if ahead:
            move.recorded["overruled"] = ahead
            told = {"step": Step.CITY, "overruled": ahead}
            record(self, "overrule_ranking", actor=move.actor, at=move.at, reason=reason, **told)

    def _let_go_of_place(self) -> None:
        if self.place:
            quotas.free_place(self.place)
            self.place = None
