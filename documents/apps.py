from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "documents"
    verbose_name = "文书"

    def ready(self) -> None:
        from documents import checks, subscribers  # noqa: F401 - registers checks and what makes papers
