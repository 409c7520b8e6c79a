from django.urls import path

from supervision.views import titles

app_name = "supervision"
urlpatterns = [
    path("supervision/", titles.titles, name="titles"),
    path("supervision/titles/<int:pk>/", titles.title, name="title"),
    path("supervision/titles/<int:pk>/rectify/", titles.order_rectification, name="rectify"),
    path("supervision/titles/<int:pk>/revoke/", titles.revoke, name="revoke"),
    path("supervision/orders/<int:pk>/", titles.order, name="order"),
]
