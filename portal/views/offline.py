"""Work without a network: the worker of the pages, the manifest, a page for when all else fails."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import access
from portal import offline
from portal.context import NAME, SHORT_NAME

ICONS = (
    ("img/icon-192.png", "192x192", "any"),
    ("img/icon-512.png", "512x512", "any"),
    ("img/icon-maskable-512.png", "512x512", "maskable"),
)


@access.public(why="浏览器在登录前后都会来核对离线程序是否更新；程序中没有任何数据")
@require_safe
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; from the root, because it serves sheets, files and the task list."""
    context = {"release": offline.release()}
    response = render(request, offline.WORKER, context, content_type="text/javascript")
    response["Service-Worker-Allowed"] = "/"
    return response


@access.public(why="浏览器安装到桌面时读取名称和图标，不含任何数据")
@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    start = reverse("applications:expert")
    told = {
        "id": start,
        "name": NAME,
        "short_name": SHORT_NAME,
        "description": "省级示范托育机构评选：专家书面评审与实地评审。",
        "lang": "zh-CN",
        "dir": "ltr",
        "start_url": start,
        "scope": "/",
        "display": "standalone",
        "theme_color": "#0d2c52",
        "background_color": "#ffffff",
        "icons": [
            {"src": static(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
    }
    return JsonResponse(told, content_type="application/manifest+json")


@access.public(why="没有网络时由设备自己显示的说明页，不含任何数据")
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Shown by the worker for an address that the device does not have."""
    return render(request, offline.OFFLINE_PAGE)
