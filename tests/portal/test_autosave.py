"""Saving by field in a real browser: nothing typed is lost, whatever the server answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.staticfiles import finders

from tests.codebase.source import ROOT

ADDRESS = "http://portal.test"
FORM = """<!doctype html><html lang="zh-CN"><title>填报</title>
<script src="/autosave.js" defer></script><p data-saved-status></p>
<form method="post" data-autosave data-url="/field/" data-user="7">
  <input type="hidden" name="csrfmiddlewaretoken" value="{token}">
  <div class="field"><label>名称 <input name="name" value="旧" data-version="1"></label>
    <div class="invalid-feedback">请填写此项。</div></div>
  <div class="field"><label><input type="checkbox" name="services" value="1"> 全日托</label>
    <label><input type="checkbox" name="services" value="2"> 半日托</label></div>
  <select name="kind"><option value="a">独立</option><option value="b">嵌入</option></select>
  <input type="file" name="paper"><input name="note" data-autosave-skip>
</form><p id="total">0</p></html>"""


class Server:
    """Answers what the test tells it to, and remembers what it was sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, list[str]]] = []
        self.token = "first"
        self.signed_in = True
        self.answer: Callable[[dict[str, list[str]]], tuple[int, Any]] = self.accept

    def accept(self, fields: dict[str, list[str]]) -> tuple[int, Any]:
        version = int(fields["version"][0] or 0) + 1
        return 200, {"saved_at": "14:32", "version": str(version), "html": {"total": "88"}}

    def handle(self, route: Any) -> None:
        path = route.request.url.removeprefix(ADDRESS)
        if path == "/autosave.js":
            script = (ROOT / "static/js/autosave.js").read_text()
            route.fulfill(body=script, content_type="text/javascript")
        elif route.request.method == "POST":
            fields = parts(route.request.post_data_buffer)
            self.sent.append(fields)
            if not self.signed_in:
                route.fulfill(status=401, json={})
                return
            status, answer = self.answer(fields)
            route.fulfill(status=status, json=answer)
        elif self.signed_in:
            html = FORM.replace("{token}", self.token)
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            route.fulfill(status=302, headers={"Location": "/login/"})


def always(status: int, answer: Any) -> Callable[[dict[str, list[str]]], tuple[int, Any]]:
    return lambda _: (status, answer)


def parts(body: bytes) -> dict[str, list[str]]:
    """The fields of a multipart body."""
    fields: dict[str, list[str]] = {}
    for chunk in body.decode().split("\r\n--"):
        head, _, value = chunk.partition("\r\n\r\n")
        if 'name="' in head:
            fields.setdefault(head.split('name="')[1].split('"')[0], []).append(value)
    return fields


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def form(chromium: Any, server: Server) -> Iterator[Any]:
    context = chromium.new_context(locale="zh-CN")
    context.set_default_timeout(8000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: dialog.accept())
    page.route(f"{ADDRESS}/**", server.handle)
    page.goto(f"{ADDRESS}/form/")
    yield page
    context.close()
    assert faults == []


def state(form: Any, name: str, wanted: str) -> str:
    """Waits for the field's sentence to be in a state; gives the sentence."""
    place = form.locator(f'[data-saved-for="{name}"][data-state="{wanted}"]')
    place.wait_for()
    return str(place.inner_text())


def write(form: Any, text: str) -> None:
    form.fill("[name=name]", text)
    form.keyboard.press("Tab")


def kept(form: Any) -> dict[str, Any]:
    return dict(form.evaluate("Object.assign({}, localStorage)"))


def test_a_field_is_saved_when_it_is_left(form, server):
    write(form, "阳光")
    assert state(form, "name", "saved") == "已保存 14:32"
    assert server.sent == [{"csrfmiddlewaretoken": ["first"], "version": ["1"], "name": ["阳光"]}]
    assert form.get_attribute("[name=name]", "data-version") == "2"
    assert form.inner_text("[data-saved-status]") == "已保存 14:32"
    assert form.inner_text("#total") == "88"
    assert form.locator(".invalid-feedback").count() == 0
    assert kept(form) == {}


def test_all_ticks_of_a_group_go_together_and_an_empty_group_is_told(form, server):
    form.check("[name=services][value='1']")
    state(form, "services", "saved")
    form.check("[name=services][value='2']")
    form.wait_for_function("document.querySelector('[name=services]').dataset.version === '2'")
    form.uncheck("[name=services][value='1']")
    form.uncheck("[name=services][value='2']")
    form.wait_for_function("Number(document.querySelector('[name=services]').dataset.version) > 2")
    values = [fields["services"] for fields in server.sent]
    assert values[:2] == [["1"], ["1", "2"]]
    assert [""] in values or values[-1] == ["2"]


