from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django_fsm import FSMField

from accounts.models import Region, User
from files.models import StoredFile, StoredFileQuerySet
from publicity.models import Title
from supervision.flow import PromptFlow
from supervision.models.about import AboutTitleQuerySet, files_among
from supervision.statuses import PromptState


class PromptQuerySet(AboutTitleQuerySet):
    def open(self) -> Self:
        return self.filter(state=PromptState.OPEN)

    def with_title(self) -> Self:
        return super().with_title().select_related("issued_by", "body")


class Prompt(PromptFlow):
    """A word to a nursery whose quality falls; it answers once (S0, four (三))."""

    state = FSMField("状态", default=PromptState.OPEN, choices=PromptState.choices, protected=True)
    title = models.ForeignKey(
        Title, on_delete=models.PROTECT, related_name="prompts", verbose_name="称号"
    )
    body = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="+", verbose_name="提醒单位"
    )
    text = models.TextField("提醒内容", max_length=2000)
    due_on = models.DateField("答复期限", null=True, blank=True)
    files = models.ManyToManyField(StoredFile, blank=True, related_name="+", verbose_name="附件")
    issued_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", verbose_name="提醒人"
    )
    issued_at = models.DateTimeField("提醒时间")
    answer_text = models.TextField("答复", max_length=2000, blank=True)
    answer_files = models.ManyToManyField(
        StoredFile, blank=True, related_name="+", verbose_name="答复附件"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    FACTS: ClassVar = {"issue": "提醒督促"}
    TONES: ClassVar = {"open": "wait", "answered": "good", "ended": "ended"}

    objects = PromptQuerySet.as_manager()

    class Meta:
        verbose_name = "提醒"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.CheckConstraint(
                name="prompt_answered_with_state",
                condition=(
                    Q(state=PromptState.ANSWERED, answered_at__isnull=False) & ~Q(answer_text="")
                )
                | (~Q(state=PromptState.ANSWERED) & Q(answered_at=None, answer_text="")),
                violation_error_message="已答复的提醒须有答复内容和时间。",
            ),
            models.CheckConstraint(
                name="prompt_due_after_issue",
                condition=Q(due_on=None) | Q(due_on__gte=F("issued_at__date")),
                violation_error_message="答复期限不能早于提醒之日。",
            ),
        ]

    def __str__(self) -> str:
        return f"对{self.title.nursery.name}的提醒"

    @property
    def region_path(self) -> str:
        return self.title.region_path

    def get_absolute_url(self) -> str:
        return reverse("supervision:prompt", args=[self.pk])

    @property
    def attached(self) -> StoredFileQuerySet:
        """Every file that came with it: whoever sees the prompt may open them."""
        return files_among(self.files, self.answer_files)

    @property
    def is_open(self) -> bool:
        return bool(self.state == PromptState.OPEN)

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.due_on is not None and today > self.due_on
