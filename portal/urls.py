"""All addresses; each app lists its own."""

from django.contrib import admin
from django.urls import include, path

from portal.views import audit, errors, front, health, home, moves, offline

urlpatterns = [
    path("", front.front, name="front"),
    path("guide/", front.guide, name="guide"),
    path("home/", home.home, name="home"),
    path("moves/<str:label>/<int:pk>/<slug:name>/", moves.move, name="move"),
    path("moves/<str:label>/<int:pk>/<slug:name>/prepare/", moves.prepare, name="prepare"),
    path("audit/", audit.audit, name="audit"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("sw.js", offline.worker, name="worker"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("offline/", offline.page, name="offline"),
    path("", include("accounts.urls")),
    path("", include("nurseries.urls")),
    path("", include("scoring.urls")),
    path("", include("quotas.urls")),
    path("", include("applications.urls")),
    path("", include("publicity.urls")),
    path("", include("supervision.urls")),
    path("", include("documents.urls")),
    path("", include("notifications.urls")),
    path("admin/", admin.site.urls),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error
