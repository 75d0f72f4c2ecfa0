"""A partner's disputes, and the reviews of its registrations."""

from typing import Any
from uuid import UUID

from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.deals import policies as deal_policies
from openprm.deals.lifecycle import Side
from openprm.deals.models import DealRegistration
from openprm.deals.views.common import again, wants
from openprm.disputes import forms, policies, queries, services, standing
from openprm.disputes.lifecycle import TALKING, State, moves_from
from openprm.disputes.models import Dispute, Review
from openprm.disputes.rules import Outcome, can_be_appealed
from openprm.disputes.views.common import STATE_WORDS, Act, decisions_of, find, good, ruling_of, told
from openprm.kernel.errors import Invalid, Problem, Refusal, Stale
from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, Empty, Filter, Table
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page

POST = ("POST",)

disputes = Table(
    columns=[
        Column("customer", gettext_lazy("Customer"), cell="deal.customer_name", sort="deal__customer_name", link=True),
        Column(
            "reference",
            gettext_lazy("Reference"),
            cell="deals/cells/reference.html",
            sort="reference",
            from_width="desktop",
        ),
        Column("subject", gettext_lazy("Contested"), cell="subject_label", sort="subject"),
        Column("state", gettext_lazy("Status"), cell="disputes/cells/state.html", sort="state", csv="state_label"),
        Column("outcome", gettext_lazy("Outcome"), cell="disputes/cells/outcome.html", csv="outcome_label"),
        Column("due_at", gettext_lazy("Decision due"), cell="disputes/cells/due.html", sort="due_at"),
        Column("created_at", gettext_lazy("Opened"), sort="created_at", from_width="tablet"),
    ],
    filters=[Filter("state", gettext_lazy("Status"), choices=STATE_WORDS, multiple=True)],
    search=("deal__customer_name__icontains", "reference__icontains"),
    search_hint=gettext_lazy("Search customer or reference"),
    default_sort="-created_at",
    row_url=lambda dispute: dispute.get_absolute_url(),
    empty=Empty(
        "gavel",
        gettext_lazy("No disputes"),
        gettext_lazy("If a decision about a deal is wrong, contest it on the deal's page. It is answered by a date."),
        gettext_lazy("Your deals"),
        "portal:deals",
    ),
    caption=gettext_lazy("Disputes"),
    export_name="disputes",
    live="dispute",
)


@page(policies.VIEW, side="portal")
def listing(request: Request) -> HttpResponse:
    """List the partner's disputes, and the reviews in which it may give evidence."""
    rows = policies.visible_to(request.actor).select_related("deal")
    reviews = policies.reviews_visible_to(request.actor).select_related("deal")
    newest = reviews.order_by(F("closed_at").desc(nulls_first=True), "-created_at")
    return disputes.response(request, rows, "disputes/portal/list.html", {"reviews": newest[:20]})


@page(policies.VIEW, side="portal")
def show(request: Request, pk: UUID) -> HttpResponse:
    """Show a case, or its parts alone when something changed."""
    return _page(request, find(request, pk))


@page(policies.CONTEST, side="portal", methods=("GET", "POST"))
def contest(request: Request, pk: UUID) -> HttpResponse:
    """Contest a verdict or a decision about a deal."""
    deal = get_object_or_404(deal_policies.visible_to(request.actor, policies.CONTEST), pk=pk)
    known = list(policies.visible_to(request.actor).filter(deal=deal))
    options = queries.open_to(deal, known, at=timezone.now()) if policies.may_contest(request.actor, deal) else []
    if not options:
        open_one = next((one for one in known if not one.is_ended), None)
        return redirect(open_one or deal)
    wanted = {"subject": request.GET.get("subject", "")}
    form = forms.Contest(request.POST or None, request.FILES or None, options=options, initial=wanted)
    if form.is_bound and form.is_valid() and (dispute := _contested(request, deal, form)):
        toast(request, _("%(customer)s is contested. You are answered by a date.") % {"customer": deal.customer_name})
        return redirect(dispute)
    context = {"deal": deal, "form": form, "until": min(one.until for one in options)}
    return render(request, "disputes/portal/contest.html", context, status=422 if form.is_bound else 200)


@page(policies.CONTEST, side="portal", methods=POST)
def say(request: Request, pk: UUID) -> HttpResponse:
    """Add a statement."""
    return _speak(request, pk, services.say, _("Your statement is added."))


@page(policies.CONTEST, side="portal", methods=POST)
def answer(request: Request, pk: UUID) -> HttpResponse:
    """Answer what the vendor asked."""
    return _speak(request, pk, services.answer, _("Thank you. The review goes on."))


@page(policies.CONTEST, side="portal", methods=POST)
def appeal(request: Request, pk: UUID) -> HttpResponse:
    """Bring the decision before somebody else."""
    form, done = forms.Appeal(request.POST, request.FILES), _("Your appeal is in. Somebody else decides it.")
    return _speak(request, pk, services.appeal, done, form)


@page(policies.CONTEST, side="portal", methods=POST)
def withdraw(request: Request, pk: UUID) -> HttpResponse:
    """Give the dispute up."""
    return _do(
        request,
        pk,
        lambda dispute: services.withdraw(dispute=dispute, by=request.actor, at=timezone.now()),
        done=_("The dispute is withdrawn."),
    )


