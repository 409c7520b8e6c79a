"""The score tables: looked at, begun, copied, compared, published, given out as spreadsheets."""

from __future__ import annotations

from io import BytesIO

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import access
from accounts.access import SignedRequest
from scoring import services, spreadsheets
from scoring.layout import digest
from scoring.models import RubricVersion
from scoring.outline import outline
from scoring.rubric_differences import Differences, differences
from scoring.rubric_forms import RubricForm
from scoring.services import drafts
from scoring.views.drafts import done, of_draft
from workflow import Problem, Refused, clock
from workflow.models import Event

PER_PAGE = 50
EVENTS_ON_A_PAGE = 20


@require_safe
@access.holding("accounts.run_cycle")
def rubrics(request: SignedRequest) -> HttpResponse:
    """All versions of all rubrics, newest first."""
    listed = RubricVersion.objects.for_list()
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "scoring/rubrics.html", {"page_obj": page})


@require_http_methods(["GET", "HEAD", "POST"])
@access.holding("accounts.run_cycle")
def new(request: SignedRequest) -> HttpResponse:
    """Begin a rubric from nothing."""
    form = RubricForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            begun = drafts.create_rubric(**form.values, by=request.user, at=clock.now())
            messages.success(request, "已新建评分表草稿，请添加一级指标和指标。")
            return redirect(begun)
        except Refused as refused:
            form.show_refusal(refused)
    status = 422 if form.is_bound else 200
    return render(request, "scoring/rubric_new.html", {"form": form}, status=status)


@require_safe
@access.holding("accounts.run_cycle")
def rubric(request: SignedRequest, pk: int) -> HttpResponse:
    """One version with everything in it; a draft with what can be done to it."""
    version = get_object_or_404(RubricVersion.objects.with_rubric(), pk=pk)
    events = Event.objects.of(version).newest_first().with_people()
    others = list(RubricVersion.objects.beside(version))
    context = {
        "version": version,
        "others": others,
        "page_obj": Paginator(events, EVENTS_ON_A_PAGE).get_page(request.GET.get("page")),
    }
    if version.is_published:
        context["layout"] = services.layout_of(version)
        context["draft"] = next((row for row in others if not row.is_published), None)
        return render(request, "scoring/rubric.html", context)
    context["outline"] = outline(version)
    return render(request, "scoring/rubric_draft.html", context)


@require_safe
@access.holding("accounts.run_cycle")
def compared(request: SignedRequest, pk: int) -> HttpResponse:
    """What sets a version apart from another of the same rubric, its predecessor unless asked."""
    version = get_object_or_404(RubricVersion.objects.with_rubric(), pk=pk)
    others = list(RubricVersion.objects.beside(version))
    asked = request.GET.get("with", "")
    other = next((row for row in others if str(row.number) == asked), _former(version, others))
    context = {
        "version": version,
        "others": others,
        "other": other,
        "changes": _changes(other, version),
    }
    return render(request, "scoring/rubric_compared.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access.holding("accounts.run_cycle")
@of_draft
def publish(request: SignedRequest, version: RubricVersion) -> HttpResponse:
    """What publishing does, shown before it is done."""
    refusal: list[Problem] = []
    if request.method == "POST":
        try:
            services.publish_version(
                version, by=request.user, at=clock.now(), seen=request.POST.get("seen", "-")
            )
        except Refused as refused:
            refusal = refused.problems
        else:
            messages.success(request, f"第 {version.number} 版已发布，评选周期可以选用。")
            return redirect(version)
    shown = outline(version)
    others = list(RubricVersion.objects.beside(version))
    other = _former(version, others)
    context = {
        "version": version,
        "outline": shown,
        "seen": digest(shown.layout),
        "problems": shown.problems or refusal,
        "other": other,
        "changes": _changes(other, version),
    }
    return render(request, "scoring/rubric_publish.html", context, status=422 if refusal else 200)


@require_POST
@access.holding("accounts.run_cycle")
def copy(request: SignedRequest, pk: int) -> HttpResponse:
    """Begin a new version from this one."""
    version = get_object_or_404(RubricVersion.objects.with_rubric(), pk=pk)
    try:
        draft = drafts.copy_version(version, by=request.user, at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(version)
    messages.success(request, f"已复制为第 {draft.number} 版草稿，发布前不影响原有版本。")
    return redirect(draft)


@require_POST
@access.holding("accounts.run_cycle")
@of_draft
def discard(request: SignedRequest, version: RubricVersion) -> HttpResponse:
    """Forget a draft."""
    if done(request, lambda: drafts.discard_draft(version, by=request.user, at=clock.now())):
        messages.info(request, f"已放弃“{version.rubric}”第 {version.number} 版草稿。")
        return redirect("scoring:rubrics")
    return redirect(version)


@require_safe
@access.holding("accounts.run_cycle")
def export(request: SignedRequest, pk: int) -> FileResponse:
    """A version as a spreadsheet, which the import takes back without loss."""
    version = get_object_or_404(RubricVersion.objects.with_rubric(), pk=pk)
    book = BytesIO()
    spreadsheets.write(services.layout_of(version), to=book)
    book.seek(0)
    name = f"{version.rubric}-第{version.number}版.xlsx"
    return FileResponse(book, as_attachment=True, filename=name)


def _former(version: RubricVersion, others: list[RubricVersion]) -> RubricVersion | None:
    """The version that this one followed."""
    return next((row for row in others if row.number < version.number), None)


def _changes(other: RubricVersion | None, version: RubricVersion) -> Differences | None:
    if other is None:
        return None
    return differences(services.layout_of(other), services.layout_of(version))
