"""What every page of a sheet needs: who holds it, what may be done, and the running total."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from scoring import answers, arithmetic, cards, holders
from scoring.arithmetic import Answered, SectionTally, Tally
from scoring.cards import Card, Filled
from scoring.comparison import Line, lines
from scoring.gauge import Gauge, gauge
from scoring.holders import Remark
from scoring.layout import IndicatorSpec, Layout, SectionSpec, plain
from scoring.models import Mark, Sheet
from scoring.services import codes_of, published_layout, readings, url_of
from workflow import clock


@dataclass(frozen=True)
class Tab:
    """One section in the navigation of a sheet."""

    code: str
    name: str
    url: str
    answered: int
    count: int
    total: str
    full: str
    differing: int
    lower: int
    asked: int
    current: bool

    @property
    def left(self) -> int:
        return self.count - self.answered

    @property
    def progress_words(self) -> str:
        return f"已评 {self.answered}/{self.count} 项"

    @property
    def done(self) -> bool:
        return self.answered == self.count


@dataclass
class Desk:
    """One sheet before one person: everything the pages share. `locked` says why not to write."""

    sheet: Sheet
    holder: Any
    layout: Layout
    at: datetime
    locked: str
    user: Any = None
    _rows: dict[int, dict[str, Answered]] = field(default_factory=dict)

    @property
    def editable(self) -> bool:
        return not self.locked

    @property
    def reference(self) -> Sheet | None:
        """The sheet beside this one, if it stands on the same version."""
        other: Sheet | None = getattr(self.holder, "reference", None)
        return other if other and other.version_id == self.sheet.version_id else None

    @property
    def reference_name(self) -> str:
        return str(self.ask("reference_name", "机构自评"))

    @property
    def beside(self) -> list[tuple[str, Sheet]]:
        """Further sheets to read at each indicator, as far as they stand on the same version."""
        others = self.ask("beside", ())
        return [each for each in others if each[1].version_id == self.sheet.version_id]

    @property
    def reasons_against(self) -> str:
        """What a mark must not stand below without a reason; empty where nothing is asked."""
        return self.reference_name if self.reference and self.ask("wants_reasons", False) else ""

    @property
    def back_label(self) -> str:
        return str(self.ask("back_label", "返回"))

    @property
    def works_offline(self) -> bool:
        """Whether the device of this person may keep the pages, to go on without a network."""
        return self.editable and bool(self.ask("works_offline", default=False))

    @property
    def asks_for_visit(self) -> bool:
        """Whether the arrival on site is still to be recorded."""
        return self.editable and bool(self.ask("visit_url", "")) and not self.ask("visit", None)

    @property
    def finish_url(self) -> str:
        return str(self.ask("finish_url", ""))

    @property
    def finish_label(self) -> str:
        return str(self.ask("finish_label", "下一步"))

    @property
    def wants_evidence(self) -> bool:
        return bool(self.ask("wants_evidence", default=True))

    @cached_property
    def remarks(self) -> Mapping[str, Sequence[Remark]]:
        """What is asked about single indicators, by code."""
        found: Mapping[str, Sequence[Remark]] = self.ask("remarks", {})
        return found

    @property
    def owed(self) -> list[IndicatorSpec]:
        """The indicators with something asked that is still to be answered here."""
        if not (self.editable and self.ask("owes_answers", default=False)):
            return []
        open_ones = {code for code, found in self.remarks.items() if any(r.is_open for r in found)}
        return [spec for spec in self.layout.indicators() if spec.code in open_ones]

    @cached_property
    def remark_url(self) -> str:
        """Where this person may ask something about an indicator."""
        return str(self.holder.remark_url(self.user)) if hasattr(self.holder, "remark_url") else ""

    def ask(self, name: str, default: Any) -> Any:
        """What the holder says about the page, or the default where it is silent."""
        return getattr(self.holder, name, default)

    def rows(self, sheet: Sheet) -> dict[str, Answered]:
        if not self._rows:
            others = [self.reference] if self.reference else []
            self._rows = readings(self.sheet, *others)
        return self._rows[sheet.pk]

    @cached_property
    def tally(self) -> Tally:
        return arithmetic.tally(self.layout, self.rows(self.sheet))

    @cached_property
    def differences(self) -> list[Line]:
        """Every indicator on which this sheet and its reference differ; none without one."""
        if not self.reference:
            return []
        return list(lines(self.layout, self.rows(self.sheet), self.rows(self.reference)))

    def gauge(self) -> Gauge:
        name = self.ask("threshold_name", "申报线")
        return gauge(self.tally, self.ask("threshold", None), name)

    def tabs(self, current: str = "") -> list[Tab]:
        owed = {spec.code for spec in self.owed}
        return [self._tab(section, current, owed) for section in self.tally.sections]

    def _tab(self, section: SectionTally, current: str, owed: set[str]) -> Tab:
        states = [self.state(spec) for spec in self._specs(section.code)]
        return Tab(
            code=section.code,
            name=section.name,
            url=f"{self.sheet.get_absolute_url()}?section={section.code}",
            answered=section.answered,
            count=section.count,
            total=plain(section.total),
            full=plain(section.full),
            differing=sum(state.differs for state in states),
            lower=sum(state.is_lower for state in states),
            asked=sum(spec.code in owed for spec in self._specs(section.code)),
            current=section.code == current,
        )

    def _specs(self, code: str) -> tuple[IndicatorSpec, ...]:
        section = self.layout.section(code)
        return section.indicators if section else ()

    def state(self, spec: IndicatorSpec) -> cards.State:
        """The line under the card of one indicator, as it is now."""
        reference = self.rows(self.reference)[spec.code].answer if self.reference else None
        return cards.state_of(
            spec,
            self.rows(self.sheet)[spec.code],
            reference=reference,
            reasons_against=self.reasons_against if self.editable else "",
            wants_evidence=self.wants_evidence and self.editable,
        )

    def cards(self, section: SectionSpec) -> list[Card]:
        """All indicators of a section; two queries, two more with a reference, one for `beside`."""
        return self._cards([section], section.code)[0]

    def whole(self) -> list[tuple[SectionSpec, list[Card]]]:
        """All sections with their cards, for no more queries than one section takes."""
        sections = self.layout.sections
        return list(zip(sections, self._cards(sections), strict=True))

    def _cards(self, sections: Iterable[SectionSpec], code: str = "") -> list[list[Card]]:
        ours = _marks(self.sheet, code)
        theirs = _marks(self.reference, code) if self.reference else {}
        return [
            [self._card(spec, ours[spec.code], theirs.get(spec.code)) for spec in each.indicators]
            for each in sections
        ]

    @cached_property
    def _beside_rows(self) -> list[tuple[str, dict[str, Answered]]]:
        """Apart from `rows`, since a save does not need them."""
        rows = readings(*[sheet for _, sheet in self.beside]) if self.beside else {}
        return [(name, rows[sheet.pk]) for name, sheet in self.beside]

    def card(self, code: str) -> Card:
        """One indicator as it is now."""
        section = next(s for s in self.layout.sections if any(i.code == code for i in s.indicators))
        return next(card for card in self.cards(section) if card.spec.code == code)

    def _card(self, spec: IndicatorSpec, mark: Mark, theirs: Mark | None) -> Card:
        filled = filled_of(spec, mark)
        return Card(
            spec=spec,
            key=mark.indicator_id,
            filled=filled,
            state=self.state(spec),
            values=cards.values_of(spec, filled.answer, filled.note),
            reference=filled_of(spec, theirs) if theirs else None,
            beside=tuple(
                cards.beside_of(name, spec, rows[spec.code]) for name, rows in self._beside_rows
            ),
            url=url_of(self.sheet, spec.code),
            saved=saved_words(mark.at, self.at) if mark.at else "",
            remarks=tuple(self.remarks.get(spec.code, ())),
        )


def desk(request: HttpRequest, sheet_id: int) -> Desk:
    """The sheet before the one who asks; 404 for whoever may not know of it."""
    sheets = Sheet.objects.with_version().select_related(*holders.along())
    return desk_for(request, get_object_or_404(sheets, pk=sheet_id))


def desk_for(request: HttpRequest, sheet: Sheet) -> Desk:
    try:
        holder = holders.holder_of(sheet)
    except LookupError:
        raise Http404 from None
    if not holder.may_see(request.user):
        raise Http404
    at = clock.now()
    locked = _locked(sheet, holder, request, at)
    return Desk(sheet, holder, published_layout(sheet.version_id), at, locked, request.user)


def _locked(sheet: Sheet, holder: Any, request: HttpRequest, at: datetime) -> str:
    if sheet.sealed_at:
        return f"此评分已由{sheet.sealed_by}于 {whole_time(sheet.sealed_at)} 封存，不能再修改。"
    if not holder.may_fill(request.user, at):
        return holder.why_locked(at) or holders.LOCKED
    return ""


def _marks(sheet: Sheet, section: str) -> dict[str, Mark]:
    """The marks of one section by the codes of their indicators; of all where none is named."""
    rows = Mark.objects.of(sheet.pk).for_page()
    rows = rows.in_section(section) if section else rows
    return {mark.indicator.code: mark for mark in rows}


def filled_of(spec: IndicatorSpec, mark: Mark) -> Filled:
    """A row as the card needs it; `by` must be loaded."""
    return Filled(
        answer=answers.from_json(spec, mark.answer),
        note=mark.note,
        version=mark.version,
        by=str(mark.by) if mark.by else "",
        at=mark.at,
        files=tuple(mark.evidence.all()),
    )


def section_url(sheet: Sheet, code: str) -> str:
    return f"{reverse('scoring:sheet', args=[sheet.pk])}?section={code}"


def whole_time(moment: datetime) -> str:
    """2023年7月1日 14:32."""
    local = timezone.localtime(moment)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def saved_words(saved: datetime, now: datetime) -> str:
    """14:32 for today, 7月2日 14:32 for another day."""
    local = timezone.localtime(saved)
    if local.date() == timezone.localdate(now):
        return f"{local:%H:%M}"
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def section_of(seen: Desk, code: str) -> SectionSpec:
    """A section of this sheet's rubric, else 404."""
    section = seen.layout.section(code)
    if section is None:
        raise Http404
    return section


