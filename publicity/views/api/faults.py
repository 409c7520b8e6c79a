"""What the API says when it cannot answer: a status, and a sentence for people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError

WRONG = "请求参数有误。"
MISSING = "没有找到所请求的内容。"
METHODS = "GET, HEAD, OPTIONS"
# What the checks call a fault → how it is said, with the limits that the check names.
SENTENCES = {
    "int_parsing": "须为整数。",
    "enum": "可选值：{choices}。",
    "literal_error": "可选值：{choices}。",
    "greater_than_equal": "不能小于 {ge}。",
    "less_than_equal": "不能大于 {le}。",
    "string_too_long": "至多 {max_length} 个字符。",
}


class Unfit(Exception):
    """A parameter that is well-formed and still means nothing here."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


def fault(message: str, status: int, fields: Mapping[str, str] | None = None) -> HttpResponse:
    """The one shape of every refusal."""
    return JsonResponse(
        {"message": message, "fields": fields or {}},
        status=status,
        json_dumps_params={"ensure_ascii": False},
    )


def too_many(seconds: int) -> HttpResponse:
    answer = fault("请求过于频繁，请稍后再试。", 429)
    answer["Retry-After"] = str(seconds)
    return answer


def not_allowed() -> HttpResponse:
    answer = fault("开放数据只供读取，请使用 GET 方法。", 405)
    answer["Allow"] = METHODS
    return answer


def put_into_words(api: NinjaAPI) -> None:
    """Let the API answer with these sentences."""
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(Unfit, _unfit)
    api.add_exception_handler(Http404, _missing)


def _invalid(request: HttpRequest, found: Any) -> HttpResponse:
    return fault(WRONG, 422, {str(each["loc"][-1]): _sentence(each) for each in found.errors})


def _unfit(request: HttpRequest, found: Any) -> HttpResponse:
    return fault(WRONG, 422, {found.field: found.sentence})


def _missing(request: HttpRequest, found: Any) -> HttpResponse:
    return fault(MISSING, 404)


def _sentence(error: Mapping[str, Any]) -> str:
    limits = error.get("ctx", {})
    choices = "、".join(re.findall(r"'([^']+)'", str(limits.get("expected", ""))))
    return SENTENCES.get(error["type"], "取值有误。").format(choices=choices, **limits)
