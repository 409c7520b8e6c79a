from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from workflow.models import Event


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, user: Any) -> MessageQuerySet:
        """One's own."""
        return self.filter(recipient=user) if user.is_authenticated else self.none()

    def unread(self) -> MessageQuerySet:
        return self.filter(read_at=None)

    def unread_by(self, user: Any) -> MessageQuerySet:
        return self.visible_to(user).unread()

    def of_event(self, event: Event) -> MessageQuerySet:
        return self.filter(event=event)

    def for_people(self, ids: list[int]) -> MessageQuerySet:
        return self.filter(recipient__in=ids)

    def without_mail(self) -> MessageQuerySet:
        return self.filter(mail=None).select_related("recipient").order_by("pk")

    def for_inbox(self) -> MessageQuerySet:
        """Unread first, then the newest."""
        return self.order_by(models.Case(models.When(read_at=None, then=0), default=1), "-pk")


class Message(models.Model):
    """A sentence for one person in the portal, caused by an event or by a reminder."""

    recipient = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="+", verbose_name="收件人"
    )
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="事件"
    )
    kind = models.CharField("种类", max_length=40)
    title = models.CharField("标题", max_length=200)
    text = models.TextField("正文")
    url = models.CharField("链接", max_length=200, blank=True)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("阅读时间", null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "消息"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="message_once_per_event",
                fields=["recipient", "event", "kind"],
                violation_error_message="该消息已发送。",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-id"], name="message_inbox"),
            models.Index(fields=["recipient"], name="message_unread", condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return self.title


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self, at: datetime) -> MailQuerySet:
        """Waiting for the first try or for another one, longest waiting first."""
        return self.filter(next_at__lte=at).order_by("next_at", "pk")

    def newest_first(self) -> MailQuerySet:
        return self.order_by("-pk")

    def addressed_like(self, text: str) -> MailQuerySet:
        return self.filter(Q(to__icontains=text) | Q(subject__icontains=text)) if text else self


class Mail(models.Model):
    """An e-mail on its way or sent. `next_at` is empty once nothing more will be tried."""

    message = models.OneToOneField(
        Message, on_delete=models.CASCADE, related_name="mail", verbose_name="消息"
    )
    to = models.EmailField("收件地址")
    subject = models.CharField("主题", max_length=200)
    body = models.TextField("正文")
    created_at = models.DateTimeField("建立时间")
    next_at = models.DateTimeField("下次发送", null=True)
    sent_at = models.DateTimeField("发送时间", null=True)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    fault = models.CharField("故障", max_length=200, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = "邮件"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.CheckConstraint(
                name="mail_sent_is_finished",
                condition=Q(sent_at=None) | Q(next_at=None, attempts__gt=0, fault=""),
                violation_error_message="已发送的邮件不再发送。",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="mail_due", condition=Q(next_at__isnull=False))
        ]

    def __str__(self) -> str:
        return f"{self.to} {self.subject}"


class ReminderQuerySet(models.QuerySet["Reminder"]):
    def on_days(self, days: set[date]) -> ReminderQuerySet:
        return self.filter(day__in=days)


class Reminder(models.Model):
    """That somebody has been reminded of something on account of one day: never twice."""

    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField("种类", max_length=40)
    subject_type = models.CharField("对象类型", max_length=80)
    subject_id = models.BigIntegerField("对象编号")
    day = models.DateField("提醒日")
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="reminder")

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = "提醒"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="reminder_once",
                fields=["recipient", "kind", "subject_type", "subject_id", "day"],
                violation_error_message="该提醒已发送。",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["day"], name="reminder_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"
