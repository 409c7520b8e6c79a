from django.urls import path

from accounts.views import people, posts, security, session

urlpatterns = [
    path("login/", session.login, name="login"),
    path("logout/", session.logout, name="logout"),
    path("password/", session.password, name="password"),
    path("people/", people.people, name="people"),
    path("people/new/", people.new, name="person_new"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/edit/", people.edit, name="person_edit"),
    path("people/<int:pk>/deactivate/", people.deactivate, name="person_deactivate"),
    path("people/<int:pk>/reactivate/", people.reactivate, name="person_reactivate"),
    path("people/<int:pk>/reset/", people.reset, name="person_reset"),
    path("people/<int:pk>/appoint/", posts.appoint, name="appoint"),
    path("people/<int:pk>/posts/<int:post>/end/", posts.end, name="end_post"),
    path("security/", security.security, name="security"),
    path("security/unlock/", security.unlock, name="unlock"),
]
