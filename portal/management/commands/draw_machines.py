"""Draw the machines' diagrams in the documentation anew."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.diagrams import redrawn

FILES = ("README.md", "README.zh-CN.md", "docs/machines.md")


class Command(BaseCommand):
    help = "按状态表重新生成 README 与 docs/machines.md 中的状态图。"

    def handle(self, *args: Any, **options: Any) -> None:
        for name in FILES:
            path = settings.BASE_DIR / name
            text = path.read_text(encoding="utf-8")
            new = redrawn(text)
            if new != text:
                path.write_text(new, encoding="utf-8")
                self.stdout.write(f"{name} 已更新")
