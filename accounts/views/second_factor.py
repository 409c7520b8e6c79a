"""The second factor, asked for at the door and before sensitive acts."""

from __future__ import annotations

from django.contrib import auth, messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from accounts import access, proof, services
from accounts.forms import CodeForm
from accounts.models import User
from workflow import clock

PASSWORD_BACKEND = "django.contrib.auth.backends.ModelBackend"  # noqa: S105 - the name of a class


@access.half_in
@never_cache
def second(request: HttpRequest, user: User) -> HttpResponse:
    """The second half of the login: only now is somebody signed in, in a session of a new key."""
    form = CodeForm(request.POST or None, user=user, request=request)
    if request.method == "POST" and form.is_valid():
        auth.login(request, user, PASSWORD_BACKEND)
        _note(request, form)
        return redirect(access.onward(request))
    return _ask(request, "accounts/second.html", form)


@access.signed_in
@never_cache
def confirm(request: access.SignedRequest) -> HttpResponseBase:
    """A code once more. What was being sent waits here for one last click."""
    if services.device_of(request.user) is None:
        return access.lead_to("factor", access.onward(request))
    form = CodeForm(request.POST or None, user=request.user, request=request)
    if request.method == "POST" and form.is_valid():
        services.forget_failures(request.user.username)
        request.session.cycle_key()
        _note(request, form)
        onward = access.onward(request)
        waiting = proof.waiting_post(request.session, onward)
        if waiting is None:
            return redirect(onward)
        return render(request, "accounts/resume.html", {"onward": onward, "fields": waiting})
    return _ask(request, "accounts/confirm.html", form)


def _note(request: HttpRequest, form: CodeForm) -> None:
    """The session has its second factor; who used a recovery code hears how many are left."""
    proof.code_given(request.session, at=clock.real())
    if form.is_recovery_code:
        left = services.recovery_codes_left(form.user)
        text = f"已使用一个恢复码，还剩 {left} 个。手机遗失的，请立即在“账号安全”中更换验证器。"
        messages.warning(request, text)


def _ask(request: HttpRequest, template: str, form: CodeForm) -> HttpResponse:
    shown = services.shown_code(services.device_of(form.user))
    return render(request, template, {"form": form, "shown_code": shown})
