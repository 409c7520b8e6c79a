from django.apps import AppConfig


class PublicityConfig(AppConfig):
    name = "publicity"
    verbose_name = "公示与称号"

    def ready(self) -> None:
        from applications import eligibility
        from publicity.eligibility import had_a_title, not_sitting_out, title_has_room

        eligibility.rule(title_has_room, had_a_title)
        eligibility.rule(not_sitting_out, had_a_title)
