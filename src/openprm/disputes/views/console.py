"""The vendor's inbox of disputes by the clock, and a case with both sides next to each other."""

from typing import Any
from uuid import UUID

from django.db.models import Case, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.deals import policies as deal_policies
from openprm.deals import queries as deal_queries
from openprm.deals.lifecycle import Side
from openprm.deals.lifecycle import State as DealState
from openprm.deals.models import DealRegistration
from openprm.deals.services import AlreadyProtected, TooLate
from openprm.deals.views.common import again, lines_of, wants
from openprm.deals.views.lists import partner_choices
from openprm.disputes import forms, home, policies, queries, rules, services, standing, words
from openprm.disputes.lifecycle import ENDED, TALKING, WITH_VENDOR, State, moves_from
from openprm.disputes.models import CLOCK_RUNS, Dispute
from openprm.disputes.rules import Remedy
from openprm.disputes.views.common import STATE_WORDS, Act, decisions_of, find, good, ruling_of, told
from openprm.kernel.access import Actor
from openprm.kernel.errors import Invalid, Problem, Refusal, Stale
from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, Empty, Filter, Preset, Table, Toggle
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page

POST = ("POST",)
HANDLE = (policies.DECIDE, policies.DECIDE_APPEAL)


def _overdue(rows: Any) -> Any:
    return rows.filter(state__in=sorted(WITH_VENDOR), due_at__lte=timezone.now())


def _mine(rows: Any, actor: Actor) -> Any:
    return rows.filter(pk__in=home.at_turn(actor).order_by().values("pk"))


inbox = Table(
    columns=[
        Column("customer", gettext_lazy("Customer"), cell="deal.customer_name", sort="deal__customer_name", link=True),
        Column("partner", gettext_lazy("Partner"), cell="partner.name", sort="partner__name"),
        Column("subject", gettext_lazy("Contested"), cell="subject_label", sort="subject", from_width="tablet"),
        Column("level", gettext_lazy("Level"), cell="level_label", sort="level"),
        Column("state", gettext_lazy("State"), cell="disputes/cells/standing.html", sort="state", csv="state_label"),
        Column("due_at", gettext_lazy("Decision due"), cell="disputes/cells/due.html", sort="clock", csv="due_at"),
        Column(
            "reference",
            gettext_lazy("Reference"),
            cell="deals/cells/reference.html",
            sort="reference",
            from_width="wide",
        ),
    ],
    filters=[
        Filter("state", gettext_lazy("State"), choices=STATE_WORDS, multiple=True),
        Filter("level", gettext_lazy("Level"), choices=list(words.LEVELS.items())),
        Filter("subject", gettext_lazy("Contested"), choices=[(s.value, label) for s, label in words.SUBJECTS.items()]),
        Filter("partner", gettext_lazy("Partner"), choices=partner_choices, field="partner_id"),
        Toggle("overdue", gettext_lazy("Overdue only"), apply=_overdue),
        Toggle("todo", gettext_lazy("To carry out"), where=home.TO_CARRY_OUT),
        Toggle("turn", gettext_lazy("Mine to decide"), apply_for=_mine),
        Toggle("ended", gettext_lazy("Ended too"), apply=lambda rows: rows),
    ],
    search=("deal__customer_name__icontains", "reference__icontains", "partner__name__icontains"),
    search_hint=gettext_lazy("Search customer, reference, partner"),
    default_sort="due_at",
    per_page=50,
    presets=[
        Preset(gettext_lazy("Open")),
        Preset(gettext_lazy("Mine to decide"), {"turn": "1"}, "gavel"),
        Preset(gettext_lazy("Overdue"), {"overdue": "1"}, "clock-exclamation"),
        Preset(gettext_lazy("Appeals"), {"level": "2"}, "scale"),
        Preset(gettext_lazy("With the partner"), {"state": State.EVIDENCE_REQUESTED.value}, "message-2"),
        Preset(gettext_lazy("To carry out"), {"todo": "1"}, "list-check"),
        Preset(gettext_lazy("All"), {"ended": "1"}),
    ],
    row_url=lambda dispute: dispute.console_url,
    row_label=lambda dispute: f"{dispute.deal.customer_name}, {dispute.partner.name}",
    empty=Empty(
        "checks",
        gettext_lazy("No open disputes"),
        gettext_lazy("What partners contest appears here by itself, what is due first on top."),
    ),
    caption=gettext_lazy("Disputes"),
    export_name="disputes",
    live="dispute",
)


