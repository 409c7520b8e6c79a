"""A notice from its draft to its conclusion."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from applications.models import Application
from applications.statuses import ApplicationState
from publicity import policies, public_pages
from publicity.listing import as_listed
from publicity.models import Notice, NoticeEntry, Title
from publicity.models.notices import passed_and_free
from publicity.services.titles import begin_title
from publicity.services.turns import hold_calendar, take_decisions
from publicity.statuses import EntryOutcome, NoticeState
from quotas.models import Cycle
from workflow import Problem, Refused, perform, record


@transaction.atomic
def compose(
    cycle: Cycle,
    *,
    title: str,
    body: str,
    contact: str,
    number: str,
    basis: str = "",
    by: User,
    at: datetime,
) -> Notice:
    """A draft notice over every application of the cycle that passed and is on no notice yet.

    Raises PermissionDenied.
    """
    if not policies.may_compose(cycle, by):
        raise PermissionDenied
    notice = Notice.objects.create(
        cycle=cycle,
        title=title,
        body=body,
        basis=basis,
        contact=contact,
        number=number,
        created_by=by,
    )
    NoticeEntry.objects.bulk_create(
        NoticeEntry(notice=notice, application=each) for each in passed_and_free(cycle)
    )
    record(notice, "compose", actor=by, at=at)
    return notice


@transaction.atomic
def edit(notice: Notice, values: dict[str, str], *, by: User, at: datetime) -> Notice:
    """Change the words of a draft. Raises PermissionDenied; Refused for one that is set to open."""
    held = _held_draft(notice, by)
    changed = {name: value for name, value in values.items() if getattr(held, name) != value}
    for name, value in changed.items():
        setattr(held, name, value)
    if changed:
        held.save()
        record(held, "edit", actor=by, at=at, fields=sorted(changed))
    return held


@transaction.atomic
def choose(notice: Notice, applications: Iterable[Application], *, by: User, at: datetime) -> None:
    """Set the entries of a draft.

    Raises PermissionDenied; Refused once it is open, or when one has not passed or stands on
    another notice.
    """
    held = _held_draft(notice, by)
    chosen = list(applications)
    if any(a.state != ApplicationState.PASSED or a.cycle_id != held.cycle_id for a in chosen):
        raise Refused("只有本周期评审通过的机构可以列入公示。")
    taken = NoticeEntry.objects.filter(application__in=chosen).exclude(notice=held).for_list()
    if taken:
        names = "、".join(str(entry) for entry in taken[:3])
        raise Refused(f"{names}已列入另一公示，不能重复列入。")
    held.entries.all().delete()
    NoticeEntry.objects.bulk_create(NoticeEntry(notice=held, application=a) for a in chosen)
    record(held, "choose", actor=by, at=at, applications=[a.pk for a in chosen])


@transaction.atomic
def revise(
    notice: Notice,
    values: dict[str, str],
    applications: Iterable[Application],
    *,
    by: User,
    at: datetime,
) -> None:
    """Words and entries of a draft together. Raises as `edit` and `choose` do."""
    held = edit(notice, values, by=by, at=at)
    chosen = list(applications)
    entered = set(held.entries.values_list("application_id", flat=True))
    if entered != {application.pk for application in chosen}:
        choose(held, chosen, by=by, at=at)


@transaction.atomic
def publish(
    notice: Notice, *, actor: User | None, at: datetime, reason: str = "", **data: Any
) -> None:
    """Open the notice and put every entry's application on it, or nothing at all.

    Numbers, names and places of the entries are fixed now, whatever becomes of a nursery's name.
    Raises PermissionDenied; Refused by the table, or with the nurseries that no longer passed.
    """
    hold_calendar()
    if _held(notice).is_draft:
        _fix_entries(notice)
    perform(notice, "publish", actor=actor, at=at, reason=reason)
    problems = []
    for entry in notice.entries.for_list():
        try:
            perform(entry.application, "put_on_notice", actor=actor, at=at)
        except Refused as refused:
            problems += [Problem(f"{entry.name}：{problem.text}") for problem in refused.problems]
    if problems:
        raise Refused(problems)
    public_pages.changed()


def _fix_entries(notice: Notice) -> None:
    """Number, name and place of every entry as they are today, by area."""
    entries = list(notice.entries.for_list())
    for number, entry in enumerate(entries, 1):
        listed = as_listed(entry, number)
        entry.number, entry.name = listed.number, listed.name
        entry.city, entry.county = listed.city, listed.county
    NoticeEntry.objects.bulk_update(entries, ["number", "name", "city", "county"])


@transaction.atomic
def conclude(
    notice: Notice,
    *,
    actor: User,
    at: datetime,
    reason: str = "",
    decision_number: str = "",
    **data: Any,
) -> list[Title]:
    """Conclude a notice that is over: every entry without an open objection begins its title.

    A notice that is over but that nobody has closed yet is closed first. Entries with an open
    objection are held back; `award_held` takes them up when it is settled. Raises
    PermissionDenied; Refused before the last day is over, or for another decision's number.
    """
    held = _held(notice)
    if not policies.may_publish(held, actor):
        raise PermissionDenied
    _check_decision_number(held, decision_number)
    if held.state == NoticeState.OPEN:
        perform(held, "close", actor=None, at=at)
    perform(notice, "conclude", actor=actor, at=at, reason=reason, decision_number=decision_number)
    public_pages.changed()
    return _award_clear_entries(notice, notice.decision_number, actor=actor, at=at)


@transaction.atomic
def award_held(
    notice: Notice, *, actor: User, at: datetime, decision_number: str = "", **data: Any
) -> list[Title]:
    """Award the entries of a concluded notice whose objections have been settled since.

    Without a decision of their own they are awarded by that of the notice. Raises
    PermissionDenied; Refused before the conclusion, or where the number is another decision's.
    """
    held = _held(notice)
    if not policies.may_publish(held, actor):
        raise PermissionDenied
    if held.state != NoticeState.CONCLUDED:
        raise Refused("公示结果尚未公布。")
    _check_decision_number(held, decision_number)
    decision = decision_number.strip() or held.decision_number
    titles = _award_clear_entries(held, decision, actor=actor, at=at)
    if titles:
        record(held, "award_held", actor=actor, at=at, decision_number=decision)
        public_pages.changed()
    return titles


def _held(notice: Notice) -> Notice:
    """The row locked: an objection and a conclusion wait for each other here."""
    return Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)


def _held_draft(notice: Notice, by: User) -> Notice:
    held = _held(notice)
    if not policies.may_publish(held, by):
        raise PermissionDenied
    if not held.is_draft:
        raise Refused("公示已发布，内容和名单不能再改。")
    if held.is_scheduled:
        raise Refused("公示已设定时发布，请先取消定时再修改。")
    return held


def _check_decision_number(notice: Notice, typed: str) -> None:
    """One number names one decision: no other notice's, and none that awarded from another."""
    number = typed.strip()
    if not number:
        return
    take_decisions()
    others = Notice.objects.exclude(pk=notice.pk).filter(decision_number=number)
    elsewhere = Title.objects.filter(decision_number=number).exclude(
        application__entries__notice=notice
    )
    if others.exists() or elsewhere.exists():
        sentence = f"文号“{number}”已用于另一项授予决定。"
        raise Refused([Problem(sentence, field="decision_number")])


def _award_clear_entries(
    notice: Notice, decision_number: str, *, actor: User, at: datetime
) -> list[Title]:
    entries = notice.entries.pending().clear().for_list().select_for_update(of=("self",))
    titles = []
    for entry in entries:
        perform(entry.application, "award", actor=actor, at=at)
        titles.append(
            begin_title(
                entry.application,
                notice.cycle,
                decision_number=decision_number,
                actor=actor,
                at=at,
            )
        )
        entry.outcome = EntryOutcome.AWARDED
        entry.save(update_fields=["outcome"])
    return titles
