"""What scoring asks of the applications that hold its sheets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from applications import sight
from applications.models import Application, Review
from applications.services import may_fill, may_fill_review
from applications.sheets import REVIEW, SELF
from applications.statuses import Step
from scoring.holders import Holder, register
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

    def may_see(self, user: Any) -> bool:
        if not Application.objects.visible_to(user).filter(pk=self.application.pk).exists():
            return False
        return sight.may_see_self_sheet(self.application, sight.sight_of(self.application, user))

    def may_fill(self, user: Any, at: datetime) -> bool:
        return may_fill(self.application, user)

    def why_locked(self, at: datetime) -> str:
        if self.application.is_editable:
            return "本表由托育机构填写，您可以查看。"
        return f"该申报目前为“{self.application.get_state_display()}”，自评分表不能再修改。"


class ReviewScore(Holder):
    """The sheet of a commission or of one expert, with the nursery's own beside it."""

    wants_evidence = False
    finish_label = "完成评分"

    def __init__(self, review: Review) -> None:
        self.review = review
        application = review.application
        self.title = f"{application.nursery.name} · {review.get_step_display()}"
        self.back_url = application.get_absolute_url()
        if application.self_sheet.sealed_at:
            self.reference = application.self_sheet
        if not review.sheet.sealed_at:
            self.finish_url = reverse(
                "applications:finish_review", args=[application.pk, review.pk]
            )
        if review.step == Step.SITE:
            self.visit_url = reverse("applications:record_visit", args=[application.pk, review.pk])
            self.visit = getattr(review, "visit", None)

    def may_see(self, user: Any) -> bool:
        application = self.review.application
        if not Application.objects.visible_to(user).filter(pk=application.pk).exists():
            return False
        return sight.may_see_review(self.review, sight.sight_of(application, user), user)

    def may_fill(self, user: Any, at: datetime) -> bool:
        return may_fill_review(self.review, user)

    def why_locked(self, at: datetime) -> str:
        if self.review.sheet.sealed_at:
            return "该评分已完成，不能再修改。"
        if self.review.superseded:
            return "该评分所属环节已重新开始，此表仅供查阅。"
        state = self.review.application.get_state_display()
        return f"您可以查看此评分，但不能填写（该申报目前为“{state}”）。"


class Former(Holder):
    """A self-score that was handed in before the file was returned: kept, shown to nobody here."""

    title = "历次自评分表"

    def may_see(self, user: Any) -> bool:
        return False

    def may_fill(self, user: Any, at: datetime) -> bool:
        return False


def self_score(sheet: Sheet) -> Holder:
    application = Application.objects.for_list().filter(self_sheet=sheet).first()
    return SelfScore(application) if application else Former()


def review_score(sheet: Sheet) -> Holder:
    review = Review.objects.for_sheet_page().get(sheet=sheet)
    return ReviewScore(review)


def register_holders() -> None:
    register(SELF, self_score)
    register(REVIEW, review_score)
