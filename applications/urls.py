from django.urls import path

from applications.views import desk, expert, file, nursery, province

app_name = "applications"

urlpatterns = [
    path("applications/", nursery.applications, name="list"),
    path("applications/new/", nursery.new, name="new"),
    path("applications/<int:pk>/", file.application, name="application"),
    path("applications/<int:pk>/form/", nursery.form, name="form"),
    path("applications/<int:pk>/field/", nursery.field, name="field"),
    path("applications/<int:pk>/check/", nursery.check, name="check"),
    path("applications/<int:pk>/panel/", province.panel, name="panel"),
    path(
        "applications/<int:pk>/reviews/<slug:step>/start/", file.start_review, name="start_review"
    ),
    path(
        "applications/<int:pk>/reviews/<int:review_pk>/finish/",
        file.finish_review,
        name="finish_review",
    ),
    path(
        "applications/<int:pk>/reviews/<int:review_pk>/unassign/",
        province.unassign,
        name="unassign",
    ),
    path(
        "applications/<int:pk>/reviews/<int:review_pk>/visit/",
        expert.record_visit,
        name="record_visit",
    ),
    path("desk/", desk.desk, name="desk"),
    path("desk/export/", desk.desk_export, name="desk_export"),
    path("cycles/<int:pk>/decisions/", province.decisions, name="decisions"),
    path("cycles/<int:pk>/decisions/export/", province.decisions_export, name="decisions_export"),
    path("expert/", expert.tasks, name="expert"),
]
