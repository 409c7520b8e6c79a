"""How the public follows what it handed in: by a number and a code, which no address ever holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from publicity import opened, throttle
from publicity.models.receipts import Receipted
from publicity.numbers import as_typed
from workflow import clock

WRONG = "回执号与查询码不符，请核对后再试。"
NUMBER_INPUT = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}


class ReceiptForm(forms.Form):
    receipt = forms.CharField(
        label="回执号",
        max_length=20,
        help_text="提交时得到的 10 位号码。",
        widget=forms.TextInput(attrs=NUMBER_INPUT),
    )
    code = forms.CharField(
        label="查询码",
        max_length=20,
        help_text="提交时显示过一次的 8 位号码。",
        widget=forms.TextInput(attrs=NUMBER_INPUT),
    )


@dataclass(frozen=True)
class Following:
    """One kind of thing that is followed.

    `template` asks for number and code, `page` names the address of a receipt, `find` gives what a
    number belongs to.
    """

    template: str
    page: str
    find: Callable[[str], Receipted | None]

    def issued(self, request: HttpRequest, receipt: str, code: str) -> HttpResponse:
        """To the page of what was just handed in, which shows its code once."""
        opened.keep_code(request.session, receipt, code, at=clock.real())
        return redirect(self.page, receipt)

    def ask(self, request: HttpRequest, number: str = "") -> HttpResponse:
        return self._asked(request, ReceiptForm(initial={"receipt": number[:20]}))

    def answer(self, request: HttpRequest) -> HttpResponse:
        """What becomes of a number and a code that were typed in."""
        form = ReceiptForm(request.POST)
        if not form.is_valid():
            return self._asked(request, form, status=422)
        number = as_typed(form.cleaned_data["receipt"])
        if not throttle.may_try(request, number):
            return throttle.too_many(request)
        found = self.find(number)
        if found is None or not found.opens_with(form.cleaned_data["code"]):
            throttle.was_wrong(request, number)
            form.add_error(None, WRONG)
            return self._asked(request, form, status=422)
        opened.remember(request.session, found.receipt, at=clock.real())
        return redirect(self.page, found.receipt)

    def opened(self, request: HttpRequest, typed: str) -> bool:
        """Whether this visitor has given the code of that number lately."""
        return opened.is_open(request.session, as_typed(typed), at=clock.real())

    def code_of(self, request: HttpRequest, receipt: str) -> str:
        """The code, while it has to be shown; else nothing."""
        return opened.fresh_code(request.session, receipt, at=clock.real())

    def noted(self, request: HttpRequest, typed: str) -> HttpResponse:
        """The code is not shown again."""
        opened.forget_code(request.session)
        return redirect(self.page, as_typed(typed) or "-")

    def _asked(self, request: HttpRequest, form: ReceiptForm, status: int = 200) -> HttpResponse:
        return hidden_from_robots(render(request, self.template, {"form": form}, status=status))


def hidden_from_robots(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    return response
