from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "supervision"
    verbose_name = "监督管理"

    def ready(self) -> None:
        from applications import eligibility
        from supervision import subscribers  # noqa: F401 - registers them
        from supervision.holders import register_holders

        register_holders()
        from supervision.eligibility import not_barred, with_a_bar

        eligibility.rule(not_barred, with_a_bar)
