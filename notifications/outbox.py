"""Sending what waits: each mail exactly once as far as SMTP allows.

A try is written down before it is made, so that a worker that dies in the middle counts and waits
like any other failure. A mail that was taken over by the server but could not be written down as
sent goes out again under the same Message-ID, by which servers and mailboxes know it.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from notifications.models import Mail

logger = logging.getLogger(__name__)

# Waits after each failed try; then nothing more is tried.
BACKOFF = [timedelta(minutes=m) for m in (2, 10, 30, 120, 360, 1440, 1440)]
AT_ONCE = 200
# Far below the first wait, so that no try outlives its claim.
TIMEOUT = 30
# ValueError: an address or a subject that no letter can bear.
FAULTS = (smtplib.SMTPException, OSError, ValueError)


def send_waiting(*, now: Callable[[], datetime]) -> int:
    """Send what is due over one connection; returns how many were sent.

    Several workers may do this at once: each mail is one worker's.
    """
    due = list(Mail.objects.due(now()).values_list("pk", flat=True)[:AT_ONCE])
    if not due:
        return 0
    connection = get_connection(timeout=TIMEOUT)
    sent = 0
    try:
        for pk in due:
            mail = _claimed(pk, now())
            if mail:
                sent += _sent(mail, connection, now)
    finally:
        connection.close()
    return sent


@transaction.atomic
def _claimed(pk: int, at: datetime) -> Mail | None:
    """The mail with this try written down, unless another worker has it or has had it."""
    mail = Mail.objects.due(at).select_for_update(skip_locked=True).filter(pk=pk).first()
    if mail:
        mail.next_at = at + BACKOFF[mail.attempts] if mail.attempts < len(BACKOFF) else None
        mail.attempts += 1
        mail.fault = "已发出，结果未知。"
        mail.save(update_fields=["next_at", "attempts", "fault"])
    return mail


def _sent(mail: Mail, connection: BaseEmailBackend, now: Callable[[], datetime]) -> bool:
    try:
        _letter(mail, connection).send()
    except FAULTS as fault:
        logger.warning("mail %s, try %s: %s", mail.pk, mail.attempts, type(fault).__name__)
        mail.fault = _sentence(fault)
        if _is_final(fault):
            mail.next_at = None
        # What the server said may have broken the conversation; the next mail begins a new one.
        connection.close()
    else:
        mail.sent_at, mail.next_at, mail.fault = now(), None, ""
    mail.save(update_fields=["sent_at", "next_at", "fault"])
    return mail.sent_at is not None


def _letter(mail: Mail, connection: BaseEmailBackend) -> EmailMessage:
    host = settings.SITE_URL.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]
    return EmailMessage(
        mail.subject,
        mail.body,
        to=[mail.to],
        headers={
            "Message-ID": f"<mail-{mail.pk}-{mail.created_at:%Y%m%d%H%M%S}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )


def _is_final(fault: Exception) -> bool:
    """Whether the server refused for good: an address that does not exist stays so."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in fault.recipients.values())
    if isinstance(fault, smtplib.SMTPResponseException):
        return fault.smtp_code >= 550
    return isinstance(fault, ValueError)


def _sentence(fault: Exception) -> str:
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return "收件地址被拒收。"
    if isinstance(fault, smtplib.SMTPException):
        return "邮件服务器拒绝发送。"
    if isinstance(fault, ValueError):
        return "收件地址或主题不正确。"
    return "无法连接邮件服务器。"
