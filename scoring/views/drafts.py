"""A draft at work: its head, its first-level indicators, its indicators, and their order."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access
from accounts.access import SignedRequest
from scoring import services
from scoring.indicator_forms import IndicatorPage, first_values, new_values, typed_values
from scoring.layout import digest_of
from scoring.models import Indicator, RubricVersion, Section
from scoring.rubric_forms import HeadForm, SectionForm
from scoring.services import drafts
from workflow import Refused, clock

STEPS = {"up": -1, "down": 1}


def of_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives the view its version. A published one is only led back to: the services refuse it."""

    @wraps(view)
    def opened(request: SignedRequest, pk: int, **kwargs: Any) -> HttpResponse:
        version = get_object_or_404(RubricVersion.objects.with_rubric(), pk=pk)
        if version.is_published and request.method != "POST":
            messages.error(request, drafts.why_fixed(version))
            return redirect(version)
        return view(request, version, **kwargs)

    return opened


def saved(form: HeadForm | SectionForm | IndicatorPage, save: Callable[[], object]) -> bool:
    """Whether it went through; what stands in the way is said in the form."""
    try:
        save()
    except drafts.Conflict as conflict:
        form.show_conflict(conflict)
    except Refused as refused:
        form.show_refusal(refused)
    else:
        return True
    return False


def done(request: SignedRequest, act: Callable[[], object]) -> bool:
    """Whether it went through; what stands in the way is said as a message."""
    try:
        act()
    except drafts.Conflict:
        messages.error(request, "您打开本页之后，他人已修改此处，请核对后再办理。")
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        return True
    return False


@require_http_methods(["GET", "HEAD", "POST"])
@access.holding("accounts.run_cycle")
@of_draft
def head(request: SignedRequest, version: RubricVersion) -> HttpResponse:
    """Name, full mark and note."""
    form = HeadForm.of(services.layout_of(version), _sent(request))

    def save() -> None:
        drafts.change_head(version, **form.values, by=request.user, at=clock.now())

    if form.is_valid() and saved(form, save):
        return redirect(version)
    return _page(request, "scoring/rubric_head.html", version, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@access.holding("accounts.run_cycle")
@of_draft
def section(
    request: SignedRequest, version: RubricVersion, section_id: int | None = None
) -> HttpResponse:
    """A first-level indicator, new or known."""
    row = _row(request, version.sections, section_id)
    layout = services.layout_of(version)
    form = SectionForm.of(layout, row.code if row else "", _sent(request))

    def save() -> Section:
        return drafts.save_section(
            version, section_id, **form.cleaned_data, by=request.user, at=clock.now()
        )

    if form.is_valid() and saved(form, save):
        return redirect(version)
    spec = layout.section(row.code) if row else None
    content = digest_of(drafts.content_data(spec)) if spec else ""
    return _page(
        request, "scoring/rubric_section.html", version, form=form, row=row, content=content
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access.holding("accounts.run_cycle")
@of_draft
def indicator(
    request: SignedRequest, version: RubricVersion, indicator_id: int | None = None
) -> HttpResponse:
    """An indicator, new or known, with its options; a button may only change their rows."""
    row = _row(request, Indicator.objects.of_version(version.pk), indicator_id)
    page = _indicator_page(request, version, row)

    def save() -> Indicator:
        return drafts.save_indicator(
            version,
            indicator_id,
            page.spec,
            section_id=page.section_id,
            seen=page.seen,
            by=request.user,
            at=clock.now(),
        )

    if page.is_valid() and saved(page, save):
        return redirect(f"{version.get_absolute_url()}#section-{page.section_id}")
    return _page(request, "scoring/rubric_indicator.html", version, page=page, row=row)


@require_POST
@access.holding("accounts.run_cycle")
@of_draft
def delete_section(request: SignedRequest, version: RubricVersion, section_id: int) -> HttpResponse:
    seen = request.POST.get("seen", "")
    done(
        request,
        lambda: drafts.delete_section(
            version, section_id, seen=seen, by=request.user, at=clock.now()
        ),
    )
    return redirect(version)


@require_POST
@access.holding("accounts.run_cycle")
@of_draft
def delete_indicator(
    request: SignedRequest, version: RubricVersion, indicator_id: int
) -> HttpResponse:
    seen = request.POST.get("seen", "")
    done(
        request,
        lambda: drafts.delete_indicator(
            version, indicator_id, seen=seen, by=request.user, at=clock.now()
        ),
    )
    return redirect(version)


@require_POST
@access.holding("accounts.run_cycle")
@of_draft
def move_section(request: SignedRequest, version: RubricVersion, section_id: int) -> HttpResponse:
    step = STEPS.get(request.POST.get("step", ""), 0)
    done(
        request,
        lambda: drafts.move_section(version, section_id, step, by=request.user, at=clock.now()),
    )
    return redirect(f"{version.get_absolute_url()}#section-{section_id}")


@require_POST
@access.holding("accounts.run_cycle")
@of_draft
def move_indicator(
    request: SignedRequest, version: RubricVersion, indicator_id: int
) -> HttpResponse:
    step = STEPS.get(request.POST.get("step", ""), 0)
    done(
        request,
        lambda: drafts.move_indicator(version, indicator_id, step, by=request.user, at=clock.now()),
    )
    return redirect(f"{version.get_absolute_url()}#indicator-{indicator_id}")


def _sent(request: SignedRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _row(request: SignedRequest, rows: Any, key: int | None) -> Any:
    """The row asked for; None for a new one, and for one deleted while somebody typed."""
    row = rows.with_key(key) if key else None
    if key and row is None and request.method != "POST":
        raise Http404
    return row


def _indicator_page(
    request: SignedRequest, version: RubricVersion, row: Indicator | None
) -> IndicatorPage:
    """The page as it opens, as it was typed, or as typed with the rows of options changed."""
    layout = services.layout_of(version)
    sections = list(version.sections.with_indicators())
    if row is not None:
        initial, rows = first_values(layout.by_code()[row.code], row.section_id)
    else:
        initial, rows = new_values(layout, sections, request.GET.get("section", ""))
    choices = [(section.pk, str(section)) for section in sections]
    order = request.POST.get("rows", "")
    if order:
        initial, rows = typed_values(request.POST, order)
    data = None if order else _sent(request)
    return IndicatorPage(data, sections=choices, initial=initial, rows=rows)


def _page(
    request: SignedRequest, template: str, version: RubricVersion, **context: Any
) -> HttpResponse:
    """A page of a draft, with the sums that are always shown beside."""
    shown = {"version": version, "layout": services.layout_of(version), **context}
    refused = request.method == "POST" and not request.POST.get("rows")
    return render(request, template, shown, status=422 if refused else 200)
