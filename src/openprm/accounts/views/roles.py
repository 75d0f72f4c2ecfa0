"""What roles may do, in the console."""

from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.accounts import forms, services
from openprm.accounts.models import ADMIN, Role, Side
from openprm.accounts.services.roles import SCOPES
from openprm.accounts.views.shared import draw, explain
from openprm.kernel.access import Actor, Permission, Scope
from openprm.kernel.declarations import features
from openprm.kernel.errors import Problem
from openprm.kernel.http import Request
from openprm.kernel.ui.toasts import toast

WORDS = {
    "vendor": {
        Scope.OWN: gettext_lazy("Own partners"),
        Scope.TEAM: gettext_lazy("Own and their team's"),
        Scope.ALL: gettext_lazy("Whole programme"),
    },
    "partner": {
        Scope.OWN: gettext_lazy("Own only"),
        Scope.TEAM: gettext_lazy("Own and their team's"),
        Scope.COMPANY: gettext_lazy("Whole company"),
    },
}


def listing(request: Request) -> HttpResponse:
    """List the roles of both sides, and make new ones."""
    actor: Actor = request.actor
    form = forms.NewRole(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            role = services.create_role(by=actor, at=timezone.now(), **form.cleaned_data)
        except Problem as problem:
            explain(form, problem)
        else:
            return redirect("console:role", role.pk)
    roles = list(Role.objects.annotate(held_by=Count("people")))
    by_side = [  # not "groups", which the layout uses
        (label, [role for role in roles if role.side == side])
        for side, label in (("vendor", _("The vendor's team")), ("partner", _("Partners")))
    ]
    return draw(request, "accounts/roles.html", {"by_side": by_side, "form": form}, status=422 if form.errors else 200)


def role(request: Request, pk: UUID) -> HttpResponse:
    """Show a role's permissions, each with how far it reaches, and change them."""
    row = get_object_or_404(Role, pk=pk)
    if request.method == "POST":
        grants = {verb: word for verb, word in request.POST.items() if word and "." in verb}
        version = request.POST.get("version", "")
        services.change_grants(
            role=row,
            grants={verb: str(word) for verb, word in grants.items()},
            by=request.actor,
            at=timezone.now(),
            version=int(version) if version.isdecimal() else None,
        )
        toast(request, _("Saved. It holds from each person's next click."))
        return redirect("console:role", row.pk)
    context = {"role": row, "sections": _sections(row), "locked": row.key == ADMIN, "people": row.people.count()}
    return draw(request, "accounts/role.html", context)


def _sections(row: Role) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Return the permissions of the role's side by feature, each with its choices."""
    listed = [
        (
            feature.label,
            [_line(row, permission) for permission in feature.permissions if row.side in permission.sides()],
        )
        for feature in features.values()
    ]
    return [(label, lines) for label, lines in listed if lines]


def _line(row: Role, permission: Permission) -> dict[str, Any]:
    words = WORDS[row.side]
    held = row.grants.get(permission.verb, "")
    choices = [
        ("", _("No"), not held),
        *((str(scope), words[scope], held == scope) for scope in SCOPES[Side(row.side)]),
    ]
    return {"verb": permission.verb, "label": permission.label, "choices": choices, "held": words.get(held, "")}