def code_of(seen: Desk, indicator_id: int) -> str:
    """The code of an indicator of this sheet's rubric, else 404."""
    codes = codes_of(seen.sheet.version_id)
    if indicator_id not in codes:
        raise Http404
    return codes[indicator_id]


def fragments(seen: Desk, request: HttpRequest, code: str) -> dict[str, str]:
    """What a save of one indicator changes on the page, by element id."""
    current = next(s.code for s in seen.layout.sections for i in s.indicators if i.code == code)
    context = {"desk": seen, "gauge": seen.gauge(), "tabs": seen.tabs(current)}
    state = {"state": seen.state(seen.layout.by_code()[code])}
    return {
        "gauge": render_to_string("scoring/parts/gauge.html", context, request),
        "tabs": render_to_string("scoring/parts/tabs.html", context, request),
        f"state-{code}": render_to_string("scoring/parts/state.html", state, request),
    }


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def refused(
    request: HttpRequest, seen: Desk, code: str, sentences: Iterable[str], *, status: int
) -> HttpResponse:
    """The refusal of one save, in words; 403 for who may not write (any more)."""
    if wants_json(request):
        return JsonResponse({"errors": list(sentences)}, status=status)
    if status == HTTPStatus.FORBIDDEN:
        raise PermissionDenied(" ".join(sentences))
    for sentence in sentences:
        messages.error(request, sentence)
    return redirect(url_of(seen.sheet, code))
