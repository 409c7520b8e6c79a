"""Until a panel has sealed nobody learns anything of an expert's sheet, and no expert ever does.

Every address of the portal is asked by everyone around a panel, again and again while its sheets
are sealed one by one: nothing of the others is ever said, and no page changes because of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import product, zip_longest
from typing import Any

import openpyxl
import pytest
from django.core import mail
from django.test import Client

from accounts.checks import is_third_party, patterns
from accounts.models import User
from applications import services
from applications.models import Application, Review
from applications.statuses import Step
from notifications.models import Message
from scoring import services as scoring
from scoring.arithmetic import Answer
from scoring.models import Evidence, Mark
from tests import scenes
from tests.scenes import SEPTEMBER, Province
from workflow import clock
from workflow.models import Delivery, Event
from workflow.tasks import deliver

pytestmark = pytest.mark.django_db

NAMES = ("欧阳鸿鹄", "司马麒麟", "诸葛凤鸣", "东方朔望")
ROUTES = [(route, view.access_rule) for route, view in patterns() if not is_third_party(view)]
PLACE = re.compile(r"<(\w+):(\w+)>")
LINK = re.compile(r'(?:href|src|data-url|data-files|action)="(/[^"#]*)')
# What differs from one answer to the next whatever happens: tokens, the number of the request.
NOISE = re.compile(
    r'name="csrfmiddlewaretoken" value="\w+"|验证问题：[^？]+？|name="puzzle_token" value="[^"]+"'
)
# So do these headers; the length of a spreadsheet changes with the second it is packed in.
SAME_FOR_ALL = {"Content-Length", "Content-Security-Policy", "Expires", "X-Request-Id"}
# Signing out would end the walk; a new secret of one's own, or how the servers are, tells nothing.
LEFT_ALONE = re.compile(r"^(logout|login|account/factor|static|healthz|readyz)")


class Panel:
    """Three experts at both steps. Their six sheets can be told apart by everything in them."""

    def __init__(self, scene: Province) -> None:
        self.scene = scene
        for expert, name in zip(scene.experts, NAMES, strict=True):
            expert.name, expert.employer = name, f"{name}研究所"
            expert.email = f"{expert.username}@portal.example"
            expert.save()
        self.application, self.staff = scenes.at_province(scene)
        steps = (Step.PAPER, Step.SITE)
        self.reviews = services.assign_experts(
            self.application, scene.experts[:3], steps, by=scene.officer, at=SEPTEMBER
        )
        for n, review in enumerate(self.reviews, start=1):
            self._fill(review, n)
        deliver_all()

    def _fill(self, review: Review, n: int) -> None:
        """A total such as 87.13 that no other sheet has, a note and a file."""
        expert = review.reviewer
        assert expert
        for task in Review.objects.filter(pk=review.pk, accepted_at=None):
            services.accept_task(task, by=expert, at=SEPTEMBER)
        review.refresh_from_db()
        scenes.fill(review.sheet, "100", expert, SEPTEMBER)
        given = {"2.1": Answer(counts={n: 1}), "2.4": Answer(counts={2: 10 * n + n})}
        notes = {"2.1": f"密语{n}号：现场情况。"}
        scoring.fill_sheet(review.sheet, given, by=expert, at=SEPTEMBER, notes=notes)
        mark = Mark.objects.get(sheet=review.sheet, indicator__code="2.1")
        scoring.add_evidence(mark, scenes.PDF, name=f"密件{n}号.pdf", by=expert, at=SEPTEMBER)

    def seal(self, *numbers: int) -> None:
        for n in numbers:
            review = self.reviews[n - 1]
            services.finish_review(review, by=review.reviewer, at=SEPTEMBER)  # type: ignore[arg-type]
        deliver_all()

    def others(self, user: User) -> list[tuple[int, Review]]:
        numbered = enumerate(self.reviews, start=1)
        return [(n, review) for n, review in numbered if review.reviewer_id != user.pk]

    def secrets(self, user: User, *, names: bool = True) -> re.Pattern[str]:
        """Whatever would give one of the others' sheets away."""
        told = []
        for n, review in self.others(user):
            told += [f"{total_of(n)}(?!\\d)", f"密语{n}号", f"密件{n}号"]
            told += [f"/sheets/{review.sheet_id}/", f"/reviews/{review.pk}/"]
            told += [f'data-sheet="{review.sheet_id}"']
            told += [f"/evidence/{key}/" for key in evidence_of(review)]
            if names and review.reviewer:
                told.append(review.reviewer.name)
        return re.compile("|".join(told))

    def addresses(self) -> Iterator[str]:
        """Every route with every key of the panel that could stand in it."""
        reviews = [*self.reviews, *self.application.reviews.filter(reviewer=None)]
        keys: dict[str, list[dict[str, Any]]] = {
            "applications/": [
                {"pk": self.application.pk, "review_pk": review.pk, "step": step}
                for review, step in product(reviews, ("county", "paper"))
            ],
            "sheets/": [
                {"pk": r.sheet_id, "code": "2", "indicator_id": indicator}
                for r in reviews
                for indicator in Mark.objects.filter(
                    sheet=r.sheet, indicator__code="2.1"
                ).values_list("indicator", flat=True)
            ],
            "evidence/": [{"pk": key} for key in Evidence.objects.values_list("pk", flat=True)],
            "moves/": [
                {"label": "applications.application", "pk": self.application.pk, "name": name}
                for name in ("pass_review", "fail_review", "send_back_to_city")
            ],
            "cycles/": [{"pk": self.scene.cycle.pk}],
            "people/": [{"pk": expert.pk} for expert in self.scene.experts],
            "experts/": [{"pk": expert.pk} for expert in self.scene.experts],
            "": [{"pk": self.application.pk}, {"pk": 1}],
        }
        for route, _ in ROUTES:
            if not LEFT_ALONE.match(route):
                prefix = next(prefix for prefix in keys if route.startswith(prefix))
                yield from dict.fromkeys(filled(route, values) for values in keys[prefix])


