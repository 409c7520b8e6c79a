from django.urls import path

from documents import views

app_name = "documents"
urlpatterns = [
    path("documents/", views.documents, name="documents"),
    path("documents/<int:pk>/", views.document, name="document"),
    path("documents/request/", views.request_form, name="request"),
    path("documents/jobs/<int:pk>/", views.job, name="job"),
    path("documents/summary/<int:cycle>/", views.summary, name="summary"),
]
