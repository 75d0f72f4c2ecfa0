"""The console's pages of members: who stands where and why, moves, proposed moves, tiers and benefits by hand."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.kernel.errors import Problem
from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, DateRange, Empty, Filter, Table, Toggle
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page
from openprm.partners import tiers
from openprm.partners.models import Partner
from openprm.program import actions, forms, policies, queries, services, words
from openprm.program.models import BenefitGrant, Membership, Programme, Proposal, TierMove
from openprm.program.services.benefits import read
from openprm.program.views.common import BOTH, POST, back_to, blame, drawn, figure


def _tier(row: Membership) -> str:
    return tiers.label(row.tier)


def _programmes(_request: Request) -> list[tuple[str, str]]:
    return actions.programmes()


def _tiers(_request: Request) -> list[tuple[str, str]]:
    return tiers.choices()


members = Table(
    id="members",
    columns=[
        Column("partner", gettext_lazy("Partner"), cell="partner.name", sort="partner__name", link=True),
        Column("programme", gettext_lazy("Programme"), cell="programme"),
        Column("tier", gettext_lazy("Tier"), cell="program/cells/tier.html", csv=_tier),
        Column("since", gettext_lazy("Since"), cell="tier_since", sort="tier_since"),
        Column("reason", gettext_lazy("Why"), cell="reason", from_width="desktop"),
        Column("grace", gettext_lazy("Grace until"), cell="grace_until", sort="grace_until", from_width="tablet"),
    ],
    filters=[
        Filter("programme", gettext_lazy("Programme"), choices=_programmes, field="programme__code"),
        Filter("tier", gettext_lazy("Tier"), choices=_tiers, multiple=True),
        Toggle("grace", gettext_lazy("In grace"), where=queries.IN_GRACE),
        Toggle("held", gettext_lazy("Set by hand"), where=queries.BY_HAND),
    ],
    search=["partner__name__icontains"],
    default_sort="-pk",
    row_url=lambda row: row.get_absolute_url(),
    empty=Empty(
        "users-group",
        gettext_lazy("No members yet"),
        gettext_lazy("Open a partner and take it into a programme, or let an audience join by itself."),
    ),
    live="tier",
    export_name="members",
    caption=gettext_lazy("Members of programmes"),
)

moves = Table(
    id="moves",
    columns=[
        Column("partner", gettext_lazy("Partner"), cell="partner.name", sort="partner__name", link=True),
        Column("kind", gettext_lazy("What happened"), cell="program/cells/move.html", csv="get_kind_display"),
        Column("before", gettext_lazy("From"), cell=lambda row: tiers.label(row.before), from_width="tablet"),
        Column("after", gettext_lazy("To"), cell=lambda row: tiers.label(row.after)),
        Column("why", gettext_lazy("Why"), cell=lambda row: "; ".join(row.why) or row.reason, from_width="desktop"),
        Column("programme", gettext_lazy("Programme"), cell="programme", from_width="desktop"),
        Column("at", gettext_lazy("When"), cell="at", sort="at"),
    ],
    filters=[
        Filter("kind", gettext_lazy("What happened"), choices=TierMove.Kind.choices, multiple=True),
        Filter("programme", gettext_lazy("Programme"), choices=_programmes, field="programme__code"),
        DateRange("at", gettext_lazy("When"), field="at"),
    ],
    search=["partner__name__icontains"],
    default_sort="-at",
    row_url=lambda row: reverse("console:partner", args=[row.partner_id]),
    empty=Empty("arrows-sort", gettext_lazy("Nobody moved yet"), gettext_lazy("Each move is listed here, with why.")),
    live="tier",
    export_name="tier-moves",
    caption=gettext_lazy("Tier moves"),
)

proposals = Table(
    id="proposals",
    columns=[
        Column("partner", gettext_lazy("Partner"), cell="partner.name", sort="partner__name"),
        Column("move", gettext_lazy("Move"), cell="program/cells/proposal.html", csv="after"),
        Column("why", gettext_lazy("Why"), cell=lambda row: "; ".join(row.why), from_width="desktop"),
        Column("programme", gettext_lazy("Programme"), cell="membership.programme", from_width="desktop"),
        Column("since", gettext_lazy("Since"), cell="created_at", sort="created_at"),
        Column("state", gettext_lazy("Decision"), cell="program/cells/decide.html", csv="get_state_display"),
    ],
    filters=[Filter("state", gettext_lazy("Status"), choices=Proposal.State.choices, multiple=True)],
    search=["partner__name__icontains"],
    default_sort="-since",
    empty=Empty(
        "inbox",
        gettext_lazy("Nothing to decide"),
        gettext_lazy("Programmes under review propose moves here instead of making them."),
    ),
    live="tier",
    export_name="tier-proposals",
    caption=gettext_lazy("Proposed moves"),
)


@page(policies.VIEW, side="console")
def member_list(request: Request) -> HttpResponse:
    """List who stands where."""
    return members.response(request, policies.visible_to(request.actor), "program/console/members.html", {})


@page(policies.VIEW, side="console")
def move_list(request: Request) -> HttpResponse:
    """List the moves."""
    return moves.response(request, policies.moves_visible_to(request.actor), "program/console/moves.html", {})


@page(policies.MOVE, side="console")
def proposal_list(request: Request) -> HttpResponse:
    """List the proposed moves, those that wait unless another filter is chosen."""
    rows = policies.proposals_for(request.actor)
    if "state" not in request.GET:
        rows = rows.filter(state=Proposal.State.OPEN)
    return proposals.response(request, rows, "program/console/proposals.html", {})


@page(policies.MOVE, side="console", methods=POST)
def decide(request: Request, pk: UUID) -> HttpResponse:
    """Approve or reject a proposed move."""
    row = get_object_or_404(policies.proposals_for(request.actor), pk=pk)
    by, now = request.actor, timezone.now()
    if request.POST.get("do") == "approve":
        services.approve(proposal=row, by=by, at=now)
        toast(request, _("%(partner)s moved.") % {"partner": row.partner})
    else:
        services.reject(proposal=row, note=request.POST.get("note", ""), by=by, at=now)
        toast(request, _("%(partner)s stays where it is.") % {"partner": row.partner}, tone="info")
    return redirect("console:tier_proposals")


@page(policies.VIEW, side="console")
def standing(request: Request, pk: UUID) -> HttpResponse:
    """Show where a partner stands in a programme, why, and what would change it."""
    member = _member(request, pk)
    found = queries.progress(member, at=timezone.now())
    ladder = [(tier.code, words.tier_name(found.definition, tier.code)) for tier in found.definition.tiers]
    context = {
        "member": member,
        "progress": found,
        "steps": sorted(found.steps, key=lambda step: (step.rank < found.held.rank, step.rank)),
        "share": queries.share(found),
        "history": queries.history(member),
        "may_move": policies.may_move(request.actor, member.partner),
        "setting": forms.SettingTier(ladder, initial={"tier": member.tier}, prefix="tier"),
        "reason": forms.Reason(),
    }
    return render(request, "program/console/standing.html", context)


@page(policies.VIEW, side="console")
def standing_figure(request: Request, pk: UUID, kpi: str) -> HttpResponse:
    """Show the rows that a figure of a member is made of."""
    context = figure(request, _member(request, pk), kpi, timezone.now())
    if not context["known"]:
        raise Http404
    return render(request, "program/figure.html", {**context, "layout": "layouts/console.html", "side": "console"})


@page(policies.MOVE, side="console", methods=BOTH)
def set_tier(request: Request, pk: UUID) -> HttpResponse:
    """Set a tier by hand."""
    member = _movable(request, pk)
    says = queries.definition(member)
    ladder = [(tier.code, words.tier_name(says, tier.code)) for tier in says.tiers]
    form = forms.SettingTier(ladder, request.POST or None, initial={"tier": member.tier})
    if form.is_bound and form.is_valid():
        try:
            services.set_tier(member=member, by=request.actor, at=timezone.now(), **form.cleaned_data)
        except Problem as problem:
            blame(form, problem)
        else:
            toast(request, _("The tier is set."))
            return redirect(member)
    title = _("Set the tier of %(partner)s by hand") % {"partner": member.partner}
    said = _("The requirements do not move it until you end this, or the day is over. Then grace protects from a fall.")
    return drawn(request, "program/console/form.html", form, title=title, text=said, back=member.get_absolute_url(),
                 back_label=str(member), submit=_("Set the tier"))  # fmt: skip


@page(policies.MOVE, side="console", methods=POST)
def release(request: Request, pk: UUID) -> HttpResponse:
    """Let the requirements count again."""
    member = _movable(request, pk)
    services.release(member=member, by=request.actor, at=timezone.now())
    toast(request, _("The requirements count again."))
    return redirect(member)


@page(policies.MOVE, side="console", methods=POST)
def leave(request: Request, pk: UUID) -> HttpResponse:
    """Take a partner out of a programme."""
    member = _movable(request, pk)
    services.leave(member=member, reason=request.POST.get("reason", ""), by=request.actor, at=timezone.now())
    toast(request, _("%(partner)s left the programme.") % {"partner": member.partner}, tone="info")
    return redirect("console:partner", member.partner_id)


@page(policies.MOVE, side="console", methods=BOTH)
def grant(request: Request, pk: UUID) -> HttpResponse:
    """Give a benefit by hand."""
    member = _movable(request, pk)
    form = forms.Granting(request.POST or None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            services.grant(
                member=member, benefit=read(form.plain()), reason=given["reason"], until=given["until"],
                by=request.actor, at=timezone.now(),
            )  # fmt: skip
        except Problem as problem:
            blame(form, problem)
        else:
            toast(request, _("The benefit is given."))
            return redirect(member)
    title = _("Give %(partner)s a benefit") % {"partner": member.partner}
    return drawn(request, "program/console/form.html", form, title=title, back=member.get_absolute_url(),
                 back_label=str(member), submit=_("Give the benefit"))  # fmt: skip


@page(policies.MOVE, side="console", methods=POST)
def withhold(request: Request, pk: UUID) -> HttpResponse:
    """Withhold a benefit of the tier."""
    member = _movable(request, pk)
    services.withhold(
        member=member, code=request.POST.get("code", ""), reason=request.POST.get("reason", ""), by=request.actor,
        at=timezone.now(),
    )  # fmt: skip
    toast(request, _("The benefit is withheld."), tone="info")
    return redirect(member)


@page(policies.MOVE, side="console", methods=POST)
def end_grant(request: Request, pk: UUID) -> HttpResponse:
    """End what was given, or withheld, by hand."""
    rows = BenefitGrant.objects.filter(partner__in=policies.can_be_moved_by(request.actor))
    row = get_object_or_404(rows, pk=pk)
    services.revoke(grant=row, reason=request.POST.get("reason", ""), by=request.actor, at=timezone.now())
    toast(request, _("It has ended."))
    return redirect(back_to(request, reverse("console:partner", args=[row.partner_id])))


@page(policies.MOVE, side="console", methods=POST)
def enroll(request: Request, pk: UUID) -> HttpResponse:
    """Take a partner into a programme."""
    partner: Partner = get_object_or_404(policies.can_be_moved_by(request.actor), pk=pk)
    offered: QuerySet[Programme] = Programme.objects.in_force()
    programme = get_object_or_404(offered, pk=_uuid(request.POST.get("programme", "")))
    member = services.enroll(partner=partner, programme=programme, by=request.actor, at=timezone.now())
    toast(request, _("%(partner)s is in %(programme)s now.") % {"partner": partner, "programme": programme})
    return redirect(member)


def _member(request: Request, pk: UUID) -> Membership:
    return get_object_or_404(policies.visible_to(request.actor), pk=pk)


def _movable(request: Request, pk: UUID) -> Membership:
    rows = policies.visible_to(request.actor).filter(partner__in=policies.can_be_moved_by(request.actor))
    return get_object_or_404(rows, pk=pk)


def _uuid(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise Http404 from None
