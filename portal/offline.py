"""What a device needs besides the pages themselves, to open them without a network."""

from __future__ import annotations

import hashlib
import json
from functools import cache

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import get_template
from django.urls import reverse

from accounts.device import HEADER

WORKER = "portal/sw.js"
OFFLINE_PAGE = "portal/offline.html"
# All that the kept pages load: the list of tasks, an expert's view of a file, the sheets.
ASSETS = (
    "tabler/css/tabler.min.css",
    "css/portal.css",
    "css/applications.css",
    "css/device.css",
    "css/sheet.css",
    "css/evidence.css",
    "img/favicon.svg",
    "img/icon-192.png",
    "js/portal.js",
    "js/evidence.js",
    "js/evidence-viewer.js",
    "js/sheet-page.js",
    "js/sheet-reasons.js",
    "js/device/offline-page.js",
    "js/device/outbox.js",
    "js/device/page.js",
    "js/device/pages.js",
    "js/device/session.js",
    "js/device/status-bar.js",
    "js/device/store.js",
    "js/device/tasks.js",
    "js/device/transport.js",
    "js/sheet/card.js",
    "js/sheet/sheet.js",
    "js/sheet/uploads.js",
    "js/sheet/visit.js",
)


@cache
def release() -> str:
    """What the worker is told, as JSON; another `version` makes devices fetch everything anew."""
    assets = [staticfiles_storage.url(name) for name in ASSETS]
    sources = [get_template(name).template.source for name in (WORKER, OFFLINE_PAGE)]  # type: ignore[attr-defined]  # Django's own backend has it
    version = hashlib.sha256("\n".join([*assets, *sources]).encode()).hexdigest()[:12]
    told = {
        "version": version,
        "assets": assets,
        "static": settings.STATIC_URL,
        "offline": reverse("offline"),
        "logout": reverse("logout"),
        "header": HEADER,
    }
    return json.dumps(told)
