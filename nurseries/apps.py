from django.apps import AppConfig


class NurseriesConfig(AppConfig):
    name = "nurseries"
    verbose_name = "托育机构"
