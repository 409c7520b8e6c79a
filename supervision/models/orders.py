from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django_fsm import FSMField

from accounts.access import regions_held
from accounts.models import User
from nurseries.models import Nursery
from publicity.models import Title
from supervision.flow import RectificationFlow
from supervision.statuses import RUNNING, OrderState


class RectificationOrderQuerySet(models.QuerySet["RectificationOrder"]):
    def visible_to(self, user: Any) -> RectificationOrderQuerySet:
        """Those in the areas that the user supervises, and those of the user's own nursery."""
        if user is None or not user.is_authenticated:
            return self.none()
        seen = Q(title__nursery__in=Nursery.objects.acted_for_by(user))
        for region in regions_held(user, "accounts.supervise"):
            path = region.path
            seen |= Q(title__region_path=path) | Q(title__region_path__startswith=f"{path}/")
        return self.filter(seen)

    def running(self) -> RectificationOrderQuerySet:
        return self.filter(state__in=RUNNING)

    def of(self, title: Title) -> RectificationOrderQuerySet:
        return self.filter(title=title).order_by("-pk")

    def with_title(self) -> RectificationOrderQuerySet:
        return self.select_related(
            "title__nursery", "title__region__parent", "title__cycle__province", "ordered_by"
        )


class RectificationOrder(RectificationFlow):
    """An order to put something right within a limit; the title stays in force meanwhile."""

    state = FSMField("状态", default=OrderState.ORDERED, choices=OrderState.choices, protected=True)
    title = models.ForeignKey(
        Title, on_delete=models.PROTECT, related_name="orders", verbose_name="称号"
    )
    problem = models.TextField("存在的问题和整改要求", max_length=2000)
    ordered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="责令人"
    )
    ordered_at = models.DateTimeField("责令时间")
    due_on = models.DateField("整改期限")
    report = models.TextField("整改情况", blank=True)
    reported_at = models.DateTimeField("报告时间", null=True, blank=True)
    outcome = models.TextField("复查结论", blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    FACTS: ClassVar = {"issue": "责令限期整改"}
    TONES: ClassVar = {
        "ordered": "wait",
        "reported": "active",
        "passed": "good",
        "failed": "bad",
        "ended": "ended",
    }

    objects = RectificationOrderQuerySet.as_manager()

    class Meta:
        verbose_name = "整改通知"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["title"],
                name="order_one_running",
                condition=Q(state__in=RUNNING),
                violation_error_message="该称号已有未办结的整改通知。",
            ),
            models.CheckConstraint(
                name="order_closed_with_state",
                condition=Q(state__in=RUNNING, closed_at=None)
                | (~Q(state__in=RUNNING) & Q(closed_at__isnull=False)),
                violation_error_message="办结的整改通知须有办结时间。",
            ),
            models.CheckConstraint(
                name="order_due_after_order",
                condition=Q(due_on__gte=F("ordered_at__date")),
                violation_error_message="整改期限不能早于责令之日。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title.nursery.name}的整改通知"

    @property
    def region_path(self) -> str:
        return self.title.region_path

    def get_absolute_url(self) -> str:
        return reverse("supervision:order", args=[self.pk])

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING


def supervised_titles(user: Any) -> QuerySet[Title]:
    """The titles in the user's areas, with `order_due` and `order_pk` of a running order."""
    running = RectificationOrder.objects.running().filter(title=OuterRef("pk"))
    return (
        Title.objects.supervised_by(user)
        .for_list()
        .annotate(
            order_pk=Subquery(running.values("pk")), order_due=Subquery(running.values("due_on"))
        )
        .order_by(F("order_due").asc(nulls_last=True), "region_path", "number")
    )
