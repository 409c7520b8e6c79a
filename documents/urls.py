from django.urls import path

from documents.views import archives, documents, packages, seals, texts, verification

app_name = "documents"
urlpatterns = [
    path("verify/", verification.verify, name="verify"),
    path("verify/<str:code>/", verification.verified, name="verified"),
    path("archives/", archives.archives, name="archives"),
    path("archives/<int:pk>/", archives.archive, name="archive"),
    path("archives/<int:pk>/compile/", archives.compile_archive, name="compile_archive"),
    path("documents/", documents.documents, name="documents"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("documents/public/<int:pk>/", documents.public_document, name="public"),
    path("documents/request/", documents.request_form, name="request"),
    path("documents/jobs/<int:pk>/", documents.job, name="job"),
    path("documents/summary/<int:cycle>/", documents.summary, name="summary"),
    path("documents/summary/<int:cycle>/pack/", packages.pack, name="pack"),
    path("documents/packages/<int:pk>/", packages.package, name="package"),
    path("documents/packages/<int:pk>/take/", packages.take_package, name="take_package"),
    path("documents/packages/<int:pk>/file/", packages.package_file, name="package_file"),
    path("documents/seals/", seals.seals, name="seals"),
    path("documents/seals/<int:pk>/", seals.body, name="body"),
    path("documents/seals/<int:pk>/seal/", seals.use_seal, name="use_seal"),
    path("documents/seals/<int:pk>/certificate/", seals.use_certificate, name="use_certificate"),
    path("documents/seals/<int:pk>/end/<slug:what>/", seals.end, name="end"),
    path("documents/seals/<int:pk>/sample/", seals.sample, name="sample"),
    path("documents/seals/pictures/<int:pk>/", seals.picture, name="seal_picture"),
    path("documents/texts/", texts.wordings, name="wordings"),
    path("documents/texts/<slug:kind>/", texts.texts, name="texts"),
    path("documents/texts/<slug:kind>/history/", texts.history, name="history"),
    path("documents/texts/<slug:kind>/preview/", texts.preview, name="preview"),
]
