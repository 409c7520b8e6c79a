"""What opinions are made of: phrases 常用语, corrections 补正要求, submissions 历次提交."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.access import regions_held
from accounts.models import Region, User
from applications.models.reviews import Opinion
from applications.statuses import CorrectionKind, Purpose, Reply, Verdict
from scoring.models import Sheet

MAX_PHRASE = 500
MAX_CORRECTION = 500


class PhraseQuerySet(models.QuerySet["Phrase"]):
    def offered_to(self, user: Any) -> PhraseQuerySet:
        """One's own, those that one's commissions share, the examples for everybody."""
        bodies = regions_held(user, "accounts.see_files")
        shared = Q(owner=None) & (Q(region=None) | Q(region__in=bodies))
        return self.filter(Q(owner=user) | shared).select_related("region")

    def kept_by(self, user: Any) -> PhraseQuerySet:
        """Those that one may change: one's own, and the shared ones where one approves."""
        bodies = regions_held(user, "accounts.approve")
        return self.filter(Q(owner=user) | Q(region__in=bodies)).select_related("region")

    def visible_to(self, user: Any) -> PhraseQuerySet:
        return self.offered_to(user)


class Phrase(models.Model):
    """A text to begin an opinion with: one's own, a commission's, or an example for everybody."""

    owner = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="phrases"
    )
    region = models.ForeignKey(
        Region, on_delete=models.CASCADE, null=True, blank=True, related_name="phrases"
    )
    purpose = models.CharField("用于", max_length=12, choices=Purpose.choices, default=Purpose.ANY)
    text = models.TextField("内容", max_length=MAX_PHRASE)
    order = models.PositiveSmallIntegerField("顺序", default=0)

    objects = PhraseQuerySet.as_manager()

    class Meta:
        verbose_name = "常用语"
        verbose_name_plural = verbose_name
        ordering = ("order", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="phrase_owned_or_shared",
                condition=Q(owner=None) | Q(region=None),
                violation_error_message="常用语或属于本人，或由本单位共用。",
            ),
            models.CheckConstraint(
                name="phrase_has_text",
                condition=~Q(text=""),
                violation_error_message="请填写常用语内容。",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_example(self) -> bool:
        return self.owner_id is None and self.region_id is None

    @property
    def whose(self) -> str:
        if self.region:
            return f"{self.region.commission}共用"
        return "示例" if self.is_example else "本人"


_REPLY_TONES = {"": "wait", Reply.CORRECTED: "good", Reply.EXPLAINED: "active"}


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def of_last_return(self, application: Any) -> CorrectionQuerySet:
        """What the last return of a file asks for; nothing when it only gave a reason."""
        returns = Opinion.objects.filter(application=application, verdict=Verdict.RETURN)
        return self.filter(opinion=returns.order_by("-pk").values("pk")[:1])

    def unanswered(self) -> CorrectionQuerySet:
        return self.filter(reply="")

    def asked_between(self, before: Submission, after: Submission) -> CorrectionQuerySet:
        """Those asked for after one submission and before the other."""
        return self.filter(
            application=after.application_id,
            opinion__at__gte=before.at,
            opinion__at__lt=after.at,
        )

    def on_sheet(self) -> CorrectionQuerySet:
        """Those about indicators."""
        return self.exclude(indicator="")


class Correction(models.Model):
    """One thing to be put right before a returned file is handed in again, and the answer to it.

    It names a field of the form or, by its code, an indicator of the score table; `label` is what
    that was called when it was asked.
    """

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="corrections"
    )
    opinion = models.ForeignKey(Opinion, on_delete=models.PROTECT, related_name="corrections")
    order = models.PositiveSmallIntegerField("顺序")
    kind = models.CharField("类型", max_length=10, choices=CorrectionKind.choices)
    field = models.CharField("申报表项目", max_length=40, blank=True)
    indicator = models.CharField("指标编号", max_length=20, blank=True)
    label = models.CharField("名称", max_length=240)
    text = models.TextField("要求", max_length=MAX_CORRECTION)
    reply = models.CharField("答复", max_length=10, choices=Reply.choices, blank=True)
    note = models.TextField("说明", max_length=MAX_CORRECTION, blank=True)
    replied_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    replied_at = models.DateTimeField("答复时间", null=True, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = "补正要求"
        verbose_name_plural = verbose_name
        ordering = ("opinion", "order")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="correction_names_one_place",
                condition=(Q(field="") & ~Q(indicator="")) | (~Q(field="") & Q(indicator="")),
                violation_error_message="补正要求须指明申报表的一项或一项指标。",
            ),
            models.CheckConstraint(
                name="correction_reply_whole",
                condition=Q(reply="", note="", replied_by=None, replied_at=None)
                | (~Q(reply="") & Q(replied_by__isnull=False, replied_at__isnull=False)),
                violation_error_message="答复须有答复人和时间。",
            ),
            models.CheckConstraint(
                name="correction_explained_in_words",
                condition=~Q(reply=Reply.EXPLAINED) | ~Q(note=""),
                violation_error_message="说明情况的，须写明说明。",
            ),
        ]
        triggers: ClassVar = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.label}：{self.get_kind_display()}"

    @property
    def state_words(self) -> str:
        return self.get_reply_display() if self.reply else "待答复"

    @property
    def tone(self) -> str:
        return _REPLY_TONES[self.reply]


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def in_order(self) -> SubmissionQuerySet:
        return self.select_related("sheet", "by").order_by("number")


class Submission(models.Model):
    """One handing-in of an application: the form as it was, and the sealed self-score.

    `form` is by `snapshots.snapshot`; empty where a file was handed in before such were kept.
    """

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="submissions"
    )
    number = models.PositiveSmallIntegerField("次序")
    at = models.DateTimeField("提交时间")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    form = models.JSONField("申报表", default=dict)
    sheet = models.OneToOneField(Sheet, on_delete=models.PROTECT, related_name="submission")

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        verbose_name = "提交"
        verbose_name_plural = verbose_name
        ordering = ("application", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["application", "number"],
                name="submission_number_once",
                violation_error_message="该次提交已存在。",
            )
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"第 {self.number} 次提交"

    def get_absolute_url(self) -> str:
        return f"{reverse('applications:changes', args=[self.application_id])}?to={self.number}"
