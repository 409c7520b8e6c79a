from django.urls import path

from accounts.views import account, people, posts, second_factor, security, session

urlpatterns = [
    path("login/", session.login, name="login"),
    path("login/second/", second_factor.second, name="second"),
    path("login/confirm/", second_factor.confirm, name="confirm"),
    # The technical back office has no door of its own, which would ask for the password only.
    path("admin/login/", session.login),
    path("logout/", session.logout, name="logout"),
    path("password/", session.password, name="password"),
    path("account/", account.account, name="account"),
    path("account/factor/", account.factor, name="factor"),
    path("account/remove-factor/", account.remove_factor, name="remove_factor"),
    path("account/codes/", account.codes, name="recovery_codes"),
    path("people/", people.people, name="people"),
    path("people/new/", people.new, name="person_new"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/edit/", people.edit, name="person_edit"),
    path("people/<int:pk>/deactivate/", people.deactivate, name="person_deactivate"),
    path("people/<int:pk>/reactivate/", people.reactivate, name="person_reactivate"),
    path("people/<int:pk>/reset/", people.reset, name="person_reset"),
    path("people/<int:pk>/factor/", people.reset_factor, name="person_factor"),
    path("people/<int:pk>/appoint/", posts.appoint, name="appoint"),
    path("people/<int:pk>/posts/<int:post>/end/", posts.end, name="end_post"),
    path("security/", security.security, name="security"),
    path("security/unlock/", security.unlock, name="unlock"),
]
