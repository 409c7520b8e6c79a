"""Checking a paper and taking a package away in real Chromium, on a phone and at a desk."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import pytest

from accounts.models import User
from documents import services, tasks
from documents.models import Document
from documents.statuses import Kind
from tests import doors, scenes
from tests.conftest import DESK, PHONE
from tests.documents.conftest import content_of
from tests.scenes import AUGUST

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PICTURES = os.environ.get("JOURNEY_PICTURES")

pytestmark = pytest.mark.django_db(transaction=True)


def look(page, name):
    """No violation of the accessibility rules, nothing wider than the window."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run()")["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if PICTURES:
        width = page.viewport_size["width"]
        page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("script", [True, False], ids=["", "no-script"])
def test_a_paper_in_the_hand(open_browser, size, script, carry, tmp_path):
    scenes.submitted(scenes.province())
    carry()
    document = Document.objects.get(kind=Kind.APPLICATION_FORM)
    genuine, changed, strange = (tmp_path / name for name in ("a.pdf", "b.pdf", "c.pdf"))
    genuine.write_bytes(content_of(document))
    changed.write_bytes(content_of(document) + b"\n% more")
    strange.write_bytes(scenes.PDF)
    page = open_browser(size, java_script_enabled=script)
    see = look if script else lambda *_: None
    page.goto("/verify/")
    see(page, "verify")
    page.get_by_label("查验码").fill(f" {document.code[:4].lower()} {document.code[4:]}")
    page.get_by_role("button", name="查验", exact=True).click()
    page.get_by_role("heading", name="文书为现行版本").wait_for()
    see(page, "verified")
    for file, heading in (
        (genuine, "本平台出具，未被改动"),
        (changed, "内容已被改动"),
        (strange, "不是本平台出具的文件"),
    ):
        page.goto("/verify/")
        page.get_by_label("电子文件").set_input_files(file)
        page.get_by_role("button", name="比对文件").click()
        page.get_by_role("heading", name=heading).wait_for()
        see(page, f"checked-{file.stem}")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_package_from_the_button_to_the_file(open_browser, size, carry, monkeypatch, settings):
    settings.DEMO = True
    monkeypatch.setattr("workflow.clock.now", lambda: AUGUST)
    scene = scenes.province()
    scenes.at_province(scene)
    carry()
    page = open_browser(size)
    doors.give_app(scene.city_handler)
    doors.sign_in(page, "city")
    page.goto(f"/documents/summary/{scene.cycle.pk}/")
    look(page, "summary")
    page.get_by_role("button", name=re.compile("打包.*沈阳市")).click()
    page.get_by_text("正在等待处理").wait_for()
    look(page, "package-waiting")
    package = services.ask_package(
        scene.cycle, scene.city, by=User.objects.get(username="city"), at=AUGUST
    )
    tasks.pack(package.pk)
    button = page.get_by_role("button", name="下载")
    button.wait_for()
    look(page, "package-ready")
    with page.expect_download() as taken:
        button.click()
    package.refresh_from_db()
    assert hashlib.sha256(Path(taken.value.path()).read_bytes()).hexdigest() == package.sha256
    assert taken.value.suggested_filename == package.file_name
    page.goto(f"/documents/summary/{scene.cycle.pk}/")
    look(page, "summary-packed")
