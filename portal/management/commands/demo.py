"""Load the example province."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.context import DEMO_LOGINS, DEMO_PASSWORD
from portal.demo import build
from workflow import clock


class Command(BaseCommand):
    help = "载入示例数据（非官方）：全省托育机构评选的每一种状态。只用于空数据库。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="数据库非空时不报错、不载入")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("示例账号的口令是公开的，只能在演示模式（DEMO=1）下载入。")
        if not build.is_empty():
            if options["if_empty"]:
                return
            raise CommandError("数据库中已有数据，未载入示例。")
        build.build(clock.now(), self.stdout.write)
        self.stdout.write(f"示例已载入。登录口令均为 {DEMO_PASSWORD}：")
        for username, label in DEMO_LOGINS:
            self.stdout.write(f"  {username:18}{label}")
