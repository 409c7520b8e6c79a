from django.urls import path

from publicity.views import calendar, notices, objections, public, titles

app_name = "publicity"
urlpatterns = [
    path("notices/", public.notices, name="notices"),
    path("notices/<int:pk>/", public.notice, name="notice"),
    path("notices/<int:pk>/entries/<int:entry>/object/", public.object_to, name="object"),
    path("objections/", public.receipts, name="receipts"),
    path("objections/<str:receipt>/", public.receipt, name="receipt"),
    path("titles/", titles.titles, name="titles"),
    path("titles/export/", titles.export, name="export"),
    path("titles/<int:pk>/", titles.title, name="title"),
    path("desk/notices/", notices.desk_notices, name="desk_notices"),
    path("desk/notices/new/", notices.compose, name="compose"),
    path("desk/notices/<int:pk>/", notices.desk_notice, name="desk_notice"),
    path("desk/notices/<int:pk>/edit/", notices.edit_notice, name="edit_notice"),
    path("desk/notices/<int:pk>/conclude/", notices.conclude_notice, name="conclude"),
    path("desk/notices/<int:pk>/award-held/", notices.award_held, name="award_held"),
    path("desk/objections/", objections.objections, name="objections"),
    path("desk/objections/<int:pk>/", objections.objection, name="objection"),
    path("desk/objections/<int:pk>/evidence/<int:file>/", objections.evidence, name="evidence"),
    path("desk/calendar/", calendar.calendar, name="calendar"),
    path("desk/calendar/days/<int:pk>/drop/", calendar.drop_override, name="drop_override"),
    path("desk/calendar/<int:year>/confirm/", calendar.confirm_plan, name="confirm_plan"),
    path("desk/calendar/<int:year>/withdraw/", calendar.withdraw_plan, name="withdraw_plan"),
]
