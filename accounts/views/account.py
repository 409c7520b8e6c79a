"""One's own account: the second factor set up, renewed and taken away; the last logins."""

from __future__ import annotations

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache

from accounts import access, proof, services
from accounts.forms import ConfirmForm, EnrolForm, show_refusal
from workflow import Refused, clock

KEY = "factor_key"


@access.signed_in
def account(request: access.SignedRequest) -> HttpResponse:
    context = {
        "device": services.device_of(request.user),
        "codes_left": services.recovery_codes_left(request.user),
        "is_official": access.is_official(request.user),
        "logins": services.last_logins(request.user),
    }
    return render(request, "accounts/account.html", context)


@access.signed_in
@never_cache
def factor(request: access.SignedRequest) -> HttpResponseBase:
    """Set up the app on one's phone, or another one in its place; ends with the recovery codes."""
    held = services.device_of(request.user)
    if held and not access.is_confirmed(request):
        return access.confirm_first(request)
    key = request.session.setdefault(KEY, services.new_key())
    form = EnrolForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            codes = services.enrol_factor(request.user, key, **form.cleaned_data, at=clock.now())
        except Refused as refused:
            show_refusal(form, refused)
        else:
            del request.session[KEY]
            update_session_auth_hash(request, request.user)
            proof.code_given(request.session, at=clock.real())
            return _show_codes(request, codes)
    setup = services.setup(request.user, key)
    context = {
        "form": form,
        "held": held,
        "setup": setup,
        "picture": _picture(setup.address),
        "is_official": access.is_official(request.user),
    }
    return render(request, "accounts/factor.html", context)


@access.signed_in
@access.confirmed
@never_cache
def codes(request: access.SignedRequest) -> HttpResponse:
    """New recovery codes; the old ones are void."""
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            return _show_codes(request, services.renew_recovery_codes(request.user, at=clock.now()))
        except Refused as refused:
            show_refusal(form, refused)
    context = {
        "form": form,
        "label": "更换恢复码",
        "text": "将生成 10 个新的恢复码，只显示一次；原有恢复码全部失效。",
        "tone": "primary",
    }
    return render(request, "accounts/account_confirm.html", context)


@access.signed_in
@access.confirmed
def remove_factor(request: access.SignedRequest) -> HttpResponse:
    """Back to the password alone, for whoever may."""
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.remove_factor(request.user, at=clock.now())
        except Refused as refused:
            show_refusal(form, refused)
        else:
            update_session_auth_hash(request, request.user)
            messages.success(request, "已停用双因素认证。")
            return redirect("account")
    context = {
        "form": form,
        "label": "停用双因素认证",
        "text": "停用后仅凭密码登录，恢复码同时失效。",
        "tone": "danger",
    }
    return render(request, "accounts/account_confirm.html", context)


def _show_codes(request: access.SignedRequest, recovery_codes: list[str]) -> HttpResponse:
    """The answer to the POST itself: the codes are kept nowhere that could show them again."""
    context = {"codes": recovery_codes, "onward": access.onward(request)}
    return render(request, "accounts/codes.html", context)


def _picture(address: str) -> SafeString:
    """The QR code that an authenticator reads, as SVG within the page."""
    svg = segno.make(address, micro=False).svg_inline(omitsize=True, svgclass="qr", lineclass=None)
    return mark_safe(svg)  # noqa: S308 - drawn here, holds no text of anybody
