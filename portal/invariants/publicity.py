"""Notices and titles."""

from __future__ import annotations

from applications.models import (
    Application,
)
from portal.invariants.finding import Findings
from publicity.models import NoticeEntry, Title
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
        EntryOutcome.REMOVED: ("objection_upheld",),
    }
    opened = NoticeEntry.objects.exclude(notice__state="draft").select_related("application")
    for outcome, states in expected.items():
        for entry in opened.filter(outcome=outcome).exclude(application__state__in=states):
            yield f"公示条目 {entry.pk}：{outcome.label}，申报为 {entry.application.state}。"
