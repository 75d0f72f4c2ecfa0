"""The review queue, and an application with all that is known about it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.customers.evidence import bars
from openprm.kernel.errors import Problem
from openprm.kernel.files.models import StoredFile
from openprm.kernel.http import Request
from openprm.kernel.ui.table import Column, DateRange, Empty, Filter, Preset, Table, Toggle
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page
from openprm.partners import policies as partner_policies
from openprm.recruiting import lifecycle, policies, queries, resembling, rules, sentences, services, words
from openprm.recruiting.lifecycle import OPEN, WITH_VENDOR
from openprm.recruiting.models import Application, ApplicationForm

POST = ("POST",)
MOST_CAMPAIGNS = 200
REACHED = [(key, label) for key, (label, _where) in queries.REACHED.items()]
STORIES = {
    "application.started": (gettext_lazy("Started"), "pencil"),
    "application.verified": (gettext_lazy("E-mail address confirmed"), "mail-opened"),
    "application.submitted": (gettext_lazy("Submitted"), "inbox"),
    "application.assessed": (gettext_lazy("Looked over"), "search"),
    "application.review_started": (gettext_lazy("Review started"), "eye"),
    "application.asked": (gettext_lazy("Asked"), "message-2"),
    "application.answered": (gettext_lazy("Answered"), "message-circle"),
    "application.approved": (gettext_lazy("Approved"), "circle-check"),
    "application.rejected": (gettext_lazy("Rejected"), "circle-x"),
    "application.withdrawn": (gettext_lazy("Withdrawn"), "arrow-back-up"),
    "application.noted": (gettext_lazy("Note"), "note"),
}


def _late(rows: Any) -> Any:
    return rows.filter(state__in=sorted(WITH_VENDOR), due_at__lte=timezone.now())


def _reached(rows: Any, keys: list[str]) -> Any:
    return queries.reached(rows, keys[0])


def _forms(request: Request) -> list[tuple[str, str]]:
    return list(ApplicationForm.objects.values_list("code", "title"))


def _campaigns(request: Request) -> list[tuple[str, str]]:
    known = Application.objects.exclude(campaign="").order_by("campaign").values_list("campaign", flat=True).distinct()
    return [*((name, name) for name in known[:MOST_CAMPAIGNS]), ("-", _("(none)"))]


def _questions(request: Request) -> list[tuple[str, str]]:
    """Return the questions at which somebody may have stopped; keys that forms share are one."""
    asked = {one.key: one.label for form in ApplicationForm.objects.all() for one in form.questions}
    return [*asked.items(), ("-", _("Filled in, not sent"))]


def _blank(field: str) -> Callable[[Any, list[str]], Any]:
    return lambda rows, values: rows.filter(**{field: "" if values[0] == "-" else values[0]})


def _stopped(rows: Any, values: list[str]) -> Any:
    return _blank("stopped_at")(rows.filter(state__in=["started", "forgotten"]), values)


queue = Table(
    id="applications",
    columns=[
        Column(
            "company",
            gettext_lazy("Company"),
            cell="recruiting/cells/company.html",
            sort="company",
            link=True,
            csv="company",
        ),
        Column(
            "score", gettext_lazy("Score"), cell="recruiting/cells/score.html", sort="score", align="end", csv="score"
        ),
        Column(
            "signs",
            gettext_lazy("Signs"),
            cell="recruiting/cells/signs.html",
            csv="duplicate_count",
            from_width="tablet",
        ),
        Column("state", gettext_lazy("State"), cell="recruiting/cells/state.html", sort="state", csv="state_label"),
        Column("due", gettext_lazy("Decision due"), cell="recruiting/cells/due.html", sort="clock", csv="due_at"),
        Column("submitted", gettext_lazy("Submitted"), cell="submitted_at", sort="submitted_at", from_width="desktop"),
        Column("source", gettext_lazy("Source"), cell="source_label", sort="source", from_width="desktop"),
    ],
    filters=[
        Filter("state", gettext_lazy("State"), choices=list(words.STATES.items()), multiple=True),
        Filter("form", gettext_lazy("Form"), choices=_forms, field="form__code"),
        Filter("source", gettext_lazy("Source"), choices=list(words.SOURCES.items())),
        Filter("campaign", gettext_lazy("Campaign"), choices=_campaigns, apply=_blank("campaign")),
        Filter("reached", gettext_lazy("Came as far as"), choices=REACHED, apply=_reached),
        Filter("stopped", gettext_lazy("Stopped at"), choices=_questions, apply=_stopped),
        DateRange("created", gettext_lazy("Begun"), field="created_at"),
        Toggle("late", gettext_lazy("Late only"), apply=_late),
        Toggle("duplicates", gettext_lazy("May be duplicates"), apply=lambda rows: rows.filter(duplicate_count__gt=0)),
        Toggle("all", gettext_lazy("Not sent and decided too"), apply=lambda rows: rows),
    ],
    search=("company__icontains", "email__icontains", "contact_name__icontains", "reference__icontains"),
    search_hint=gettext_lazy("Search company, person, e-mail, reference"),
    default_sort="due",
    per_page=50,
    presets=[
        Preset(gettext_lazy("Waiting")),
        Preset(gettext_lazy("Late"), {"late": "1"}, "clock-exclamation"),
        Preset(gettext_lazy("With the applicant"), {"state": "asked"}, "message-2"),
        Preset(gettext_lazy("May be duplicates"), {"duplicates": "1"}, "copy"),
        Preset(gettext_lazy("Being filled in"), {"state": "started"}, "pencil"),
        Preset(gettext_lazy("All"), {"all": "1"}),
    ],
    row_url=lambda row: row.get_absolute_url(),
    row_label=str,
    empty=Empty(
        "clipboard-check",
        gettext_lazy("No application waits"),
        gettext_lazy("What companies send on your application forms appears here, what is due first on top."),
    ),
    caption=gettext_lazy("Applications"),
    export_name="applications",
    live="application",
)


@page(policies.VIEW, side="console")
def listing(request: Request) -> HttpResponse:
    """Show the queue: what waits, by the clock."""
    rows = policies.visible_to(request.actor)
    given = request.GET
    if not given.get("all") and not given.getlist("state"):
        rows = rows.filter(state__in=sorted(OPEN))
    return queue.response(request, rows.annotate(clock=F("due_at")), "recruiting/applications.html")


@page(policies.VIEW, side="console")
def show(request: Request, pk: UUID) -> HttpResponse:
    """Show an application."""
    return _page(request, get_object_or_404(policies.visible_to(request.actor), pk=pk))


@page(policies.REVIEW, side="console", methods=POST)
def start_review(request: Request, pk: UUID) -> HttpResponse:
    """Say that somebody looks at it."""
    return _do(request, pk, services.start_review, _("The applicant sees that you look at it."))


@page(policies.REVIEW, side="console", methods=POST)
def ask(request: Request, pk: UUID) -> HttpResponse:
    """Ask the applicant something."""
    return _do(request, pk, services.ask, _("The applicant is asked; the clock stands still."), text=_text(request))


@page(policies.REVIEW, side="console", methods=POST)
def note(request: Request, pk: UUID) -> HttpResponse:
    """Write something for the vendor's own people."""
    return _do(request, pk, services.add_note, "", text=_text(request))


