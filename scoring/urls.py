from django.urls import path

from scoring.views import drafts, evidence, rubric_imports, rubrics, saving, sheet

app_name = "scoring"
urlpatterns = [
    path("scoring/", rubrics.rubrics, name="rubrics"),
    path("scoring/new/", rubrics.new, name="new_rubric"),
    path("scoring/imports/", rubric_imports.hand_in, name="import_rubric"),
    path("scoring/imports/<int:pk>/", rubric_imports.check, name="rubric_import"),
    path("scoring/imports/<int:pk>/confirm/", rubric_imports.confirm, name="confirm_import"),
    path("scoring/imports/<int:pk>/give-up/", rubric_imports.give_up, name="give_up_import"),
    path("scoring/<int:pk>/", rubrics.rubric, name="rubric"),
    path("scoring/<int:pk>/export/", rubrics.export, name="export_rubric"),
    path("scoring/<int:pk>/differences/", rubrics.compared, name="compared"),
    path("scoring/<int:pk>/copy/", rubrics.copy, name="copy_rubric"),
    path("scoring/<int:pk>/publish/", rubrics.publish, name="publish_rubric"),
    path("scoring/<int:pk>/discard/", rubrics.discard, name="discard_draft"),
    path("scoring/<int:pk>/head/", drafts.head, name="rubric_head"),
    path("scoring/<int:pk>/sections/new/", drafts.section, name="new_section"),
    path("scoring/<int:pk>/sections/<int:section_id>/", drafts.section, name="section"),
    path(
        "scoring/<int:pk>/sections/<int:section_id>/move/",
        drafts.move_section,
        name="move_section",
    ),
    path(
        "scoring/<int:pk>/sections/<int:section_id>/delete/",
        drafts.delete_section,
        name="delete_section",
    ),
    path("scoring/<int:pk>/indicators/new/", drafts.indicator, name="new_indicator"),
    path("scoring/<int:pk>/indicators/<int:indicator_id>/", drafts.indicator, name="indicator"),
    path(
        "scoring/<int:pk>/indicators/<int:indicator_id>/move/",
        drafts.move_indicator,
        name="move_indicator",
    ),
    path(
        "scoring/<int:pk>/indicators/<int:indicator_id>/delete/",
        drafts.delete_indicator,
        name="delete_indicator",
    ),
    path("sheets/<int:pk>/", sheet.sheet, name="sheet"),
    path("sheets/<int:pk>/whole/", sheet.whole, name="whole"),
    path("sheets/<int:pk>/sections/<str:code>/", saving.save_section, name="save_section"),
    path("sheets/<int:pk>/marks/<int:indicator_id>/", saving.save_mark, name="save_mark"),
    path(
        "sheets/<int:pk>/marks/<int:indicator_id>/evidence/",
        evidence.add_evidence,
        name="add_evidence",
    ),
    path("sheets/<int:pk>/marks/<int:indicator_id>/files/", evidence.files_of_mark, name="files"),
    path("evidence/<int:pk>/", evidence.evidence, name="evidence"),
    path("evidence/<int:pk>/thumbnail/", evidence.thumbnail, name="thumbnail"),
    path("evidence/<int:pk>/delete/", evidence.remove_evidence, name="remove_evidence"),
]
