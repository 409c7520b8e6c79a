"""What every page knows of the site and of the person before it."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse

from accounts import roles
from notifications.models import Message
from portal.navigation import PUBLIC, SIGNED_IN, Item, items
from workflow import clock

if TYPE_CHECKING:
    from django.http import HttpRequest

    from accounts.models import Appointment

NAME = "省级示范托育机构评选管理平台"
SHORT_NAME = "示范托育评选"
DEMO_LOGINS = (
    ("nursery", "托育机构（草稿）"),
    ("nursery2", "托育机构（退回补正）"),
    ("county", "县级经办人"),
    ("county-approver", "县级审核人"),
    ("city", "市级经办人"),
    ("city-approver", "市级审核人"),
    ("province", "省级工作人员"),
    ("expert1", "评审专家一"),
    ("expert2", "评审专家二"),
    ("expert3", "评审专家三"),
    ("sysadmin", "系统管理员"),
    ("secadmin", "安全管理员"),
    ("auditor", "审计管理员"),
)
DEMO_PASSWORD = "Demo-2026-portal"  # noqa: S105 - printed for everyone, exists in demo mode only
LINKS = (
    ("账号安全", "account", "shield-lock"),
    ("修改密码", "password", "lock"),
    ("回到公众首页", "front", "home"),
)
DEMO_LINKS = (("演示邮箱", "notifications:mailbox", "mail"),)


class Site:
    """Facts for `base.html` and `public.html`, each worked out only when a page asks for it."""

    name = NAME
    short_name = SHORT_NAME

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.demo: bool = settings.DEMO
        self.icp: str = settings.ICP_NUMBER
        self.police: str = settings.POLICE_NUMBER

    @cached_property
    def now(self) -> datetime:
        return clock.now()

    @cached_property
    def user(self) -> Any:
        """The person signed in, or None."""
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @property
    def person(self) -> str:
        return str(self.user or "")

    @cached_property
    def _appointments(self) -> list[Appointment]:
        return list(self.user.appointments.current()) if self.user else []

    @cached_property
    def posts(self) -> list[Appointment]:
        """The posts of the person; being an expert on one file is a task, not a post."""
        return [a for a in self._appointments if a.role not in roles.TASKS]

    @property
    def post(self) -> Appointment | None:
        return self.posts[0] if self.posts else None

    @cached_property
    def navigation(self) -> list[Item]:
        held = {
            permission
            for appointment in self._appointments
            for permission in roles.BY_CODE[appointment.role].permissions
        }
        return items(SIGNED_IN, held, self.request.path)

    @cached_property
    def public_navigation(self) -> list[Item]:
        return items(PUBLIC, (), self.request.path)

    @property
    def home_url(self) -> str:
        return reverse("home")

    @property
    def login_url(self) -> str:
        return self.home_url if self.user else reverse("login")

    @property
    def login_label(self) -> str:
        return "进入工作台" if self.user else "登录"

    @property
    def account_links(self) -> list[Item]:
        links = LINKS + DEMO_LINKS if self.demo else LINKS
        return [Item(label, reverse(name), icon, False) for label, name, icon in links]

    @cached_property
    def inbox_url(self) -> str:
        return reverse("notifications:inbox")

    @cached_property
    def unread(self) -> int:
        """Messages the person has not opened yet."""
        return Message.objects.unread_by(self.user).count() if self.user else 0

    @property
    def demo_password(self) -> str:
        return DEMO_PASSWORD if self.demo else ""

    @property
    def demo_logins(self) -> list[dict[str, str]]:
        """The example people of the login page, in demo mode only."""
        if not self.demo:
            return []
        return [
            {"username": u, "label": text, "password": DEMO_PASSWORD} for u, text in DEMO_LOGINS
        ]


def site(request: HttpRequest) -> dict[str, Site]:
    """The context processor behind `site` in every template."""
    return {"site": Site(request)}
