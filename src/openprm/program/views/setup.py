"""The console's pages of a programme: read as sentences, edited as a draft, tried out, published as a version."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from openprm.kernel import audiences
from openprm.kernel.errors import Missing, Problem
from openprm.kernel.http import Request
from openprm.kernel.ui import builder, money
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page
from openprm.partners.models import Partner
from openprm.program import figures, forms, policies, services, versions, words
from openprm.program.definition import Definition, Tier
from openprm.program.models import Membership, Programme, ProgrammeDraft, ProgrammeVersion, TrialRun
from openprm.program.rules import Step
from openprm.program.services import editing
from openprm.program.services.benefits import read
from openprm.program.services.together import as_json
from openprm.program.views.common import BOTH, POST, blame, drawn

AT_ONCE = 2_000  # a draft is tried out within the request for up to so many members
STEPS = {Step.RAISE: "clear", Step.LOWER: "blocked", Step.GRACE: "possible", Step.RECOVER: "info"}


@page(policies.VIEW, side="console")
def listing(request: Request) -> HttpResponse:
    """List the programmes, each with how many partners are in which tier."""
    rows = list(policies.programmes(request.actor)[:100])
    shown = []
    for row in rows:
        drafted = ProgrammeDraft.objects.filter(programme=row).exists()
        published = row.versions.exists()
        says = versions.in_force(row.pk).says if published else editing.current(row)
        shown.append({"row": row, "says": says, "draft": drafted, "published": published, "tiers": counts(row, says)})
    return render(request, "program/console/programmes.html", {"programmes": shown, "may_manage": _may(request)})


@page(policies.MANAGE, side="console", methods=BOTH)
def create(request: Request) -> HttpResponse:
    """Begin a programme."""
    form = forms.NewProgramme(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            code = form.cleaned_data["code"]
            made = services.create(code=code, definition=form.definition(), by=request.actor, at=timezone.now())
        except Problem as problem:
            blame(form, problem)
        else:
            toast(request, _("Now say what each tier asks for, and what it gives."))
            return redirect(made)
    return drawn(request, "program/console/form.html", form, title=_("New programme"),
                 back=reverse("console:programmes"), back_label=_("Programmes"),
                 submit=_("Begin the programme"))  # fmt: skip


@page(policies.VIEW, side="console")
def show(request: Request, pk: UUID) -> HttpResponse:
    """Show the draft of a programme, or what is in force, as sentences."""
    programme = _programme(request, pk)
    draft = ProgrammeDraft.objects.filter(programme=programme).first() if _may(request) else None
    newest = programme.versions.first()
    says = draft.says if draft else newest.says if newest else editing.current(programme)
    context = {
        "programme": programme,
        "draft": draft,
        "newest": newest,
        "says": says,
        "tiers": ladder(programme, says),
        "scorecard": [words.Speaker().line(line) for line in says.scorecard],
        "changes": words.changes(newest.says, says) if draft and newest else [],
        "form": forms.Publishing(),
        "may_manage": _may(request),
        "joins": _joins(says),
    }
    return render(request, "program/console/programme.html", context)


@page(policies.MANAGE, side="console", methods=BOTH)
def basics(request: Request, pk: UUID) -> HttpResponse:
    """Change what a programme says beside its tiers."""
    programme = _programme(request, pk)
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
    programme = _programme(request, pk)
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
    programme = _programme(request, pk)
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
    programme = _programme(request, pk)
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
    programme = _programme(request, pk)
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
    programme = _programme(request, pk)
    given = request.POST
    _change(request, programme, lambda now: _acted(now, given))
    toast(request, _("Kept in the draft. Nothing changes for partners until you publish it."))
    return redirect(programme)


@page(policies.MANAGE, side="console", methods=BOTH)
def preview(request: Request, pk: UUID) -> HttpResponse:
    """Show what the draft would do if it were published now: who would move, and what that costs."""
    programme = _programme(request, pk)
    draft = ProgrammeDraft.objects.filter(programme=programme).first()
    if draft is None:
        raise Missing(_("There is no draft to try out. Change something first."))
    now = timezone.now()
    many = Membership.objects.filter(programme=programme).count()
    trial = TrialRun.objects.filter(programme=programme, definition=draft.definition).first()
    if many > AT_ONCE:
        if trial is None or request.method == "POST":
            trial = services.try_out(programme=programme, definition=draft.says, by=request.actor, at=now)
        result = trial.result if trial.state == TrialRun.State.DONE else None
    else:
        trial, result = None, as_json(services.foresee(programme, draft.says, at=now))
    context = {"programme": programme, "draft": draft, "trial": trial, "form": forms.Publishing()}
    return render(request, "program/console/preview.html", {**context, **(_foreseen(result, draft) if result else {})})


@page(policies.MANAGE, side="console", methods=POST)
def publish(request: Request, pk: UUID) -> HttpResponse:
    """Put the draft into force."""
    programme = _programme(request, pk)
    note = request.POST.get("note", "")
    new = services.publish(programme=programme, note=note, by=request.actor, at=timezone.now())
    toast(request, _("Version %(number)s is in force from now on.") % {"number": new.number})
    return redirect(programme)


@page(policies.MANAGE, side="console", methods=POST)
def discard(request: Request, pk: UUID) -> HttpResponse:
    """Throw the draft away."""
    programme = _programme(request, pk)
    services.discard(programme=programme, by=request.actor, at=timezone.now())
    toast(request, _("The draft is thrown away."), tone="info")
    return redirect(programme) if Programme.objects.filter(pk=pk).exists() else redirect("console:programmes")


@page(policies.MANAGE, side="console", methods=POST)
def archive(request: Request, pk: UUID) -> HttpResponse:
    """Archive a programme, or take it up again."""
    programme = _programme(request, pk)
    services.archive(programme=programme, archived=not programme.archived, by=request.actor, at=timezone.now())
    said = _("The programme is taken up again.") if programme.archived else _("The programme is archived.")
    toast(request, said, tone="info")
    return redirect(programme)


@page(policies.VIEW, side="console")
def history(request: Request, pk: UUID) -> HttpResponse:
    """List the versions of a programme, each with what it changed."""
    programme = _programme(request, pk)
    return render(
        request,
        "program/console/versions.html",
        {"programme": programme, "versions": list(programme.versions.all()[:100]), "may_manage": _may(request)},
    )


@page(policies.VIEW, side="console")
def version(request: Request, pk: UUID) -> HttpResponse:
    """Show one version."""
    found = _version(pk)
    context = {
        "version": found,
        "programme": found.programme,
        "says": found.says,
        "tiers": ladder(found.programme, found.says),
        "scorecard": [words.Speaker().line(line) for line in found.says.scorecard],
        "in_force": found == found.programme.versions.first(),
        "may_manage": _may(request),
    }
    return render(request, "program/console/version.html", context)


@page(policies.MANAGE, side="console", methods=POST)
def restore(request: Request, pk: UUID) -> HttpResponse:
    """Take a version as the draft."""
    found = _version(pk)
    services.restore(version=found, by=request.actor, at=timezone.now())
    said = _("Version %(number)s is the draft now. Publish it to put it into force.") % {"number": found.number}
    toast(request, said)
    return redirect(found.programme)


def counts(programme: Programme, says: Definition) -> list[tuple[str, str, int]]:
    """Return code, name and number of members of each tier, highest first."""
    members = Membership.objects.filter(programme=programme)
    many = dict.fromkeys(says.codes, 0)
    for code in members.values_list("tier", flat=True).iterator():
        many[code] = many.get(code, 0) + 1
    return [(tier.code, words.tier_name(says, tier.code), many[tier.code]) for tier in reversed(says.tiers)]


def ladder(programme: Programme, says: Definition) -> list[dict[str, Any]]:
    """Return the tiers as pages show them, highest first."""
    say = words.Speaker()
    members = {code: many for code, _name, many in counts(programme, says)}
    return [
        {
            "tier": tier,
            "name": words.tier_name(says, tier.code),
            "rank": rank,
            "lowest": rank == 0,
            "members": members.get(tier.code, 0),
            "groups": [
                {"place": place, "need": group.need, "criteria": [say.criterion(one) for one in group.criteria]}
                for place, group in enumerate(tier.requirements)
            ],
            "score": say.score(tier.score) if tier.score else "",
            "benefits": [(one, say.benefit(one), words.ICONS[one.kind]) for one in tier.benefits],
        }
        for rank, tier in reversed(list(enumerate(says.tiers)))
    ]


def _foreseen(result: dict[str, Any], draft: ProgrammeDraft) -> dict[str, Any]:
    ids = [row["partner_id"] for row in result["moves"]]
    names = {str(pk): name for pk, name in Partner.objects.filter(pk__in=ids).values_list("pk", "name")}
    currency, says = figures.currency(), draft.says

    def shown(key: str) -> tuple[str, str]:
        now, then = (Decimal(result[f"{key}_{when}"]) for when in ("now", "then"))
        sign = "+" if then >= now else "−"
        return money.show(then, currency), f"{sign}{money.show(abs(then - now), currency)}"

    movers = [
        {
            **row,
            "name": names.get(row["partner_id"], ""),
            "before": words.tier_name(says, row["before"]),
            "after": words.tier_name(says, row["after"]),
            "tone": STEPS[Step(row["step"])],
        }
        for row in result["moves"]
    ]
    counted = result["counts"]
    return {"result": result, "movers": movers, "margin": shown("margin"), "funds": shown("funds"),
            "rises": counted["raise"], "falls": counted["lower"], "graces": counted["grace"]}  # fmt: skip


def _acted(now: Definition, given: Any) -> Definition:
    what, code = given.get("what", ""), given.get("tier", "")
    place = int(given["place"]) if given.get("place", "").isdigit() else -1
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
    within = int(given["within"]) if given.get("within", "").isdigit() else -1
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


def _programme(request: Request, pk: UUID) -> Programme:
    return get_object_or_404(policies.programmes(request.actor), pk=pk)


def _version(pk: UUID) -> ProgrammeVersion:
    return get_object_or_404(ProgrammeVersion.objects.select_related("programme"), pk=pk)


def _may(request: Request) -> bool:
    return request.actor.may(policies.MANAGE)


def _joins(says: Definition) -> str:
    if says.joins is None:
        return ""
    try:
        return audiences.describe(says.joins, subject="partner")
    except Problem:
        return str(_("an audience that cannot be read any more"))
