"""Good practice 经验做法: what model nurseries and commissions write up for publication."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django_fsm import FSMField

from accounts.access import holds_province, regions_held
from accounts.models import Region, User
from files.models import StoredFile
from nurseries.models import Nursery
from publicity.flow import PracticeFlow
from publicity.headings import Block, blocks
from publicity.statuses import WRITABLE, PracticeState

MAX_TEXT = 10_000
MAX_SUMMARY = 200
MAX_PICTURES = 12


class PracticeQuerySet(models.QuerySet["Practice"]):
    def visible_to(self, user: Any) -> PracticeQuerySet:
        """What is published, for everyone; for some what `concerning` says."""
        published = Q(state=PracticeState.PUBLISHED)
        return self.filter(published | _concerning(user))

    def concerning(self, user: Any) -> PracticeQuerySet:
        """One's own at every stage, and what was handed in within the areas held."""
        return self.filter(_concerning(user))

    def written_by(self, user: Any) -> PracticeQuerySet:
        """Those of the nurseries and commissions that the user writes for."""
        return self.filter(_written_for(user))

    def public(self) -> PracticeQuerySet:
        """What everyone may read, the latest first."""
        return self.filter(state=PracticeState.PUBLISHED).order_by("-published_at", "-pk")

    def on_desk(self, user: Any) -> PracticeQuerySet:
        """All that was ever handed in, for who publishes; what waits comes first."""
        if not holds_province(user, "accounts.publish_notice"):
            return self.none()
        waits = models.Case(models.When(state=PracticeState.SUBMITTED, then=0), default=1)
        return self.filter(submitted_at__isnull=False).order_by(waits, "-submitted_at", "-pk")

    def waiting(self) -> PracticeQuerySet:
        """Handed in and neither published nor returned; the longest waiting first."""
        return self.filter(state=PracticeState.SUBMITTED).order_by("submitted_at", "pk")

    def returned(self) -> PracticeQuerySet:
        return self.filter(state=PracticeState.RETURNED).order_by("-pk")

    def about_nursery(self, nursery_id: int) -> PracticeQuerySet:
        return self.filter(nursery_id=nursery_id).order_by("pk")

    def ever_published(self) -> PracticeQuerySet:
        return self.filter(published_at__isnull=False)

    def in_state(self, state: str) -> PracticeQuerySet:
        """Those in one state; without one, all."""
        return self.filter(state=state) if state else self

    def in_area(self, path: str) -> PracticeQuerySet:
        """Those of the region with this path and below it."""
        return self.filter(Q(region_path=path) | Q(region_path__startswith=f"{path}/"))

    def published_in(self, year: int) -> PracticeQuerySet:
        return self.filter(published_at__year=year)

    def matching(self, text: str) -> PracticeQuerySet:
        """Those whose title, summary or author holds every word of `text`."""
        found = self
        for word in text.split():
            found = found.filter(
                Q(title__icontains=word)
                | Q(summary__icontains=word)
                | Q(nursery__name__icontains=word)
                | Q(nursery=None, region__commission__icontains=word)
            )
        return found

    def for_list(self) -> PracticeQuerySet:
        """With whose they are."""
        return self.select_related("nursery", "region__parent")

    def with_pictures(self) -> PracticeQuerySet:
        """With the pictures in their order and what their inspection found; one query more."""
        return self.prefetch_related(Prefetch("pictures", PracticePicture.objects.in_order()))

    def years(self) -> list[int]:
        """The years in which something was published, the latest first."""
        days = self.public().order_by("-published_at").datetimes("published_at", "year", "DESC")
        return [day.year for day in days]


def _concerning(user: Any) -> Q:
    if user is None or not user.is_authenticated:
        return Q(pk__in=[])
    areas = Q(pk__in=[])
    for region in regions_held(user, "accounts.see_files"):
        areas |= Q(region_path=region.path) | Q(region_path__startswith=f"{region.path}/")
    return (areas & Q(submitted_at__isnull=False)) | _written_for(user)


def _written_for(user: Any) -> Q:
    nurseries = Nursery.objects.acted_for_by(user)
    bodies = regions_held(user, "accounts.see_files")
    return Q(nursery__in=nurseries) | Q(nursery=None, region__in=bodies)