@page(policies.VIEW, side="console")
def listing(request: Request) -> HttpResponse:
    """Show the inbox: what is open, by the clock; what waits for others comes after."""
    rows = policies.visible_to(request.actor).select_related("partner", "deal")
    if not request.GET.get("ended") and not request.GET.getlist("state"):
        rows = rows.exclude(state__in=sorted(ENDED))
    rows = rows.annotate(clock=Case(When(CLOCK_RUNS | home.TO_CARRY_OUT, then="due_at")))
    return inbox.response(request, rows, "disputes/console/inbox.html")


@page(policies.VIEW, side="console")
def show(request: Request, pk: UUID) -> HttpResponse:
    """Show a case, or its parts alone when something changed."""
    return _page(request, find(request, pk))


@page(*HANDLE, side="console", methods=POST)
def start_review(request: Request, pk: UUID) -> HttpResponse:
    """Say that somebody is looking at it."""
    done = _("The partner sees that you look at it.")
    return _do(request, pk, lambda one: _call(request, services.start_review, one), done)


@page(*HANDLE, side="console", methods=POST)
def ask(request: Request, pk: UUID) -> HttpResponse:
    """Ask the partner for evidence."""
    form = forms.Asking(request.POST)
    return _do(
        request,
        pk,
        lambda one: _call(request, services.ask, one, text=good(form)["text"]),
        _("The partner is asked; the clock stands still."),
    )


@page(*HANDLE, side="console", methods=POST)
def say(request: Request, pk: UUID) -> HttpResponse:
    """Add a statement that the partner reads."""
    form = forms.Statement(request.POST, request.FILES)

    def act(dispute: Dispute) -> None:
        said = good(form)
        _call(request, services.say, dispute, text=said["text"], uploads=said["file"])

    return _do(request, pk, act, _("The partner reads your statement."))


@page(*HANDLE, side="console", methods=POST)
def note(request: Request, pk: UUID) -> HttpResponse:
    """Write something for the vendor's own people."""
    return _do(request, pk, lambda one: _call(request, services.add_note, one, text=request.POST.get("text", "")), "")


@page(*HANDLE, side="console", methods=POST)
def hear(request: Request, pk: UUID) -> HttpResponse:
    """Ask the holder of another registration for evidence."""

    def act(dispute: Dispute) -> None:
        deals = deal_policies.visible_to(request.actor).select_related("partner")
        deal = get_object_or_404(deals, pk=_uuid(request.POST.get("deal", "")))
        _call(request, services.ask_other_side, dispute, deal=deal)

    return _do(request, pk, act, _("The holder is told that the registration is being reviewed, and nothing else."))


@page(policies.DECIDE, side="console", methods=POST)
def decide(request: Request, pk: UUID) -> HttpResponse:
    """Decide the dispute."""
    return _decide(request, pk, services.decide)


@page(policies.DECIDE_APPEAL, side="console", methods=POST)
def decide_on_appeal(request: Request, pk: UUID) -> HttpResponse:
    """Decide the appeal."""
    return _decide(request, pk, services.decide_on_appeal)


@page(deal_policies.APPROVE, side="console", methods=POST)
def carry_out(request: Request, pk: UUID) -> HttpResponse:
    """Do with the deal what the decision demands."""
    remedy = request.POST.get("remedy", "")
    return _do(request, pk, lambda one: _call(request, services.carry_out, one, remedy=remedy), _("It is done."))


def _decide(request: Request, pk: UUID, verb: Any) -> HttpResponse:
    def act(dispute: Dispute) -> None:
        form = forms.Deciding(dispute, DealState(dispute.deal.state), request.POST)
        good(form)
        _call(request, verb, dispute, **form.decision())

    return _do(request, pk, act, _("It is decided. The partner reads your reason."))


def _call(request: Request, verb: Any, dispute: Dispute, **details: Any) -> Any:
    return verb(dispute=dispute, by=request.actor, at=timezone.now(), **details)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(_("Choose a registration."), fields={"deal": _("Choose a registration.")}) from None


