from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "账号与辖区"

    def ready(self) -> None:
        from accounts import checks  # noqa: F401 - registers the check
