"""What devices are given to work without a network: the worker, the manifest, the last page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from PIL import Image
from pytest_django import Settings

from accounts.device import HEADER
from accounts.models import User
from applications.models import Review
from portal import offline
from tests import scenes
from tests.codebase.source import ROOT

# The pages that the server lets a device keep, with the frame they stand in.
KEPT = (
    "base.html",
    "components/head.html",
    "components/modules.html",
    "scoring/section.html",
    "scoring/overview.html",
    "scoring/whole.html",
    "scoring/parts/modules.html",
    "applications/expert.html",
    "applications/expert_file.html",
    "portal/offline.html",
)


def test_the_worker_rules_the_whole_site_and_is_looked_up_each_time(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer.headers["Content-Type"] == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert "no-cache" in answer.headers["Cache-Control"]
    told = re.search(r"const RELEASE = (\{.*\});", answer.content.decode())
    assert told
    assert json.loads(told[1])["logout"] == "/logout/"


def test_the_content_policy_lets_only_our_own_worker_and_manifest_in(client: Client) -> None:
    policy = client.get("/offline/").headers["Content-Security-Policy"]
    assert "worker-src 'self';" in f"{policy};"
    assert "manifest-src 'self';" in f"{policy};"


def test_the_manifest_names_icons_that_are_there(client: Client) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.headers["Content-Type"] == "application/manifest+json"
    told = answer.json()
    assert (told["start_url"], told["display"], told["lang"]) == ("/expert/", "standalone", "zh-CN")
    for icon in told["icons"]:
        path = finders.find(icon["src"].removeprefix("/static/"))
        assert path
        with Image.open(path) as picture:
            assert icon["sizes"] == "{}x{}".format(*picture.size)
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}


def test_everything_that_a_kept_page_loads_is_kept() -> None:
    named = re.compile(r"\{% static ['\"]([^'\"]+)['\"]")
    loaded = {
        name for page in KEPT for name in named.findall((ROOT / "templates" / page).read_text())
    }
    modules = {
        str(path.relative_to(ROOT / "static"))
        for folder in ("device", "sheet")
        for path in (ROOT / "static" / "js" / folder).iterdir()
    }
    assert loaded | modules == set(offline.ASSETS)
    assert len(offline.ASSETS) == len(set(offline.ASSETS))


def test_modules_import_each_other_by_the_names_they_are_served_under(
    tmp_path: Path, settings: Settings
) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "portal.statics.Storage", "OPTIONS": {}},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    served = list(tmp_path.glob("js/*/*.js"))
    imported = [
        (path.parent / name).resolve()
        for path in served
        for name in re.findall(r'from "(.*?)";', path.read_text())
    ]
    assert len(imported) > 15
    assert [path for path in imported if path not in served] == []
    assert all(re.search(r"\.[0-9a-f]{12}\.js$", path.name) for path in imported)


@pytest.mark.parametrize("name", offline.ASSETS)
def test_every_kept_file_exists(name: str) -> None:
    assert finders.find(name)


def reviewer_of(review: Review) -> User:
    assert review.reviewer
    return review.reviewer


def test_the_server_marks_what_a_device_may_keep(scene: scenes.Province) -> None:
    application, staff = scenes.at_province(scene)
    review = scenes.seat_panel(scene, application, sealed=False)[3]
    expert = reviewer_of(review)
    mine, office, nursery = Client(), Client(), Client()
    mine.force_login(expert)
    office.force_login(scene.officer)
    nursery.force_login(staff)
    for address in (
        "/expert/",
        application.get_absolute_url(),
        review.sheet.get_absolute_url(),
        f"{review.sheet.get_absolute_url()}?section=1",
        f"{review.sheet.get_absolute_url()}whole/",
    ):
        assert mine.get(address).headers[HEADER] == str(expert.pk), address
    assert HEADER not in mine.get(application.self_sheet.get_absolute_url()).headers
    assert HEADER not in mine.get("/home/").headers
    assert HEADER not in office.get(application.get_absolute_url()).headers
    assert HEADER not in nursery.get(application.get_absolute_url()).headers
    assert HEADER not in nursery.get(application.self_sheet.get_absolute_url()).headers


def test_a_sealed_sheet_is_not_kept_any_longer(scene: scenes.Province) -> None:
    application, _ = scenes.at_province(scene)
    review = scenes.seat_panel(scene, application)[0]
    mine = Client()
    mine.force_login(reviewer_of(review))
    assert HEADER not in mine.get(review.sheet.get_absolute_url()).headers
