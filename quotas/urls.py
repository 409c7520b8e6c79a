from django.urls import path

from quotas.views import cycles, quotas

app_name = "quotas"

urlpatterns = [
    path("cycles/", cycles.cycles, name="cycles"),
    path("cycles/new/", cycles.new, name="new"),
    path("cycles/<int:pk>/", cycles.cycle, name="cycle"),
    path("cycles/<int:pk>/settings/", cycles.settings, name="settings"),
    path("cycles/<int:pk>/quotas/", quotas.quotas, name="quotas"),
    path("cycles/<int:pk>/quotas/import/", quotas.quota_import, name="import"),
    path("cycles/<int:pk>/quotas/export/", quotas.quota_export, name="export"),
    path("cycles/<int:pk>/quotas/transfer/", quotas.transfer, name="transfer"),
]
