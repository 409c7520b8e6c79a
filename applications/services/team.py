"""The county's review team 评审组 and the city's expert group 专家组 (S0, three (二)(三))."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from applications.models import Application, Review, TeamMember
from applications.rounds import ReviewQuerySet
from applications.services.reviews import copy_team, is_due, is_reviewer, not_now
from applications.statuses import COMMISSION_STEPS, Step
from workflow import Problem, Refused

KNOWN_LINES = 200


def team_problems(review: Review) -> list[Problem]:
    """Why the team does not suffice to complete the sheet."""
    if review.team.exists():
        return []
    url = reverse("applications:team", args=[review.application_id, review.pk])
    return [Problem("请填写评审组成员。", url=url)]


@transaction.atomic
def name_team(review: Review, members: Sequence[TeamMember], *, by: User) -> None:
    """Write down who is in the team, in this order, in place of whoever was.

    Raises PermissionDenied for others, Refused for a sealed sheet, at another stage, or with what
    is wrong with these members.
    """
    held = _open(review, by)
    if problems := list(_faults(members)):
        raise Refused(problems)
    held.team.all().delete()
    for order, member in enumerate(members, start=1):
        member.review, member.order = held, order
    TeamMember.objects.bulk_create(members)


@transaction.atomic
def take_former_team(review: Review, *, by: User) -> None:
    """Name the team of the office's latest other sheet; a commission has the same for many files.

    Raises like `name_team`, and Refused where there is none.
    """
    held = _open(review, by)
    former = former_team(held)
    if former is None:
        raise Refused("没有可沿用的评审组。")
    held.team.all().delete()
    copy_team(former, held)


def former_team(review: Review) -> Review | None:
    """The office's latest other sheet of the same step that has a team."""
    return _of_the_office(review).exclude(pk=review.pk).with_team().order_by("-pk").first()


@dataclass(frozen=True)
class KnownPeople:
    """What was written in the lines of this office's teams before, each once."""

    names: list[str]
    employers: list[str]
    positions: list[str]


def known_people(review: Review) -> KnownPeople:
    """Whom the office has named before, to be chosen from while typing."""
    lines = TeamMember.objects.filter(review__in=_of_the_office(review)).distinct()
    known = lines.order_by("name", "employer").values_list("name", "employer", "position")
    columns = list(zip(*known[:KNOWN_LINES], strict=True)) or [(), (), ()]
    return KnownPeople(*([text for text in dict.fromkeys(each) if text] for each in columns))


def _of_the_office(review: Review) -> ReviewQuerySet:
    region = review.application.region
    area = region.county_unit if review.step == Step.COUNTY else region.city_unit
    return Review.objects.at_step(review.step).of_files(Application.objects.within(area))


def _open(review: Review, by: User) -> Review:
    """The review under a lock, for who may still change its team."""
    rows = Review.objects.select_for_update(of=("self",)).for_sheet_page()
    held = rows.get(pk=review.pk)
    if held.step not in COMMISSION_STEPS or not is_reviewer(held, by):
        raise PermissionDenied
    if held.sheet.sealed_at:
        raise Refused("该评分已完成，评审组不能再修改。")
    if not is_due(held):
        raise Refused(not_now(held.application))
    return held


def _faults(members: Sequence[TeamMember]) -> Iterator[Problem]:
    if sum(member.leads for member in members) > 1:
        yield Problem("评审组只有一名组长。")
    for (name, employer), times in Counter((m.name, m.employer) for m in members).items():
        if times > 1:
            yield Problem(f"{name}（{employer}）重复填写。")
