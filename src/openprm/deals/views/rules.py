"""The rules of automatic approval: read as sentences, changed by an administrator."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.deals import forms, policies, services, words
from openprm.deals.models import ApprovalRule
from openprm.deals.rules import Level
from openprm.kernel import audiences, web
from openprm.kernel.errors import Invalid, Stale
from openprm.kernel.http import Request
from openprm.kernel.ui import builder, money
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page

READ_WRITE = ("GET", "POST")


@page(policies.RULES, side="console")
def show(request: Request) -> HttpResponse:
    """Show the rules as sentences."""
    rules = [{"rule": rule, "sentence": sentence(rule)} for rule in ApprovalRule.objects.all()[:200]]
    return render(request, "deals/console/rules.html", {"rules": rules})


@page(policies.RULES, side="console", methods=READ_WRITE)
def create(request: Request) -> HttpResponse:
    """Make a rule."""
    return _edit(request, None)


@page(policies.RULES, side="console", methods=READ_WRITE)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Change a rule."""
    return _edit(request, get_object_or_404(ApprovalRule, pk=pk))


@page(policies.RULES, side="console", methods=("POST",))
def remove(request: Request, pk: UUID) -> HttpResponse:
    """Remove a rule."""
    rule = get_object_or_404(ApprovalRule, pk=pk)
    services.remove_rule(rule=rule, by=request.actor, at=timezone.now())
    toast(request, _("The rule “%(name)s” is removed.") % {"name": rule.name}, tone="info")
    return redirect("console:approval_rules")


def sentence(rule: ApprovalRule) -> str:
    """Return a rule as a person would say it."""
    levels = _(" or ").join(str(words.LEVELS[Level(level)]).lower() for level in rule.levels)
    return _("Approve at once what is worth up to %(most)s, when the verdict is %(levels)s, for: %(audience)s.") % {
        "most": money.show(rule.most, rule.currency),
        "levels": levels,
        "audience": audiences.describe(rule.audience, subject="partner"),
    }


def _edit(request: Request, rule: ApprovalRule | None) -> HttpResponse:
    if request.method == "POST":
        return _save(request, rule)
    unsent = web.unsent(request)
    if unsent is not None:
        return _form(request, forms.Rule(unsent), rule, unsent.get("audience", ""))
    audience = rule.audience if rule else audiences.EVERYBODY
    return _form(request, forms.Rule(initial=_initial(rule)), rule, audience)


def _save(request: Request, rule: ApprovalRule | None) -> HttpResponse:
    form, text = forms.Rule(request.POST), request.POST.get("audience", "")
    if form.is_valid():
        good: dict[str, Any] = form.cleaned_data
        amount, currency = good.pop("most")
        try:
            audience = builder.read(text, subject="partner")
            values = {**good, "audience": audience, "most": amount, "currency": currency}
            services.save_rule(rule=rule, by=request.actor, at=timezone.now(), **values)
        except Invalid as wrong:
            for name, said in wrong.fields.items():
                form.add_error(name if name in form.fields else None, said)
        except Stale as stale:
            form.add_error(None, str(stale))
        else:
            toast(request, _("Saved. It holds for deals submitted from now on."))
            return redirect("console:approval_rules")
    response = _form(request, form, rule, text)
    response.status_code = 422
    return response


def _form(request: Request, form: forms.Rule, rule: ApprovalRule | None, audience: Any) -> HttpResponse:
    return render(request, "deals/console/rule.html", {"form": form, "rule": rule, "audience": audience})


def _initial(rule: ApprovalRule | None) -> dict[str, Any]:
    if rule is None:
        return {"enabled": True, "levels": [Level.CLEAR.value]}
    most = int(rule.most) if rule.most == rule.most.to_integral_value() else rule.most
    return {"name": rule.name, "enabled": rule.enabled, "most": (most, rule.currency), "levels": rule.levels}