@page(policies.CONTEST, side="portal", methods=POST)
def accept(request: Request, pk: UUID) -> HttpResponse:
    """Accept the decision."""
    return _do(
        request,
        pk,
        lambda dispute: services.accept(dispute=dispute, by=request.actor, at=timezone.now()),
        done=_("The dispute is closed."),
    )


@page(policies.VIEW, side="portal", methods=("GET", "POST"))
def review(request: Request, pk: UUID) -> HttpResponse:
    """Show a review of a registration; take the holder's evidence."""
    row = get_object_or_404(policies.reviews_visible_to(request.actor).select_related("deal__partner"), pk=pk)
    may = policies.may_contest(request.actor, row.deal) and not row.answered_at and not row.closed_at
    form = forms.Evidence(request.POST or None, request.FILES or None) if may else None
    if request.method == "POST":
        if form is None:
            request.actor.require(policies.CONTEST)
            return redirect(row)
        if form.is_valid() and _evidence_given(request, row, form):
            toast(request, _("Thank you. Your evidence is with the vendor."))
            return redirect(row)
    kept = queries.files_of("disputes.Review", [row.pk]).get(row.pk, [])
    context = {"review": row, "deal": row.deal, "form": form, "files": kept}
    return render(request, "disputes/portal/review.html", context, status=422 if request.method == "POST" else 200)


def _contested(request: Request, deal: DealRegistration, form: forms.Contest) -> Dispute | None:
    said = form.cleaned_data
    what = {"deal": deal, "subject": said["subject"], "text": said["text"], "uploads": said["file"]}
    try:
        return services.contest(**what, by=request.actor, at=timezone.now())
    except (Invalid, Refusal) as problem:
        _blame(form, problem)
        return None


def _evidence_given(request: Request, row: Review, form: forms.Statement) -> bool:
    said = form.cleaned_data
    try:
        services.answer_review(review=row, text=said["text"], uploads=said["file"], by=request.actor, at=timezone.now())
    except (Invalid, Refusal, Stale) as problem:
        _blame(form, problem)
        return False
    return True


def _blame(form: Any, problem: Problem) -> None:
    for name, text in problem.fields.items():
        form.add_error(name if name in form.fields else None, text)
    if not problem.fields:
        form.add_error(None, str(problem.message))


def _speak(request: Request, pk: UUID, verb: Any, done: str, form: forms.Statement | None = None) -> HttpResponse:
    form = form or forms.Statement(request.POST, request.FILES)

    def act(dispute: Dispute) -> None:
        said = good(form)
        verb(dispute=dispute, text=said["text"], uploads=said["file"], by=request.actor, at=timezone.now())

    return _do(request, pk, act, done=done)


def _do(request: Request, pk: UUID, act: Act, *, done: str) -> HttpResponse:
    """Do something with a dispute and show it; a refusal stands above the fresh content."""
    dispute = find(request, pk)
    try:
        act(dispute)
    except (Refusal, Invalid, Stale) as problem:
        return again(problem, lambda wrong: _page(request, find(request, pk), wrong))
    toast(request, done)
    return redirect(dispute)


def _page(request: Request, dispute: Dispute, problem: Problem | None = None) -> HttpResponse:
    template = "disputes/portal/_case.html" if wants(request, "case") else "disputes/portal/case.html"
    return render(request, template, _context(request, dispute, problem))


def _context(request: Request, dispute: Dispute, problem: Problem | None) -> dict[str, Any]:
    now, may = timezone.now(), policies.may_contest(request.actor, dispute.deal)
    verbs = {move.verb for move in moves_from(State(dispute.state), Side.PARTNER)} if may else set()
    if not _may_appeal(dispute, now):
        verbs.discard("appeal")
    if dispute.remedy_is_due:
        verbs.discard("accept")
    answering = "answer" in verbs
    return {
        "dispute": dispute,
        "deal": dispute.deal,
        "status": standing.badge(dispute),
        "outcome": standing.outcome(dispute.outcome),
        "next": standing.for_partner(dispute, at=now),
        "overdue": standing.is_overdue(dispute, at=now),
        "verbs": verbs,
        "talk": queries.talk(dispute),
        "decisions": decisions_of(dispute),
        "timeline": queries.milestones(dispute, shared_only=True),
        "ruling": ruling_of(request, dispute),
        "appealing": _appealing(request, problem),
        "saying": _saying(request, problem) if may and dispute.state in TALKING else None,
        "say_url": reverse("portal:dispute_answer" if answering else "portal:dispute_say", args=[dispute.pk]),
        "answering": answering,
        "my_side": "partner",
        "problem": told(problem) if problem else "",
    }


def _saying(request: Request, problem: Problem | None) -> forms.Statement:
    """Return the form for a statement; what was typed into one that was refused is kept."""
    return forms.Statement({"text": request.POST.get("text", "")} if problem else None)


def _appealing(request: Request, problem: Problem | None) -> forms.Appeal:
    return forms.Appeal({"text": request.POST.get("text", "")} if problem else None, auto_id="id_appeal_%s")


def _may_appeal(dispute: Dispute, now: Any) -> bool:
    within = bool(dispute.appeal_until and now <= dispute.appeal_until)
    return within and can_be_appealed(Outcome(dispute.outcome))
