from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = "监督管理"

    def ready(self) -> None:
        from supervision import subscribers  # noqa: F401 - registers them
