from django.urls import path

from nurseries.views import imports, registry, staff

app_name = "nurseries"
urlpatterns = [
    path("nurseries/", registry.registry, name="registry"),
    path("nurseries/export/", registry.export, name="export"),
    path("nurseries/new/", registry.register, name="new"),
    path("nurseries/<int:pk>/", registry.card, name="card"),
    path("nurseries/<int:pk>/edit/", registry.edit, name="edit"),
    path("nurseries/<int:pk>/staff/", staff.staff, name="staff"),
    path("nurseries/<int:pk>/staff/<int:appointment>/end/", staff.dismiss, name="dismiss"),
    path("nurseries/import/", imports.hand_in, name="import"),
    path("nurseries/import/template/", imports.template, name="import_template"),
    path("nurseries/import/<int:pk>/", imports.check, name="import_check"),
    path("nurseries/import/<int:pk>/confirm/", imports.confirm, name="import_confirm"),
    path("nurseries/import/<int:pk>/give-up/", imports.give_up, name="import_give_up"),
    path("nurseries/import/<int:pk>/sheet/", imports.sheet, name="import_sheet"),
]
