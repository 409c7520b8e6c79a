"""References between apps point downward; that imports do, import-linter shows within bin/test."""

import tomllib

from django.apps import apps
from django.conf import settings

from tests.codebase.source import APPS, HEIGHT, ROOT

# The ground knows people by the name of a setting only.
BY_SETTING = {settings.AUTH_USER_MODEL, settings.WORKFLOW_POST_MODEL}
GROUND = {"workflow", "files"}
PAGES = ("views", "forms", "urls", "filters", "tables", "api", "admin")


def test_foreign_keys_point_downward():
    upward = [
        f"{model._meta.label}.{field.name} -> {target._meta.label}"
        for app in APPS
        for model in apps.get_app_config(app).get_models(include_auto_created=True)
        for field in model._meta.local_fields + model._meta.local_many_to_many
        if (target := field.related_model) is not None and target._meta.app_label in HEIGHT
        if HEIGHT[target._meta.app_label] > HEIGHT[app]
        or (HEIGHT[target._meta.app_label] == HEIGHT[app] and target._meta.app_label != app)
        if not (app in GROUND and target._meta.label in BY_SETTING)
    ]
    assert upward == []


def test_every_app_of_the_project_stands_in_the_line():
    installed = {
        config.label
        for config in apps.get_app_configs()
        if config.path.startswith(str(settings.BASE_DIR)) and ".venv" not in config.path
    }
    assert installed == set(APPS)


def test_the_pages_of_every_app_are_protected():
    """A contract names its modules one by one; one that is new must be added to it."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    protected = {
        module
        for contract in contracts["contracts"]
        if contract["type"] == "protected"
        for module in contract["protected_modules"]
    }
    present = {
        f"{app}.{page}"
        for app in APPS
        if app != "portal"
        for page in PAGES
        if (ROOT / app / page).is_dir() or (ROOT / app / f"{page}.py").exists()
    }
    assert present <= protected
