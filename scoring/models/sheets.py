"""What is filled in: sheets, marks and the evidence for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse

from scoring.models.rubrics import HEX, Indicator, RubricVersion

if TYPE_CHECKING:
    from collections.abc import Collection

    from files.models import StoredFile

MAX_NOTE = 1000


def unsealed_only(name: str, sheet_of: str) -> pgtrigger.Trigger:
    """Rows of a sealed sheet refuse every change, whoever tries.

    `sheet_of` is SQL for the sheet's id, with ROW in place of the row. The sheet is locked for
    sharing: a change that began before the seal is waited for, one that comes after it is refused.
    """
    old, new = sheet_of.replace("ROW", "OLD"), sheet_of.replace("ROW", "NEW")
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("seal", "RECORD")],
        func=f"""
            FOR seal IN
                SELECT sealed_at FROM scoring_sheet WHERE id IN ({old}, {new}) FOR SHARE
            LOOP
                IF seal.sealed_at IS NOT NULL THEN
                    RAISE EXCEPTION 'a sealed sheet never changes'
                        USING ERRCODE = 'restrict_violation';
                END IF;
            END LOOP;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,  # noqa: S608 - both names are constants of this module
    )


class SheetQuerySet(models.QuerySet["Sheet"]):
    def with_version(self) -> SheetQuerySet:
        return self.select_related("version__rubric", "sealed_by")


