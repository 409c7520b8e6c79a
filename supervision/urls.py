from django.urls import path

from supervision import views

app_name = "supervision"
urlpatterns = [
    path("supervision/", views.titles, name="titles"),
    path("supervision/titles/<int:pk>/", views.title, name="title"),
    path("supervision/titles/<int:pk>/rectify/", views.order_rectification, name="rectify"),
    path("supervision/titles/<int:pk>/revoke/", views.revoke, name="revoke"),
    path("supervision/orders/<int:pk>/", views.order, name="order"),
]
