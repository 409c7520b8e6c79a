"""Put all seals and certificates under the first key of SEAL_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from documents import services, vault


class Command(BaseCommand):
    help = "以 SEAL_KEYS 中的第一个密钥重新加密全部印章和签名证书。"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            services.rotate_keys(self.stdout.write)
        except vault.Locked as locked:
            raise CommandError(f"未作任何更改：{locked}") from None
