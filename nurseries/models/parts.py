"""What a nursery consists of: its classes, its staff and its fees."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from nurseries import kinds, rules


class ClassGroup(models.Model):
    """The classes of one kind: how many, and how many children they have now."""

    nursery = models.ForeignKey(
        "nurseries.Nursery", on_delete=models.CASCADE, related_name="classes"
    )
    kind = models.CharField("班型", max_length=20, choices=kinds.ClassKind.choices)
    class_count = models.PositiveSmallIntegerField("班级数")
    children = models.PositiveSmallIntegerField("在托人数")

    class Meta:
        verbose_name = "班级"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="classgroup_kind_once",
                fields=["nursery", "kind"],
                violation_error_message="同一班型只填一行。",
            ),
            models.CheckConstraint(
                name="classgroup_kind_known",
                condition=Q(kind__in=kinds.ClassKind.values),
                violation_error_message="班型应为规定的选项。",
            ),
            models.CheckConstraint(
                name="classgroup_children_need_class",
                condition=Q(children=0) | Q(class_count__gt=0),
                violation_error_message=rules.CHILDREN_NEED_CLASS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.class_count} 个班 {self.children} 人"


class StaffGroup(models.Model):
    """The staff of one post: how many, and how many of them hold the certificate."""

    nursery = models.ForeignKey("nurseries.Nursery", on_delete=models.CASCADE, related_name="staff")
    post = models.CharField("岗位", max_length=20, choices=kinds.Post.choices)
    headcount = models.PositiveSmallIntegerField("人数")
    certified = models.PositiveSmallIntegerField("持证人数")

    class Meta:
        verbose_name = "人员"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="staffgroup_post_once",
                fields=["nursery", "post"],
                violation_error_message="同一岗位只填一行。",
            ),
            models.CheckConstraint(
                name="staffgroup_post_known",
                condition=Q(post__in=kinds.Post.values),
                violation_error_message="岗位应为规定的选项。",
            ),
            models.CheckConstraint(
                name="staffgroup_certified_within",
                condition=Q(certified__lte=F("headcount")),
                violation_error_message=rules.CERTIFIED_WITHIN,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_post_display()} {self.headcount} 人，持证 {self.certified} 人"


class Fee(models.Model):
    """What parents pay: one item, its amount in yuan and for what it is due."""

    nursery = models.ForeignKey("nurseries.Nursery", on_delete=models.CASCADE, related_name="fees")
    item = models.CharField("收费项目", max_length=40)
    amount = models.DecimalField("金额（元）", max_digits=9, decimal_places=2)
    unit = models.CharField("计费单位", max_length=10, choices=kinds.FeeUnit.choices)

    class Meta:
        verbose_name = "收费"
        verbose_name_plural = verbose_name
        ordering = ("id",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="fee_item_once",
                fields=["nursery", "item", "unit"],
                violation_error_message="同一收费项目、同一计费单位只填一行。",
            ),
            models.CheckConstraint(
                name="fee_unit_known",
                condition=Q(unit__in=kinds.FeeUnit.values),
                violation_error_message="计费单位应为规定的选项。",
            ),
            models.CheckConstraint(
                name="fee_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message=rules.FEE_NOT_NEGATIVE,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.amount} {self.get_unit_display()}"
