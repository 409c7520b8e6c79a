"""The archives 评选工作档案: for the province, its counties and cities, and the nursery itself."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import access
from accounts.models import Region
from documents import services
from documents.archive import archives as found_archives
from documents.archive import assembled, reader_of
from documents.forms import ArchiveSearch
from documents.models import Document
from documents.policies import may_compile_archive
from documents.statuses import Kind
from nurseries.models import Nursery
from workflow import clock

PER_PAGE = 50


@require_safe
@access.signed_in
def archives(request: access.SignedRequest) -> HttpResponse:
    """The nurseries of one's area that ever handed in an application, and one's own."""
    held = [region.path for region in access.regions_held(request.user)]
    areas = Region.objects.within_any(held).select_related("parent").order_by("code")
    search = ArchiveSearch(request.GET, areas=areas)
    rows = found_archives(request.user, words=search.words, path=search.path)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "documents/archives.html", {"search": search, "page_obj": page})


@require_safe
@access.signed_in
def archive(request: access.SignedRequest, pk: int) -> HttpResponse:
    """All about one nursery, as far as the person may read it elsewhere."""
    nursery = _nursery(request, pk)
    reader = reader_of(nursery, request.user)
    if reader is None:
        raise Http404
    papers = Document.objects.visible_to(request.user).of(nursery).of_kinds(Kind.ARCHIVE)
    context = {
        "nursery": nursery,
        "archive": assembled(nursery, reader),
        "may_compile": may_compile_archive(request.user),
        "paper": papers.current().for_list().first(),
    }
    return render(request, "documents/archive.html", context)


@require_POST
@access.holding("accounts.approve")
def compile_archive(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Ask for the archive as a signed paper; the answer is the page of its progress."""
    nursery = _nursery(request, pk)
    return redirect(services.request_archive(nursery, by=request.user, at=clock.now()))


def _nursery(request: access.SignedRequest, pk: int) -> Nursery:
    return get_object_or_404(Nursery.objects.visible_to(request.user).with_region(), pk=pk)
