"""The people one manages: the vendor's list of everybody, and a partner's colleagues."""

from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.accounts import forms, policies, services
from openprm.accounts.models import ApiToken, Invitation, Person, Role
from openprm.accounts.views.account import chosen, grantable
from openprm.accounts.views.shared import draw, explain, framed, url
from openprm.kernel import access
from openprm.kernel.access import Actor
from openprm.kernel.errors import Missing, Problem
from openprm.kernel.events.models import Event
from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, Empty, Filter, Table, Toggle
from openprm.kernel.ui.toasts import toast


def _role_choices(request: Request) -> list[tuple[str, str]]:
    roles = Role.objects.filter(side="partner") if request.actor.is_partner else Role.objects.all()
    return list({role.key: str(role) for role in roles}.items())


def _table(actor: Actor) -> Table:
    vendor = not actor.is_partner
    company = [
        Column("company", gettext_lazy("Company"), cell=lambda row: str(row.partner or ""), sort="partner__name")
    ]
    sides = [("vendor", gettext_lazy("Own team")), ("partner", gettext_lazy("Partners"))]
    side = [Filter("side", gettext_lazy("Works for"), choices=sides, apply=_by_side)]
    return Table(
        columns=[
            Column("name", gettext_lazy("Name"), cell="accounts/_name.html", sort="name", link=True, csv="name"),
            *(company if vendor else []),
            Column("email", gettext_lazy("E-mail"), sort="email", from_width="tablet"),
            Column("roles", gettext_lazy("Roles"), cell=lambda row: [str(role) for role in row.roles.all()]),
            Column("last_seen_at", gettext_lazy("Last seen"), sort="last_seen_at", from_width="desktop"),
        ],
        filters=[
            *(side if vendor else []),
            Filter("role", gettext_lazy("Role"), choices=_role_choices, apply=_by_role),
            Toggle("ended", gettext_lazy("Access ended"), apply=lambda rows: rows.filter(is_active=False)),
        ],
        search=["name__icontains", "email__icontains"],
        search_hint=gettext_lazy("Name or e-mail"),
        default_sort="name",
        row_url=lambda row: url(actor, "person", row.pk),
        empty=Empty(
            "users",
            gettext_lazy("Nobody here yet"),
            gettext_lazy("Invite colleagues; they choose their own password."),
            action=gettext_lazy("Invite somebody"),
            url=url(actor, "person_invite"),
            permission=policies.MANAGE,
        ),
        export_name="people",
        live="person",
    )


def listing(request: Request) -> HttpResponse:
    """List the people one may see, and the invitations under way."""
    actor: Actor = request.actor
    rows = _mine(actor).select_related("partner").prefetch_related("roles")
    context = {"invitations": _waiting(actor), "may_invite": actor.may(policies.MANAGE) and not actor.read_only}
    return _table(actor).response(request, rows, "accounts/people.html", framed(actor, context))


def person(request: Request, pk: UUID) -> HttpResponse:
    """Show one person: what they may do, where they are signed in, what happened."""
    actor: Actor = request.actor
    row = _one(actor, pk)
    with access.as_system():
        manageable = policies.may_manage(actor, row)
        held = list(row.roles.all())
        context = {
            "person": row,
            "roles": held,
            "manageable": manageable,
            "access": _access(row) if manageable else None,
            "form": _roles_form(actor, row, held) if manageable else None,
            "history": _history(actor, row) if manageable else [],
        }
    return draw(request, "accounts/person.html", context)


