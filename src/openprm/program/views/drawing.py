"""The console's pages that change the draft of a programme: tiers, what they ask for, and what they give."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from openprm.kernel.errors import Missing, Problem
from openprm.kernel.http import Request
from openprm.kernel.ui import builder
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page
from openprm.program import forms, policies, words
from openprm.program.definition import Definition, Tier
from openprm.program.models import Programme
from openprm.program.services import editing
from openprm.program.services.benefits import read
from openprm.program.views.common import BOTH, POST, blame, drawn
from openprm.program.views.shown import find


@page(policies.MANAGE, side="console", methods=BOTH)
def basics(request: Request, pk: UUID) -> HttpResponse:
    """Change what a programme says beside its tiers."""
    programme = find(request, pk)
    says = editing.current(programme)
    initial = {name: getattr(says, name) for name in ("name", "description", "reporting", "review", "place")}
    form = forms.Basics(request.POST or None, initial={**initial, "joining": says.joins is not None})
    audience = request.POST.get("audience", "") if form.is_bound else says.joins or {"all": []}
    if form.is_bound and form.is_valid():
        try:
            given = dict(form.cleaned_data)
            joins = builder.read(str(audience), subject="partner") if given.pop("joining") else None
            _change(request, programme, lambda now: now.model_copy(update={**given, "joins": joins}))
        except Problem as problem:
            blame(form, problem)
        else:
            return _kept(request, programme)
    return drawn(request, "program/console/basics.html", form, programme=programme, audience=audience)


@page(policies.MANAGE, side="console", methods=BOTH)
def tier(request: Request, pk: UUID, code: str = "") -> HttpResponse:
    """Add a tier, or change one."""
    programme = find(request, pk)
    known = _tier(editing.current(programme), code) if code else None
    initial: dict[str, Any] = {"name": known.name, "grace_days": known.grace_days} if known else {}
    if known and known.score:
        listed = ", ".join(f"{name} {least}" for name, least in known.score.minimums.items())
        initial |= {"least": known.score.least, "minimums": listed}
    form = forms.TierForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        made = form.tier(known, code or slugify(form.cleaned_data["name"])[:40] or "tier")
        try:
            _change(request, programme, lambda now: _with_tier(now, made, new=known is None))
        except Problem as problem:
            blame(form, problem)
        else:
            return _kept(request, programme)
    title = _("Change the tier %(name)s") % {"name": known.name} if known else _("New tier, above the others")
    return _form(request, form, programme, title)


@page(policies.MANAGE, side="console", methods=BOTH)
def criterion(request: Request, pk: UUID, code: str) -> HttpResponse:
    """Add a criterion to a tier."""
    programme = find(request, pk)
    known = _tier(editing.current(programme), code)
    say = words.Speaker()
    groups = [("all", _("A group of its own")), ("any", _("A new group of alternatives (any of)"))]
    groups += [
        (str(place), _("Any of: %(group)s") % {"group": say.group(one)} if one.need == "any" else say.group(one))
        for place, one in enumerate(known.requirements)
    ]
    form = forms.CriterionForm(groups, request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            changed = known.model_copy(update={"requirements": form.placed(known.requirements)})
            _change(request, programme, lambda now: _with_tier(now, changed))
        except Problem as problem:
            blame(form, problem)
        else:
            return _kept(request, programme)
    return _form(request, form, programme, _("What %(name)s asks for") % {"name": known.name})


@page(policies.MANAGE, side="console", methods=BOTH)
def benefit(request: Request, pk: UUID, code: str, benefit: str = "") -> HttpResponse:
    """Add a benefit to a tier, or change one."""
    programme = find(request, pk)
    known = _tier(editing.current(programme), code)
    found = known.benefit(benefit) if benefit else None
    if benefit and found is None:
        raise Missing(_("There is no such benefit; the draft may have changed."))
    form = forms.BenefitForm(request.POST or None, initial=forms.filled(found) if found else {})
    if form.is_bound and form.is_valid():
        try:
            made = read(form.plain(benefit))
            rest = tuple(made if one.code == benefit else one for one in known.benefits)
            changed = known.model_copy(update={"benefits": rest if found else (*known.benefits, made)})
            _change(request, programme, lambda now: _with_tier(now, changed))
        except Problem as problem:
            blame(form, problem)
        else:
            return _kept(request, programme)
    return _form(request, form, programme, _("What %(name)s gives") % {"name": known.name})


@page(policies.MANAGE, side="console", methods=BOTH)
def score_line(request: Request, pk: UUID) -> HttpResponse:
    """Add a line to the scorecard."""
    programme = find(request, pk)
    form = forms.ScoreLineForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            line = form.line()
            _change(request, programme, lambda now: now.model_copy(update={"scorecard": (*now.scorecard, line)}))
        except Problem as problem:
            blame(form, problem)
        else:
            return _kept(request, programme)
    return _form(request, form, programme, _("New line of the scorecard"))


@page(policies.MANAGE, side="console", methods=POST)
def act(request: Request, pk: UUID) -> HttpResponse:
    """Move or remove a part of the draft: a tier, a criterion, a benefit, a line of the scorecard."""
    programme = find(request, pk)
    given = request.POST
    _change(request, programme, lambda now: _acted(now, given))
    toast(request, _("Kept in the draft. Nothing changes for partners until you publish it."))
    return redirect(programme)


def _acted(now: Definition, given: Any) -> Definition:
    what, code = given.get("what", ""), given.get("tier", "")
    place = int(given["place"]) if given.get("place", "").isdecimal() else -1
    if what == "line":
        return now.model_copy(update={"scorecard": _without(now.scorecard, place)})
    known = _tier(now, code)
    if what == "tier":
        rest = [one for one in now.tiers if one.code != code]
        if given.get("do") in ("up", "down"):
            at = now.codes.index(code) + (1 if given["do"] == "up" else -1)
            rest.insert(max(0, at), known)
        if not rest:
            raise Missing(_("A programme has at least one tier."))
        return now.model_copy(update={"tiers": tuple(rest)})
    if what == "benefit":
        kept = tuple(one for one in known.benefits if one.code != given.get("benefit"))
        return _with_tier(now, known.model_copy(update={"benefits": kept}))
    groups = list(known.requirements)
    if not 0 <= place < len(groups):
        raise Missing(_("There is no such criterion; the draft may have changed."))
    within = int(given["within"]) if given.get("within", "").isdecimal() else -1
    criteria = _without(groups[place].criteria, within)
    groups[place : place + 1] = [groups[place].model_copy(update={"criteria": criteria})] if criteria else []
    return _with_tier(now, known.model_copy(update={"requirements": tuple(groups)}))


def _without(parts: tuple[Any, ...], place: int) -> tuple[Any, ...]:
    return tuple(one for at, one in enumerate(parts) if at != place)


def _with_tier(now: Definition, changed: Tier, *, new: bool = False) -> Definition:
    if new:
        return now.model_copy(update={"tiers": (*now.tiers, changed)})
    tiers = tuple(changed if one.code == changed.code else one for one in now.tiers)
    return now.model_copy(update={"tiers": tiers})


def _change(request: Request, programme: Programme, how: Any) -> None:
    editing.change(programme=programme, how=how, by=request.actor, at=timezone.now())


def _kept(request: Request, programme: Programme) -> HttpResponse:
    toast(request, _("Kept in the draft. Nothing changes for partners until you publish it."))
    return redirect(programme)


def _form(request: Request, form: Any, programme: Programme, title: str) -> HttpResponse:
    return drawn(request, "program/console/form.html", form, title=title, back=programme.get_absolute_url(),
                 back_label=str(programme), submit=_("Keep in the draft"))  # fmt: skip


def _tier(says: Definition, code: str) -> Tier:
    try:
        return says.tier(code)
    except KeyError:
        raise Missing(_("There is no such tier; the draft may have changed.")) from None