def total_of(n: int) -> str:
    """100, less the faults of `_fill`: n for the checks, 0.11 n for the ledger."""
    return f"{(10000 - 111 * n) / 100:.2f}".replace(".", r"\.")


def evidence_of(review: Review) -> list[int]:
    return list(Evidence.objects.filter(mark__sheet=review.sheet).values_list("pk", flat=True))


def filled(route: str, values: dict[str, Any]) -> str:
    other = {"int": 1, "slug": "county", "str": "x", "uuid": "0" * 32, "path": "x"}
    return "/" + PLACE.sub(lambda m: str(values.get(m[2], other.get(m[1], 1))), route)


def deliver_all() -> None:
    """What the workers would have told people by now."""
    for pk in Delivery.objects.filter(done_at=None).order_by("pk").values_list("pk", flat=True):
        deliver(pk)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def said(answer: Any) -> str:
    """Everything an answer says: status, headers, and the body, spreadsheets as their cells."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if "spreadsheetml" in answer.headers.get("Content-Type", ""):
        book = openpyxl.load_workbook(BytesIO(body))
        text = "\n".join(str(cell) for sheet in book for row in sheet.values for cell in row)
    else:
        text = body.decode(errors="replace")
    headers = [each for each in sorted(answer.headers.items()) if each[0] not in SAME_FOR_ALL]
    return NOISE.sub("", f"{answer.status_code} {headers}\n{text}")


def walk(client: Client, panel: Panel) -> dict[str, str]:
    """Everything that can be read: from page to page by links, then every address there is."""
    waiting = ["/", "/home/", *panel.addresses()]
    found: dict[str, str] = {}
    while waiting:
        address = waiting.pop(0)
        if address in found or LEFT_ALONE.match(address.lstrip("/")):
            continue
        found[address] = said(client.get(address))
        if found[address].startswith("200"):
            waiting += [link.replace("&amp;", "&") for link in LINK.findall(found[address])]
    return found


def told(pages: dict[str, str], secrets: re.Pattern[str]) -> list[str]:
    """Where a secret is said. An address that was asked for may be repeated in the answer."""
    return [
        f"{address}: {match[0]}"
        for address, text in pages.items()
        if (match := secrets.search(text.replace(address, "")))
    ]


@pytest.fixture
def panel(scene: Province, monkeypatch: pytest.MonkeyPatch) -> Panel:
    monkeypatch.setattr(clock, "now", lambda: SEPTEMBER)
    return Panel(scene)


WATCHERS: dict[str, Callable[[Panel], User]] = {
    "expert": lambda panel: panel.scene.experts[0],
    "expert who is not seated": lambda panel: panel.scene.experts[3],
    "nursery": lambda panel: panel.staff,
    "county": lambda panel: panel.scene.county_handler,
    "city": lambda panel: panel.scene.city_handler,
}


@pytest.mark.parametrize("who", WATCHERS)
def test_nobody_around_a_panel_learns_of_it(panel: Panel, who: str) -> None:
    user = WATCHERS[who](panel)
    client, secrets = signed_in(user), panel.secrets(user)
    before = walk(client, panel)
    assert len(before) > 80
    assert told(before, secrets) == []
    others = {n for n, _ in panel.others(user)}
    panel.seal(*others)
    now = changed(before, walk(client, panel))
    assert not now, "\n".join(now)
    if own := {1, 2, 3, 4, 5, 6} - others:
        panel.seal(*own)
        assert told(walk(client, panel), secrets) == []
    assert panel_of(panel).panel_is_sealed


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Each address that says something else than before, with the first line of it."""
    return [
        f"{address}: {first_change(before.get(address, ''), after.get(address, ''))}"
        for address in sorted({*before, *after})
        if before.get(address) != after.get(address)
    ]


