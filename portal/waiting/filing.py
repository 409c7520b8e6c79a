"""Work on files: of the nursery, the offices, the experts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from accounts.access import holds_anywhere, holds_province, regions_held
from applications.beginnings import Opening, acts_for_any, openings
from applications.models import Application, Review
from applications.stages import stages
from applications.statuses import EDITABLE, ApplicationState
from portal.ui.wording import plain_mark
from portal.waiting.panel import SHOWN, Figure, Panel, Row
from publicity.drafting import window_words
from publicity.models import Notice
from publicity.statuses import NoticeState
from quotas.models import Cycle, Quota
from workflow.models import Event


def own_applications(user: Any, at: datetime) -> Iterator[Panel]:
    if not acts_for_any(user):
        return
    mine = Application.objects.of_nurseries_acted_for_by(user).for_list().order_by("-pk")
    live = [application for application in mine[:20] if not application.is_ended]
    told = Event.objects.of_each(live)
    for application in live:
        yield Panel(
            title=f"{application.nursery.name} · {application.cycle.name}",
            empty="",
            rows=[_own_row(application)],
            steps=stages(application, told[application.pk]),
        )
    today = timezone.localdate(at)
    rows = [
        _opening_row(opening)
        for opening in openings(user, at)
        if opening.cycle.opens_on <= today <= opening.cycle.nursery_deadline
    ]
    if rows or not live:
        yield Panel("可以申报", "有评选周期接受申报时，将在此显示。", rows=rows)


def _opening_row(opening: Opening) -> Row:
    """A cycle to apply in, or why this nursery cannot."""
    cycle, nursery = opening.cycle, opening.nursery
    text, url = f"{cycle.name}正在接受申报", reverse("applications:list")
    if opening.problems:
        why = "".join(problem.text for problem in opening.problems)
        return Row(text, f"{nursery.name}暂不能申报：{why}", url, "查看原因")
    note = f"{nursery.name}可以开始申报。"
    return Row(text, note, url, "开始申报", cycle.nursery_deadline)


OWN_WORK = {
    ApplicationState.DRAFT: ("申报尚未提交", "继续填报"),
    ApplicationState.RETURNED: ("申报被退回，请按意见补正", "查看并补正"),
}


def _own_row(application: Application) -> Row:
    text, action = OWN_WORK.get(
        application.state, (f"申报目前为“{application.get_state_display()}”", "查看进度")
    )
    due = application.due_on if application.is_editable else None
    url = application.get_absolute_url()
    return Row(text, f"编号 {application.number}", url, action, due, application)


def desk(user: Any, at: datetime) -> Iterator[Panel]:
    if not holds_anywhere(
        user, "accounts.decide_county", "accounts.decide_city", "accounts.decide_province"
    ):
        return
    waiting = Application.objects.waiting_for(user)
    rows = [
        Row(
            application.nursery.name,
            f"{application.region.full_name} · 自评 {plain_mark(application.self_sheet.total)} 分",
            application.get_absolute_url(),
            "办理",
            application.due_on,
            application,
        )
        for application in waiting.for_list().order_by("submitted_at")[:SHOWN]
    ]
    counts = {
        row["state"]: row["n"] for row in waiting.order_by().values("state").annotate(n=Count("pk"))
    }
    figures = [
        Figure(ApplicationState(state).label, n, "件待办理", reverse("applications:desk"))
        for state, n in sorted(counts.items())
    ]
    if signing := Application.objects.awaiting_approval(user).count():
        url = f"{reverse('applications:desk')}?tab=signing"
        figures.insert(0, Figure("待签批", signing, "件拟办意见", url))
    yield Panel(
        "待我办理的申报",
        "没有待办理的申报。申报送达本级后，将在此显示。",
        figures,
        rows,
        reverse("applications:desk"),
        "全部申报",
    )


def quota(user: Any, at: datetime) -> Iterator[Panel]:
    held = regions_held(user, "accounts.decide_city")
    if not held:
        return
    quotas = Quota.objects.with_counts().filter(cycle__in=Cycle.objects.open(), region__in=held)
    figures = [
        Figure(
            f"{quota.region}名额",
            quota.free,
            f"已用 {quota.taken} / {quota.size}",
            reverse("applications:ranking", args=[quota.pk]),
        )
        for quota in quotas
    ]
    yield Panel("剩余推荐名额", "本周期尚未分配名额。", figures)


def expert_tasks(user: Any, at: datetime) -> Iterator[Panel]:
    if not holds_anywhere(user, "accounts.be_expert"):
        return
    unfinished = Review.objects.given_to(user).filter(sheet__sealed_at=None)
    rows = [_task_row(review) for review in unfinished[:SHOWN]]
    yield Panel(
        "待完成的评审",
        "没有待完成的评审任务。分配给您的任务将在此显示。",
        rows=rows,
        url=reverse("applications:expert"),
        action="全部评审任务",
    )


def _task_row(review: Review) -> Row:
    application = review.application
    note = f"{application.region.full_name} · {review.get_step_display()}"
    if not review.is_accepted:
        url = application.get_absolute_url()
        return Row(application.nursery.name, f"{note} · 待接受", url, "查看并接受")
    url = reverse("scoring:sheet", args=[review.sheet_id])
    return Row(application.nursery.name, note, url, "去评分")


def experts_wanted(user: Any, at: datetime) -> Iterator[Panel]:
    """Files with empty chairs, those that somebody stood aside from first."""
    if not holds_province(user, "accounts.assign_experts"):
        return
    short = Application.objects.visible_to(user).short_of_experts()
    shown: Iterable[Any] = short.for_list().recusals_first()[:SHOWN]
    rows = [
        Row(
            application.nursery.name,
            "有专家回避，席位空缺" if application.recused else "待分配专家",
            reverse("applications:panel", args=[application.pk]),
            "补派专家" if application.recused else "分配专家",
        )
        for application in shown
    ]
    yield Panel(
        "待分配专家的申报",
        "各件专家均已配齐。市级推荐新的申报或有专家回避时，将在此显示。",
        [Figure("有空缺席位", short.count(), "件")],
        rows,
        reverse("applications:pool"),
        "专家库",
    )


def province(user: Any, at: datetime) -> Iterator[Panel]:
    if not holds_province(user, "accounts.run_cycle"):
        return
    for cycle in Cycle.objects.open():
        counts = cycle.applications.aggregate(
            draft=Count("pk", filter=Q(state__in=EDITABLE)),
            county=Count("pk", filter=Q(state=ApplicationState.COUNTY_REVIEW)),
            city=Count("pk", filter=Q(state=ApplicationState.CITY_REVIEW)),
            province=Count("pk", filter=Q(state=ApplicationState.PROVINCIAL_REVIEW)),
            passed=Count("pk", filter=Q(state=ApplicationState.PASSED)),
            in_notice=Count("pk", filter=Q(state=ApplicationState.IN_NOTICE)),
        )
        labels = {
            "draft": "填报中",
            "county": "县级初审",
            "city": "市级审核",
            "province": "省级评审",
            "passed": "评审通过",
            "in_notice": "公示中",
        }
        yield Panel(
            cycle.name,
            "",
            [Figure(label, counts[name]) for name, label in labels.items()],
            _notice_rows(cycle, at),
            reverse("quotas:cycle", args=[cycle.pk]),
            "周期与名额",
        )


def _notice_rows(cycle: Cycle, at: datetime) -> list[Row]:
    today = timezone.localdate(at)
    notices = Notice.objects.filter(cycle=cycle).exclude(state=NoticeState.CONCLUDED)
    return [
        Row(
            notice.title,
            window_words(notice.days) if notice.days else "尚未发布",
            reverse("publicity:desk_notice", args=[notice.pk]),
            "办理",
            notice.closes_on if notice.accepts_objections(today) else None,
            notice.standing(today),
        )
        for notice in notices.select_related("cycle")[:SHOWN]
    ]
