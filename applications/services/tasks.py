"""An expert's task 评审任务: accepting it, standing aside from it 回避."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import services as accounts
from accounts.models import Appointment, User
from applications import policies
from applications.conflicts import OWN
from applications.models import Application, Review
from applications.services.conflicts import conflicts_of
from applications.statuses import ApplicationState, Recusal
from workflow import Problem, Refused, record


def stands_aside(review: Review) -> list[str]:
    """The conflicts for which the expert of a task has to recuse, in words for the expert; what
    the nursery said of people, and who has scored for the offices, stays untold.
    """
    if review.reviewer is None:
        return []
    found = conflicts_of(review.reviewer, review.application)
    told = [conflict.kind.value if conflict.kind in OWN else "其他情形" for conflict in found]
    return list(dict.fromkeys(told))


@transaction.atomic
def accept_task(review: Review, *, by: User, at: datetime) -> list[Review]:
    """Take on a task, with the other open ones on the same file; those just accepted are returned.

    Raises PermissionDenied for others, Refused when the task is over or there is a conflict.
    """
    application, tasks = _open_tasks(review, by)
    if application.state != ApplicationState.PROVINCIAL_REVIEW:
        raise Refused(f"该申报目前为“{application.get_state_display()}”，无需再评审。")
    if found := stands_aside(review):
        raise Refused(f"您与该机构存在应当回避的情形（{'、'.join(found)}），请申请回避。")
    fresh = [task for task in tasks if not task.is_accepted]
    for task in fresh:
        task.accepted_at = at
        task.save(update_fields=["accepted_at"])
        record(application, "accept_task", actor=by, at=at, expert=by.pk, step=task.step)
    return fresh


@transaction.atomic
def recuse(
    review: Review, *, by: User, at: datetime, reason: str, kind: Recusal = Recusal.OTHER
) -> list[Review]:
    """Stand aside from a file: from this task and the other open ones on it, for good.

    The expert sees the file no longer, unless a sheet of theirs is sealed: that one stays. Raises
    PermissionDenied for others, Refused without a reason and for a task that is over.
    """
    if not reason.strip():
        raise Refused([Problem("请写明回避理由。", field="reason")])
    application, tasks = _open_tasks(review, by)
    why = f"{kind.label}：{reason.strip()}"
    for task in tasks:
        task.recused_at, task.recusal_reason, task.superseded = at, why, True
        task.save(update_fields=["recused_at", "recusal_reason", "superseded"])
        record(application, "recuse", actor=by, at=at, reason=why, expert=by.pk, step=task.step)
    end_sight(application, by, by=by, at=at, reason=why)
    return tasks


def end_sight(
    application: Application, expert: User, *, by: User, at: datetime, reason: str
) -> None:
    """Whoever has no task on a file any more sees it no longer."""
    if application.reviews.current().filter(reviewer=expert).exists():
        return
    if post := post_on(application, expert):
        accounts.end(post, by=by, at=at, reason=reason)


def post_on(application: Application, expert: User) -> Appointment | None:
    posts = Appointment.objects.current().on(application)
    return posts.filter(user=expert, role="application_expert").first()


def _open_tasks(review: Review, by: User) -> tuple[Application, list[Review]]:
    """The file under a lock and the expert's unfinished tasks on it, `review` among them."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("nursery")
    application = rows.get(pk=review.application_id)
    if review.reviewer_id != by.pk or not policies.may_score_as_expert(application, by):
        raise PermissionDenied
    tasks = list(application.reviews.current().unfinished().filter(reviewer=by).with_sheets())
    if review not in tasks:
        raise Refused("该任务已完成评分或已取消，不能再接受或回避。")
    return application, tasks
