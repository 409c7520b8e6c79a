from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts import access, proof, services
from accounts.forms import LoginForm, PasswordForm
from workflow import clock


class Login(auth.LoginView):
    """Django's own, with a second step for whoever set one up.

    It would put its `site` in the place of the portal's.
    """

    def form_valid(self, form: LoginForm) -> HttpResponseBase:  # type: ignore[override]
        user: Any = form.get_user()
        if not settings.SECOND_FACTOR or services.device_of(user) is None:
            return super().form_valid(form)
        proof.password_given(self.request.session, user, at=clock.real())
        return access.lead_to("second", self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        del context["site"], context["site_name"]
        return context


login = access.public(why="the door itself")(
    Login.as_view(
        template_name="accounts/login.html",
        authentication_form=LoginForm,
        redirect_authenticated_user=True,
    )
)

logout = access.public(why="leaving needs no permission")(require_POST(auth.LogoutView.as_view()))


@access.signed_in
def password(request: access.SignedRequest) -> HttpResponse:
    """Change one's own password; the first one has to be changed before anything else."""
    form = PasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.change_password(request.user, form.cleaned_data["new_password1"], at=clock.now())
        update_session_auth_hash(request, request.user)
        messages.success(request, "密码已修改。")
        return redirect(access.onward(request))
    return render(request, "accounts/password.html", {"form": form})
