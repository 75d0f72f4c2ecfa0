"""The pages before somebody is known: sign-in, invitation, single sign-on, the personas of the demo."""

from typing import Any

import requests
from allauth.account import views as account_views
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.mfa.base import views as mfa_views
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.openid_connect import views as openid_views
from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from openprm.accounts import forms, personas, services
from openprm.accounts.adapters import unreachable
from openprm.accounts.models import Invitation, Person, normalised
from openprm.accounts.views.shared import explain
from openprm.kernel.errors import Invalid, Problem

TOO_MANY = "too_many"


class _SaysSo:
    """Answers a form that was not accepted with 422, and with 429 when there were too many attempts."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Render the form with its errors."""
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        errors = [error for listed in form.errors.as_data().values() for error in listed]
        over = next((error for error in errors if error.code == TOO_MANY), None)
        response.status_code = 429 if over else 422
        if over and over.params:
            response["Retry-After"] = str(over.params["retry_after"])
        return response


class SignIn(_SaysSo, account_views.LoginView):
    """E-mail and password, and the other ways in."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add single sign-on and, in the demo, the personas."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        providers = get_adapter().list_providers(self.request)
        return {**context, "providers": providers, "persona_groups": personas.by_side()}


class Reauthenticate(_SaysSo, account_views.ReauthenticateView):
    """The password again, before something sensitive."""


class SecondStep(_SaysSo, mfa_views.AuthenticateView):
    """The code or passkey after the password."""


class SecondStepAgain(_SaysSo, mfa_views.ReauthenticateView):
    """The code again, before something sensitive."""


class AskReset(_SaysSo, account_views.PasswordResetView):
    """Where to send the link for a new password."""


class Reset(_SaysSo, account_views.PasswordResetFromKeyView):
    """A new password, by the link from the letter."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Let somebody who was invited choose name and password, and come in."""
    now = timezone.now()
    try:
        row = services.open_invitation(secret, at=now)
    except Problem:
        return render(request, "accounts/invitation_over.html", status=410)
    form = forms.Accept(request.POST or None, initial={"name": row.name})
    if request.method == "POST" and form.is_valid():
        try:
            person = services.accept_invitation(secret=secret, at=now, **form.cleaned_data)
        except Invalid as problem:
            explain(form, problem)
        else:
            return _come_in(request, person, "password")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "accounts/invitation.html", _invited(row, form), status=status)


@never_cache
def single_sign_on(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Go to the identity provider; say so when it does not answer."""
    try:
        response: HttpResponse = openid_views.login(request, provider_id)
    except (requests.RequestException, KeyError, ValueError):
        return unreachable(request)
    return response


@never_cache
def single_sign_on_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Come back from the identity provider."""
    try:
        response: HttpResponse = openid_views.callback(request, provider_id)
    except (requests.RequestException, KeyError, ValueError):
        return unreachable(request)
    return response


@require_POST
def demo(request: HttpRequest, key: str) -> HttpResponse:
    """Come in as a persona of the demo; there is no such page outside of it."""
    persona = personas.known().get(key)
    person = Person.objects.able().filter(email=normalised(persona.email)).first() if persona else None
    if person is None:
        raise Http404
    return _come_in(request, person, "demo")


def closed(request: HttpRequest) -> HttpResponse:
    """Say how one joins."""
    return render(request, "account/signup_closed.html")


def _come_in(request: HttpRequest, person: Person, method: str) -> HttpResponse:
    if request.user.is_authenticated:
        logout(request)
    record_authentication(request, person, method)
    wanted = get_next_redirect_url(request)  # None where it leads elsewhere
    return perform_login(request, Login(user=person, redirect_url=wanted)) or redirect(settings.LOGIN_URL)


def _invited(row: Invitation, form: forms.Accept) -> dict[str, Any]:
    return {"invitation": row, "form": form, "company": str(row.partner or "")}
