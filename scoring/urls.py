from django.urls import path

from scoring.views import evidence, rubrics, saving, sheet

app_name = "scoring"
urlpatterns = [
    path("scoring/", rubrics.rubrics, name="rubrics"),
    path("scoring/<int:pk>/", rubrics.rubric, name="rubric"),
    path("sheets/<int:pk>/", sheet.sheet, name="sheet"),
    path("sheets/<int:pk>/whole/", sheet.whole, name="whole"),
    path("sheets/<int:pk>/sections/<str:code>/", saving.save_section, name="save_section"),
    path("sheets/<int:pk>/marks/<int:indicator_id>/", saving.save_mark, name="save_mark"),
    path(
        "sheets/<int:pk>/marks/<int:indicator_id>/evidence/",
        evidence.add_evidence,
        name="add_evidence",
    ),
    path("evidence/<int:pk>/", evidence.evidence, name="evidence"),
    path("evidence/<int:pk>/delete/", evidence.remove_evidence, name="remove_evidence"),
]
