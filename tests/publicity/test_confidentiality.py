"""Who objected, and how to reach them, is nowhere but with the handlers of the province.

A unit and a person with very particular names object; the nursery is asked, answers, its entry is
held back and removed. Then everyone else walks through everything that they can reach, and nothing
of the objectors is said: no page, message, mail, spreadsheet, paper, answer, event or log.
"""

from __future__ import annotations

import json
import logging
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from io import BytesIO, StringIO
from itertools import product
from typing import Any

import openpyxl
import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from pypdf import PdfReader

from accounts.checks import is_third_party, patterns
from accounts.models import User
from notifications.models import Message
from notifications.reminders import remind
from publicity import services
from publicity.models import Notice, Objection, StatementRequest
from publicity.statuses import ObjectionState
from tests import scenes
from tests.puzzling import solved
from tests.scenes import NOTICED, PDF, SEPTEMBER, Province, at
from workflow import clock, perform
from workflow.models import Delivery, Event
from workflow.tasks import deliver

pytestmark = pytest.mark.django_db

ROUTES = [(route, view.access_rule) for route, view in patterns() if not is_third_party(view)]
PLACE = re.compile(r"<(?:(\w+):)?(\w+)>")
LINK = re.compile(r'(?:href|src|data-url|action)="(/[^"#]*)')
LEFT_ALONE = re.compile(r"^(logout|login|account/factor|static|healthz|readyz)")
PERSON = {
    "kind": "person",
    "name": "欧阳鸿鹄",
    "contact": "13798765432",
    "matter": "safety",
    "content": "二楼活动室未设护栏，我家的小名叫骐骥的孩子跌落过。",
    "consent": "on",
}
UNIT = PERSON | {
    "kind": "unit",
    "name": "夔龙社区居民委员会",
    "contact_person": "司马麒麟",
    "contact": "kuilong@neighbours.example",
    "content": "据骐骥楼居民反映，该园护栏不合要求。",
}
SECRETS = re.compile(
    "欧阳鸿鹄|13798765432|夔龙|司马麒麟|kuilong@|骐骥|饕餮"  # 饕餮 stands in the files' names
    "|" + "|".join(re.escape(json.dumps(word)[1:-1]) for word in ("欧阳鸿鹄", "夔龙", "司马麒麟"))
)
QUERIES = 2
LATER = at("2023-10-20 09:00")


