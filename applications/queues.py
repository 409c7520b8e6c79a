"""What the offices ask of the files: which wait, in which area, with what marks, in what order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    Subquery,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone

from accounts.access import holds_province, regions_held
from accounts.models import Region, RegionUserObjectPermission, User
from applications.statuses import PAST_COUNTY, ApplicationState, Step, Tier, Verdict
from applications.two_steps import DECIDING
from workflow.models import Event

if TYPE_CHECKING:
    from applications.models import Application, Handling, Opinion  # noqa: F401 - in a string
    from quotas.models import Cycle, Quota


# Whose decision a state waits for.
DECIDED_WITH = {
    ApplicationState.COUNTY_REVIEW: "accounts.decide_county",
    ApplicationState.CITY_REVIEW: "accounts.decide_city",
    ApplicationState.PROVINCIAL_REVIEW: "accounts.decide_province",
}
# Where a file lies until somebody does something.
LYING = (*DECIDED_WITH, ApplicationState.RETURNED, ApplicationState.PASSED)
# What an office said when it sent a file down again.
SENT_DOWN = (Verdict.RETURN, Verdict.SEND_BACK)
MARKS = {"": "self_sheet__total", "county": "county_total", "city": "city_total"}


def in_areas(regions: Iterable[Region]) -> Q:
    """Files of the regions and of all below them; none of them when there is no region."""
    areas = Q(pk__in=[])
    for region in regions:
        areas |= Q(region_path=region.path) | Q(region_path__startswith=f"{region.path}/")
    return areas


def waiting(user: Any) -> Q:
    """What an official's own tier has to decide now."""
    found = Q(pk__in=[])
    for state, permission in DECIDED_WITH.items():
        found |= in_areas(regions_held(user, permission)) & Q(state=state)
    return found


def sees_city_marks(user: Any) -> list[Region]:
    """The regions in which the user may know the city's marks: the city itself, the province."""
    whole = [r for r in regions_held(user, "accounts.see_files") if r.parent_id is None]
    return [*regions_held(user, "accounts.review_city"), *whole]


def desk_tier(user: Any) -> Tier:
    """The tier of a person's desk: the highest at which files are seen."""
    if holds_province(user, "accounts.see_files"):
        return Tier.PROVINCE
    return Tier.CITY if regions_held(user, "accounts.review_city") else Tier.COUNTY


def tier_areas(user: Any) -> list[Region]:
    """The areas in which the user sees files at the tier of the own desk."""
    city = desk_tier(user) == Tier.CITY
    return regions_held(user, "accounts.review_city" if city else "accounts.see_files")


def areas_of(user: Any) -> models.QuerySet[Region]:
    """The regions that a list can be narrowed to: those below the areas held."""
    below = Q(pk__in=[])
    for region in regions_held(user, "accounts.see_files"):
        below |= Q(path__startswith=f"{region.path}/")
    return Region.objects.filter(below).order_by("path")


def experts_of(province: Region) -> models.QuerySet[User]:
    """The pool of experts with their profiles and days, the freest first.

    Each has `load`, the tasks that are open with them, and `files`, on how many files.
    """
    open_task = Q(reviews__superseded=False, reviews__sheet__sealed_at=None)
    grants = RegionUserObjectPermission.objects.filter(
        content_object=province, permission__codename="be_expert"
    )
    return (
        User.objects.filter(pk__in=grants.values("user"), is_active=True)
        .annotate(
            load=Count("reviews", filter=Q(reviews__isnull=False) & open_task),
            files=Count("reviews__application", filter=open_task, distinct=True),
        )
        .select_related("expert_profile__region__parent")
        .prefetch_related("expert_profile__available")
        .order_by("load", "name", "pk")
    )


def awaiting_approval(user: Any, proposals: models.QuerySet[Any]) -> Q:
    """The files with a standing proposal of somebody else that an approver may sign."""
    approves = {region.pk for region in regions_held(user, "accounts.approve")}
    found = Q(pk__in=[])
    for tier, permission in DECIDING.items():
        mine = [region for region in regions_held(user, permission) if region.pk in approves]
        standing = proposals.filter(application=OuterRef("pk"), tier=tier).exclude(by=user)
        if mine:
            found |= in_areas(mine) & Q(Exists(standing))
    return found


