"""What an expert says to a task: yes, or that they have to stand aside."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import access
from accounts.access import SignedRequest
from applications import services
from applications.forms import RecusalForm
from applications.models import Review
from workflow import Refused, clock


def _own(request: SignedRequest, pk: int, review_pk: int) -> Review:
    own = Review.objects.given_to(request.user).with_sheets()
    review: Review = get_object_or_404(own, pk=review_pk, application=pk)
    return review


@access.holding("accounts.be_expert")
@require_POST
def accept(request: SignedRequest, pk: int, review_pk: int) -> HttpResponse:
    """Take on the task, and with it the others on the same file."""
    review = _own(request, pk, review_pk)
    try:
        accepted = services.accept_task(review, by=request.user, at=clock.now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        steps = "和".join(task.get_step_display() for task in accepted)
        messages.success(request, f"已接受{steps or '该'}任务，可以开始评分。")
    return redirect(review.application)


@access.holding("accounts.be_expert")
@require_http_methods(["GET", "POST"])
def recuse(request: SignedRequest, pk: int, review_pk: int) -> HttpResponse:
    """Stand aside from the file, with the reason; from then on it is out of sight."""
    review = _own(request, pk, review_pk)
    form = RecusalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.recuse(review, by=request.user, at=clock.now(), **form.cleaned_data)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(review.application)
        messages.success(request, f"已申请回避，不再承担{review.application.nursery.name}的评审。")
        return redirect("applications:expert")
    status = 422 if request.method == "POST" else 200
    context = {"review": review, "application": review.application, "form": form}
    return render(request, "applications/recuse.html", context, status=status)
