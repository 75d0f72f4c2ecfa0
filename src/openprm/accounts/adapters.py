"""Where the sign-in library asks us: who may come in, how often somebody may be wrong, and what is noted."""

import base64
import hashlib
from typing import Any

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from openprm.accounts import actors, jobs, limits, services
from openprm.accounts.events import SignedIn
from openprm.accounts.models import Person, normalised
from openprm.kernel import context, events
from openprm.kernel.access import Actor
from openprm.kernel.throttle import Throttle


class SignInAdapter(DefaultAccountAdapter):
    """Signing in with a password, and everything around it."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("E-mail or password is wrong. Try again, or ask for a new password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs themselves up: people are invited."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt, and refuse it when there were too many, before looking at the password."""
        email = normalised(credentials.get("email", ""))
        allowance = limits.try_password(email)
        if not allowance.allowed:
            raise too_many(allowance)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Return the person whose password this is; note what was refused."""
        person = super().authenticate(request, **credentials)
        email = normalised(credentials.get("email", ""))
        if person is None:
            jobs.note_refusal.defer(email=email, reason="wrong_password")
        else:
            limits.password_was_right(email)
        return person

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Say whether this is the password of somebody who is signed in; counted like a sign-in."""
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def pre_login(self, request: HttpRequest, user: Any, **details: Any) -> HttpResponse | None:
        """Turn away those whose access has ended; only somebody with the right password gets here."""
        if not actors.has_access(user):
            jobs.note_refusal.defer(email=user.email, reason="no_access")
            return render(request, "account/account_inactive.html", status=403)
        return None

    def post_login(self, request: HttpRequest, user: Any, **details: Any) -> HttpResponse:
        """Note that somebody signed in, and how."""
        response: HttpResponse = super().post_login(request, user, **details)
        fact = SignedIn(method=_method(request, user))
        events.announce(fact, about=user, by=actors.of(user), at=timezone.now())
        return response

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Lead people to the pages of their side."""
        return home_of(actors.of(request.user)) if isinstance(request.user, Person) else settings.LOGIN_URL

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Lead back to the sign-in page."""
        return settings.LOGIN_URL

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Lead back to one's account."""
        return "/account/"

    def set_password(self, user: Any, password: str) -> None:
        """Change a password as its owner."""
        how = "changed" if self.request.user.is_authenticated else "reset"
        services.set_password(person=user, password=password, how=how, by=actors.of(user), at=timezone.now())

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the network address for the list of sessions; never a reason to refuse."""
        return get_client_ip(request) or "::"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: our jobs write the letters."""

    def send_notification_mail(self, *args: Any, **details: Any) -> None:
        """Send nothing: our receivers follow our events."""


class SecondStepAdapter(DefaultMFAAdapter):
    """Authenticator apps and passkeys; their secrets are kept encrypted."""

    def encrypt(self, text: str) -> str:
        """Return what is stored of a secret."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret; a wrong key yields none that fits."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return ""

    def get_totp_issuer(self) -> str:
        """Return the name an authenticator app shows."""
        return context.brand().name

    def _get_site_name(self) -> str:
        return context.brand().name

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """Name the person in their passkey store."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return {**entity, "name": user.email, "display_name": user.name or user.email}


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Signing in by the company's identity provider: for people who are here already, or invited."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Strangers stay outside."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Connect the identity with the person of the same address, which the provider must vouch for."""
        if sociallogin.is_existing:
            return
        addresses = [normalised(found.email) for found in sociallogin.email_addresses if found.verified]
        person = self._person(addresses, sociallogin)
        if person is None:
            raise ImmediateHttpResponse(render(request, "account/stranger.html", status=403))
        sociallogin.connect(request, person)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> None:
        """Say in words that it did not work, and offer the other ways in."""
        raise ImmediateHttpResponse(unreachable(request) if _is_down(exception) else failed(request))

    @staticmethod
    def _person(addresses: list[str], sociallogin: Any) -> Person | None:
        name = str((sociallogin.account.get_provider_account().get_user_data() or {}).get("name", ""))
        for address in addresses:
            person = Person.objects.filter(email=address).first()
            person = person or services.accept_verified(email=address, name=name, at=timezone.now())
            if person is not None:
                return person
        return None


def home_of(actor: Actor) -> str:
    """Return where somebody starts."""
    return "/portal/" if actor.is_partner else "/console/"


def too_many(allowance: Throttle) -> ValidationError:
    """Return the refusal for somebody who was wrong too often."""
    minutes = -(-allowance.retry_after // 60)
    return ValidationError(
        ngettext(
            "Too many attempts for this account. Try again in %(minutes)s minute, or ask for a new password.",
            "Too many attempts for this account. Try again in %(minutes)s minutes, or ask for a new password.",
            minutes,
        )
        % {"minutes": minutes},
        code="too_many",
        params={"retry_after": allowance.retry_after},
    )


def unreachable(request: HttpRequest) -> HttpResponse:
    """Say that the identity provider does not answer."""
    response = render(request, "account/provider_down.html", {"down": True}, status=503)
    response["Retry-After"] = "60"
    return response


def failed(request: HttpRequest) -> HttpResponse:
    """Say that the identity provider refused or was left."""
    return render(request, "account/provider_down.html", {"down": False}, status=403)


def _is_down(exception: Any) -> bool:
    return isinstance(exception, requests.RequestException)


def _method(request: HttpRequest, person: Person) -> str:
    """Return how somebody signed in, from the library's record of steps."""
    records = get_authentication_records(request, person)
    words = {"password": "password", "socialaccount": "single sign-on", "mfa": "code", "demo": "demo"}
    said = ["passkey" if record.get("passwordless") else words.get(record["method"], "other") for record in records]
    return " + ".join(dict.fromkeys(said)) or "other"


def _cipher() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(f"openprm second step {secret!s}".encode()).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