class QueueQuerySet(models.QuerySet["Application"]):
    """The part of the applications' queryset that desks and tables are made of."""

    ORDERS: ClassVar = {
        "number": "number",
        "nursery": "nursery__name",
        "area": "region__code",
        "state": "state",
        "self": "self_sheet__total",
        "county": "county_total",
        "city": "city_total",
        "result": "result",
        "submitted": "submitted_at",
        "since": "since",
        "handler": "handler_name",
    }

    def waiting_for(self, user: Any) -> Self:
        return self.filter(waiting(user))

    def awaiting_approval(self, user: Any) -> Self:
        """What others have proposed and this user is to sign."""
        return self.filter(awaiting_approval(user, _standing_proposals(self.model)))

    def within(self, region: Region) -> Self:
        """Of the region and of all below it."""
        return self.filter(in_areas([region]))

    def matching(self, text: str) -> Self:
        """Those whose nursery's name holds every word, or whose number or credit code begins so."""
        found = self
        for word in text.split():
            found = found.filter(
                Q(nursery__name__icontains=word)
                | Q(number__startswith=word)
                | Q(nursery__credit_code__startswith=word.upper())
            )
        return found

    def with_columns(self, user: Any, *names: str) -> Self:
        """With some of the columns of a desk, as `user` may know them.

        `county_total` and `city_total` are the marks of sealed sheets (the city's only where the
        user may know it), `since` is when the present state began, `waits` whether it is the
        user's turn, `handler_name` who handles it at the user's tier, `sent_down` whether it was
        ever returned.
        """
        columns: dict[str, dict[str, Any]] = {
            "county_total": {
                "at_county": _present(Step.COUNTY),
                "county_total": F("at_county__sheet__total"),
            },
            "city_total": {
                "at_city": _present(Step.CITY),
                "city_total": Case(
                    When(in_areas(sees_city_marks(user)), then=F("at_city__sheet__total"))
                ),
            },
            "since": {"since": _since(self.model)},
            "waits": {"waits": Case(When(waiting(user), then=True), default=False)},
            "handler_name": {
                "at_hand": FilteredRelation(
                    "handlings", condition=Q(handlings__tier=desk_tier(user))
                ),
                "handler_name": Case(
                    When(in_areas(tier_areas(user)), then=F("at_hand__handler__name"))
                ),
            },
            "sent_down": {"sent_down": Exists(_sent_down(self.model))},
        }
        new = [name for name in names if name in columns and name not in self.query.annotations]
        return self.annotate(**{k: v for name in new for k, v in columns[name].items()})

    def for_desk(self, user: Any) -> Self:
        """With everything that a row of a desk shows `user`, and nothing else."""
        return (
            self.with_columns(
                user, "county_total", "city_total", "since", "waits", "handler_name", "sent_down"
            )
            .select_related("nursery", "region__parent", "cycle", "self_sheet")
            .defer("introduction", "practice")
        )

    def marked(self, user: Any, whose: str, low: Decimal | None, high: Decimal | None) -> Self:
        """Whose mark (a key of MARKS) lies within these bounds, both included."""
        column = MARKS[whose]
        found = self.with_columns(user, column)
        if low is not None:
            found = found.filter(**{f"{column}__gte": low})
        return found if high is None else found.filter(**{f"{column}__lte": high})

    def waiting_for_days(self, user: Any, days: int, at: datetime) -> Self:
        """Those that have lain in their present state for so many days or more."""
        last = timezone.localdate(at) - timedelta(days=days - 1)
        end = timezone.make_aware(datetime.combine(last, time.min))
        return self.with_columns(user, "since").filter(state__in=LYING, since__lt=end)

    def sent_down(self, ever: bool) -> Self:
        """Those that an office has ever returned or sent back; or those that none has."""
        returned = Exists(_sent_down(self.model))
        return self.filter(returned if ever else ~returned)

    def handled_by(self, user: Any, handler: int | None) -> Self:
        """What this person handles at the user's tier; with None, what nobody handles there."""
        rows = _handlings(self.model).filter(application=OuterRef("pk"), tier=desk_tier(user))
        if handler is None:
            return self.filter(~Exists(rows))
        return self.filter(in_areas(tier_areas(user)) & Exists(rows.filter(handler=handler)))

    def handlers(self, user: Any) -> models.QuerySet[User]:
        """Whoever handles one of these files at the user's tier."""
        files = self.filter(in_areas(tier_areas(user))).order_by()
        rows = _handlings(self.model).filter(
            tier=desk_tier(user), application__in=files.values("pk")
        )
        people = User.objects.filter(pk__in=rows.values("handler"))
        return people.only("name", "username").order_by("name", "pk")

    def place_of(self, key: int) -> int | None:
        """The place of a file in this order, from 1; None where it is not among these."""
        order: Any = self.query.order_by
        ordinal = Window(RowNumber(), order_by=order)
        # Sums a window in, so that the file is looked for after all of them were numbered.
        whose = F("ordinal") * 0 + F("pk")
        ranked = self.annotate(ordinal=ordinal).annotate(whose=whose).order_by()
        return next(iter(ranked.filter(whose=key).values_list("ordinal", flat=True)), None)

    def in_order_of(self, keys: Sequence[int]) -> list[Any]:
        """These rows, in this order: a page is chosen by its keys first, its columns come after."""
        rows = self.in_bulk(keys)
        return [rows[key] for key in keys if key in rows]

    def ordered_by(self, key: str, user: Any, *, otherwise: str) -> Self:
        """By a column of ORDERS ("-" in front: from the end), else by `otherwise`; blanks last."""
        hidden = set() if sees_city_marks(user) else {"city"}
        hidden |= set() if holds_province(user, "accounts.see_files") else {"result"}
        if key.removeprefix("-") not in self.ORDERS.keys() - hidden:
            key = otherwise
        column = self.ORDERS[key.removeprefix("-")]
        field = F(column)
        down = key.startswith("-")
        order = field.desc(nulls_last=True) if down else field.asc(nulls_last=True)
        return self.with_columns(user, column).order_by(order, "pk")

    def counted(self, user: Any) -> dict[str, int]:
        """How many there are in each state, in all ("all"), waiting for `user` ("waiting") and for
        the signature of `user` ("signing").
        """
        counts = {state: Count("pk", filter=Q(state=state)) for state in ApplicationState.values}
        proposed = awaiting_approval(user, _standing_proposals(self.model))
        counts["waiting"] = Count("pk", filter=waiting(user))
        counts["signing"] = Count("pk", filter=proposed)
        return self.order_by().aggregate(all=Count("pk"), **counts)

    def judged_by_province(self) -> Self:
        """Those that a city has recommended: under the province's review or past it."""
        return self.filter(place__isnull=False)

    def waiting_at_city(self, cycle: Cycle, city: Region) -> Self:
        """What lies with a city for its decision."""
        return self.within(city).filter(cycle=cycle, state=ApplicationState.CITY_REVIEW)

    def city_scores(self) -> Iterable[tuple[Any, ...]]:
        """Number, submission, sheet, total and veto of those that the city has scored."""
        found = self.annotate(at_city=_present(Step.CITY))
        return found.filter(at_city__sheet__sealed_at__isnull=False).values_list(
            "number",
            "submitted_at",
            "at_city__sheet",
            "at_city__sheet__total",
            "at_city__sheet__vetoed",
        )

    def unscored_by_city(self) -> Self:
        """Those whose city sheet is open or not begun, the earliest first."""
        open_ones = self.annotate(at_city=_present(Step.CITY)).filter(
            at_city__sheet__sealed_at=None
        )
        return open_ones.order_by("submitted_at", "pk")

    def in_places_of(self, quota: Quota) -> Self:
        return self.filter(place__quota=quota).order_by("place__ordinal")

    def recommended_by_counties(self, cycles: Iterable[Cycle], counties: Iterable[Region]) -> Self:
        """Those that count against the caps of these counties: see `applications.caps`."""
        return self.filter(cycle__in=list(cycles), region__in=list(counties), state__in=PAST_COUNTY)


