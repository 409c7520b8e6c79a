"""The filters of the desks and of the decision table."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import django_filters
from django.core.paginator import Paginator
from django.forms.boundfield import BoundField
from django.http import QueryDict

from accounts.access import regions_held
from accounts.models import Region, User
from accounts.statuses import Level
from applications import desk
from applications.models import Application, ApplicationQuerySet
from applications.queues import QueueQuerySet, areas_of, sees_city_marks
from applications.statuses import PAST_CITY, ApplicationState
from quotas.models import Cycle

SEES = "accounts.see_files"
ABOVE_COUNTY = (Level.PROVINCE, Level.CITY)


class AreaField(django_filters.fields.ModelChoiceField):
    """Regions by their whole name, those below a city set in."""

    def label_from_instance(self, region: Region) -> str:
        return f"　{region.name}" if region.path.count("/") > 1 else region.name


class AreaFilter(django_filters.ModelChoiceFilter):
    field_class = AreaField


class FileFilter(django_filters.FilterSet):
    """By text, cycle and area; only what the user may see is offered."""

    q = django_filters.CharFilter(label="机构名称、信用代码或编号", method="by_text")
    cycle = django_filters.ModelChoiceFilter(
        label="评选周期", queryset=Cycle.objects.none(), empty_label="全部周期"
    )
    area = AreaFilter(
        label="辖区",
        queryset=Region.objects.none(),
        method="in_area",
        empty_label="全部辖区",
    )

    def __init__(self, data: Any, queryset: Any, *, user: User) -> None:
        super().__init__(data, queryset)
        self.user = user
        self.filters["cycle"].queryset = Cycle.objects.visible_to(user).newest_first()
        self.filters["area"].queryset = areas_of(user)
        # A county has nothing below it to narrow to.
        if not any(region.level in ABOVE_COUNTY for region in regions_held(user, SEES)):
            del self.filters["area"]

    def by_text(self, rows: QueueQuerySet, name: str, value: str) -> QueueQuerySet:
        return rows.matching(value)

    def in_area(self, rows: QueueQuerySet, name: str, value: Region) -> QueueQuerySet:
        return rows.within(value)


MINE, NOBODY = "mine", "none"
HANDLERS = [(MINE, "我经办的"), (NOBODY, "无人经办")]
SCORES = [("county", "县级得分"), ("city", "市级得分")]
MOST_DAYS = 3650
MOST_MARKS = 1000


class QueueFilter(FileFilter):
    """The filters of a desk; they stay in the address, and only offer what the user may see."""

    handler = django_filters.ChoiceFilter(
        label="经办人", method="by_handler", choices=HANDLERS, empty_label="全部"
    )
    # The self-score needs no choice: it is what a range means where nothing else is named.
    score = django_filters.ChoiceFilter(
        label="得分项", method="by_marks", choices=SCORES, empty_label="自评得分"
    )
    score_min = django_filters.NumberFilter(
        label="最低分", method="by_marks", min_value=0, max_value=MOST_MARKS, decimal_places=2
    )
    score_max = django_filters.NumberFilter(
        label="最高分", method="by_marks", min_value=0, max_value=MOST_MARKS, decimal_places=2
    )
    days = django_filters.NumberFilter(
        label="已等待天数不少于",
        method="by_days",
        min_value=0,
        max_value=MOST_DAYS,
        decimal_places=0,
    )
    returned = django_filters.ChoiceFilter(
        label="曾被退回",
        method="by_return",
        choices=[("yes", "是"), ("no", "否")],
        empty_label="全部",
    )

    def __init__(self, data: Any, queryset: Any, *, user: User, at: datetime) -> None:
        super().__init__(data, queryset, user=user)
        self.at = at
        self.filters["handler"].extra["choices"] = lambda: self._handlers
        if not sees_city_marks(user):
            self.filters["score"].extra["choices"] = SCORES[:1]

    @cached_property
    def _handlers(self) -> list[tuple[str, str]]:
        people = self.queryset.handlers(self.user)
        return [*HANDLERS, *((str(person.pk), str(person)) for person in people)]

    @property
    def usual(self) -> list[BoundField]:
        """What is narrowed by every day."""
        return [bound for bound in self.form if bound.name not in SELDOM]

    @property
    def seldom(self) -> list[BoundField]:
        """What stands folded away until it is used."""
        return [bound for bound in self.form if bound.name in SELDOM]

    @property
    def uses_seldom(self) -> bool:
        return bool(SELDOM & set(self.form.changed_data))

    def by_handler(self, rows: QueueQuerySet, name: str, value: str) -> QueueQuerySet:
        fixed = {MINE: self.user.pk, NOBODY: None}
        return rows.handled_by(self.user, fixed[value] if value in fixed else int(value))

    def by_marks(self, rows: QueueQuerySet, name: str, value: Any) -> QueueQuerySet:
        if name == "score":
            return rows
        whose = self.form.cleaned_data.get("score") or ""
        low, high = (value, None) if name == "score_min" else (None, value)
        return rows.marked(self.user, whose, low, high)

    def by_days(self, rows: QueueQuerySet, name: str, value: Decimal) -> QueueQuerySet:
        return rows.waiting_for_days(self.user, int(value), self.at)

    def by_return(self, rows: QueueQuerySet, name: str, value: str) -> QueueQuerySet:
        return rows.sent_down(value == "yes")


SELDOM = {"score", "score_min", "score_max", "days", "returned"}


class CountedPaginator(Paginator[int]):
    """A paginator that is told how many there are: the tabs have counted them already."""

    def __init__(self, rows: Any, count: int) -> None:
        super().__init__(rows, desk.PER_PAGE)
        self._known = count

    @property
    def count(self) -> int:
        return self._known


class Queue:
    """What an address of the desk asks for: a tab, filters and an order, before one person."""

    def __init__(self, asked: QueryDict, user: User, at: datetime) -> None:
        self.asked = asked
        self.user = user
        seen = Application.objects.visible_to(user)
        self.filter = QueueFilter(asked, seen, user=user, at=at)

    @cached_property
    def counts(self) -> dict[str, int]:
        counted: dict[str, int] = self.filter.qs.counted(self.user)
        return counted

    @cached_property
    def tab(self) -> str:
        named = self.asked.get("tab", "")
        return named if desk.is_tab(named) else desk.first_tab(self.counts)

    @cached_property
    def files(self) -> ApplicationQuerySet:
        """The files of the tab, in order."""
        rows = desk.narrowed(self.filter.qs, self.tab, self.user)
        usual = desk.usual_order(self.tab)
        return rows.ordered_by(self.asked.get("sort", ""), self.user, otherwise=usual)

    @property
    def pages(self) -> Paginator[int]:
        """The keys of the files, so many to a page."""
        return CountedPaginator(self.files.values_list("pk", flat=True), self.counts[self.tab])

    @property
    def address(self) -> str:
        """The query of the address that asks for the same, without the page."""
        return desk.address_of(self.asked, self.tab)

    @property
    def conditions(self) -> list[tuple[str, str]]:
        """The address in names and values; the columns of a spreadsheet are no condition."""
        return [pair for pair in desk.asked_pairs(self.address) if pair[0] != "col"]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What a new choice of filters leaves as it is: order, columns, the name of the filter."""
        names = ("sort", "col", "saved")
        return [(name, value) for name in names for value in self.asked.getlist(name)]

    @property
    def is_filtered(self) -> bool:
        changed: bool = self.filter.form.has_changed()
        return changed


JUDGED = [(state.value, state.label) for state in ApplicationState if state in PAST_CITY]


class DecisionFilter(FileFilter):
    """The filters of the province's decision table, within one cycle."""

    state = django_filters.ChoiceFilter(label="状态", choices=JUDGED, empty_label="全部状态")
