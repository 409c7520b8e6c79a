"""Which files of the npm packages the portal serves, and how static files are named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class PackageFinder(BaseFinder):
    """Finds the single files named in settings.STATIC_PACKAGES.

    The packages bring hundreds of megabytes that no page loads; to collect and compress them all
    takes minutes.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storages: dict[str, FileSystemStorage] = {}
        for prefix, (folder, _) in settings.STATIC_PACKAGES.items():
            storage = FileSystemStorage(location=settings.NODE_MODULES / folder)
            storage.prefix = prefix  # type: ignore[attr-defined]
            self.storages[prefix] = storage

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        for prefix, (_, names) in settings.STATIC_PACKAGES.items():
            for name in names:
                yield name, self.storages[prefix]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        prefix, _, name = path.replace(os.sep, "/").partition("/")
        _, names = settings.STATIC_PACKAGES.get(prefix, ("", ()))
        found = self.storages[prefix].path(name) if name in names else None
        if find_all:
            return [found] if found else []
        return found or []


# How our modules import each other; packages also name files that no page loads.
IMPORT = r"""(?P<matched>import (?P<names>\{[^}]*\}) from "(?P<url>\.[^"]*)";)"""
MODULES = ("js/*.js", ((IMPORT, """import %(names)s from "%(url)s";"""),))


def _without_source_maps(rules: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        rule
        for rule in rules
        if "sourceMappingURL" not in (rule if isinstance(rule, str) else rule[0])
    )


class Storage(CompressedManifestStaticFilesStorage):
    """Named by content and compressed, imported modules too; the comments that point to source maps
    stay as they are.
    """

    patterns = (
        *(
            (files, _without_source_maps(rules))
            for files, rules in CompressedManifestStaticFilesStorage.patterns
        ),
        MODULES,
    )
