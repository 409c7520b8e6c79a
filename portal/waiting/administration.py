"""Work of the three administrators."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.access import holds_anywhere
from accounts.models import Appointment, User
from accounts.services import standing_locks
from portal.waiting.panel import Figure, Panel, Row


def accounts(user: Any, at: datetime) -> Iterator[Panel]:
    if not holds_anywhere(user, "accounts.manage_accounts"):
        return
    figures = [
        Figure("账号", User.objects.filter(is_active=True).count()),
        Figure("有效任职", Appointment.objects.current().count()),
    ]
    yield Panel("账号与任职", "", figures, url=reverse("people"), action="账号管理")


def security(user: Any, at: datetime) -> Iterator[Panel]:
    if holds_anywhere(user, "accounts.manage_security"):
        locked = Figure("当前锁定", len(standing_locks()), "账号或地址")
        yield Panel("登录锁定", "", [locked], url=reverse("security"), action="安全策略")


def audit(user: Any, at: datetime) -> Iterator[Panel]:
    if holds_anywhere(user, "accounts.read_audit"):
        row = Row("审计查询", "按时间、人员、事项检索全部办理记录。", reverse("audit"), "去查询")
        yield Panel("审计", "", rows=[row])