class Practice(PracticeFlow):
    """A text with pictures by a model nursery, or by a commission when it names no nursery (S0).

    `version` counts the savings: who saves names the version that was seen, so that two open pages
    never overwrite each other unnoticed.
    """

    state = FSMField(
        "状态", default=PracticeState.DRAFT, choices=PracticeState.choices, protected=True
    )
    nursery = models.ForeignKey(
        Nursery,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="practices",
        verbose_name="托育机构",
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name="所在地"
    )
    region_path = models.CharField("辖区", max_length=30)
    title = models.CharField("标题", max_length=60)
    summary = models.CharField("摘要", max_length=MAX_SUMMARY, blank=True)
    text = models.TextField("正文", blank=True, validators=[MaxLengthValidator(MAX_TEXT)])
    consents = models.BooleanField("已确认图片可以公开", default=False)
    version = models.PositiveIntegerField("版本", default=1)
    written_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="撰写人"
    )
    created_at = models.DateTimeField("起草时间")
    submitted_at = models.DateTimeField("报送时间", null=True, blank=True)
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)

    FACTS: ClassVar = {"draft": "起草", "edit": "修改"}
    TONES: ClassVar = {
        "draft": "neutral",
        "submitted": "active",
        "returned": "wait",
        "published": "good",
        "withdrawn": "ended",
    }

    objects = PracticeQuerySet.as_manager()

    class Meta:
        verbose_name = "经验做法"
        verbose_name_plural = verbose_name
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                name="practice_dates_with_state",
                condition=Q(state=PracticeState.DRAFT, submitted_at=None, published_at=None)
                | Q(
                    state__in=[PracticeState.SUBMITTED, PracticeState.RETURNED],
                    submitted_at__isnull=False,
                    published_at=None,
                )
                | Q(
                    state__in=[PracticeState.PUBLISHED, PracticeState.WITHDRAWN],
                    published_at__gte=F("submitted_at"),
                ),
                violation_error_message="报送、发布的经验做法须有相应的时间。",
            ),
            models.CheckConstraint(
                name="practice_withdrawn_with_date",
                condition=Q(state=PracticeState.WITHDRAWN, withdrawn_at__gte=F("published_at"))
                | (~Q(state=PracticeState.WITHDRAWN) & Q(withdrawn_at=None)),
                violation_error_message="撤下的经验做法须有撤下时间。",
            ),
            models.CheckConstraint(
                name="practice_consents_when_handed_in",
                condition=Q(state__in=WRITABLE) | Q(consents=True),
                violation_error_message="报送前须确认图片可以公开。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["region_path", "state"],
                name="practice_area",
                opclasses=["varchar_pattern_ops", "varchar_ops"],
            ),
            models.Index(fields=["-published_at", "-id"], name="practice_newest"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("publicity:practice_handling", args=[self.pk])

    @property
    def public_url(self) -> str:
        return reverse("publicity:practice", args=[self.pk])

    @property
    def editing_url(self) -> str:
        return reverse("publicity:edit_practice", args=[self.pk])

    @property
    def author(self) -> str:
        """Whose it is: the nursery's, or a commission's."""
        return self.nursery.name if self.nursery else self.region.commission

    @property
    def blocks(self) -> list[Block]:
        """The text as a page shows it: headings and paragraphs."""
        return blocks(self.text)

    @property
    def is_writable(self) -> bool:
        return self.state in WRITABLE

    @property
    def is_published(self) -> bool:
        return self.state == PracticeState.PUBLISHED

    @property
    def cover(self) -> PracticePicture | None:
        """The first picture; costs nothing after `with_pictures`."""
        return next(iter(self.pictures.all()), None)


class PracticePictureQuerySet(models.QuerySet["PracticePicture"]):
    def in_order(self) -> PracticePictureQuerySet:
        return self.select_related("file__inspection").order_by("place")

    def published(self, practice_id: int, pk: int) -> PracticePictureQuerySet:
        """That picture, if what it belongs to is published."""
        wanted = self.filter(practice__state=PracticeState.PUBLISHED, practice=practice_id, pk=pk)
        return wanted.in_order()

    def of(self, practice: Practice) -> PracticePictureQuerySet:
        return self.filter(practice=practice)


class PracticePicture(models.Model):
    """A picture of a practice in one of its places; there is no place beyond the last one.

    `width` and `height` are those of its thumbnail, in points.
    """

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="pictures")
    place = models.PositiveSmallIntegerField("次序")
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="图片"
    )
    caption = models.CharField("图片说明", max_length=80, blank=True)
    width = models.PositiveSmallIntegerField("宽")
    height = models.PositiveSmallIntegerField("高")

    objects = PracticePictureQuerySet.as_manager()

    class Meta:
        verbose_name = "经验做法图片"
        verbose_name_plural = verbose_name
        ordering = ("practice", "place")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["practice", "place"],
                name="practice_picture_place_once",
                violation_error_message="该位置已有图片。",
            ),
            models.CheckConstraint(
                name="practice_picture_place_exists",
                condition=Q(place__gte=1, place__lte=MAX_PICTURES),
                violation_error_message=f"最多 {MAX_PICTURES} 张图片。",
            ),
        ]

    def __str__(self) -> str:
        return self.caption or f"图 {self.place}"