class Sheet(models.Model):
    """One filling-in of a rubric version, held by something of another app (`purpose`).

    Open until it is sealed; sealed for good, it keeps its total, whether a veto item was answered
    "no", its digest, when and by whom.
    """

    version = models.ForeignKey(
        RubricVersion, on_delete=models.PROTECT, related_name="sheets", verbose_name="评分表版本"
    )
    purpose = models.CharField("用途", max_length=60)
    total = models.DecimalField("总分", max_digits=6, decimal_places=2, null=True, blank=True)
    vetoed = models.BooleanField("有一票否决", default=False)
    digest = models.CharField("摘要", max_length=64, blank=True)
    sealed_at = models.DateTimeField("封存时间", null=True, blank=True)
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="封存人",
    )

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = "评分"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.CheckConstraint(
                name="sheet_sealed_whole",
                condition=Q(total=None, vetoed=False, digest="", sealed_at=None, sealed_by=None)
                | Q(
                    total__isnull=False,
                    digest__regex=HEX,
                    sealed_at__isnull=False,
                    sealed_by__isnull=False,
                ),
                violation_error_message="封存的评分须有总分、摘要、时间和封存人。",
            ),
            models.CheckConstraint(
                name="sheet_has_purpose",
                condition=~Q(purpose=""),
                violation_error_message="评分须有用途。",
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(
                name="sealed_sheet",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__sealed_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("scoring:sheet", args=[self.pk])

    @property
    def is_sealed(self) -> bool:
        return self.sealed_at is not None


class MarkQuerySet(models.QuerySet["Mark"]):
    def of(self, sheet_id: int) -> MarkQuerySet:
        """The marks of one sheet, in order of the rubric."""
        return self.filter(sheet_id=sheet_id).order_by(
            "indicator__section__order", "indicator__order"
        )

    def on(self, sheet_ids: list[int]) -> MarkQuerySet:
        """The marks of several sheets."""
        return self.filter(sheet_id__in=sheet_ids)

    def in_section(self, code: str) -> MarkQuerySet:
        return self.filter(indicator__section__code=code)

    def with_indicator(self) -> MarkQuerySet:
        return self.select_related("indicator")

    def with_sheet(self) -> MarkQuerySet:
        return self.select_related("sheet")

    def for_tally(self) -> models.QuerySet[Mark, tuple[int, str, dict[str, Any] | None, int, str]]:
        """Sheet, code of the indicator, answer, number of files, note.

        A file that is still being inspected counts; one that was refused does not.
        """
        waiting = Q(evidence__file__inspection=None)
        passed = Q(evidence__file__inspection__passed=True)
        rows = self.annotate(files=Count("evidence", filter=waiting | passed))
        return rows.values_list("sheet_id", "indicator__code", "answer", "files", "note")

    def for_page(self) -> MarkQuerySet:
        """With everything that a page shows of a mark."""
        files = models.Prefetch("evidence", Evidence.objects.with_file())
        return self.select_related("indicator", "by").prefetch_related(files)

    def at_version(self, sheet_id: int, indicator_id: int, version: int) -> MarkQuerySet:
        """One mark, if it is still at this version."""
        return self.filter(sheet_id=sheet_id, indicator_id=indicator_id, version=version)

    def locked(self, sheet_id: int, indicator_id: int) -> MarkQuerySet:
        """One mark with its sheet, both locked until the end of the transaction."""
        return (
            self.filter(sheet_id=sheet_id, indicator_id=indicator_id)
            .select_related("sheet", "indicator")
            .select_for_update(of=("self", "sheet"), no_key=True)
        )


class Mark(models.Model):
    """One indicator of one sheet: the answer, what it is worth, a note.

    Every sheet has one for each indicator from the start. `version` counts the times it was
    saved; whoever saves names the version he has seen.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="marks")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="marks")
    answer = models.JSONField("评分", null=True, blank=True)
    value = models.DecimalField("得分", max_digits=6, decimal_places=2, null=True, blank=True)
    note = models.TextField("说明", blank=True, max_length=MAX_NOTE)
    version = models.PositiveIntegerField("版本", default=0)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="填写人",
    )
    at = models.DateTimeField("填写时间", null=True, blank=True)

    objects = MarkQuerySet.as_manager()

    class Meta:
        verbose_name = "得分"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="mark_once",
                fields=["sheet", "indicator"],
                violation_error_message="此项已有评分。",
            ),
            models.CheckConstraint(
                name="mark_value_with_answer",
                condition=Q(answer__isnull=True, value=None)
                | Q(answer__isnull=False, value__gte=0),
                violation_error_message="评分与得分须同时存在，得分不能为负。",
            ),
            models.CheckConstraint(
                name="mark_saved_by_somebody",
                condition=Q(version=0, by=None, at=None)
                | Q(version__gt=0, by__isnull=False, at__isnull=False),
                violation_error_message="每次保存都须有填写人和时间。",
            ),
        ]
        triggers: ClassVar = [unsealed_only("sealed_mark", "ROW.sheet_id")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.value}"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def with_file(self) -> EvidenceQuerySet:
        return self.select_related("file__inspection", "added_by")

    def with_sheet(self) -> EvidenceQuerySet:
        return self.select_related("file__inspection", "mark__sheet")

    def on(self, sheet: Sheet) -> EvidenceQuerySet:
        """All of one sheet."""
        return self.filter(mark__sheet=sheet)

    def on_sheets(self, sheets: Collection[int]) -> EvidenceQuerySet:
        """All of several sheets, sheet by sheet in the order of the indicators."""
        rows = self.filter(mark__sheet__in=sheets).select_related(
            "file__inspection", "mark__indicator"
        )
        return rows.order_by(
            "mark__sheet", "mark__indicator__section__order", "mark__indicator__order", "pk"
        )

    def holding(self, stored: StoredFile) -> EvidenceQuerySet:
        """Every row that shows this file."""
        return self.filter(file=stored)


class Evidence(models.Model):
    """A file 佐证材料 that proves a mark."""

    mark = models.ForeignKey(Mark, on_delete=models.CASCADE, related_name="evidence")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    caption = models.CharField("说明", max_length=120, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="上传人"
    )
    added_at = models.DateTimeField("上传时间")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "佐证材料"
        verbose_name_plural = verbose_name
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="evidence_once",
                fields=["mark", "file"],
                violation_error_message="此材料已上传。",
            )
        ]
        triggers: ClassVar = [
            unsealed_only(
                "sealed_evidence",
                "(SELECT sheet_id FROM scoring_mark WHERE id = ROW.mark_id)",
            )
        ]

    def __str__(self) -> str:
        return self.caption or str(self.file)
