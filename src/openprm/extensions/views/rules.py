"""Protection rules: windows by tier and product line, and who may extend how often."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.deals import services as protection
from openprm.deals.models import ProtectionWindow
from openprm.extensions import forms, policies, services, words
from openprm.extensions.models import ExtensionRule
from openprm.extensions.rules import Allowed, Terms
from openprm.kernel import audiences, settings_store, web
from openprm.kernel.errors import Invalid, Refusal, Stale
from openprm.kernel.http import Request
from openprm.kernel.ui import builder
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page

READ_WRITE, POST = ("GET", "POST"), ("POST",)


@page(policies.RULES, side="console")
def show(request: Request) -> HttpResponse:
    """Show windows as a table and rules as sentences."""
    context = {
        "windows": ProtectionWindow.objects.select_related("product_line"),
        "usual": settings_store.get("deals.protection_days"),
        "rules": [{"rule": rule, "sentence": sentence(rule)} for rule in ExtensionRule.objects.all()[:200]],
        "otherwise": words.sentence(Terms(), _("everybody else")),
    }
    return render(request, "extensions/console/rules.html", context)


@page(policies.RULES, side="console", methods=READ_WRITE)
def new_window(request: Request) -> HttpResponse:
    """Make a window."""
    return _window(request, None)


@page(policies.RULES, side="console", methods=READ_WRITE)
def window(request: Request, pk: UUID) -> HttpResponse:
    """Change a window."""
    return _window(request, get_object_or_404(ProtectionWindow, pk=pk))


@page(policies.RULES, side="console", methods=POST)
def remove_window(request: Request, pk: UUID) -> HttpResponse:
    """Remove a window."""
    protection.remove_window(window=get_object_or_404(ProtectionWindow, pk=pk), by=request.actor, at=timezone.now())
    toast(request, _("The window is removed."), tone="info")
    return redirect("console:protection_rules")


@page(policies.RULES, side="console", methods=READ_WRITE)
def new_rule(request: Request) -> HttpResponse:
    """Make a rule for extensions."""
    return _rule(request, None)


@page(policies.RULES, side="console", methods=READ_WRITE)
def rule(request: Request, pk: UUID) -> HttpResponse:
    """Change a rule for extensions."""
    return _rule(request, get_object_or_404(ExtensionRule, pk=pk))


@page(policies.RULES, side="console", methods=POST)
def remove_rule(request: Request, pk: UUID) -> HttpResponse:
    """Remove a rule for extensions."""
    row = get_object_or_404(ExtensionRule, pk=pk)
    services.remove_rule(rule=row, by=request.actor, at=timezone.now())
    toast(request, _("The rule “%(name)s” is removed.") % {"name": row.name}, tone="info")
    return redirect("console:protection_rules")


def sentence(row: ExtensionRule) -> str:
    """Return a rule as a person would say it."""
    return words.sentence(row.terms, audiences.describe(row.audience, subject="partner"))


def _window(request: Request, row: ProtectionWindow | None) -> HttpResponse:
    initial = {"tier": row.tier, "product_line": row.product_line_id, "days": row.days} if row else {}
    form = forms.Window(request.POST if request.method == "POST" else web.unsent(request), initial=initial)

    def save() -> None:
        protection.save_window(window=row, by=request.actor, at=timezone.now(), **form.cleaned_data)

    done = _saved(request, form, save, _("Saved. It holds for deals approved from now on."))
    return done or _form(request, form, "extensions/console/window.html", {"window": row})


def _rule(request: Request, row: ExtensionRule | None) -> HttpResponse:
    unsent = web.unsent(request) if request.method == "GET" else request.POST
    form = forms.Rule(unsent, initial=_initial(row))
    audience: Any = row.audience if row else audiences.EVERYBODY
    if unsent is not None:
        audience = unsent.get("audience", "")

    def save() -> None:
        values = {**form.cleaned_data, "audience": builder.read(audience, subject="partner")}
        services.save_rule(rule=row, by=request.actor, at=timezone.now(), **values)

    done = _saved(request, form, save, _("Saved. It holds for what is asked from now on."))
    return done or _form(request, form, "extensions/console/rule.html", {"rule": row, "audience": audience})


def _saved(request: Request, form: forms.Blamed, save: Callable[[], None], done: str) -> HttpResponse | None:
    """Save a form that is sent and sound, and lead back to the rules; None where it has to be shown."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        save()
    except Invalid as wrong:
        form.blame(wrong.fields)
    except (Refusal, Stale) as problem:
        form.add_error(None, str(problem))
    else:
        toast(request, done)
        return redirect("console:protection_rules")
    return None


def _form(request: Request, form: forms.Blamed, template: str, more: dict[str, Any]) -> HttpResponse:
    return render(request, template, {"form": form, **more}, status=422 if request.method == "POST" else 200)


def _initial(row: ExtensionRule | None) -> dict[str, Any]:
    if row is None:
        return {"enabled": True, "position": 10, "allowed": Allowed.ONCE.value, "most_days": 30, "grant_from": 0,
                "grant_days": 30, "quiet_days": 0}  # fmt: skip
    names = ("name", "enabled", "position", "allowed", "most_days", "grant_from", "grant_days", "kinds", "quiet_days")
    return {name: getattr(row, name) for name in names}
