"""Objections at every step: looked into and overdue, a unit's with a question waiting, and more.

The stories of the notices bring those that are filed, refused, upheld and overruled.
"""

from __future__ import annotations

from datetime import timedelta

from accounts.models import User
from files import services as files
from files.models import StoredFile
from portal.demo.days import Days
from portal.demo.paper import example_pdf
from portal.demo.people import Offices
from publicity import services as publicity
from publicity.models import Notice, Objection
from publicity.statuses import NoticeState, ObjectionMatter, ObjectionState
from workflow import perform
from workflow.models import Event


def tell(offices: Offices, days: Days) -> None:
    overdue = Objection.objects.in_state(ObjectionState.ACCEPTED).order_by("due_on", "pk")[0]
    _looked_into(overdue, offices.province, days)
    _of_a_unit(offices.province, days)


def _looked_into(objection: Objection, officer: User, days: Days) -> None:
    """Past its day: a note with a paper, a question answered by the nursery, a second note."""
    asked = objection.filed_at + timedelta(days=2)
    note = publicity.add_note(
        objection,
        text="已调取机构备案人员名册，与宣传材料所列师资逐一比对，两人姓名不符。（示例）",
        by=officer,
        at=asked,
    )
    note.files.add(_paper("人员名册比对表.pdf", officer, days))
    statement = publicity.ask_statement(
        objection,
        question="请说明宣传材料所列师资与备案人员名册不一致的原因，并附现有人员的资格证书。",
        due_on=(asked + timedelta(days=5)).date(),
        by=officer,
        at=asked,
    )
    staff = _who_submitted(objection)
    answered = asked + timedelta(days=3)
    publicity.give_statement(
        statement,
        text="宣传材料印制于去年，其中两名保育师已离职，新进人员已备案，材料已更换。（示例）",
        by=staff,
        at=answered,
    )
    statement.files.add(_paper("人员资格证书.pdf", staff, days))
    publicity.add_note(
        objection,
        text="机构说明已收到，正在核对新进人员的资格证书。（示例）",
        by=officer,
        at=answered,
    )


def _of_a_unit(officer: User, days: Days) -> None:
    """On the open notice, under a seal; the nursery is still to answer."""
    notice = Notice.objects.filter(state=NoticeState.OPEN).order_by("-pk")[0]
    entry = notice.entries.pending().clear().for_list()[0]
    objection = publicity.file_objection(
        entry,
        name="示例社区居民委员会",
        contact_person="吴示例",
        contact="024-00000002",
        matter=ObjectionMatter.SAFETY,
        content="该机构户外活动场地紧邻在建工地，居民多次反映扬尘和安全问题，请予核查。（示例）",
        letter=_paper("加盖公章的书面材料.pdf", None, days),
        at=days.now,
    )
    perform(objection, "accept", actor=officer, at=days.now)
    publicity.ask_statement(
        objection,
        question="请说明户外活动场地与周边施工区域的隔离措施，并附照片。",
        due_on=days.today + timedelta(days=5),
        by=officer,
        at=days.now,
    )


def _who_submitted(objection: Objection) -> User:
    submitted = Event.objects.of(objection.entry.application).telling("submit").with_people()[0]
    return submitted.actor  # type: ignore[return-value]  # the portal itself submits nothing


def _paper(name: str, by: User | None, days: Days) -> StoredFile:
    return files.store(example_pdf(), name=name, by=by, at=days.now, trusted=True)
