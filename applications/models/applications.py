"""The application 申报 itself, and who was given it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django_fsm import FSMField
from guardian.models import UserObjectPermissionBase

from accounts.access import regions_held
from accounts.models import Region
from applications.declarations import DECLARATIONS
from applications.flow import ApplicationFlow
from applications.models.opinions import Correction
from applications.models.proposals import Proposal
from applications.models.reviews import Review
from applications.queues import QueueQuerySet, in_areas
from applications.statuses import (
    EDITABLE,
    ENDED,
    EXPERT_STEPS,
    STAGES,
    ApplicationState,
    Step,
)
from nurseries.models import Nursery
from quotas.models import Cycle, Place
from scoring import services as scoring
from scoring.arithmetic import PanelResult, Tally, panel_result
from scoring.models import Sheet


class ApplicationQuerySet(QueueQuerySet):
    def visible_to(self, user: Any) -> ApplicationQuerySet:
        """The nursery's own; what was handed in within the areas held; what an expert was given."""
        if user is None or not user.is_authenticated:
            return self.none()
        mine = Nursery.objects.acted_for_by(user)
        given = ApplicationUserObjectPermission.objects.filter(
            user=user, permission__codename="review_as_expert", content_object=OuterRef("pk")
        )
        seen: Any = Q(nursery__in=mine) | Exists(given)
        areas = in_areas(regions_held(user, "accounts.see_files"))
        return self.filter(seen | (areas & Q(submitted_at__isnull=False)))

    def of_nurseries_acted_for_by(self, user: Any) -> ApplicationQuerySet:
        return self.filter(nursery__in=Nursery.objects.acted_for_by(user))

    def in_cycle(self, cycle: Cycle) -> ApplicationQuerySet:
        return self.filter(cycle=cycle)

    def in_state(self, *states: str) -> ApplicationQuerySet:
        return self.filter(state__in=states)

    def live(self) -> ApplicationQuerySet:
        return self.exclude(state__in=ENDED)

    def under_way(self) -> ApplicationQuerySet:
        """Neither ended nor awarded."""
        return self.live().exclude(state=ApplicationState.AWARDED)

    def under_way_of(self, nursery_id: int) -> ApplicationQuerySet:
        return self.under_way().filter(nursery=nursery_id)

    def past_deadline(self, at: datetime) -> ApplicationQuerySet:
        """Drafts and returned files whose day is over; the guard of `lapse` has the last word."""
        today = timezone.localdate(at)
        return self.filter(
            Q(state=ApplicationState.DRAFT, cycle__nursery_deadline__lt=today)
            | Q(state=ApplicationState.RETURNED, cycle__county_deadline__lt=today)
        )

    def short_of_experts(self) -> ApplicationQuerySet:
        """Under the province's review with a chair empty on paper or on site."""
        size = F("cycle__panel_size")
        short = LessThan(_seated(Step.PAPER), size) | LessThan(_seated(Step.SITE), size)
        return self.in_state(ApplicationState.PROVINCIAL_REVIEW).filter(short)

    def with_recusals(self) -> ApplicationQuerySet:
        """With `recused`: whether somebody has stood aside from the file."""
        rows = Review.objects.filter(application=OuterRef("pk"), recused_at__isnull=False)
        return self.annotate(recused=Exists(rows))

    def recusals_first(self) -> ApplicationQuerySet:
        return self.with_recusals().order_by(F("recused").desc(), "pk")

    def for_list(self) -> ApplicationQuerySet:
        """With everything that a row shows."""
        return self.select_related("nursery", "region__parent", "cycle", "self_sheet", "place")

    def with_reviews(self) -> ApplicationQuerySet:
        """With the reviews that count and their sheets, so that asking for them costs nothing."""
        reviews = Review.objects.current().with_sheets()
        return self.prefetch_related(models.Prefetch("reviews", reviews, to_attr="_reviews"))


def _seated(step: Step) -> Coalesce:
    """How many experts a file has at a step."""
    rows = Review.objects.current().filter(application=OuterRef("pk"), step=step).order_by()
    counted = rows.values("application").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


