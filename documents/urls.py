from django.urls import path

from documents.views import documents, texts

app_name = "documents"
urlpatterns = [
    path("documents/", documents.documents, name="documents"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("documents/public/<int:pk>/", documents.public_document, name="public"),
    path("documents/request/", documents.request_form, name="request"),
    path("documents/jobs/<int:pk>/", documents.job, name="job"),
    path("documents/summary/<int:cycle>/", documents.summary, name="summary"),
    path("documents/texts/", texts.wordings, name="wordings"),
    path("documents/texts/<slug:kind>/", texts.texts, name="texts"),
    path("documents/texts/<slug:kind>/history/", texts.history, name="history"),
    path("documents/texts/<slug:kind>/preview/", texts.preview, name="preview"),
]
