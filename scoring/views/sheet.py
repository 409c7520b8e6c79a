"""The pages of a sheet: the overview, one section, everything on one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import access
from accounts.device import may_keep
from files import services as files
from files import types
from scoring import services
from scoring.cards import Card
from scoring.comparison import Line
from scoring.layout import SectionSpec, plain
from scoring.models.sheets import MAX_NOTE
from scoring.services.evidence import MAX_FILES
from scoring.views.page import Desk, desk, section_of, whole_time
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


@dataclass(frozen=True)
class Differences:
    """Where the sheet differs from its reference, over all sections; `shown` are (line, address)
    of those chosen by `show`.
    """

    shown: list[tuple[Line, str]]
    count: int
    lower: int
    unexplained: int
    show: str


FILTERS = {"open", "different", "lower"}


@require_safe
@access.signed_in
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One section of the sheet, or without `?section=` the overview."""
    seen = desk(request, pk)
    if "section" not in request.GET:
        return _page(request, seen, "scoring/overview.html", overview(seen, request.GET))
    section = section_of(seen, request.GET["section"])
    return section_page(request, seen, section, seen.cards(section))


@require_safe
@access.signed_in
def whole(request: HttpRequest, pk: int) -> HttpResponse:
    """All of the sheet on one page, for reading and for paper."""
    seen = desk(request, pk)
    context = {
        "desk": seen,
        "sections": seen.whole(),
        "gauge": seen.gauge(),
        "sealed": _sealed(seen),
    }
    return _page(request, seen, "scoring/whole.html", context)


def overview(seen: Desk, asked: QueryDict) -> dict[str, Any]:
    """Where the sheet stands: totals per section, what is open, what differs, what comes next.

    `asked` may say which differences to `show`, and `check` for the digest to be worked out anew.
    """
    first_open = seen.tally.unanswered[0].code if seen.tally.unanswered else ""
    return {
        "desk": seen,
        "gauge": seen.gauge(),
        "tabs": seen.tabs(),
        "tally": seen.tally,
        "open_points": _open_points(seen),
        "differences": _differences(seen, asked.get("show", "")),
        "sealed": _sealed(seen),
        "digest": _digest(seen) if "check" in asked else None,
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
    return _page(request, seen, "scoring/section.html", context, status=status)


def _page(
    request: HttpRequest, seen: Desk, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of the sheet, which a device may keep while the sheet is being filled in there."""
    response = render(request, template, context, status=status)
    return may_keep(response, request.user) if seen.works_offline else response  # type: ignore[arg-type]  # signed in


def _open_points(seen: Desk) -> list[OpenPoints]:
    """What still has to be dealt with."""
    sheet, tally = seen.sheet, seen.tally
    asked = [
        Problem(f"“{spec.code} {spec.title}”有补正要求。", url=services.url_of(sheet, spec.code))
        for spec in seen.owed
    ]
    groups = [
        OpenPoints("需补正的指标", "bad", len(asked), asked),
        OpenPoints("不符合的一票否决项", "bad", len(tally.vetoed), services.vetoed(sheet, tally)),
        OpenPoints("未评的指标", "wait", len(tally.unanswered), services.unanswered(sheet, tally)),
    ]
    if seen.wants_evidence:
        missing = services.missing_evidence(sheet, tally)
        groups.append(OpenPoints("缺少必须的佐证材料", "bad", len(missing), missing))
    if seen.reasons_against:
        owed = _unexplained(seen, seen.reasons_against)
        groups.append(OpenPoints(f"低于{seen.reasons_against}，未写理由", "bad", len(owed), owed))
    return [group for group in groups if group.count]


def _unexplained(seen: Desk, name: str) -> list[Problem]:
    sheet, reference = seen.sheet, seen.reference
    if not reference:
        return []
    rows = {each.pk: seen.rows(each) for each in (sheet, reference)}
    return services.unexplained(sheet, reference, name, rows)


def _differences(seen: Desk, show: str) -> Differences:
    found = seen.differences
    lower = [line for line in found if line.difference.is_lower]
    unexplained = [line for line in lower if not line.reason]
    shown = {"lower": lower, "unexplained": unexplained}.get(show, found)
    return Differences(
        shown=[(line, services.url_of(seen.sheet, line.spec.code)) for line in shown],
        count=len(found),
        lower=len(lower),
        unexplained=len(unexplained),
        show=show,
    )


def _digest(seen: Desk) -> bool | None:
    """Whether the digest worked out now is the one of the seal; None for an open sheet."""
    if not seen.sheet.sealed_at:
        return None
    return services.digest_of(seen.sheet) == seen.sheet.digest


def _sealed(seen: Desk) -> list[tuple[str, str]]:
    """How a sealed sheet can be told from a tampered one."""
    if not seen.sheet.sealed_at:
        return []
    return [
        *seen.ask("particulars", ()),
        ("总分", f"{plain(seen.tally.total)} 分"),
        ("封存人", str(seen.sheet.sealed_by)),
        ("封存时间", whole_time(seen.sheet.sealed_at)),
        ("摘要（SHA-256）", seen.sheet.digest),
    ]


def _passes(card: Card, chosen: str) -> bool:
    if chosen == "open":
        return not card.state.answered
    if chosen == "different":
        return card.state.differs
    if chosen == "lower":
        return card.state.is_lower
    return True
