from django.urls import path

from quotas.views import cycles, quotas

app_name = "quotas"

urlpatterns = [
    path("cycles/", cycles.cycles, name="cycles"),
    path("cycles/new/", cycles.new, name="new"),
    path("cycles/<int:pk>/", cycles.cycle, name="cycle"),
    path("cycles/<int:pk>/settings/", cycles.settings, name="settings"),
    path("cycles/<int:pk>/quotas/", quotas.quotas, name="quotas"),
]
