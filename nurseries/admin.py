from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from nurseries.models import Nursery


@admin.register(Nursery)
class NurseryAdmin(admin.ModelAdmin):
    """For reference only: the registry is changed on its own pages, where it is recorded."""

    list_display = ("name", "credit_code", "region", "organiser", "form", "capacity")
    list_select_related = ("region",)
    list_filter = ("organiser", "form", "inclusive")
    search_fields = ("name", "credit_code")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