def first_change(before: str, after: str) -> str:
    pairs = zip_longest(before.splitlines(), after.splitlines(), fillvalue="")
    return next(f"{was!r} → {now!r}" for was, now in pairs if was != now)


def panel_of(panel: Panel) -> Application:
    return Application.objects.get(pk=panel.application.pk)


def test_what_is_the_others_cannot_be_touched(panel: Panel) -> None:
    expert = panel.scene.experts[0]
    client, secrets = signed_in(expert), panel.secrets(expert)
    panel.seal(2)
    others = {review.pk for _, review in panel.others(expert)}
    keys = {r.sheet_id for r in panel.reviews if r.pk in others}
    evidence = {key for _, review in panel.others(expert) for key in evidence_of(review)}
    theirs = re.compile(
        "|".join(
            [f"/reviews/{key}/" for key in others]
            + [f"^/sheets/{key}/" for key in keys]
            + [f"^/evidence/{key}/" for key in evidence]
            + ["^/moves/"]
        )
    )
    marks = list(Mark.objects.order_by("pk").values_list("pk", "answer", "note", "version"))
    happened = Event.objects.count()
    asked = [address for address in panel.addresses() if theirs.search(address)]
    assert len(asked) > 40
    for address, accept in product(asked, ("text/html", "application/json")):
        answer = client.post(address, headers={"Accept": accept})
        assert answer.status_code in {403, 404, 405}, address
        assert told({address: said(answer)}, secrets) == []
    assert list(Mark.objects.order_by("pk").values_list("pk", "answer", "note", "version")) == marks
    assert Event.objects.count() == happened


def test_a_saved_mark_says_nothing_of_the_others(panel: Panel) -> None:
    expert = panel.scene.experts[0]
    panel.seal(2, 3, 5, 6)
    mark = Mark.objects.get(sheet=panel.reviews[0].sheet, indicator__code="2.3")
    prefix = f"m{mark.indicator_id}-"
    data = {f"{prefix}version": mark.version, f"{prefix}met": "no"}
    address = f"/sheets/{mark.sheet_id}/marks/{mark.indicator_id}/"
    client = signed_in(expert)
    for status in (200, 409):
        answer = client.post(address, data, headers={"Accept": "application/json"})
        assert answer.status_code == status
        assert told({address: said(answer)}, panel.secrets(expert)) == []
        data[f"{prefix}met"] = "yes"


def test_no_message_or_mail_tells_of_the_others(panel: Panel) -> None:
    panel.seal(1, 2, 3, 4, 5, 6)
    for user in (*panel.scene.experts, panel.staff, panel.scene.county_handler):
        written = [f"{m.subject}\n{m.body}" for m in mail.outbox if user.email in m.to]
        written += [f"{m.title}\n{m.text}" for m in Message.objects.visible_to(user)]
        assert not [text for text in written if panel.secrets(user).search(text)]


def test_the_province_knows_counts_until_all_are_sealed(panel: Panel) -> None:
    officer = panel.scene.officer
    client = signed_in(officer)
    panel.seal(1, 2, 3, 4, 5)
    secrets = panel.secrets(officer, names=False)
    harmless = re.compile(r"/reviews/\d+/")  # taking a task back names the review
    pages = {a: harmless.sub("", text) for a, text in walk(client, panel).items()}
    assert told(pages, secrets) == []
    result = f"/applications/{panel.application.pk}/result/"
    assert pages[result].startswith("404")
    assert "3 / 3 人" in pages[f"/cycles/{panel.scene.cycle.pk}/decisions/"]

    panel.seal(6)

    assert "98.89" in said(client.get(result))
