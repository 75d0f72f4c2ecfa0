"""What the pages of disputes share."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.forms import Form
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from openprm.disputes import policies, queries, standing, words
from openprm.disputes.models import Dispute
from openprm.kernel import contests
from openprm.kernel.errors import Invalid, Problem, Stale
from openprm.kernel.http import Request

Act = Callable[[Dispute], Any]
STATE_WORDS = [(state.value, label) for state, label in words.STATES.items()]


def find(request: Request, pk: UUID) -> Dispute:
    """Return one dispute; what is not this reader's does not exist (404)."""
    return get_object_or_404(policies.visible_to(request.actor).select_related("partner", "deal__partner"), pk=pk)


def told(problem: Problem) -> str:
    """Return a refusal as a page says it, above the fresh content."""
    if isinstance(problem, Stale):
        return _("Somebody else was faster: this dispute changed while you were looking. This is how it stands now.")
    details = [text for text in problem.fields.values() if text != str(problem.message)]
    return " ".join([str(problem.message), *details])


def good(form: Form) -> dict[str, Any]:
    """Return what was filled in, or raise Invalid with what is wrong."""
    if form.is_valid():
        return form.cleaned_data
    wrong = {name: str(errors[0]) for name, errors in form.errors.items()}
    raise Invalid(_("Some fields need your attention."), fields=wrong)


def decisions_of(dispute: Dispute) -> list[dict[str, Any]]:
    """Return the decisions, each with its outcome as a badge."""
    rows = list(dispute.decisions.order_by("level"))
    instead = queries.done_instead(dispute, rows)
    return [
        {"row": row, "outcome": standing.outcome(row.outcome), "instead": instead if row is rows[-1] else ""}
        for row in rows
    ]


def ruling_of(request: Request, dispute: Dispute) -> SafeString | None:
    """Return the facts of what is contested, drawn by the feature that decided it; None where the deal tells them."""
    contest = contests.find(dispute.subject)
    if contest is None or dispute.contested_id is None:
        return None
    context = contest.context(request.actor, dispute.contested_id)
    return None if context is None else render_to_string(contest.template, context, request=request)