@page(policies.REVIEW, side="console", methods=POST)
def approve(request: Request, pk: UUID) -> HttpResponse:
    """Make the applicant a partner."""
    partner = None
    if request.POST.get("partner"):
        known = partner_policies.visible_to(request.actor)
        partner = get_object_or_404(known, pk=_uuid(request.POST["partner"]))
    done = _("%(company)s is a partner now. Its first person is invited.")
    return _do(request, pk, services.approve, done, text=_text(request), partner=partner)


@page(policies.REVIEW, side="console", methods=POST)
def reject(request: Request, pk: UUID) -> HttpResponse:
    """Close the application for a coded reason."""
    reason = request.POST.get("reason", "")
    return _do(request, pk, services.reject, _("The application is closed."), reason=reason, text=_text(request))


@page(policies.REVIEW, side="console", methods=POST)
def assess(request: Request, pk: UUID) -> HttpResponse:
    """Look it over again: what is on file may have changed."""
    row = get_object_or_404(policies.reviewed_by(request.actor), pk=pk)
    services.assess(application=row, at=timezone.now())
    toast(request, _("Looked over again."))
    return redirect(row)


def _do(request: Request, pk: UUID, verb: Callable[..., Any], done: str, **values: Any) -> HttpResponse:
    """Call a verb; where it refuses, the page says why and keeps what was typed."""
    row = get_object_or_404(policies.reviewed_by(request.actor), pk=pk)
    try:
        with transaction.atomic():
            verb(application=row, by=request.actor, at=timezone.now(), **values)
    except Problem as problem:
        fresh = get_object_or_404(policies.visible_to(request.actor), pk=pk)
        said = [*dict.fromkeys([str(problem), *problem.fields.values()])]
        return _page(request, fresh, problem=said, typed=values.get("text", ""), status=problem.status)
    if done:
        toast(request, done % {"company": row})
    return redirect(row)