def _present(step: Step) -> FilteredRelation:
    """The commission's one review of this step that counts."""
    return FilteredRelation("reviews", condition=Q(reviews__step=step, reviews__superseded=False))


def _standing_proposals(model: type[models.Model]) -> models.QuerySet[Any]:
    proposals: Any = _related(model, "proposals")
    standing: models.QuerySet[Any] = proposals.standing()
    return standing


def _handlings(model: type[models.Model]) -> models.QuerySet[Handling]:
    return _related(model, "handlings")


def _sent_down(model: type[models.Model]) -> models.QuerySet[Opinion]:
    """The opinions with which an office sent a file down again."""
    return _related(model, "opinions").filter(application=OuterRef("pk"), verdict__in=SENT_DOWN)


def _related(model: type[models.Model], name: str) -> models.QuerySet[Any]:
    """All rows of a relation of the files: their models stand above this module."""
    relation: Any = model._meta.get_field(name)
    rows: models.QuerySet[Any] = relation.related_model._default_manager.all()
    return rows


def _since(model: type[models.Model]) -> Coalesce:
    """When the last move was made; a draft has not moved since it was begun."""
    moves = Event.objects.filter(
        subject_type=model._meta.label_lower, subject_id=OuterRef("pk"), target=OuterRef("state")
    )
    return Coalesce(Subquery(moves.order_by("-pk").values("at")[:1]), F("created_at"))
