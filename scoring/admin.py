"""Reference data to look at; rubrics are brought in and published by services alone."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from scoring.models import Indicator, Rubric, RubricVersion, Section


class ReadOnly:
    """Nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class VersionLine(ReadOnly, admin.TabularInline):
    model = RubricVersion
    fields = ("number", "full_mark", "published_at", "digest")


class SectionLine(ReadOnly, admin.TabularInline):
    model = Section
    fields = ("order", "code", "name")


@admin.register(Rubric)
class RubricAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("code", "name")
    inlines = (VersionLine,)


@admin.register(RubricVersion)
class RubricVersionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("rubric", "number", "full_mark", "published_at")
    list_select_related = ("rubric",)
    inlines = (SectionLine,)


@admin.register(Indicator)
class IndicatorAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("code", "title", "kind", "mark", "section")
    list_filter = ("section__version",)
    list_select_related = ("section",)