def _do(request: Request, pk: UUID, act: Act, done: str) -> HttpResponse:
    """Do something with a dispute and show it; a refusal stands above the fresh content."""
    dispute = find(request, pk)
    try:
        act(dispute)
    except (Refusal, Invalid, Stale) as problem:
        return again(problem, lambda wrong: _page(request, find(request, pk), wrong))
    if done:
        toast(request, done)
    return redirect(dispute.console_url)


def _page(request: Request, dispute: Dispute, problem: Problem | None = None) -> HttpResponse:
    template = "disputes/console/_case.html" if wants(request, "case") else "disputes/console/case.html"
    return render(request, template, _context(request, dispute, problem))


def _context(request: Request, dispute: Dispute, problem: Problem | None) -> dict[str, Any]:
    actor, now, may = request.actor, timezone.now(), policies.may_handle(request.actor, dispute)
    sides = deal_queries.conflict_sides(dispute.deal) if may else []
    deciding = _verb_of_decision(request, dispute)
    return {
        "dispute": dispute,
        "deal": dispute.deal,
        "lines": lines_of(dispute.deal),
        "status": standing.badge(dispute),
        "outcome": standing.outcome(dispute.outcome),
        "next": standing.for_vendor(dispute, at=now),
        "overdue": standing.is_overdue(dispute, at=now),
        "verbs": {move.verb for move in moves_from(State(dispute.state), Side.VENDOR)} if may else set(),
        "deciding": _deciding(request, dispute, problem) if deciding else None,
        "decide_url": reverse(f"console:dispute_{deciding}", args=[dispute.pk]) if deciding else "",
        "asking": forms.Asking(_kept(request, problem, "dispute_ask"), auto_id="id_ask_%s"),
        "may_handle": may,
        "may_hear": may and dispute.state in TALKING,
        "sides": _sides(dispute, sides) if may else [],
        "ruling": ruling_of(request, dispute),
        "talk": queries.talk(dispute),
        "decisions": decisions_of(dispute),
        "notes": list(dispute.notes.order_by("created_at", "pk")[:200]) if may else [],
        "timeline": queries.milestones(dispute, shared_only=not may),
        "saying": _saying(request, problem) if may and dispute.state in TALKING else None,
        "say_url": reverse("console:dispute_say", args=[dispute.pk]),
        "my_side": "vendor",
        "may_carry_out": dispute.remedy_is_due and actor.may(deal_policies.APPROVE) and not actor.read_only,
        "lesser": isinstance(problem, AlreadyProtected | TooLate) and _lesser(dispute),
        "problem": told(problem) if problem else "",
    }


def _sides(dispute: Dispute, sides: list[Any]) -> list[dict[str, Any]]:
    """Return the companies where something stands against the deal, each registration with what its holder said."""
    heard = queries.heard(dispute)

    def rival(deal: DealRegistration) -> dict[str, Any]:
        return {"row": deal, "heard": heard.get(deal.pk), "own": deal.partner_id == dispute.partner_id}

    against = [one for one in sides if one.stands_against]
    return [{"side": one, "deals": [rival(deal) for deal in one.deals]} for one in against]


def _kept(request: Request, problem: Problem | None, *names: str) -> Any:
    """Return what was typed where it was refused by one of these pages: nothing typed is lost."""
    match = request.resolver_match
    return request.POST if problem and match is not None and match.url_name in names else None


def _saying(request: Request, problem: Problem | None) -> forms.Statement:
    return forms.Statement(_kept(request, problem, "dispute_say"))


def _deciding(request: Request, dispute: Dispute, problem: Problem | None) -> forms.Deciding:
    typed = _kept(request, problem, "dispute_decide", "dispute_decide_on_appeal")
    return forms.Deciding(dispute, DealState(dispute.deal.state), typed)


def _verb_of_decision(request: Request, dispute: Dispute) -> str:
    """Return the decision that this person can make now, if any; the first decider never decides the appeal."""
    if not policies.may_decide(request.actor, dispute):
        return ""
    if dispute.state == State.APPEALED:
        other = rules.may_decide_appeal(decider=request.actor.id, first_decider=dispute.first_decider)
        return "decide_on_appeal" if other else ""
    return "decide" if any(move.verb == "decide" for move in moves_from(State(dispute.state), Side.VENDOR)) else ""


def _lesser(dispute: Dispute) -> bool:
    """Say whether the deal can be reopened where it cannot be approved, or extended, any more."""
    return Remedy.REOPEN in rules.ways(Remedy(dispute.remedy))
