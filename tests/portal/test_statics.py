"""Only what pages load is collected, and it is found where pages ask for it."""

from __future__ import annotations

import re
from pathlib import Path

from django.contrib.staticfiles import finders
from django.core.management import call_command

from portal.statics import PackageFinder, Storage
from tests.codebase.source import templates


def test_the_files_of_packages_are_found_by_their_address():
    found = finders.find("tabler/css/tabler.min.css")
    assert found
    assert Path(found).is_file()
    assert finders.find("htmx/htmx.min.js", find_all=True) == [finders.find("htmx/htmx.min.js")]


def test_nothing_else_of_a_package_is_served():
    assert finders.find("tabler/css/tabler.min.css.map") is None
    assert finders.find("no-such-package/file.js", find_all=True) == []
    assert PackageFinder().check() == []


def test_every_static_file_that_a_template_names_exists():
    named = re.compile(r"\{% static ['\"]([^'\"]+)['\"]")
    wanted = {name for path in templates() for name in named.findall(path.read_text())}
    assert "css/portal.css" in wanted
    assert [name for name in sorted(wanted) if finders.find(name) is None] == []


def test_files_are_named_by_content_though_their_source_maps_are_left_behind(tmp_path, settings):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "portal.statics.Storage", "OPTIONS": {}},
    }
    settings.STATICFILES_FINDERS = ["portal.statics.PackageFinder"]
    finders.get_finder.cache_clear()
    settings.STATIC_PACKAGES = {"htmx": settings.STATIC_PACKAGES["htmx"]}
    call_command("collectstatic", interactive=False, verbosity=0)
    names = {path.name for path in tmp_path.rglob("*")}
    finders.get_finder.cache_clear()
    assert "staticfiles.json" in names
    assert any(re.fullmatch(r"htmx\.min\.[0-9a-f]{12}\.js", name) for name in names)
    assert not any("sourceMappingURL" in str(rules) for _, rules in Storage.patterns)