class Story:
    """Two objections to one nursery of a concluded notice, one of them upheld."""

    def __init__(self, scene: Province) -> None:
        self.scene = scene
        self.notice, self.application, self.staff = scenes.on_notice(scene)
        for user in User.objects.filter(email=""):
            user.email = f"{user.username}@portal.example"
            user.save()
        self.entry = self.notice.entries.get()
        page = f"/notices/{self.notice.pk}/entries/{self.entry.pk}/object/"
        self.receipts = [self._object(page, PERSON), self._object(page, UNIT, letter=True)]
        first, second = Objection.objects.order_by("pk")
        scenes.inspected(NOTICED)
        perform(first, "accept", actor=scene.officer, at=NOTICED)
        upload = SimpleUploadedFile("饕餮笔录.pdf", PDF)
        services.add_note(
            first, text="询问了欧阳鸿鹄。", uploads=[upload], by=scene.officer, at=NOTICED
        )
        self.statement = services.ask_statement(
            first,
            question="请说明二楼活动室护栏的情况。",
            due_on=date(2023, 10, 8),
            by=scene.officer,
            at=NOTICED,
        )
        services.give_statement(self.statement, text="护栏正在安装。", by=self.staff, at=NOTICED)
        perform(second, "accept", actor=scene.officer, at=NOTICED)
        services.ask_statement(
            second, question="请提供验收记录。", due_on=LATER.date(), by=scene.officer, at=NOTICED
        )
        services.settle(LATER)
        services.conclude(
            Notice.objects.get(pk=self.notice.pk),
            actor=scene.officer,
            at=LATER,
            decision_number="示例〔2023〕2号",
        )
        remind(at("2023-10-05 08:00"))
        remind(LATER)
        services.uphold(first, actor=scene.officer, at=LATER, reason="护栏确未设置，异议成立。")
        deliver_all()
        self.objections = (first, second)

    def _object(self, page: str, values: dict[str, str], letter: bool = False) -> str:
        """As the public does it: over the page, with a file of a particular name."""
        client = Client()
        files: dict[str, Any] = {"evidence": SimpleUploadedFile("饕餮照片.pdf", PDF)}
        if letter:
            files["letter"] = SimpleUploadedFile("饕餮盖章函.pdf", PDF)
        answer = client.post(page, {**values, **solved(client, page), **files})
        assert answer.status_code == 302, answer.content.decode()
        client.get(answer["Location"])
        return str(answer["Location"])

    def open_data(self) -> list[str]:
        return ["/api/v1/titles/", "/api/v1/notices/", f"/api/v1/notices/{self.notice.pk}/"]

    def addresses(self) -> Iterator[str]:
        """Every route with the keys of what there is."""
        keys: dict[str, list[int]] = {
            "applications/": [self.application.pk],
            "sheets/": [self.application.self_sheet_id],
            "notices/": [self.notice.pk],
            "desk/notices/": [self.notice.pk],
            "desk/objections/": [each.pk for each in self.objections],
            "statements/": list(StatementRequest.objects.values_list("pk", flat=True)),
            "cycles/": [self.scene.cycle.pk],
            "nurseries/": [self.application.nursery_id],
            "": [1, 2],
        }
        files = [file.pk for each in self.objections for file in each.files]
        receipts = [each.receipt for each in self.objections]
        for route, _ in ROUTES:
            if LEFT_ALONE.match(route):
                continue
            prefix = max((p for p in keys if route.startswith(p)), key=len)
            for pk, (file, receipt) in product(
                keys[prefix], zip((files * 2)[:2], receipts, strict=True)
            ):
                values = {"pk": pk, "file": file, "receipt": receipt, "entry": self.entry.pk}
                yield filled(route, values)


def filled(route: str, values: dict[str, Any]) -> str:
    other = {"int": 1, "slug": "county", "str": "x", "uuid": "0" * 32, "path": "x"}
    return "/" + PLACE.sub(lambda m: str(values.get(m[2], other.get(m[1] or "str", 1))), route)


def deliver_all() -> None:
    for pk in Delivery.objects.filter(done_at=None).order_by("pk").values_list("pk", flat=True):
        deliver(pk)