def _page(
    request: Request, row: Application, *, problem: list[str] | None = None, typed: str = "", status: int = 200
) -> HttpResponse:
    actor = request.actor
    now = timezone.now()
    moves = lifecycle.open_to_reviewer(row.state) if actor.may(policies.REVIEW) and not actor.read_only else []
    held = [line for line in row.score_lines if line["held"]]
    context = {
        "application": row,
        "form": row.form,
        "status": words.status(row.state, row.state_since),
        "late": row.is_late(now),
        "waited": queries.waited(row, now),
        "moves": moves,
        "may_review": bool(moves),
        "answered": _groups(row),
        "files": list(StoredFile.objects.filter(owner_type=row._meta.label, owner_id=row.pk)),
        "said": row.messages.exclude(kind="note"),
        "notes": row.messages.filter(kind="note"),
        "likely": _likely(request, row),
        "findings": row.findings,
        "held": held,
        "not_held": [line for line in row.score_lines if not line["held"]],
        "most": rules.most(row.form.asks.score),
        "approves": sentences.approval(row.form),
        "reasons": [(code, label, str(words.LETTERS[code])) for code, label in words.REASONS.items()],
        "letter": str(words.APPROVED),
        "timeline": [_story(event) for event in queries.timeline(row)],
        "problem": problem or [],
        "typed": typed,
        "origin": [(name, value) for name, value in row.origin.items()],
    }
    return render(request, "recruiting/application.html", context, status=status)


def _groups(row: Application) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the answers by step; of one that is being filled in, what is there so far."""
    asked = row.asked or [
        {"label": one.label, "step": one.step, "words": _so_far(one, row)}
        for one in rules.asked(row.form.questions, row.answers)
    ]
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for one in asked:
        if not found or found[-1][0] != one["step"]:
            found.append((one["step"], []))
        found[-1][1].append((one["label"], one["words"]))
    return found


def _so_far(question: Any, row: Application) -> str:
    from openprm.recruiting import fields

    value = row.answers.get(question.key) or ""
    return (
        _("%(many)s files") % {"many": len(value)}
        if question.kind == "file" and value
        else fields.words(question, value)
    )


def _likely(request: Request, row: Application) -> list[dict[str, Any]]:
    """Return whom it resembles, with the evidence as bars and where to look at each."""
    found = []
    partners = partner_policies.visible_to(request.actor).in_bulk(
        [one["id"] for one in row.duplicates if one["kind"] == "partner"]
    )
    known = {str(pk): partner for pk, partner in partners.items()}
    for one in row.duplicates:
        is_partner = one["kind"] == "partner"
        partner = known.get(one["id"]) if is_partner else None
        url = "" if is_partner and partner is None else reverse(f"console:{one['kind']}", args=[one["id"]])
        found.append(
            {
                **one,
                "url": url,
                "partner": partner,
                "bars": bars(resembling.evidence(one["evidence"])),
                "label": _DECISIONS[one["decision"]][0],
                "tone": _DECISIONS[one["decision"]][1],
            }
        )
    return found


_DECISIONS = {
    "same": (gettext_lazy("Same company"), "blocked"),
    "family": (gettext_lazy("Same corporate family"), "possible"),
    "possible": (gettext_lazy("Possibly the same"), "possible"),
}


def _story(event: Any) -> dict[str, Any]:
    label, icon = STORIES.get(event.name, (event.type.label, "point"))
    payload = event.payload
    quote = payload.get("text") or ""
    text = payload.get("why", "")
    if event.name == "application.rejected":
        text = str(words.REASONS.get(payload.get("reason", ""), ""))
    if event.name == "application.assessed":
        waits = payload.get("waits_because") or []
        text = _("Score %(score)s.") % {"score": payload.get("score")}
        text += " " + _("Not approved by itself: %(why)s.") % {"why": "; ".join(waits)} if waits else ""
    return {
        "at": event.at,
        "title": label,
        "text": quote or text,
        "quote": bool(quote),
        "actor": event.actor_name,
        "icon": icon,
    }


def _text(request: Request) -> str:
    return request.POST.get("text", "")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
