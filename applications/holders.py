"""What scoring asks of the applications that hold its sheets."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse

from applications import policies, sight, two_steps
from applications.models import Application, Correction, Review, Submission
from applications.services import is_reviewer, may_fill, may_fill_review
from applications.services.reviews import NOT_ACCEPTED
from applications.sheets import REVIEW, SELF
from applications.statuses import COMMISSION_STEPS, ApplicationState, Step
from scoring.holders import Holder, Remark, register
from scoring.models import Sheet


class SelfScore(Holder):
    """The nursery's own score table 自评分表."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.title = f"{application.nursery.name}自评分表"
        self.back_url = application.get_absolute_url()
        self.threshold = application.cycle.entry_mark
        if application.is_editable:
            self.finish_url = reverse("applications:check", args=[application.pk])
            self.finish_label = "检查并提交"

    @property
    def owes_answers(self) -> bool:  # type: ignore[override]  # as the file stands now
        return self.application.state == ApplicationState.RETURNED

    @cached_property
    def remarks(self) -> dict[str, list[Remark]]:  # type: ignore[override]  # asked when it is read
        return remarks_on(self.application, answerable=self.owes_answers)

    def remark_url(self, user: Any) -> str:
        return url_to_ask(self.application, user)

    def may_see(self, user: Any) -> bool:
        return sight.may_see_self_sheet(self.application, sight.sight_of(self.application, user))

    def may_fill(self, user: Any, at: datetime) -> bool:
        return may_fill(self.application, user)

    def why_locked(self, at: datetime) -> str:
        if self.application.is_editable:
            return "本表由托育机构填写，您可以查看。"
        return f"该申报目前为“{self.application.get_state_display()}”，自评分表不能再修改。"


class ReviewScore(Holder):
    """The sheet of a commission or of one expert, with the nursery's own beside it.

    A commission has to say why it marks lower than the nursery; an expert, who judges alone, not.
    """

    wants_evidence = False
    works_offline = True
    finish_label = "完成评分"

    def __init__(self, review: Review) -> None:
        self.review = review
        application = review.application
        self.title = f"{application.nursery.name} · {review.get_step_display()}"
        self.back_url = application.get_absolute_url()
        self.wants_reasons = review.step in COMMISSION_STEPS
        if application.self_sheet.sealed_at:
            self.reference = application.self_sheet
        if not review.is_accepted:
            self.unlock_url, self.unlock_label = self.back_url, "接受任务或申请回避"
        elif not review.sheet.sealed_at:
            self.finish_url = reverse(
                "applications:finish_review", args=[application.pk, review.pk]
            )
        if review.step == Step.SITE and review.is_accepted:
            self.visit_url = reverse("applications:record_visit", args=[application.pk, review.pk])
            self.visit = getattr(review, "visit", None)

    @cached_property
    def beside(self) -> list[tuple[str, Sheet]]:  # type: ignore[override]  # asked when it is read
        return sight.beside(self.review)

    @cached_property
    def particulars(self) -> list[tuple[str, str]]:  # type: ignore[override]
        team = self.review.team_words
        return [("评审组", team)] if team else []

    @cached_property
    def remarks(self) -> dict[str, list[Remark]]:  # type: ignore[override]  # asked when it is read
        if self.review.step != Step.COUNTY:
            return {}
        return remarks_on(self.review.application, answerable=False)

    def remark_url(self, user: Any) -> str:
        return url_to_ask(self.review.application, user) if self.review.step == Step.COUNTY else ""

    def may_see(self, user: Any) -> bool:
        # Asked first because it is the question of every save.
        if is_reviewer(self.review, user) and not self.review.superseded:
            return True
        seen_as = sight.sight_of(self.review.application, user)
        return sight.may_see_review(self.review, seen_as, user)

    def may_fill(self, user: Any, at: datetime) -> bool:
        return may_fill_review(self.review, user)

    def why_locked(self, at: datetime) -> str:
        if self.review.sheet.sealed_at:
            return "该评分已完成，不能再修改。"
        if self.review.superseded:
            return "该评分所属环节已重新开始，此表仅供查阅。"
        if not self.review.is_accepted:
            return NOT_ACCEPTED
        state = self.review.application.get_state_display()
        return f"您可以查看此评分，但不能填写（该申报目前为“{state}”）。"


class FormerScore(Holder):
    """A self-score as it was handed in before the file was returned, for reading only."""

    def __init__(self, submission: Submission) -> None:
        self.application = submission.application
        self.title = f"{self.application.nursery.name}自评分表（{submission}）"
        self.back_url = reverse("applications:changes", args=[self.application.pk])

    def may_see(self, user: Any) -> bool:
        return sight.may_see_changes(sight.sight_of(self.application, user))

    def may_fill(self, user: Any, at: datetime) -> bool:
        return False


class Former(Holder):
    """A self-score of which nobody knows any more when it was handed in: shown to nobody."""

    title = "历次自评分表"

    def may_see(self, user: Any) -> bool:
        return False

    def may_fill(self, user: Any, at: datetime) -> bool:
        return False


def remarks_on(application: Application, *, answerable: bool) -> dict[str, list[Remark]]:
    """The corrections asked for at indicators, by code; one query, none before the first submit."""
    if application.submitted_at is None:
        return {}
    found: dict[str, list[Remark]] = defaultdict(list)
    page = reverse("applications:corrections", args=[application.pk]) if answerable else ""
    for each in Correction.objects.of_last_return(application).on_sheet():
        found[each.indicator].append(
            Remark(
                title=f"补正要求：{each.get_kind_display()}",
                text=each.text,
                state=each.state_words,
                tone=each.tone,
                note=each.note,
                url=f"{page}#c{each.pk}" if page else "",
                is_open=not each.reply,
            )
        )
    return dict(found)


def url_to_ask(application: Application, user: Any) -> str:
    """Where the county asks for a correction, or proposes to; empty for who may not now."""
    if application.state != ApplicationState.COUNTY_REVIEW:
        return ""
    if not policies.may_decide_for_county(application, user):
        return ""
    page = "prepare" if two_steps.are_on(application.region.county_unit) else "move"
    return reverse(page, args=[application.machine_label, application.pk, "return_for_correction"])


# What a page of a sheet reads of its holder, loaded with the sheet in one query.
WITH_APPLICATION = (
    "application__nursery",
    "application__region__parent",
    "application__cycle",
    "application__place",
    "submission__application__nursery",
    "submission__application__region__parent",
    "submission__application__cycle",
)
WITH_REVIEW = (
    "review__visit",
    "review__application__nursery",
    "review__application__region__parent",
    "review__application__cycle",
    "review__application__self_sheet",
)


def self_score(sheet: Sheet) -> Holder:
    application = getattr(sheet, "application", None)
    if application:
        return SelfScore(application)
    submission = getattr(sheet, "submission", None)
    return FormerScore(submission) if submission else Former()


def review_score(sheet: Sheet) -> Holder:
    return ReviewScore(sheet.review)


def register_holders() -> None:
    register(SELF, self_score, along=WITH_APPLICATION)
    register(REVIEW, review_score, along=WITH_REVIEW)
