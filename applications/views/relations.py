"""People whom the nursery asks to stand aside, named on a page of its application."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access
from accounts.access import SignedRequest
from applications import services
from applications.forms import RelationForm
from applications.views.nursery import own_file
from workflow import Refused


@access.signed_in
@require_http_methods(["GET", "POST"])
def relations(request: SignedRequest, pk: int) -> HttpResponse:
    """Those named so far; naming another while the file may be edited."""
    application = own_file(request, pk)
    form = RelationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_relation(application, **form.cleaned_data, by=request.user)
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(problem.field or None, problem.text)
        else:
            messages.success(request, f"已添加{form.cleaned_data['name']}。")
            return redirect("applications:relations", pk)
    context = {
        "application": application,
        "form": form,
        "relations": application.relations.all(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/relations.html", context, status=status)


@access.signed_in
@require_POST
def remove_relation(request: SignedRequest, pk: int, relation_pk: int) -> HttpResponse:
    application = own_file(request, pk)
    relation = get_object_or_404(application.relations.all(), pk=relation_pk)
    try:
        services.remove_relation(relation, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"已删除{relation.name}。")
    return redirect("applications:relations", pk)
