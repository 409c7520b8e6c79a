"""Applications, their marks and who works on them."""

from __future__ import annotations

from django.db.models import Count, F, Q, Sum

from applications.models import (
    Application,
    ApplicationUserObjectPermission,
    Batch,
    BatchItem,
    Review,
)
from portal.invariants.finding import Findings
from scoring.models import Mark, Sheet
from scoring.statuses import Kind


def totals_agree_with_marks() -> Findings:
    """The total of a sealed sheet is the sum of its marks, and every item is answered."""
    sheets = Sheet.objects.filter(sealed_at__isnull=False).annotate(
        summed=Sum("marks__value"), open=Count("marks", filter=Q(marks__value=None))
    )
    for sheet in sheets.filter(~Q(total=F("summed")) | Q(open__gt=0)):
        yield f"评分 {sheet.pk}：封存总分 {sheet.total}，各项合计 {sheet.summed}。"


def sheets_are_held() -> Findings:
    """No sheet without an application or a review, but those replaced when a file was returned."""
    orphans = Sheet.objects.filter(application=None, review=None, spot_check=None, sealed_at=None)
    for sheet in orphans:
        yield f"评分 {sheet.pk}：没有归属。"
    for mark in Mark.objects.exclude(indicator__section__version=F("sheet__version"))[:100]:
        yield f"得分 {mark.pk}：指标不属于该评分表版本。"


def commissions_account_for_their_marks() -> Findings:
    """A sealed sheet of a commission has a team, and a reason for every mark below the nursery's.

    Only of the present round: the self-score that an earlier one stood beside has been replaced.
    """
    sealed = Review.objects.current().of_commissions().filter(sheet__sealed_at__isnull=False)
    for review in sealed.filter(team=None):
        yield f"评分 {review.sheet_id}：已封存，却没有评审组成员。"
    self_sheet = F("sheet__review__application__self_sheet")
    lower = Q(indicator__marks__value__gt=F("value")) | Q(
        indicator__kind=Kind.VETO, answer={"met": False}, indicator__marks__answer={"met": True}
    )
    silent = Mark.objects.filter(sheet__review__in=sealed, note="")
    for mark in silent.filter(lower, indicator__marks__sheet=self_sheet):
        yield f"得分 {mark.pk}：低于机构自评，却没有理由。"


def experts_see_what_they_review() -> Findings:
    """Every expert with a current review may see the file, and only such experts."""
    reviewing = set(
        Review.objects.current()
        .filter(reviewer__isnull=False)
        .values_list("reviewer_id", "application_id")
    )
    seeing = set(
        ApplicationUserObjectPermission.objects.values_list("user_id", "content_object_id")
    )
    for user, application in sorted(reviewing - seeing):
        yield f"专家 {user}：有评审任务，却看不到申报 {application}。"


def batches_are_settled() -> Findings:
    """A batch that is done has nothing left to do, and what it did is the event it names."""
    for item in BatchItem.objects.filter(batch__done_at__isnull=False, outcome="waiting"):
        yield f"批量办理 {item.batch_id}：已完成，第 {item.ordinal} 件却待办理。"
    moved = BatchItem.objects.filter(event__isnull=False)
    own = Q(
        event__subject_type=Application._meta.label_lower,
        event__subject_id=F("application"),
        event__verb=F("batch__move"),
        event__actor=F("batch__maker"),
    )
    for item in moved.exclude(own):
        yield f"批量办理 {item.batch_id}：第 {item.ordinal} 件的办理记录不符。"
    for batch in Batch.objects.filter(items=None):
        yield f"批量办理 {batch.pk}：没有申报。"
