"""People whom a nursery asks to stand aside 申请回避的人员, named while it may write."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from applications import policies
from applications.models import Application, Relation
from workflow import Problem, Refused


@transaction.atomic
def add_relation(
    application: Application, *, name: str, employer: str, what: str, by: User
) -> Relation:
    """Name a person. Raises PermissionDenied, Refused once the file is handed in or for a person
    who is named already.
    """
    held = _editable(application, by)
    try:
        with transaction.atomic():
            return held.relations.create(name=name, employer=employer, what=what)
    except IntegrityError as fault:
        raise Refused([Problem("该人员已填写。", field="name")]) from fault


@transaction.atomic
def remove_relation(relation: Relation, *, by: User) -> None:
    _editable(relation.application, by)
    relation.delete()


def _editable(application: Application, by: User) -> Application:
    """The row under a lock, while its nursery may write."""
    held = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if not policies.may_apply(held, by):
        raise PermissionDenied
    if not held.is_editable:
        raise Refused(f"该申报目前为“{held.get_state_display()}”，不能再修改。")
    return held
