"""One's own account: details, sessions, tokens, and leaving a view as a partner."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from openprm.accounts import forms, services
from openprm.accounts.actors import EVERYTHING, VIEWING
from openprm.accounts.models import ApiToken, Person
from openprm.accounts.views.browsers import browser_name
from openprm.accounts.views.shared import explain, framed
from openprm.kernel import web
from openprm.kernel.access import Permission, permissions
from openprm.kernel.errors import Missing, Problem
from openprm.kernel.http import Request
from openprm.kernel.ui.toasts import toast

BOTH = ("GET", "POST")


def me(request: Request) -> Person:
    """Return the person who is signed in."""
    person = request.user
    if not isinstance(person, Person):
        raise Missing(_("Sign in as a person to see this page."))
    return person


@web.page(side="both", methods=BOTH)
def account(request: Request) -> HttpResponse:
    """Show and change one's details."""
    person = me(request)
    form = forms.Details(
        request.POST or None, initial={name: getattr(person, name) for name in forms.Details.base_fields}
    )
    if request.method == "POST" and form.is_valid():
        services.change_details(person=person, by=request.actor, at=timezone.now(), **form.cleaned_data)
        toast(request, _("Saved."))
        return redirect("account")
    return _page(request, "accounts/account.html", {"form": form, "person": person}, form)


@web.page(side="both")
def sessions(request: Request) -> HttpResponse:
    """List where one is signed in."""
    person = me(request)
    rows = sorted(UserSession.objects.purge_and_list(person), key=lambda row: row.last_seen_at, reverse=True)
    listed = [(row, browser_name(row.user_agent)) for row in rows]
    return _page(request, "accounts/sessions.html", {"sessions": listed, "person": person})


@web.page(side="both", methods=("POST",))
def end_session(request: Request, pk: int) -> HttpResponse:
    """Sign out one other browser."""
    session = get_object_or_404(UserSession.objects.filter(user=me(request)), pk=pk)
    session.end()
    toast(request, _("That browser is signed out."))
    return redirect("usersessions_list")


@web.page(side="both", methods=("POST",))
def end_sessions(request: Request) -> HttpResponse:
    """Sign out everywhere but here."""
    person = services.end_sessions(person=me(request), by=request.actor, at=timezone.now())
    UserSession.objects.filter(user=person).exclude(session_key=request.session.session_key).delete()
    update_session_auth_hash(request, person)
    UserSession.objects.create_from_request(request)
    toast(request, _("You are signed out everywhere else."))
    return redirect("usersessions_list")


@web.page(side="both", methods=BOTH)
def tokens(request: Request) -> HttpResponse:
    """List one's API tokens, and make one; its secret is shown on this answer alone."""
    person = me(request)
    form = forms.Token(request.POST or None, permissions=grantable(request))
    verbs = form.fields["verbs"]
    verbs.choices = [(EVERYTHING, _("Everything I may do")), *verbs.choices]  # type: ignore[attr-defined]
    made: tuple[ApiToken, str] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_token(by=request.actor, at=timezone.now(), **chosen(form))
        except Problem as problem:
            explain(form, problem)
    listed = ApiToken.objects.filter(person=person).order_by("-created_at")
    context = {"form": form, "tokens": listed, "made": made, "now": timezone.now()}
    return _page(request, "accounts/tokens.html", context, form)


@web.page(side="both", methods=("POST",))
def revoke(request: Request, pk: UUID) -> HttpResponse:
    """End one of one's tokens."""
    token = get_object_or_404(ApiToken.objects.filter(person=me(request)), pk=pk)
    services.revoke_token(token=token, by=request.actor, at=timezone.now())
    toast(request, _("The token “%(name)s” opens nothing any more.") % {"name": token.name})
    return redirect("account_tokens")


@require_POST
def stop_viewing(request: Request) -> HttpResponse:
    """Leave the view as a partner; the one thing a viewer may post."""
    partner = request.session.pop(VIEWING, None)
    try:
        return redirect(reverse("console:partner", args=[partner])) if partner else redirect("start")
    except NoReverseMatch:
        return redirect("/console/")


@web.page("partners.view_as", side="console", methods=("POST",))
def start_viewing(request: Request, partner: UUID) -> HttpResponse:
    """Look at the portal as a partner."""
    from django.apps import apps

    row = get_object_or_404(apps.get_model("partners", "Partner"), pk=partner)
    services.start_viewing(partner=row, by=request.actor, at=timezone.now())
    request.session[VIEWING] = str(row.pk)
    return redirect("/portal/")


def grantable(request: Request) -> list[Permission]:
    """Return the permissions that the reader could put into a token."""
    return [permission for verb, permission in sorted(permissions.items()) if request.actor.may(verb)]


def chosen(form: forms.Token) -> dict[str, Any]:
    """Return what a token's form says, for the service; a day lasts to its end."""
    values = form.cleaned_data
    day = values["expires_on"]
    until = timezone.make_aware(datetime.combine(day, time.max)) if day else None
    return {"name": values["name"], "verbs": values["verbs"], "expires_at": until}


def _page(request: Request, template: str, context: dict[str, Any], form: Any = None) -> HttpResponse:
    status = 422 if form is not None and form.is_bound and form.errors else 200
    return render(request, template, framed(request.actor, context), status=status)
