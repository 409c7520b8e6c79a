"""The account that makes all others, for an installation without the example people."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import Appointment, Region
from accounts.services import appoint, create_person
from workflow import clock

ROLE = "system_admin"


class Command(BaseCommand):
    help = "建立首个系统管理员账号并打印初始密码；已有系统管理员时拒绝执行。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="登录名")
        parser.add_argument("name", help="姓名")

    @transaction.atomic
    def handle(self, *args: Any, username: str, name: str, **options: Any) -> None:
        if Appointment.objects.standing().holding_role(ROLE).exists():
            raise CommandError("已有系统管理员，请由其建立其他账号。")
        now = clock.now()
        try:
            user, password = create_person({"username": username, "name": name}, by=None, at=now)
        except ValidationError as fault:
            raise CommandError(" ".join(fault.messages)) from fault
        appoint(user, ROLE, Region.objects.province(), by=None, at=now)
        self.stdout.write(
            f"系统管理员 {user.username} 的初始密码：{password}（首次登录须修改，并启用双因素认证）"
        )
