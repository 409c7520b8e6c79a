"""Prove the data."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from portal import invariants


class Command(BaseCommand):
    help = "核对数据：名额、状态与事件、总分与得分、归属与授权；有误时列出并以 1 退出。"

    def handle(self, *args: Any, **options: Any) -> None:
        found = [finding for question in invariants.ALL for finding in question()]
        for finding in found:
            self.stderr.write(finding)
        self.stdout.write(f"核对 {len(invariants.ALL)} 项，发现 {len(found)} 处问题。")
        if found:
            sys.exit(1)
