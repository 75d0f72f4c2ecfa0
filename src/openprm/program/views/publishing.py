"""The console's pages that try a draft out and put it into force, or throw it away."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from openprm.kernel import drafts
from openprm.kernel.errors import Missing
from openprm.kernel.http import Request
from openprm.kernel.ui import money
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page
from openprm.partners.models import Partner
from openprm.program import figures, forms, policies, services, words
from openprm.program.models import Membership, Programme, ProgrammeDraft, TrialRun
from openprm.program.rules import Step
from openprm.program.services.together import as_json
from openprm.program.views.common import BOTH, POST
from openprm.program.views.shown import find

AT_ONCE = 2_000  # a draft is tried out within the request for up to so many members
STEPS = {Step.RAISE: "clear", Step.LOWER: "blocked", Step.GRACE: "possible", Step.RECOVER: "info"}


@page(policies.MANAGE, side="console", methods=BOTH)
def preview(request: Request, pk: UUID) -> HttpResponse:
    """Show what the draft would do if it were published now: who would move, and what that costs."""
    programme = find(request, pk)
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
    context = {
        "programme": programme,
        "draft": draft,
        "seen": drafts.stamp(draft),
        "trial": trial,
        "form": forms.Publishing(),
    }
    return render(request, "program/console/preview.html", {**context, **(_foreseen(result, draft) if result else {})})


@page(policies.MANAGE, side="console", methods=POST)
def publish(request: Request, pk: UUID) -> HttpResponse:
    """Put the draft into force."""
    programme = find(request, pk)
    note, seen = request.POST.get("note", ""), drafts.shown(request)
    new = services.publish(programme=programme, note=note, seen=seen, by=request.actor, at=timezone.now())
    toast(request, _("Version %(number)s is in force from now on.") % {"number": new.number})
    return redirect(programme)


@page(policies.MANAGE, side="console", methods=POST)
def discard(request: Request, pk: UUID) -> HttpResponse:
    """Throw the draft away."""
    programme = find(request, pk)
    services.discard(programme=programme, seen=drafts.shown(request), by=request.actor, at=timezone.now())
    toast(request, _("The draft is thrown away."), tone="info")
    return redirect(programme) if Programme.objects.filter(pk=pk).exists() else redirect("console:programmes")


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