def test_files_and_fields_that_ask_for_it_are_left_to_the_whole_form(form, server, tmp_path):
    form.fill("[name=note]", "不保存")
    form.keyboard.press("Tab")
    paper = tmp_path / "a.txt"
    paper.write_text("x")
    form.set_input_files("[name=paper]", paper)
    write(form, "最后")
    state(form, "name", "saved")
    assert [list(fields) for fields in server.sent] == [["csrfmiddlewaretoken", "version", "name"]]


def test_the_servers_own_writing_replaces_the_typed_one(form, server):
    server.answer = always(200, {"saved_at": "09:00", "value": "12", "version": "2"})
    write(form, "12.0")
    state(form, "name", "saved")
    assert form.input_value("[name=name]") == "12"


def test_a_refused_value_stays_with_its_sentence(form, server):
    server.answer = always(422, {"errors": {"name": ["名称不能超过 60 字。"]}})
    write(form, "太长")
    assert state(form, "name", "refused") == "未保存：名称不能超过 60 字。"
    assert form.get_attribute("[name=name]", "aria-invalid") == "true"
    server.answer = server.accept
    write(form, "短")
    state(form, "name", "saved")
    assert form.get_attribute("[name=name]", "aria-invalid") is None


def test_without_an_answer_it_says_so_and_tries_again(form, server):
    server.answer = always(502, {})
    write(form, "再试")
    assert state(form, "name", "retrying") == "未保存，正在重试"
    assert "再试" in str(kept(form))
    server.answer = server.accept
    assert state(form, "name", "saved") == "已保存 14:32"
    assert kept(form) == {}


@pytest.mark.parametrize(
    ("choice", "value", "sent"), [("保留我的", "我的", 2), ("采用已保存", "他的", 1)]
)
def test_of_two_writings_the_person_chooses(form, server, choice, value, sent):
    server.answer = always(409, {"theirs": "他的", "version": "5"})
    write(form, "我的")
    shown = state(form, "name", "conflict")
    assert "我的" in shown
    assert "他的" in shown
    server.answer = server.accept
    form.get_by_role("button", name=choice).click()
    state(form, "name", "saved")
    assert form.input_value("[name=name]") == value
    assert len(server.sent) == sent
    assert server.sent[-1]["version"] == (["5"] if sent == 2 else ["1"])


def test_choices_are_compared_in_words(form, server):
    server.answer = always(409, {"theirs": "a", "version": "5"})
    form.select_option("[name=kind]", "b")
    shown = state(form, "kind", "conflict")
    assert "嵌入" in shown
    assert "独立" in shown


def test_when_the_session_ends_the_text_waits_on_the_device(form, server):
    server.signed_in = False
    write(form, "没存上")
    assert "登录已超时" in state(form, "name", "signed-out")
    link = form.locator("[data-saved-for=name] a")
    assert link.get_attribute("target") == "_blank"
    server.signed_in, server.token = True, "second"
    form.evaluate("window.dispatchEvent(new Event('focus'))")
    state(form, "name", "saved")
    assert server.sent[-1]["csrfmiddlewaretoken"] == ["second"]
    assert server.sent[-1]["name"] == ["没存上"]


def test_what_was_not_saved_comes_back_with_the_page(form, server):
    server.signed_in = False
    write(form, "留在本机")
    state(form, "name", "signed-out")
    server.signed_in = True
    form.goto(f"{ADDRESS}/form/")
    state(form, "name", "saved")
    assert form.input_value("[name=name]") == "留在本机"
    assert kept(form) == {}


def test_what_came_back_does_not_overwrite_a_newer_writing(form, server):
    text = json.dumps({"at": 9e15, "fields": {"name": {"values": ["旧稿"], "version": "0"}}})
    form.evaluate("text => localStorage.setItem('kept:7:/field/', text)", text)
    form.reload()
    assert "旧稿" in state(form, "name", "conflict")
    assert server.sent == []


def test_a_stale_token_is_renewed_once(form, server):
    server.token = "second"

    def only_fresh(fields: dict[str, list[str]]) -> tuple[int, Any]:
        fresh = fields["csrfmiddlewaretoken"] == ["second"]
        return server.accept(fields) if fresh else (403, {})

    server.answer = only_fresh
    write(form, "新令牌")
    state(form, "name", "saved")
    assert len(server.sent) == 2


def test_what_may_no_longer_be_changed_is_said(form, server):
    server.answer = always(403, {})
    write(form, "迟了")
    assert "现在不能修改" in state(form, "name", "refused")
    assert len(server.sent) == 2


def test_the_script_is_found_among_the_static_files():
    assert finders.find("js/autosave.js")
