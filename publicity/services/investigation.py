"""What the province does about an objection before it answers: assign, note, ask the nursery."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.access import holds
from accounts.models import RegionUserObjectPermission, User
from files import services as files
from files.models import StoredFile
from publicity import policies
from publicity.confidence import gives_away
from publicity.impartiality import parts_in
from publicity.models import Objection, ObjectionNote, StatementRequest
from publicity.statuses import ObjectionState
from workflow import Problem, Refused, record


def handlers() -> QuerySet[User]:
    """Everyone who handles objections now."""
    holding = RegionUserObjectPermission.objects.filter(
        permission__codename="handle_objections", user__is_active=True
    )
    return User.objects.filter(pk__in=holding.values("user")).order_by("name", "pk")


def handlers_for(objection: Objection) -> list[tuple[User, str]]:
    """Everyone who handles objections, with what bars them from this one; "" for the impartial."""
    parts = parts_in(objection.entry.application)
    return [(user, parts.of(user)) for user in handlers()]


@transaction.atomic
def assign(objection: Objection, assignee: User, *, by: User, at: datetime) -> Objection:
    """Give an objection to one handler; who is barred from it may still give it to another.

    Raises PermissionDenied; Refused once it is settled, or when the assignee is no handler or had
    a part in the file.
    """
    held = _held(objection, by)
    if not holds(assignee, "accounts.handle_objections", held.cycle.province):
        raise Refused([Problem(f"{assignee.name}不办理异议。", field="assignee")])
    if part := parts_in(held.entry.application).of(assignee):
        raise Refused([Problem(f"{assignee.name}{part}，应当回避。", field="assignee")])
    if held.assignee_id != assignee.pk:
        held.assignee = assignee
        held.save(update_fields=["assignee"])
        record(held, "assign", actor=by, at=at, assignee=assignee.pk)
    return held


@transaction.atomic
def add_note(
    objection: Objection,
    *,
    text: str,
    uploads: Iterable[File[Any]] = (),
    by: User,
    at: datetime,
) -> ObjectionNote:
    """Write down what was found out; it cannot be changed afterwards.

    Raises PermissionDenied; Refused once it is settled, or for who is not to handle it;
    files.services.Rejected for a file that is not taken.
    """
    held = _in_hand(objection, by)
    note = ObjectionNote.objects.create(objection=held, text=text, by=by, at=at)
    note.files.set(_stored(uploads, by, at))
    # What was found stays with the note: events are read by auditors, too.
    record(held, "note", actor=by, at=at)
    return note


@transaction.atomic
def ask_statement(
    objection: Objection, *, question: str, due_on: date, by: User, at: datetime
) -> StatementRequest:
    """Put a question to the nursery, which hears nothing of who objected.

    Raises PermissionDenied; Refused for a question that gives the objector away, for a day that is
    past, while another question waits, or when the objection is not being looked into.
    """
    held = _in_hand(objection, by)
    if held.state != ObjectionState.ACCEPTED:
        raise Refused("受理异议后才能请机构说明。")
    if gives_away(question, held.secrets):
        sentence = "问题中含有异议人的姓名或联系方式，请删去；不得向机构透露异议人。"
        raise Refused([Problem(sentence, field="question")])
    if due_on < timezone.localdate(at):
        raise Refused([Problem("答复期限不能早于今天。", field="due_on")])
    if held.statements.waiting().exists():
        raise Refused("已有一份说明等待机构答复。")
    asked = StatementRequest.objects.create(
        objection=held, question=question, due_on=due_on, asked_by=by, asked_at=at
    )
    record(asked, "ask_statement", actor=by, at=at)
    return asked


@transaction.atomic
def give_statement(
    statement: StatementRequest,
    *,
    text: str,
    uploads: Iterable[File[Any]] = (),
    by: User,
    at: datetime,
) -> StatementRequest:
    """The nursery answers, once; a late answer is taken as long as the objection is open.

    Raises PermissionDenied; Refused when it was answered or the objection is settled;
    files.services.Rejected for a file that is not taken.
    """
    # The objection first, as its decision does: an answer never arrives after it.
    Objection.objects.select_for_update(of=("self",)).get(pk=statement.objection_id)
    held = StatementRequest.objects.select_for_update(of=("self",)).get(pk=statement.pk)
    if not policies.may_state(held, by):
        raise PermissionDenied
    if held.is_given:
        raise Refused("情况说明已经提交，不能再改。")
    if held.objection.is_settled:
        raise Refused("该事项已经办结，不再接收说明。")
    held.text, held.given_by, held.given_at = text, by, at
    held.save(update_fields=["text", "given_by", "given_at"])
    held.files.set(_stored(uploads, by, at))
    record(held, "give_statement", actor=by, at=at)
    return held


def _held(objection: Objection, by: User) -> Objection:
    """The row locked, still open, for somebody who handles objections."""
    held = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    if not policies.may_handle(held, by):
        raise PermissionDenied
    if held.is_settled:
        raise Refused("该异议已经办结。")
    return held


def _in_hand(objection: Objection, by: User) -> Objection:
    """As `_held`, for who had no part in the file and whose objection it is, if it is anyone's."""
    held = _held(objection, by)
    if part := parts_in(held.entry.application).of(by):
        raise Refused(f"您{part}，应当回避，不能办理此异议。")
    if held.assignee_id not in {None, by.pk}:
        raise Refused(f"本件由{held.assignee.name}承办。")  # type: ignore[union-attr]
    return held


def _stored(uploads: Iterable[File[Any]], by: User, at: datetime) -> list[StoredFile]:
    return [files.store(each, name=each.name or "", by=by, at=at) for each in uploads]
