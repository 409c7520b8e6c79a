"""Seals and certificates of the bodies that a person signs for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from accounts import access
from accounts.models import Region
from documents import services
from documents.forms import CertificateForm, EndForm, SealForm
from documents.models import Certificate, Seal
from documents.papers import examples
from workflow import Refused, clock

APPROVE = "accounts.approve"


class What(NamedTuple):
    """A body's seal or its certificate, as a page speaks of it."""

    name: str
    label: str
    end: Callable[..., None]


WHATS = {
    "seal": What("seal", "印章", services.end_seal),
    "certificate": What("certificate", "签名证书", services.end_certificate),
}


@require_safe
@access.holding(APPROVE)
def seals(request: HttpRequest) -> HttpResponse:
    """The bodies that the person signs for, with what they have in use."""
    holdings = services.holdings_of(request.user, at=clock.now())
    return render(request, "documents/seals.html", {"holdings": holdings})


@require_safe
@access.holding(APPROVE)
@never_cache
def body(request: HttpRequest, pk: int) -> HttpResponse:
    """One body: what is in use, and what was before."""
    found = _body(request, pk)
    facts = {
        "body": found,
        "holding": services.holding_of(found, at=clock.now()),
        "seals": Seal.objects.of_body(found).newest_first(),
        "certificates": Certificate.objects.of_body(found).newest_first(),
    }
    return render(request, "documents/body.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@access.holding(APPROVE)
@access.confirmed
@never_cache
def use_seal(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Take a picture into use as the seal of the body."""
    found = _body(request, pk)
    holding = services.holding_of(found, at=clock.now())
    form = SealForm(holding.seal, *_sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.use_seal(found, form.content, reason=form.why, by=request.user, at=clock.now())
        except Refused as refused:
            _explain(form, refused)
        else:
            messages.success(request, "印章已启用，此后的决定将使用该印章。")
            return redirect("documents:body", found.pk)
    context = {"body": found, "form": form, "seal": holding.seal}
    return render(request, "documents/use_seal.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@access.holding(APPROVE)
@access.confirmed
@never_cache
@sensitive_post_parameters("password")
def use_certificate(request: access.SignedRequest, pk: int) -> HttpResponse:
    """Take a certificate into use for the signatures of the body."""
    found = _body(request, pk)
    holding = services.holding_of(found, at=clock.now())
    form = CertificateForm(holding.certificate, *_sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.use_certificate(
                found,
                form.content,
                form.cleaned_data["password"],
                reason=form.why,
                by=request.user,
                at=clock.now(),
            )
        except Refused as refused:
            _explain(form, refused)
        else:
            messages.success(request, "签名证书已启用。")
            return redirect("documents:body", found.pk)
    context = {"body": found, "form": form, "certificate": holding.certificate}
    return render(request, "documents/use_certificate.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@access.holding(APPROVE)
@access.confirmed
def end(request: access.SignedRequest, pk: int, what: str) -> HttpResponse:
    """Stop using the seal or the certificate of the body."""
    found, ended = _body(request, pk), _what(what)
    form = EndForm(*_sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            ended.end(found, reason=form.cleaned_data["reason"], by=request.user, at=clock.now())
        except Refused as refused:
            _explain(form, refused)
        else:
            messages.success(request, f"{ended.label}已停用。")
            return redirect("documents:body", found.pk)
    context = {"body": found, "form": form, "what": ended}
    return render(request, "documents/end_holding.html", context, status=_status(form))


@require_safe
@access.holding(APPROVE)
@never_cache
def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture of a seal, for who signs for its body alone."""
    seal = get_object_or_404(Seal.objects.visible_to(request.user), pk=pk)
    reply = HttpResponse(services.clear_picture(seal), content_type="image/png")
    reply["Content-Security-Policy"] = "default-src 'none'; sandbox"
    reply["Cross-Origin-Resource-Policy"] = "same-origin"
    return reply


@require_http_methods(["GET", "HEAD", "POST"])
@access.holding(APPROVE)
@access.confirmed
@never_cache
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})  # type: ignore[arg-type]
def sample(request: HttpRequest, pk: int) -> HttpResponse:
    """An example paper with the seal on it: the one in use, or a picture that is only tried."""
    found = _body(request, pk)
    holding = services.holding_of(found, at=clock.now())
    try:
        tried = _picture(request, holding.seal)
    except Refused as refused:
        context = {"problems": [problem.text for problem in refused.problems]}
        return render(request, "documents/sample_faults.html", context, status=422)
    content = examples.draw_sealed(found.commission, tried, at=clock.now())
    return HttpResponse(content, content_type="application/pdf")


def _picture(request: HttpRequest, seal: Seal | None) -> bytes:
    if request.method == "POST":
        form = SealForm(None, request.POST, request.FILES)
        if not form.is_valid():
            raise Refused("请先选择印章图片。")
        return services.cleaned_picture(form.content)
    if seal is None:
        raise Http404
    return services.clear_picture(seal)


def _body(request: HttpRequest, pk: int) -> Region:
    """Of the bodies that the person signs for; any other one is not there."""
    found = {region.pk: region for region in access.regions_held(request.user, APPROVE)}
    if pk not in found:
        raise Http404
    return found[pk]


def _what(name: str) -> What:
    if name not in WHATS:
        raise Http404
    return WHATS[name]


def _sent(request: HttpRequest) -> tuple[Any, ...]:
    return (request.POST, request.FILES) if request.method == "POST" else ()


def _explain(form: Form, refused: Refused) -> None:
    for problem in refused.problems:
        form.add_error(problem.field if problem.field in form.fields else None, problem.text)


def _status(form: Form) -> int:
    return 422 if form.is_bound else 200
