"""Conflicts of interest as they are known now, for one expert and file or for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from accounts.models import User
from applications import conflicts as rules
from applications.conflicts import Conflict, ExpertFacts, FileFacts, Person
from applications.models import Application, ExpertProfile, Relation, Review, TeamMember
from applications.statuses import Step


def conflicts_of(expert: User, application: Application) -> list[Conflict]:
    """Why this expert has to stand aside 回避 from the file; empty when nothing is known."""
    return Conflicts([expert], [application]).between(expert, application)


class Conflicts:
    """What is known of some experts and files; the same few queries however many."""

    def __init__(self, experts: Collection[User], applications: Collection[Application]) -> None:
        self._experts = _experts(experts)
        self._files = _files(applications)

    def between(self, expert: User, application: Application) -> list[Conflict]:
        return rules.conflicts(expert.pk, self._experts[expert.pk], self._files[application.pk])


def _experts(experts: Collection[User]) -> dict[int, ExpertFacts]:
    profiles = ExpertProfile.objects.of(experts).with_ties()
    found = {profile.user_id: profile for profile in profiles}
    return {expert.pk: _expert(expert, found.get(expert.pk)) for expert in experts}


def _expert(expert: User, profile: ExpertProfile | None) -> ExpertFacts:
    if profile is None:
        return ExpertFacts(expert.name, expert.employer)
    ties = {tie.nursery_id: tie.what for tie in profile.ties.all()}
    return ExpertFacts(expert.name, expert.employer, profile.region.path, ties)


def _files(applications: Collection[Application]) -> dict[int, FileFacts]:
    keys = [application.pk for application in applications]
    relations: dict[int, list[Person]] = defaultdict(list)
    for row in Relation.objects.filter(application__in=keys):
        relations[row.application_id].append(Person(row.name, row.employer, row.what))
    team: dict[int, list[Person]] = defaultdict(list)
    for member in TeamMember.objects.filter(review__application__in=keys).select_related("review"):
        step = Step(member.review.step).label
        person = Person(member.name, member.employer, step)
        team[member.review.application_id].append(person)
    recused: dict[int, set[int]] = defaultdict(set)
    for review in Review.objects.recused_from(keys):
        recused[review.application_id].add(review.reviewer_id or 0)
    return {
        application.pk: FileFacts(
            application.nursery_id,
            application.nursery.name,
            application.region_path,
            tuple(relations[application.pk]),
            tuple(team[application.pk]),
            frozenset(recused[application.pk]),
        )
        for application in applications
    }
