"""Who is sent to a spot check: appointed by the province, kept apart by the experts' own rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import services as accounts
from accounts.models import Appointment, User
from applications import conflicts as rules
from applications.conflicts import ExpertFacts, FileFacts
from applications.services.conflicts import Conflicts
from supervision import policies
from supervision.models import Inspector, SpotCheck, possible_inspectors
from supervision.statuses import LEAST_INSPECTORS
from workflow import Problem, Refused, record

ROLE = "check_inspector"
FIELD = "inspectors"


class Standing:
    """What is known of some people and checks; the same few queries however many.

    To the rule for experts comes what is known of officials: the places of their posts, and the
    nurseries that somebody acts for.
    """

    def __init__(self, people: Collection[User], checks: Collection[SpotCheck]) -> None:
        applications = [check.title.application for check in checks]
        self._known = Conflicts(people, applications)
        self._areas: dict[int, list[str]] = defaultdict(list)
        self._nurseries: dict[int, set[int]] = defaultdict(set)
        for post in Appointment.objects.current().filter(user__in=people):
            if post.is_on_region:
                self._areas[post.user_id].append(post.region_path)
            elif post.role == "nursery_staff":
                self._nurseries[post.user_id].add(post.on_id)

    def against(self, person: User, check: SpotCheck) -> list[str]:
        """Why this person must stand aside 回避; empty when nothing is known."""
        application = check.title.application
        found = self._known.between(person, application)
        nursery = application.nursery
        for path in self._areas[person.pk]:
            official = ExpertFacts(person.name, region=path)
            file = FileFacts(nursery.pk, nursery.name, application.region_path)
            found += rules.same_region(person.pk, official, file)
        sentences = [conflict.sentence for conflict in found]
        if nursery.pk in self._nurseries[person.pk]:
            sentences.append(f"{person.name}是该机构的工作人员，应当回避。")
        return list(dict.fromkeys(sentences))


def conflicts_of(people: Collection[User], check: SpotCheck) -> dict[int, list[str]]:
    """What stands against each of the people at this check, by their keys."""
    [held] = _with_applications([check])
    known = Standing(people, [held])
    return {person.pk: known.against(person, held) for person in people}


@transaction.atomic
def appoint_inspector(
    check: SpotCheck, person: User, *, by: User, at: datetime, leads: bool = False
) -> Inspector:
    """Send somebody; the first one leads unless somebody else is named.

    Raises PermissionDenied, Refused (over, not to be sent, in the team, a conflict of interest).
    """
    held = _locked(check, by)
    if not possible_inspectors().filter(pk=person.pk).exists():
        raise Refused([Problem(f"{person}不是专家库成员或监督管理人员。", field=FIELD)])
    if any(each.user_id == person.pk for each in held.inspectors.all()):
        raise Refused([Problem(f"{person}已在检查组中。", field=FIELD)])
    against = conflicts_of([person], held)[person.pk]
    if against:
        raise Refused([Problem(sentence, field=FIELD) for sentence in against])
    return _seat(held, person, leads, by, at)


def _seat(check: SpotCheck, person: User, leads: bool, by: User, at: datetime) -> Inspector:
    leader = check.inspectors.filter(leads=True)
    if leads:
        leader.update(leads=False)
    seated = Inspector.objects.create(
        spot_check=check,
        user=person,
        leads=leads or not leader.exists(),
        appointed_by=by,
        appointed_at=at,
    )
    accounts.appoint(person, ROLE, check, by=by, at=at)
    record(
        check,
        "appoint_inspector",
        actor=by,
        at=at,
        reason=str(seated),
        user=person.pk,
        leads=seated.leads,
    )
    return seated


@transaction.atomic
def release_inspector(
    check: SpotCheck, person: User, *, by: User, at: datetime, reason: str
) -> None:
    """Take a task back; what the person has written stays. Raises PermissionDenied, Refused."""
    held = _locked(check, by)
    if not reason.strip():
        raise Refused([Problem("请写明理由。", field="reason")])
    _member(held, person).delete()
    for post in Appointment.objects.standing().on(held).filter(user=person):
        accounts.end(post, by=by, at=at, reason=reason)
    record(held, "release_inspector", actor=by, at=at, reason=reason, user=person.pk)


@transaction.atomic
def name_leader(check: SpotCheck, person: User, *, by: User, at: datetime) -> None:
    """Let this inspector lead instead. Raises PermissionDenied, Refused."""
    held = _locked(check, by)
    member = _member(held, person)
    held.inspectors.filter(leads=True).update(leads=False)
    member.leads = True
    member.save(update_fields=["leads"])
    record(held, "name_leader", actor=by, at=at, reason=str(person), user=person.pk)


@transaction.atomic
def suggest_inspectors(checks: Iterable[SpotCheck], *, by: User, at: datetime) -> list[SpotCheck]:
    """Complete the teams of these checks from the pool: the freest first, nobody in conflict.

    Returns the checks for which too few people were found; what could be seated is.
    Raises PermissionDenied.
    """
    held = [_locked(check, by) for check in checks]
    pool = [person for person in User.objects.in_expert_pool() if person != by]
    with_applications = {check.pk: check for check in _with_applications(held)}
    known = Standing(pool, list(with_applications.values()))
    loads = {person.pk: 0 for person in pool} | _loads(pool)
    short = []
    for check in held:
        seated = [each.user_id for each in check.inspectors.all()]
        free = [
            person
            for person in sorted(pool, key=lambda each: (loads[each.pk], each.pk))
            if person.pk not in seated and not known.against(person, with_applications[check.pk])
        ]
        wanted = free[: max(0, LEAST_INSPECTORS - len(seated))]
        for person in wanted:
            _seat(check, person, False, by, at)
            loads[person.pk] += 1
        if len(seated) + len(wanted) < LEAST_INSPECTORS:
            short.append(check)
    return short


def _loads(people: Sequence[User]) -> dict[int, int]:
    loads: dict[int, int] = defaultdict(int)
    pending = Inspector.objects.filter(user__in=people, spot_check__in=SpotCheck.objects.pending())
    for user_id in pending.values_list("user", flat=True):
        loads[user_id] += 1
    return loads


def _with_applications(checks: Collection[SpotCheck]) -> list[SpotCheck]:
    """The same checks with what the rules ask about."""
    rows = SpotCheck.objects.filter(pk__in=[check.pk for check in checks])
    return list(rows.with_application().order_by("pk"))


def _locked(check: SpotCheck, by: User) -> SpotCheck:
    held = SpotCheck.objects.select_for_update(of=("self",)).with_title().get(pk=check.pk)
    if not policies.may_arrange(held, by):
        raise PermissionDenied
    if not held.is_pending:
        raise Refused(f"该检查目前为“{held.get_state_display()}”，检查人员不能再变动。")
    return held


def _member(check: SpotCheck, person: User) -> Inspector:
    found = check.inspectors.filter(user=person).first()
    if found is None:
        raise Refused([Problem(f"{person}不在检查组中。", field=FIELD)])
    return found
