"""Notices and titles."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from applications.models import (
    Application,
)
from portal.invariants.finding import Findings
from publicity.models import Notice, NoticeEntry, Title
from publicity.statuses import EntryOutcome


def awards_have_titles() -> Findings:
    """An awarded application has a title, and only an awarded one."""
    for application in Application.objects.in_state("awarded").filter(title=None):
        yield f"申报 {application.number}：已授予，却没有称号。"
    for title in Title.objects.exclude(application__state="awarded"):
        yield f"称号 {title.number}：申报并非已授予。"


def entries_agree_with_applications() -> Findings:
    """A pending entry of an opened notice is an application in notice, and so on."""
    expected = {
        EntryOutcome.PENDING: ("in_notice",),
        EntryOutcome.AWARDED: ("awarded",),
        EntryOutcome.REMOVED: ("objection_upheld", "withdrawn"),
    }
    opened = NoticeEntry.objects.exclude(notice__state="draft").select_related("application")
    for outcome, states in expected.items():
        for entry in opened.filter(outcome=outcome).exclude(application__state__in=states):
            yield f"公示条目 {entry.pk}：{outcome.label}，申报为 {entry.application.state}。"


def titles_leave_room() -> Findings:
    """No application is under way beside a title in force that outlives its cycle."""
    outliving = Title.objects.in_force().filter(
        nursery=OuterRef("nursery"), valid_until__year__gt=OuterRef("cycle__year")
    )
    for application in Application.objects.under_way().filter(Exists(outliving)):
        yield f"申报 {application.number}：仍在办理，而机构的称号在该周期内不到期。"


def notices_are_as_published() -> Findings:
    """What is public is what was published: the digest, the last day, the supplements' numbers."""
    for notice in Notice.objects.public().prefetch_related("supplements"):
        if notice.digest_now() != notice.digest:
            yield f"公示 {notice.pk}：内容或名单与发布时的校验值不符。"
        if notice.counted_days[-1:] != [str(notice.closes_on)]:
            yield f"公示 {notice.pk}：末日 {notice.closes_on} 不是计入的最后一日。"
        numbers = sorted(each.number for each in notice.supplements.all())
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"公示 {notice.pk}：补充说明的序号不连续。"