class Application(ApplicationFlow):
    """A nursery's application in one cycle (S0, 申报表)."""

    state = FSMField(
        "状态", default=ApplicationState.DRAFT, choices=ApplicationState.choices, protected=True
    )
    number = models.CharField("受理编号", max_length=20, unique=True)
    cycle = models.ForeignKey(
        Cycle, on_delete=models.PROTECT, related_name="applications", verbose_name="评选周期"
    )
    nursery = models.ForeignKey(
        Nursery, on_delete=models.PROTECT, related_name="applications", verbose_name="托育机构"
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    region_path = models.CharField("辖区", max_length=30)
    self_sheet = models.OneToOneField(
        Sheet, on_delete=models.PROTECT, related_name="application", verbose_name="自评分表"
    )
    place = models.OneToOneField(
        Place,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="application",
        verbose_name="名额",
    )

    contact_name = models.CharField("联系人", max_length=40, blank=True)
    contact_phone = models.CharField("联系电话", max_length=20, blank=True)
    introduction = models.TextField("机构简介", max_length=2000, blank=True)
    practice = models.TextField("主要做法与成效", max_length=4000, blank=True)
    declares_filed = models.BooleanField(DECLARATIONS["declares_filed"], default=False)
    declares_no_dishonesty = models.BooleanField(
        DECLARATIONS["declares_no_dishonesty"], default=False
    )
    declares_no_mistreatment = models.BooleanField(
        DECLARATIONS["declares_no_mistreatment"], default=False
    )
    declares_no_accident = models.BooleanField(DECLARATIONS["declares_no_accident"], default=False)
    declares_true = models.BooleanField(DECLARATIONS["declares_true"], default=False)

    created_at = models.DateTimeField("建立时间")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    decided_at = models.DateTimeField("评审结论时间", null=True, blank=True)
    result = models.DecimalField("评审得分", max_digits=5, decimal_places=2, null=True, blank=True)

    FACTS: ClassVar = {
        "draft": "开始申报",
        "start_review": "开始评分",
        "finish_review": "完成评分",
        "take_on": "承接经办",
        "hand_over": "转交经办",
        "step_out": "退出经办",
        "overrule_ranking": "调整推荐次序",
        "assign_expert": "分配专家",
        "unassign_expert": "取消专家任务",
        "accept_task": "专家接受任务",
        "recuse": "专家申请回避",
        "visit": "记录到场",
        "propose": "拟办",
        "give_back_proposal": "退回拟办",
        "confirm_proposal": "签批",
    }

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "申报"
        verbose_name_plural = verbose_name
        ordering = ("-pk",)
        permissions = (("review_as_expert", "以专家身份评审本件"),)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["nursery", "cycle"],
                name="application_one_live",
                condition=~Q(state__in=ENDED),
                violation_error_message="本机构在本周期已有一件进行中的申报。",
            ),
            models.CheckConstraint(
                name="application_submitted_has_date",
                condition=Q(submitted_at__isnull=False)
                | Q(
                    state__in=[
                        ApplicationState.DRAFT,
                        ApplicationState.WITHDRAWN,
                        ApplicationState.LAPSED,
                    ]
                ),
                violation_error_message="已提交的申报须有提交时间。",
            ),
            models.CheckConstraint(
                name="application_place_when_recommended",
                condition=Q(
                    state__in=[
                        ApplicationState.PROVINCIAL_REVIEW,
                        ApplicationState.PASSED,
                        ApplicationState.IN_NOTICE,
                        ApplicationState.AWARDED,
                        ApplicationState.NOT_PASSED,
                        ApplicationState.OBJECTION_UPHELD,
                    ],
                    place__isnull=False,
                )
                | Q(
                    state__in=[
                        ApplicationState.DRAFT,
                        ApplicationState.RETURNED,
                        ApplicationState.COUNTY_REVIEW,
                        ApplicationState.CITY_REVIEW,
                        ApplicationState.COUNTY_DECLINED,
                        ApplicationState.CITY_DECLINED,
                        ApplicationState.WITHDRAWN,
                        ApplicationState.LAPSED,
                    ],
                    place=None,
                ),
                violation_error_message="市级推荐后的申报须占用一个名额，其他申报不占名额。",
            ),
            models.CheckConstraint(
                name="application_result_when_decided",
                condition=Q(result=None, decided_at=None)
                | Q(result__isnull=False, decided_at__isnull=False),
                violation_error_message="评审得分与评审结论时间须同时存在。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["region_path", "state"],
                name="application_area",
                opclasses=["varchar_pattern_ops", "varchar_ops"],
            ),
            models.Index(fields=["cycle", "state"], name="application_cycle_state"),
            models.Index(
                models.F("submitted_at").desc(nulls_last=True), "id", name="application_newest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.nursery.name}"

    def get_absolute_url(self) -> str:
        return reverse("applications:application", args=[self.pk])

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Reread; what was worked out from the old columns is forgotten."""
        self.__dict__.pop("_reviews", None)
        self.__dict__.pop("self_tally", None)
        self.__dict__.pop("_standing", None)
        super().refresh_from_db(*args, **kwargs)

    @cached_property
    def self_tally(self) -> Tally:
        """The self-score summed up; kept until the row is reread."""
        return scoring.tally(self.self_sheet)

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED

    @property
    def due_on(self) -> date | None:
        """The last day of the present state, by the cycle; None where the notice sets none."""
        return {
            ApplicationState.DRAFT: self.cycle.nursery_deadline,
            ApplicationState.RETURNED: self.cycle.county_deadline,
            ApplicationState.COUNTY_REVIEW: self.cycle.county_deadline,
            ApplicationState.CITY_REVIEW: self.cycle.city_deadline,
        }.get(self.state)

    @property
    def stage(self) -> int:
        """Index into STAGES of the present state; -1 when the application has ended."""
        return next((i for i, (_, states) in enumerate(STAGES) if self.state in states), -1)

    def unanswered_corrections(self) -> list[Correction]:
        """Those of the last return that the nursery has not answered; one query."""
        return list(Correction.objects.of_last_return(self).unanswered())

    def standing_proposal(self) -> Proposal | None:
        """What waits for an approver; one query, kept until the row is reread."""
        if "_standing" not in self.__dict__:
            rows = self.proposals.standing().newest_first()
            self.__dict__["_standing"] = rows.first()
        standing: Proposal | None = self.__dict__["_standing"]
        return standing

    def reviews_at(self, step: str) -> list[Review]:
        """The reviews of a step that count, with their sheets; one query for all steps."""
        if "_reviews" not in self.__dict__:
            self.__dict__["_reviews"] = list(self.reviews.current().with_sheets())
        return [review for review in self.__dict__["_reviews"] if review.step == step]

    def review_at(self, step: str) -> Review | None:
        return next(iter(self.reviews_at(step)), None)

    @property
    def panel_is_sealed(self) -> bool:
        """Whether the panel is whole and every sheet of it is sealed; nobody sees a mark before."""
        steps = [self.reviews_at(step) for step in EXPERT_STEPS]
        whole = all(len(reviews) >= self.cycle.panel_size for reviews in steps)
        return whole and all(r.sheet.sealed_at for reviews in steps for r in reviews)

    def panel_result(self) -> PanelResult | None:
        """The experts' result by the cycle's weights; None until the whole panel has sealed, so
        that no sentence made of it gives a mark away before.

        A veto found on any sealed sheet blocks, the moderated one among them: moderation settles
        how much a file is worth, it does not take a finding back.
        """
        if not self.panel_is_sealed:
            return None
        steps = (*EXPERT_STEPS, Step.MODERATION)
        sheets = [r.sheet for step in steps for r in self.reviews_at(step)]
        moderated = self._totals(Step.MODERATION)
        return panel_result(
            self._totals(Step.PAPER),
            self._totals(Step.SITE),
            paper_weight=self.cycle.paper_weight,
            site_weight=self.cycle.site_weight,
            pass_mark=self.cycle.pass_mark,
            max_spread=self.cycle.max_spread,
            vetoed=any(sheet.vetoed for sheet in sheets),
            moderated=moderated[0] if moderated else None,
        )

    def _totals(self, step: Step) -> list[Decimal]:
        """Of the sealed sheets: an open one has none."""
        totals = [review.sheet.total for review in self.reviews_at(step)]
        return [total for total in totals if total is not None]


class ApplicationUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Application, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