def invite(request: Request, partner: UUID | None = None) -> HttpResponse:
    """Invite somebody to one's own company, or (the vendor) to a partner."""
    actor: Actor = request.actor
    wanted = request.GET.get("partner", "")
    if partner is None and actor.is_vendor and wanted:
        return redirect("console:partner_person_invite", _uuid(wanted))
    company = _company(actor, partner)
    form = forms.Invite(request.POST or None, roles=_givable(actor, "partner" if company else "vendor"))
    allowed = policies.may_invite_to(actor, company.pk if company else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.invite(partner=company, by=actor, at=timezone.now(), **form.cleaned_data)
        except Problem as problem:
            explain(form, problem)
        else:
            toast(request, _("An invitation is on its way to %(email)s.") % {"email": form.cleaned_data["email"]})
            return redirect(url(actor, "people"))
    partners = _partners_to_choose(actor, company)
    context = {"form": form if allowed else None, "company": company, "partners": partners}
    return draw(request, "accounts/invite.html", context, status=422 if form.errors else 200)


def change_roles(request: Request, pk: UUID) -> HttpResponse:
    """Give a person exactly the ticked roles."""
    actor: Actor = request.actor
    row = _one(actor, pk)
    services.change_roles(person=row, roles=request.POST.getlist("roles"), by=actor, at=timezone.now())
    toast(request, _("The roles of %(name)s are changed; they hold from the next click.") % {"name": row})
    return redirect(url(actor, "person", row.pk))


def deactivate(request: Request, pk: UUID) -> HttpResponse:
    """End a person's access."""
    actor: Actor = request.actor
    row = services.deactivate(person=_one(actor, pk), by=actor, at=timezone.now())
    undo = url(actor, "person_reactivate", row.pk)
    toast(request, _("%(name)s is signed out and cannot sign in any more.") % {"name": row}, undo=undo)
    return redirect(url(actor, "person", row.pk))


def reactivate(request: Request, pk: UUID) -> HttpResponse:
    """Give access back."""
    actor: Actor = request.actor
    row = services.reactivate(person=_one(actor, pk), by=actor, at=timezone.now())
    toast(request, _("%(name)s can sign in again.") % {"name": row})
    return redirect(url(actor, "person", row.pk))


def sign_out(request: Request, pk: UUID) -> HttpResponse:
    """Sign a person out everywhere."""
    actor: Actor = request.actor
    row = services.end_sessions(person=_one(actor, pk), by=actor, at=timezone.now())
    toast(request, _("%(name)s is signed out everywhere.") % {"name": row})
    return redirect(url(actor, "person", row.pk))


def resend(request: Request, pk: UUID) -> HttpResponse:
    """Send an invitation's letter again."""
    actor: Actor = request.actor
    row = services.resend(invitation=_invitation(actor, pk), by=actor, at=timezone.now())
    toast(request, _("A new letter is on its way to %(email)s.") % {"email": row.email})
    return redirect(url(actor, "people"))


def revoke_invitation(request: Request, pk: UUID) -> HttpResponse:
    """Take an invitation back."""
    actor: Actor = request.actor
    row = services.revoke_invitation(invitation=_invitation(actor, pk), by=actor, at=timezone.now())
    toast(request, _("The invitation of %(email)s is taken back.") % {"email": row.email})
    return redirect(url(actor, "people"))


def clients(request: Request) -> HttpResponse:
    """List the API clients of one's company, and make one; its secret is shown on this answer alone."""
    actor: Actor = request.actor
    form = forms.Token(request.POST or None, permissions=grantable(request))
    made: tuple[ApiToken, str] | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_client(by=actor, at=timezone.now(), **chosen(form))
        except Problem as problem:
            explain(form, problem)
    rows = policies.tokens_of(actor).filter(person=None)
    context = {"form": form, "tokens": rows, "made": made, "now": timezone.now()}
    return draw(request, "accounts/clients.html", context, status=422 if form.errors else 200)


def revoke_client(request: Request, pk: UUID) -> HttpResponse:
    """End an API client."""
    actor: Actor = request.actor
    row = get_object_or_404(policies.tokens_of(actor).filter(person=None), pk=pk)
    services.revoke_token(token=row, by=actor, at=timezone.now())
    toast(request, _("The client “%(name)s” opens nothing any more.") % {"name": row.name})
    return redirect(url(actor, "clients"))


def _mine(actor: Actor) -> QuerySet[Person]:
    rows = policies.visible_to(actor)
    return rows.filter(partner_id=actor.partner_id) if actor.partner_id else rows


def _one(actor: Actor, pk: UUID) -> Person:
    return get_object_or_404(_mine(actor).select_related("partner"), pk=pk)


def _invitation(actor: Actor, pk: UUID) -> Invitation:
    return get_object_or_404(policies.invitations_of(actor), pk=pk)


def _waiting(actor: Actor) -> list[Invitation]:
    rows = policies.invitations_of(actor).filter(accepted_at=None, revoked_at=None)
    return list(rows.select_related("partner").prefetch_related("roles")[:50])


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Missing(_("There is no such partner among those you manage.")) from error


def _company(actor: Actor, partner: UUID | None) -> Any:
    from django.apps import apps

    wanted = actor.partner_id if actor.is_partner else partner
    if wanted is None:
        return None
    company = apps.get_model("partners", "Partner")._default_manager.filter(pk=wanted).first()
    if company is None or not policies.may_invite_to(actor, wanted):
        raise Missing(_("There is no such partner among those you manage."))
    return company


def _partners_to_choose(actor: Actor, company: Any) -> list[Any]:
    from django.apps import apps

    if actor.is_partner or company is not None:
        return []
    rows = apps.get_model("partners", "Partner")._default_manager.filter(policies.may_invite_to_these(actor))
    return list(rows.order_by("name")[:500])


def _givable(actor: Actor, side: str) -> list[Role]:
    return [role for role in Role.objects.filter(side=side) if policies.may_give(actor, role)]


def _roles_form(actor: Actor, row: Person, held: list[Role]) -> forms.Roles:
    choices = [role for role in Role.objects.filter(side=row.side) if role in held or policies.may_give(actor, role)]
    return forms.Roles(roles=choices, initial={"roles": [role.key for role in held]})


def _access(row: Person) -> dict[str, Any]:
    steps = set(Authenticator.objects.filter(user_id=row.pk).values_list("type", flat=True))
    return {
        "sessions": UserSession.objects.filter(user_id=row.pk).count(),
        "tokens": list(ApiToken.objects.filter(person=row, revoked_at=None)),
        "app": "totp" in steps,
        "passkey": "webauthn" in steps,
    }


def _history(actor: Actor, row: Person) -> list[dict[str, Any]]:
    events = Event.objects.filter(subject_id=row.pk)
    if actor.is_partner:
        events = events.filter(shared=True)
    return [
        {"at": event.at, "title": event.type.label, "actor": event.actor_name, "icon": "point"}
        for event in events.order_by("-at")[:15]
    ]


def _by_side(rows: QuerySet[Person], values: list[str]) -> QuerySet[Person]:
    return rows.filter(partner__isnull="vendor" in values)


def _by_role(rows: QuerySet[Person], values: list[str]) -> QuerySet[Person]:
    held = Person.roles.through.objects.filter(role__key__in=values)
    return rows.filter(pk__in=held.values("person_id"))
