"""The events of each kind in words, as far as the reader may know them."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from applications import sight
from applications.sight import Body, Happening
from documents.archive.reader import PORTAL, Reader
from documents.archive.values import Entry
from documents.papers.wording import day, mark

if TYPE_CHECKING:
    from applications.models import Application
    from publicity.models import Notice, Objection, Practice, Title
    from supervision.models import (
        Bar,
        Complaint,
        Prompt,
        RectificationOrder,
        Revocation,
        SpotCheck,
    )
    from workflow.models import Event

FILE, NOTICE, OBJECTION = "申报与评审", "公示", "异议"
TITLE, SUPERVISION, PRACTICE = "称号", "监督管理", "经验做法"
# Moves of a title that an order or a proposal tells already, with what led to them.
TOLD_BY_SUPERVISION = ("order_rectification", "restore")
# What a nursery learns of an objection: its end, without a reason that may point to somebody.
SETTLED = {"uphold": "对本机构的异议成立", "overrule": "对本机构的异议不成立"}
TOLD_OF_OBJECTIONS = ("file", "accept", "refuse", "uphold", "overrule")
TOLD_OF_COMPLAINTS = ("file", "accept", "refuse", "substantiate", "dismiss")


def application(events: list[Event], about: Application, reader: Reader) -> Iterator[Entry]:
    """As on the page of the file, with who signed for which body."""
    names = _expert_names(about) if reader.is_province else {}
    for happening in reversed(sight.history(events, reader.sight, names)):
        yield Entry(happening.at, FILE, happening.label, _who(happening), happening.reason)


def notice(events: list[Event], about: Notice, reader: Reader) -> Iterator[Entry]:
    for event in events:
        if event.verb == "publish":
            number = f"（{about.number}）" if about.number else ""
            days = f"{day(about.opens_on)}至{day(about.closes_on)}"
            text = f"《{about.title}》{number}，公示期{days}。"
            yield _entry(event, reader, text, about, group=NOTICE, what="发布公示")
        elif event.verb == "conclude":
            number = about.decision_number
            text = f"授予决定文号 {number}。" if number else ""
            yield _entry(event, reader, text, about, group=NOTICE, what="公布公示结果")


def objection(events: list[Event], about: Objection, reader: Reader) -> Iterator[Entry]:
    """Never who objected, and never their words, which may tell."""
    for event in events:
        if reader.is_nursery:
            if event.verb in SETTLED:
                yield Entry(event.at, OBJECTION, SETTLED[event.verb])
        elif event.verb in TOLD_OF_OBJECTIONS:
            filed = event.verb == "file"
            text = f"异议事项：{about.get_matter_display()}。" if filed else event.reason
            who = "" if filed else reader.who(event)
            yield Entry(event.at, OBJECTION, event.label, who, text, about.get_absolute_url())


def title(events: list[Event], about: Title, reader: Reader) -> Iterator[Entry]:
    for event in events:
        if event.verb in TOLD_BY_SUPERVISION:
            continue
        text = event.reason
        if event.verb == "begin":
            term = f"有效期{day(about.valid_from)}至{day(about.valid_until)}"
            decision = about.decision_number or "—"
            text = f"证书编号 {about.number}，{term}，授予决定文号 {decision}。"
        elif event.verb == "revoke":
            text = f"原因：{about.get_revoked_for_display()}。{event.reason}"
        yield _entry(event, reader, text, about, group=TITLE)


def prompt(events: list[Event], about: Prompt, reader: Reader) -> Iterator[Entry]:
    yield from _told(events, about, reader, {"issue": about.text})


def order(events: list[Event], about: RectificationOrder, reader: Reader) -> Iterator[Entry]:
    yield from _told(events, about, reader, {"issue": about.problem})


def revocation(events: list[Event], about: Revocation, reader: Reader) -> Iterator[Entry]:
    ground = about.get_ground_display()
    yield from _told(events, about, reader, {"propose": f"原因：{ground}。{about.facts}"})


def check(events: list[Event], about: SpotCheck, reader: Reader) -> Iterator[Entry]:
    """What was found; before its end a check is told to nobody."""
    for event in events:
        if event.verb == "finish":
            yield _entry(event, reader, _found(about, reader), about, what="抽查检查")


def complaint(events: list[Event], about: Complaint, reader: Reader) -> Iterator[Entry]:
    """Never who complained, and never their words."""
    for event in _only(events, TOLD_OF_COMPLAINTS):
        filed = event.verb == "file"
        text, who = ("", "") if filed else (event.reason, reader.who(event))
        yield Entry(
            event.at, SUPERVISION, f"举报：{event.label}", who, text, about.get_absolute_url()
        )


def bar(events: list[Event], about: Bar, reader: Reader) -> Iterator[Entry]:
    for event in events:
        text = f"自{about.cycle.name}起 {about.cycles} 个周期。{about.reason}"
        yield _entry(event, reader, text)


def practice(events: list[Event], about: Practice, reader: Reader) -> Iterator[Entry]:
    for event in _only(events, ("publish", "withdraw")):
        text = f"《{about.title}》。{event.reason}"
        url = about.public_url if about.is_published else about.get_absolute_url()
        yield Entry(event.at, PRACTICE, event.label, reader.who(event), text, url)


def _told(
    events: Iterable[Event], about: Any, reader: Reader, texts: Mapping[str, str]
) -> Iterator[Entry]:
    """All events; what began it in the words of the row."""
    for event in events:
        yield _entry(event, reader, texts.get(event.verb, event.reason), about)


def _entry(
    event: Event,
    reader: Reader,
    text: str,
    about: Any = None,
    *,
    group: str = SUPERVISION,
    what: str = "",
) -> Entry:
    url = about.get_absolute_url() if about else ""
    return Entry(event.at, group, what or event.label, reader.who(event), text, url)


def _only(events: Iterable[Event], verbs: Container[str]) -> Iterator[Event]:
    return (event for event in events if event.verb in verbs)


def _found(about: SpotCheck, reader: Reader) -> str:
    """Source, day, score and findings; the marks are not the nursery's to read."""
    score = about.sheet.total if about.sheet and not reader.is_nursery else None
    parts = [f"{about.source}，检查日期{day(about.visited_on)}，{about.get_result_display()}。"]
    if score is not None:
        parts.append(f"检查得分 {mark(score)}。")
    parts.append(about.conclusion)
    findings = [f"{n}. {each.in_words}" for n, each in enumerate(about.findings.all(), start=1)]
    return "\n".join([*parts, *findings])


def _who(happening: Happening) -> str:
    if happening.actor is None:
        return PORTAL
    if isinstance(happening.actor, Body):
        return happening.actor.name
    return f"{happening.actor}（{happening.post}）" if happening.post else str(happening.actor)


def _expert_names(about: Application) -> dict[int, str]:
    reviews = about.all_reviews  # type: ignore[attr-defined]  # read with its source
    return {each.reviewer.pk: str(each.reviewer) for each in reviews if each.reviewer}
