"""A person's own filters of the desk: keeping, renaming, deleting."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access
from accounts.access import SignedRequest
from applications import services
from applications.forms import SavedFilterForm
from applications.models import SavedFilter
from workflow import Refused


@access.holding("accounts.see_files")
@require_http_methods(["GET", "POST"])
def saved_filters(request: SignedRequest) -> HttpResponse:
    """All of one's own; POST keeps a new one and shows what it finds."""
    new = SavedFilter(user=request.user)
    form = SavedFilterForm(request.POST or None, instance=new)
    if request.method == "POST" and _saved(form):
        messages.success(request, f"已保存筛选“{new.name}”。")
        return redirect(new)
    context = {"form": form, "own": list(SavedFilter.objects.visible_to(request.user))}
    return render(request, "applications/saved_filters.html", context, status=_status(request))


@access.holding("accounts.see_files")
@require_http_methods(["GET", "POST"])
def saved_filter(request: SignedRequest, pk: int) -> HttpResponse:
    """Another name for one, other conditions, or whether the desk opens with it."""
    own = _own(request, pk)
    form = SavedFilterForm(request.POST or None, instance=own)
    if request.method == "POST" and _saved(form):
        messages.success(request, f"已更新筛选“{own.name}”。")
        return redirect(own)
    context = {"form": form, "saved": _own(request, pk)}
    return render(request, "applications/saved_filter.html", context, status=_status(request))


@access.holding("accounts.see_files")
@require_POST
def delete(request: SignedRequest, pk: int) -> HttpResponse:
    own = _own(request, pk)
    services.delete_filter(own)
    messages.success(request, f"已删除筛选“{own.name}”。")
    return redirect("applications:saved_filters")


def _own(request: SignedRequest, pk: int) -> SavedFilter:
    return get_object_or_404(SavedFilter.objects.visible_to(request.user), pk=pk)


def _saved(form: SavedFilterForm) -> bool:
    """Whether what was typed is kept now; what stands against it stands beside the field."""
    if not form.is_valid():
        return False
    try:
        services.save_filter(form.changed())
    except Refused as refused:
        for problem in refused.problems:
            form.add_error(problem.field, problem.text)
        return False
    return True


def _status(request: SignedRequest) -> int:
    return 422 if request.method == "POST" else 200
