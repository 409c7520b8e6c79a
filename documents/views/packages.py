"""The pages of packages: asking for one, its progress, taking it away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts import access
from accounts.models import Region
from documents import downloads, services
from documents.forms import PackageRequestForm
from documents.models import SUMMARY_PERMISSIONS, Package
from quotas.models import Cycle
from workflow import Refused, clock


@access.holding(*SUMMARY_PERMISSIONS)
@require_POST
def pack(request: HttpRequest, cycle: int) -> HttpResponse:
    """Ask for the submission of one body as a file; the answer is the page of its progress."""
    found = get_object_or_404(Cycle.objects.visible_to(request.user), pk=cycle)
    form = PackageRequestForm(request.POST)
    region = get_object_or_404(Region, pk=form.region_id)
    try:
        package = services.ask_package(found, region, by=request.user, at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("documents:summary", found.pk)
    return redirect(package)


@access.holding(*SUMMARY_PERMISSIONS)
@require_GET
def package(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a package is, and until when it lies ready."""
    found = get_object_or_404(Package.objects.visible_to(request.user).for_page(), pk=pk)
    fragment = request.htmx  # type: ignore[attr-defined]
    part = "documents/package_state.html" if fragment else "documents/package.html"
    return render(request, part, {"package": found, "is_ready": found.is_ready(clock.now())})


@access.holding(*SUMMARY_PERMISSIONS)
@require_POST
def take_package(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the download; the file itself follows from an address that can be resumed."""
    found = get_object_or_404(Package.objects.visible_to(request.user).for_page(), pk=pk)
    try:
        services.take_package(found, by=request.user, at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(found)
    return redirect("documents:package_file", found.pk)


@access.holding(*SUMMARY_PERMISSIONS)
@require_safe
def package_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, whole or from where a broken download stopped, for who has asked for it."""
    found = get_object_or_404(Package.objects.visible_to(request.user).for_page(), pk=pk)
    if not services.is_taking(found, by=request.user, at=clock.now()):
        return redirect(found)
    try:
        return downloads.response(request, found)
    except FileNotFoundError:
        messages.error(request, "材料包文件已不存在，请重新生成。")
        return redirect(reverse("documents:package", args=[found.pk]))
