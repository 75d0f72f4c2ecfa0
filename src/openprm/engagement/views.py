"""The console's pages of rules of engagement: read as sentences, edited as a draft, published as a version."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.customers import policies as customers
from openprm.customers.models import Account
from openprm.engagement import diff, forms, plain, policies, services, versions, words
from openprm.engagement.models import RuleSet
from openprm.engagement.rules import Kind, Level, Rule, Rules
from openprm.kernel import drafts
from openprm.kernel.errors import Invalid, Missing, Problem
from openprm.kernel.http import Request
from openprm.kernel.ui import builder
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page

POST = ("POST",)
TONES = {Level.CLEAR: "clear", Level.POSSIBLE: "possible", Level.BLOCKED: "blocked"}


@page(policies.MANAGE, side="console")
def show(request: Request) -> HttpResponse:
    """Show the rules of the draft, or those in force, as sentences."""
    draft, newest = services.draft(), versions.newest()
    rules = services.current(draft)
    context = {
        "draft": draft,
        "seen": drafts.stamp(draft),
        "newest": newest,
        "rules": listed(rules),
        "kinds": [(kind.value, label) for kind, label in words.KINDS.items()],
        "changes": diff.in_words(plain.load_all(newest.rules), rules) if draft else [],
        "form": forms.Publishing(),
    }
    return render(request, "engagement/rules.html", context)


@page(policies.MANAGE, side="console", methods=("GET", "POST"))
def create(request: Request, kind: str) -> HttpResponse:
    """Add a rule of a kind to the draft."""
    if kind not in tuple(Kind):
        raise Missing(_("There is no such kind of rule."))
    return _edit(request, Rule(f"rule_{uuid4().hex[:8]}", Kind(kind), Level.POSSIBLE), new=True)


@page(policies.MANAGE, side="console", methods=("GET", "POST"))
def edit(request: Request, key: str) -> HttpResponse:
    """Change a rule of the draft."""
    return _edit(request, _rule(key), new=False)


@page(policies.MANAGE, side="console", methods=POST)
def act(request: Request, key: str) -> HttpResponse:
    """Move, switch or remove a rule of the draft."""
    rule, by, at = _rule(key), request.actor, timezone.now()
    seen = request.POST.get("seen", "")
    match request.POST.get("do"):
        case "up" | "down" as way:
            services.move(key=key, places=-1 if way == "up" else 1, by=by, at=at)
        case "switch":
            switched = plain.load({**plain.dump(rule), "enabled": not rule.enabled})
            services.put(rule=switched, by=by, at=at, seen=seen or plain.stamp(rule))
        case "remove":
            services.remove(key=key, by=by, at=at, seen=seen)
            toast(request, _("The rule is taken out of the draft."), tone="info")
        case _:
            raise Invalid(_("Say what to do with the rule."))
    return redirect("console:engagement")


@page(policies.MANAGE, side="console", methods=POST)
def publish(request: Request) -> HttpResponse:
    """Put the draft into force."""
    note = request.POST.get("note", "")
    new = services.publish(note=note, seen=drafts.shown(request), by=request.actor, at=timezone.now())
    toast(request, _("Version %(number)s is in force from now on.") % {"number": new.number})
    return redirect("console:engagement")


@page(policies.MANAGE, side="console", methods=POST)
def discard(request: Request) -> HttpResponse:
    """Throw the draft away."""
    services.discard(seen=drafts.shown(request), by=request.actor, at=timezone.now())
    toast(request, _("The draft is thrown away."), tone="info")
    return redirect("console:engagement")


@page(policies.MANAGE, side="console")
def history(request: Request) -> HttpResponse:
    """List the versions, each with what it changed."""
    sets = list(RuleSet.objects.all()[:101])
    older = [*sets[1:], None]
    entries = [(new, _changes(old, new)) for new, old in zip(sets, older, strict=True)][:100]
    return render(request, "engagement/versions.html", {"entries": entries})


@page(policies.MANAGE, side="console")
def version(request: Request, pk: UUID) -> HttpResponse:
    """Show one version."""
    found = services.find(pk)
    before, draft = RuleSet.objects.filter(number=found.number - 1).first(), services.draft()
    context = {
        "version": found,
        "draft": draft,
        "seen": drafts.stamp(draft),
        "rules": listed(plain.load_all(found.rules)),
        "changes": _changes(before, found),
        "in_force": found == versions.newest(),
    }
    return render(request, "engagement/version.html", context)


@page(policies.MANAGE, side="console", methods=POST)
def restore(request: Request, pk: UUID) -> HttpResponse:
    """Take a version as the draft."""
    found = services.find(pk)
    services.restore(version=found, seen=drafts.shown(request), by=request.actor, at=timezone.now())
    toast(
        request, _("Version %(number)s is the draft now. Publish it to put it into force.") % {"number": found.number}
    )
    return redirect("console:engagement")


@page(policies.HOLD, side="console", methods=POST)
def hold(request: Request, pk: UUID) -> HttpResponse:
    """Put an account on hold, or release it."""
    account: Account = get_object_or_404(customers.visible_accounts(request.actor), pk=pk)
    if request.POST.get("do") == "release":
        services.release(account=account, by=request.actor, at=timezone.now())
        toast(request, _("%(account)s is released.") % {"account": account.name})
    else:
        services.hold(account=account, why=request.POST.get("why", ""), by=request.actor, at=timezone.now())
        toast(request, _("%(account)s is on hold.") % {"account": account.name})
    return redirect(account)


def listed(rules: Rules) -> list[dict[str, Any]]:
    """Return rules as lists show them."""
    return [
        {
            "rule": rule,
            "stamp": plain.stamp(rule),
            "sentence": words.sentence(rule),
            "title": words.told(rule)[0],
            "verdict": words.LEVELS[rule.verdict],
            "tone": TONES[rule.verdict],
            "steps": [words.STEPS[step] for step in rule.steps],
        }
        for rule in rules
    ]


def _changes(old: RuleSet | None, new: RuleSet) -> list[str]:
    return diff.in_words(plain.load_all(old.rules), plain.load_all(new.rules)) if old else []


def _rule(key: str) -> Rule:
    found = next((rule for rule in services.current(services.draft()) if rule.key == key), None)
    if found is None:
        raise Missing(_("There is no such rule; the draft may have changed."))
    return found


def _edit(request: Request, rule: Rule, *, new: bool) -> HttpResponse:
    if request.method != "POST":
        return _form(request, forms.RuleForm(rule.kind, initial=forms.filled(rule)), rule, dict(rule.audience), new)
    form = forms.RuleForm(rule.kind, request.POST, initial=forms.filled(rule))
    text = request.POST.get("audience", "")
    if form.is_valid():
        try:
            changed = form.rule(rule.key, builder.read(text, subject="partner"))
            seen = "" if new else request.POST.get("seen", "")
            services.put(rule=changed, seen=seen, by=request.actor, at=timezone.now())
        except Problem as problem:
            for name, said in (problem.fields or {"": str(problem)}).items():
                form.add_error(name if name in form.fields else None, said)
        else:
            toast(request, _("Kept in the draft. Nothing changes for partners until you publish it."))
            return redirect("console:engagement")
    response = _form(request, form, rule, text, new)
    response.status_code = 422
    return response


def _form(request: Request, form: forms.RuleForm, rule: Rule, audience: Any, new: bool) -> HttpResponse:
    kind = str(words.KINDS[rule.kind])
    context = {"form": form, "rule": rule, "audience": audience, "kind": kind[:1].upper() + kind[1:], "new": new}
    context["seen"] = form.data.get("seen") or plain.stamp(rule)
    return render(request, "engagement/rule.html", context)
