from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any, ClassVar

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import models

from workflow.machine import Move, state_field, transitions

# Facts that any subject may have recorded; a model adds its own in FACTS.
APPOINTMENT_FACTS = {"appoint": "任命", "end_appointment": "终止任职"}


class Subject(models.Model):
    """Base of every machine: a model with one protected `state` that only the mover changes.

    A subclass declares `state` (an FSMField over its statuses), has a `region_path` and a
    `get_absolute_url`, and its manager has `visible_to(user)`.
    """

    state: Any
    region_path: Any
    current_move: Move | None = None

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        raise TypeError(f"{type(self).__name__} has no page of its own")

    @property
    def machine_label(self) -> str:
        """How events and addresses name this kind of subject: "applications.application"."""
        return self._meta.label_lower

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: models.QuerySet[Any] | None = None,
    ) -> None:
        """Reread all columns; the protected state is emptied first, else it refuses the reread."""
        if fields is None:
            self._state.fields_cache.clear()
            self._prefetched_objects_cache: dict[str, Any] = {}
            fields = [f.attname for f in self._meta.concrete_fields]
        wanted = list(fields)
        if "state" in wanted:
            self.__dict__.pop("state", None)
        super().refresh_from_db(using=using, fields=wanted, from_queryset=from_queryset)


@cache
def verb_label(subject_type: str, verb: str) -> str:
    model = apps.get_model(subject_type)
    if issubclass(model, Subject) and verb in transitions(model):
        return str(next(iter(transitions(model)[verb].values())).custom["label"])
    facts: dict[str, str] = {**APPOINTMENT_FACTS, **getattr(model, "FACTS", {})}
    return facts.get(verb, verb)


@cache
def state_label(subject_type: str, state: str) -> str:
    model = apps.get_model(subject_type)
    if not issubclass(model, Subject):
        return state
    return str(dict(state_field(model).flatchoices).get(state, state))


class EventQuerySet(models.QuerySet["Event"]):
    def of(self, subject: models.Model) -> EventQuerySet:
        """The history of one subject, oldest first."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk).order_by(
            "pk"
        )

    def of_each(self, subjects: Collection[models.Model]) -> dict[Any, list[Event]]:
        """The histories of several subjects of one kind by their keys, oldest first; one query."""
        found: dict[Any, list[Event]] = {subject.pk: [] for subject in subjects}
        if found:
            label = next(iter(subjects))._meta.label_lower
            for event in self.filter(subject_type=label, subject_id__in=found).order_by("pk"):
                found[event.subject_id].append(event)
        return found

    def telling(self, *verbs: str) -> EventQuerySet:
        """Those of these verbs."""
        return self.filter(verb__in=verbs)

    def in_area(self, path: str) -> EventQuerySet:
        return self.filter(region_path__startswith=path)

    def newest_first(self) -> EventQuerySet:
        return self.order_by("-pk")

    def with_people(self) -> EventQuerySet:
        return self.select_related("actor", "post")


class Event(models.Model):
    """What happened, once and for good: history, audit and outbox in one row."""

    subject_type = models.CharField("对象类型", max_length=80)
    subject_id = models.BigIntegerField("对象编号")
    verb = models.CharField("事项", max_length=60)
    source = models.CharField("原状态", max_length=50, blank=True)
    target = models.CharField("新状态", max_length=50, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="经办人",
    )
    post = models.ForeignKey(
        settings.WORKFLOW_POST_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="岗位",
    )
    at = models.DateTimeField("时间")
    reason = models.TextField("理由", blank=True)
    data = models.JSONField("数据", default=dict)
    region_path = models.CharField("辖区", max_length=60, blank=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "事件"
        verbose_name_plural = verbose_name
        indexes: ClassVar = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="event_subject"),
            models.Index(
                fields=["region_path"], name="event_region", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(fields=["at"], name="event_at"),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id} {self.verb}"

    @property
    def label(self) -> str:
        """The verb in words: the transition's label, or what the subject's model calls the fact."""
        return verb_label(self.subject_type, self.verb)

    @property
    def subject_kind(self) -> str:
        return str(apps.get_model(self.subject_type)._meta.verbose_name)

    @property
    def source_label(self) -> str:
        return state_label(self.subject_type, self.source)

    @property
    def target_label(self) -> str:
        return state_label(self.subject_type, self.target)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self, at: Any) -> DeliveryQuerySet:
        """Not handled yet and due for another try."""
        return self.filter(done_at=None, next_at__lte=at)


class Delivery(models.Model):
    """One event on its way to one subscriber. Written with the event, so none is ever lost."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="deliveries")
    subscriber = models.CharField("接收方", max_length=120)
    next_at = models.DateTimeField("下次投递")
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    done_at = models.DateTimeField("完成时间", null=True)
    fault = models.CharField("故障", max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "投递"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "subscriber"], name="delivery_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"], name="delivery_waiting", condition=models.Q(done_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.subscriber}"
