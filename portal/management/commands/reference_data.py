"""Load what every installation needs: the divisions and the example score table."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.demo.build import load_reference_data
from workflow import clock


class Command(BaseCommand):
    help = "载入行政区划和示例评分表（非官方，可替换）。可重复执行。"

    def handle(self, *args: Any, **options: Any) -> None:
        version = load_reference_data(clock.now())
        self.stdout.write(f"已载入行政区划和评分表：{version}")
