"""The addresses of the API, each one question."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import EmptyPage, Paginator
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import NinjaAPI, Path, Query
from ninja.renderers import JSONRenderer

from publicity import records
from publicity.models import Title
from publicity.searching import Wanted, find, path_of, public_notices
from publicity.views.api import faults
from publicity.views.api.schemas import (
    Fault,
    NoticeDetail,
    NoticeKey,
    NoticeListing,
    NoticeSearch,
    Paging,
    TitleDetail,
    TitleKey,
    TitleListing,
    TitleSearch,
)
from workflow import clock
from workflow.models import Event

Record = records.Record


class Readable(JSONRenderer):
    """Chinese as it is written, for whoever looks at an answer in a browser."""

    json_dumps_params = {"ensure_ascii": False}


api = NinjaAPI(
    title="省级示范托育机构开放数据",
    version="1.0.0",
    description=(
        "公示和示范名单的公开内容，供各方免费取用，无需登录。只提供读取；日期为 ISO 8601 格式，"
        "状态以查询当日（北京时间）为准。内容与公开页面一致，不含个人信息。"
    ),
    docs_url=None,
    openapi_url="",
    urls_namespace="open-data",
    renderer=Readable(),
)
faults.put_into_words(api)
LISTED: dict[Any, Any] = {422: Fault, 404: Fault, 429: Fault}
ONE: dict[Any, Any] = {404: Fault, 429: Fault}


@api.get(
    "titles/",
    response={200: TitleListing, **LISTED},
    url_name="api_titles",
    operation_id="titles",
    tags=["示范名单"],
    summary="查询示范名单",
    description="全部称号，含已到期和已撤销的；条件和排序与示范名单页面相同。",
)
def titles(request: HttpRequest, search: Query[TitleSearch]) -> Record:
    today = _today()
    wanted = Wanted(
        q=search.q,
        path=_path(search.area),
        state=search.state or "",
        year=search.year,
        sort=search.sort,
    )
    return _listed(request, find(wanted, today), search, lambda row: records.of_title(row, today))


@api.get(
    "titles/{str:number}/",
    response={200: TitleDetail, **ONE},
    url_name="api_title",
    operation_id="title",
    tags=["示范名单"],
    summary="一个称号",
    description="一个称号的内容、变动记录和同一机构的其他称号。",
)
def title(request: HttpRequest, key: Path[TitleKey]) -> Record:
    today = _today()
    found = get_object_or_404(Title.objects.for_list(), number=key.number)
    others = Title.objects.others_of(found)
    return records.of_title(found, today) | {
        "history": records.history(Event.objects.of(found)),
        "others": [records.of_other(other, today) for other in others],
    }


@api.get(
    "notices/",
    response={200: NoticeListing, **LISTED},
    url_name="api_notices",
    operation_id="notices",
    tags=["公示"],
    summary="查询公示",
    description="全部发布过的公示，最近发布的在前。",
)
def notices(request: HttpRequest, search: Query[NoticeSearch]) -> Record:
    today = _today()
    found = public_notices(search.year)
    return _listed(request, found, search, lambda row: records.of_notice(row, today))


@api.get(
    "notices/{int:notice_id}/",
    response={200: NoticeDetail, **ONE},
    url_name="api_notice",
    operation_id="notice",
    tags=["公示"],
    summary="一个公示",
    description="一个公示的正文、计入的工作日和名单上每家机构的结果。",
)
def notice(request: HttpRequest, key: Path[NoticeKey]) -> Record:
    found = get_object_or_404(public_notices(None), pk=key.notice_id)
    return records.with_entries(found, _today())


def _listed(request: HttpRequest, found: Any, asked: Paging, tell: Any) -> Record:
    paginator = Paginator(found, asked.page_size)
    try:
        page = paginator.page(asked.page)
    except EmptyPage as beyond:
        raise Http404 from beyond
    return {
        "total": paginator.count,
        "page": page.number,
        "pages": paginator.num_pages,
        "next": _address(request, page.number + 1) if page.has_next() else None,
        "previous": _address(request, page.number - 1) if page.has_previous() else None,
        "results": [tell(row) for row in page],
    }


def _address(request: HttpRequest, page: int) -> str:
    query = request.GET.copy()
    query["page"] = str(page)
    return records.address(f"{request.path}?{query.urlencode()}")


def _path(code: str) -> str:
    """Of the region with that code; empty when none is asked for."""
    if not code:
        return ""
    path = path_of(code)
    if path is None:
        raise faults.Unfit("area", "没有这个区划代码。")
    return path


def _today() -> date:
    return timezone.localdate(clock.now())
