"""Accounts, as the system administrator keeps them."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache

from accounts import access, services
from accounts.filters import PeopleFilter
from accounts.forms import ConfirmForm, NewPersonForm, PersonForm, ReasonForm, show_refusal
from accounts.models import User
from workflow import Refused, clock
from workflow.models import Event

PEOPLE_ON_A_PAGE = 50
ADMIN = "accounts.manage_accounts"


def somebody(request: access.SignedRequest, pk: int) -> User:
    return get_object_or_404(User.objects.visible_to(request.user), pk=pk)


@access.holding(ADMIN)
def people(request: access.SignedRequest) -> HttpResponse:
    found = PeopleFilter(request.GET, user=request.user)
    page = Paginator(found.rows, PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/people.html", {"filter": found, "page_obj": page})


@access.holding(ADMIN)
def person(request: access.SignedRequest, pk: int) -> HttpResponse:
    """The account, the posts held and held before, and what was done to it."""
    shown = somebody(request, pk)
    posts = shown.appointments.that_are_posts().select_related("appointed_by").newest_first()
    context = {
        "person": shown,
        "posts": posts,
        "device": services.device_of(shown),
        "events": Event.objects.of(shown).newest_first().with_people()[:50],
    }
    return render(request, "accounts/person.html", context)


@access.holding(ADMIN)
@never_cache
def new(request: access.SignedRequest) -> HttpResponse:
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made, password = services.create_person(
            form.cleaned_data,
            by=request.user,
            at=clock.now(),
        )
        return _first_password(request, made, password)
    return render(request, "accounts/person_edit.html", {"form": form, "person": None})


@access.holding(ADMIN)
def edit(request: access.SignedRequest, pk: int) -> HttpResponse:
    shown = somebody(request, pk)
    form = PersonForm(request.POST or None, instance=shown)
    if request.method == "POST" and form.is_valid():
        services.correct_person(
            shown,
            form.cleaned_data,
            by=request.user,
            at=clock.now(),
        )
        messages.success(request, "资料已更正。")
        return redirect("person", pk)
    return render(request, "accounts/person_edit.html", {"form": form, "person": shown})


@access.holding(ADMIN)
def deactivate(request: access.SignedRequest, pk: int) -> HttpResponse:
    shown = somebody(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.deactivate(
                shown,
                by=request.user,
                at=clock.now(),
                **form.cleaned_data,
            )
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, f"已停用{shown}的账号。")
            return redirect("person", pk)
    text = "停用后立即退出登录，不能再次登录；任职保留，恢复账号后继续有效。"
    asked = {"label": "停用账号", "text": text, "tone": "danger"}
    return _confirm(request, shown, form, asked)


@access.holding(ADMIN)
def reactivate(request: access.SignedRequest, pk: int) -> HttpResponse:
    shown = somebody(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.reactivate(
                shown,
                by=request.user,
                at=clock.now(),
                **form.cleaned_data,
            )
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, f"已恢复{shown}的账号。")
            return redirect("person", pk)
    text = "恢复后可凭原密码登录，未终止的任职继续有效。"
    asked = {"label": "恢复账号", "text": text, "tone": "primary"}
    return _confirm(request, shown, form, asked)


@access.holding(ADMIN)
@access.confirmed
@never_cache
def reset(request: access.SignedRequest, pk: int) -> HttpResponse:
    shown = somebody(request, pk)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            password = services.reset_password(shown, by=request.user, at=clock.now())
        except Refused as refused:
            show_refusal(form, refused)
        else:
            return _first_password(request, shown, password)
    text = "将生成新的初始密码，只显示一次；此人立即退出登录，下次登录须先修改密码。"
    asked = {"label": "重置密码", "text": text, "tone": "danger"}
    return _confirm(request, shown, form, asked)


@access.holding(ADMIN)
@access.confirmed
def reset_factor(request: access.SignedRequest, pk: int) -> HttpResponse:
    shown = somebody(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.reset_factor(shown, by=request.user, at=clock.now(), **form.cleaned_data)
        except Refused as refused:
            show_refusal(form, refused)
        else:
            messages.success(request, f"已重置{shown}的双因素认证。")
            return redirect("person", pk)
    text = "用于手机遗失或更换。此人立即退出登录，原验证器与恢复码失效，下次登录须重新启用。"
    asked = {"label": "重置双因素认证", "text": text, "tone": "danger"}
    return _confirm(request, shown, form, asked)


def _first_password(request: access.SignedRequest, shown: User, password: str) -> HttpResponse:
    """The answer to the POST itself: the password is kept nowhere that could show it again."""
    return render(request, "accounts/person_password.html", {"person": shown, "password": password})


def _confirm(
    request: access.SignedRequest, shown: User, form: Form, asked: dict[str, str]
) -> HttpResponse:
    context = {"person": shown, "form": form, **asked}
    return render(request, "accounts/person_confirm.html", context)
