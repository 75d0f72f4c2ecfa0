"""Who the customer of a deal is, and what stands against the claim."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from openprm.checks import services as checks
from openprm.customers import services as customers
from openprm.deals import conflicts
from openprm.deals.models import DealRegistration
from openprm.deals.rules import Claim, Verdict
from openprm.deals.services.content import Content
from openprm.kernel.access import Actor, as_system

JUDGED = ("account", "verdict", "verdict_reasons", "verdict_at", "rules_id")  # what judging a deal sets


def judge_again(deal: DealRegistration, content: Content, *, by: Actor, at: datetime) -> None:
    """Look the customer up anew, as ``content`` names it, and put the verdict into the columns ``JUDGED``.

    It is given anew, whatever it says. The columns are the caller's to store, after this: customers are held before
    deals.
    """
    checks.count(question=content.question, by=by, at=at, form=deal.pk)
    verdict = judge(deal, content, by=by, at=at)
    for name, value in given(verdict, at=at).items():
        setattr(deal, name, value)


def given(verdict: Verdict, *, at: datetime) -> dict[str, Any]:
    """Return what a deal keeps of a verdict that is told at this moment."""
    return {
        "verdict": verdict.level.value,
        "verdict_reasons": [asdict(reason) for reason in verdict.reasons],
        "verdict_at": at,
        "rules_id": verdict.rules,
    }


def judge(deal: DealRegistration, content: Content, *, by: Actor, at: datetime) -> Verdict:
    """Find out who the customer is (nobody else can claim it meanwhile), and weigh what stands against the claim."""
    with as_system():
        deal.account, matches = customers.recognise(query=content.query, by=by, at=at)
        claim = Claim(deal.partner_id, content.product_lines, content.country)
        found = conflicts.likeness(matches, deal.account)
        return conflicts.weigh(found, claim=claim, at=at, leaving_out=deal.pk)
