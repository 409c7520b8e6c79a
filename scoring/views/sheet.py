"""The pages of a sheet: the overview, one section, everything on one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import access
from files import services as files
from files import types
from scoring import services
from scoring.cards import Card
from scoring.layout import SectionSpec, plain
from scoring.models.sheets import MAX_NOTE
from scoring.services.evidence import MAX_FILES
from scoring.views.page import Desk, desk, saved_words, section_of
from workflow import Problem


@dataclass(frozen=True)
class OpenPoints:
    """A group of things still to be dealt with; `count` is the number of indicators."""

    title: str
    tone: str
    count: int
    problems: list[Problem]

    @property
    def count_words(self) -> str:
        return f"{self.count} 项"


FILTERS = {"open": "未评", "different": "有差异"}


@require_safe
@access.signed_in
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One section of the sheet, or without `?section=` the overview."""
    seen = desk(request, pk)
    if "section" not in request.GET:
        return render(request, "scoring/overview.html", overview(seen))
    section = section_of(seen, request.GET["section"])
    return section_page(request, seen, section, seen.cards(section))


@require_safe
@access.signed_in
def whole(request: HttpRequest, pk: int) -> HttpResponse:
    """All of the sheet on one page, for reading and for paper."""
    seen = desk(request, pk)
    sections = [(section, seen.cards(section)) for section in seen.layout.sections]
    context = {"desk": seen, "sections": sections, "gauge": seen.gauge(), "tabs": seen.tabs()}
    return render(request, "scoring/whole.html", context)


def overview(seen: Desk) -> dict[str, Any]:
    """Where the sheet stands: totals per section, what is open, what comes next."""
    first_open = seen.tally.unanswered[0].code if seen.tally.unanswered else ""
    return {
        "desk": seen,
        "gauge": seen.gauge(),
        "tabs": seen.tabs(),
        "tally": seen.tally,
        "open_points": _open_points(seen),
        "sealed": _sealed(seen),
        "next_url": services.url_of(seen.sheet, first_open) if first_open else "",
    }


def section_page(
    request: HttpRequest,
    seen: Desk,
    section: SectionSpec,
    cards: list[Card],
    *,
    status: int = 200,
) -> HttpResponse:
    """The page of one section with these cards on it."""
    place = seen.layout.sections.index(section)
    tabs = seen.tabs(section.code)
    chosen = request.GET.get("show", "")
    context = {
        "desk": seen,
        "section": section,
        "tab": tabs[place],
        "tabs": tabs,
        "previous": tabs[place - 1] if place else None,
        "next": tabs[place + 1] if place + 1 < len(tabs) else None,
        "cards": [card for card in cards if _passes(card, chosen)],
        "gauge": seen.gauge(),
        "show": chosen if chosen in FILTERS else "",
        "max_note": MAX_NOTE,
        "max_files": MAX_FILES,
        "max_bytes": files.MAX_BYTES,
        "too_large": files.TOO_LARGE,
        "limits": files.limits(),
        "accept": types.accept(types.EVIDENCE),
    }
    return render(request, "scoring/section.html", context, status=status)


def _open_points(seen: Desk) -> list[OpenPoints]:
    """What still has to be dealt with."""
    sheet, tally = seen.sheet, seen.tally
    groups = [
        OpenPoints("不符合的一票否决项", "bad", len(tally.vetoed), services.vetoed(sheet, tally)),
        OpenPoints("未评的指标", "wait", len(tally.unanswered), services.unanswered(sheet, tally)),
    ]
    if seen.wants_evidence:
        missing = services.missing_evidence(sheet, tally)
        groups.append(OpenPoints("缺少必须的佐证材料", "bad", len(missing), missing))
    return [group for group in groups if group.count]


def _sealed(seen: Desk) -> list[tuple[str, str]]:
    """How a sealed sheet can be told from a tampered one."""
    if not seen.sheet.sealed_at:
        return []
    return [
        ("总分", f"{plain(seen.tally.total)} 分"),
        ("封存人", str(seen.sheet.sealed_by)),
        ("封存时间", saved_words(seen.sheet.sealed_at, seen.at)),
        ("摘要（SHA-256）", seen.sheet.digest),
    ]


def _passes(card: Card, chosen: str) -> bool:
    if chosen == "open":
        return not card.state.answered
    if chosen == "different":
        return card.state.differs
    return True