def said(answer: Any) -> str:
    """Everything an answer says: headers and body, spreadsheets as cells, papers as their text."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    kind = answer.headers.get("Content-Type", "")
    if "spreadsheetml" in kind:
        book = openpyxl.load_workbook(BytesIO(body))
        text = "\n".join(str(cell) for sheet in book for row in sheet.values for cell in row)
    elif "pdf" in kind:
        text = "\n".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages)
    else:
        text = body.decode(errors="replace")
    return f"{answer.status_code} {sorted(answer.headers.items())}\n{text}"


def walk(client: Client, story: Story) -> dict[str, str]:
    """Everything that can be read: from page to page by links, and every address there is."""
    waiting = ["/", "/home/", "/messages/", "/mailbox/", *story.open_data(), *story.addresses()]
    found: dict[str, str] = {}
    asked: Counter[str] = Counter()
    while waiting:
        address = waiting.pop(0)
        path = address.partition("?")[0]
        # Filters and years of calendars have no end; a few of each page are as good as all.
        if address in found or asked[path] >= QUERIES or LEFT_ALONE.match(path.lstrip("/")):
            continue
        asked[path] += 1
        found[address] = said(client.get(address))
        if found[address].startswith("200"):
            waiting += [link.replace("&amp;", "&") for link in LINK.findall(found[address])]
    return found


def told(pages: dict[str, str]) -> list[str]:
    return [f"{a}: {match[0]}" for a, text in pages.items() if (match := SECRETS.search(text))]


def signed_in(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    # What the database is asked is no log of the portal: it is written in no installation.
    logging.getLogger("django.db.backends").setLevel(logging.INFO)
    return caplog


@pytest.fixture
def story(
    scene: Province, monkeypatch: pytest.MonkeyPatch, logged: pytest.LogCaptureFixture
) -> Story:
    monkeypatch.setattr(clock, "now", lambda: NOTICED)
    story = Story(scene)
    monkeypatch.setattr(clock, "now", lambda: LATER)
    return story


def watchers(story: Story) -> dict[str, User | None]:
    """Everybody who has to do with the nursery, the auditor who reads every event, the public."""
    scene = story.scene
    return {
        "public": None,
        "nursery": story.staff,
        "other nursery": scenes.staff(scenes.nursery(scene.county, "别家园"), "other", "朱别"),
        "county handler": scene.county_handler,
        "county approver": scene.county_approver,
        "city handler": scene.city_handler,
        "city approver": scenes.official("city-approver", "钱沈", "city_approver", scene.city),
        "expert": scene.experts[0],
        "auditor": scenes.official("auditor", "孙审", "audit_admin", scene.root, SEPTEMBER),
    }


def test_nobody_but_the_handlers_reads_who_objected(story: Story) -> None:
    for who, user in watchers(story).items():
        pages = walk(signed_in(user), story)
        assert sum(text.startswith("200") for text in pages.values()) > 8, who
        assert all(pages[address].startswith("200") for address in story.open_data()), who
        assert told(pages) == [], who


def test_the_handlers_read_it(story: Story) -> None:
    """The walk finds what is there: without this the others would prove nothing."""
    pages = walk(signed_in(story.scene.officer), story)
    places = {line.split(":")[0] for line in told(pages)}
    assert places >= {objection.get_absolute_url() for objection in story.objections}
    desk = re.compile(r"^/desk/objections/\d+/")
    assert [place for place in places if not desk.match(place)] == []
    export = pages["/desk/objections/export/"]
    assert export.startswith("200")
    assert story.objections[0].receipt in export


def test_no_message_mail_event_or_log_line_tells(
    story: Story, logged: pytest.LogCaptureFixture
) -> None:
    words = [f"{m.title}\n{m.text}" for m in Message.objects.all()]
    words += [f"{m.subject}\n{m.body}" for m in mail.outbox]
    assert len(words) > 10
    assert not [text for text in words if SECRETS.search(text)]
    events = [json.dumps([e.data, e.reason], ensure_ascii=False) for e in Event.objects.all()]
    assert len(events) > 10
    assert not [text for text in events if SECRETS.search(text)]
    lines = [f"{record.getMessage()} {record.exc_text or ''}" for record in logged.records]
    assert not [line for line in lines if SECRETS.search(line)]


def test_no_code_stands_in_an_address_a_log_or_the_database(
    story: Story, logged: pytest.LogCaptureFixture
) -> None:
    objection = story.objections[1]
    code = objection.issue()
    objection.save(update_fields=["code_digest"])
    client = Client()
    answer = client.post("/objections/", {"receipt": objection.receipt, "code": code}, follow=True)
    assert "办理进度" in said(answer)
    assert all(code not in address for address, _ in answer.redirect_chain)
    assert not [r for r in logged.records if code in r.getMessage()]
    dump = StringIO()
    call_command("dumpdata", "publicity", "workflow.event", stdout=dump)
    assert objection.receipt in dump.getvalue()
    assert code not in dump.getvalue()


def test_an_answer_to_the_objector_names_nobody_either(story: Story) -> None:
    first, second = story.objections
    assert first.state == ObjectionState.UPHELD
    client = Client()
    for objection in (first, second):
        code = objection.issue()
        objection.save(update_fields=["code_digest"])
        page = client.post(
            "/objections/", {"receipt": objection.receipt, "code": code}, follow=True
        )
        assert "办理进度" in said(page)
        assert not SECRETS.search(said(page))
