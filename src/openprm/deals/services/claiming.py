"""From typing to submission: drafts, the verdict while typing, and the claim itself."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.checks import services as checks
from openprm.customers import services as customers
from openprm.deals import conflicts, events
from openprm.deals.lifecycle import Move
from openprm.deals.models import ApprovalRule, DealRegistration
from openprm.deals.policies import REGISTER
from openprm.deals.rules import Claim, Level, Limit, Verdict
from openprm.deals.services import deciding, judging, moving
from openprm.deals.services.content import Content, content_of, fill, require_complete, set_lines
from openprm.engagement import versions
from openprm.kernel import audiences, settings_store
from openprm.kernel.access import SYSTEM, Actor, as_system
from openprm.kernel.errors import Forbidden, Refusal
from openprm.kernel.events import announce
from openprm.kernel.outlasting import outlast
from openprm.partners.models import Partner

SHORTEST_EVIDENCE = 20  # characters


class Blocked(Refusal):
    """The verdict is "blocked", and the partner gave no evidence for a review."""

    code = "deal_blocked"


class ChecksUsedUp(Blocked):
    """The day's checks are used up, and the partner gave no evidence: no verdict is told for nothing."""

    code = "checks_used_up"


def check(
    *, content: Content, by: Actor, at: datetime, deal: DealRegistration | None = None, form: UUID | None = None
) -> Verdict | None:
    """Return what a registration would meet right now; None while the name says nothing.

    Counts against the partner's checks of the day; ``form`` is the key of the form in which it is typed.
    """
    if not by.is_partner or by.partner_id is None:
        raise Forbidden(_("Only partners register deals."))
    by.require(REGISTER)
    if not content.names_customer:
        return None
    claim = Claim(by.partner_id, content.product_lines, content.country)
    with as_system():  # once for all that follows, each of which needs it
        counted = checks.spend(question=content.question, by=by, at=at, form=form or (deal.pk if deal else None))
        likeness = conflicts.likeness(customers.find(content.query, explained=False))
        found = conflicts.weigh(likeness, claim=claim, at=at, leaving_out=deal.pk if deal else None)
        if found.level is Level.BLOCKED:
            checks.note_blocked(counted, at=at)
    return found


@transaction.atomic
def save_draft(
    *,
    content: Content,
    by: Actor,
    at: datetime,
    deal: DealRegistration | None = None,
    key: UUID | None = None,
    evidence: str | None = None,
) -> DealRegistration:
    """Keep what was typed so far, complete or not, and return the draft.

    ``key`` is the id that a new draft gets, where the form chose one: the same form sent twice is one draft.
    """
    by.require(REGISTER)
    if by.partner_id is None or by.kind == "system":
        raise Forbidden(_("Only partners register deals."))
    new = deal is None
    if deal is None:
        owner = by.id if by.kind == "person" else None
        deal = DealRegistration(
            partner_id=by.partner_id, owner_id=owner, owner_name=by.name, state_since=at, created_at=at, updated_at=at
        )
        deal.pk = key or deal.pk
        deal.evidence = (evidence or "").strip()
        fill(deal, content)
        deal.save(force_insert=True)
    else:
        moving.allowed(deal, "submit", by=by)
        before = (content_of(deal), deal.evidence)
        fill(deal, content)
        deal.evidence = deal.evidence if evidence is None else evidence.strip()
        if before == (content.tidied(), deal.evidence):
            return deal  # the form saves itself, changed or not
        deal.write(*content.plain(), "evidence", at=at)
    set_lines(deal, content.product_lines, new=new)
    return deal


@transaction.atomic
def discard(*, deal: DealRegistration, by: Actor) -> None:
    """Throw a draft away; anything later is withdrawn instead, and stays on record.

    Raises Stale where somebody changed it, or submitted it, since it was read.
    """
    moving.allowed(deal, "submit", by=by)
    deal.hold()
    deal.delete()


@transaction.atomic
def submit(*, deal: DealRegistration, by: Actor, at: datetime, evidence: str = "") -> DealRegistration:
    """Claim the customer: find out who it is, say the verdict, and approve at once where a rule allows it.

    A blocked claim goes to review only with the partner's evidence; without it, Blocked is raised and the draft stays.
    """
    move = moving.allowed(deal, "submit", by=by)
    moving.read_lines(deal)
    require_complete(content_of(deal), at=at)
    if deal.partner.status != Partner.Status.ACTIVE:
        raise deciding.PartnerNotActive(
            _("Your company is not active in the programme yet. The draft is kept; ask your channel manager.")
        )
    with as_system():
        went_well = _count_submission(deal, evidence, by=by, at=at)
        verdict = judging.judge(deal, content_of(deal), by=by, at=at)
    if verdict.level is Level.BLOCKED and (lacking := lacking_evidence(evidence)):
        raise Blocked(
            _("This registration is blocked. Say in at least 20 characters why it should be reviewed."),
            fields=lacking,
        )
    _record(deal, move, verdict, evidence, at=at)
    with as_system():
        announce(_submitted(deal, verdict), about=deal, by=by, at=at)
        _approve_by_rule(deal, verdict, at=at)
    went_well()
    return deal


def lacking_evidence(evidence: str) -> dict[str, str]:
    """Return what a blocked claim lacks to be reviewed, by field."""
    enough = len(evidence.strip()) >= SHORTEST_EVIDENCE
    return {} if enough else {"evidence": _("Say in at least 20 characters why the customer is yours.")}


def _count_submission(deal: DealRegistration, evidence: str, *, by: Actor, at: datetime) -> Callable[[], None]:
    """Count a submission as a check, whatever comes of it: a refusal is an answer, too.

    Returns what is to be called once it is accepted; until then it is counted again at the end.

    Registering is always possible. Once the day's checks are used up, it takes evidence beforehand, so that nobody is
    told "blocked" for nothing: what is submitted then is on record.
    """
    question = content_of(deal).question
    again: dict[str, Any] = {"question": question, "by": by, "at": at, "form": deal.pk}
    if len(evidence.strip()) < SHORTEST_EVIDENCE and not checks.may_spend(**again):
        raise ChecksUsedUp(
            _("Your checks for today are used up. Say in at least 20 characters why this customer is yours."),
            fields=lacking_evidence(evidence),
        )
    checks.count(registered=True, **again)
    return outlast(partial(checks.count, **again))


def _record(deal: DealRegistration, move: Move, verdict: Verdict, evidence: str, *, at: datetime) -> None:
    hours = settings_store.get("deals.decision_hours")
    moving.go(
        deal,
        move,
        "account",
        at=at,
        submitted_at=at,
        due_at=at + timedelta(hours=hours),
        evidence=evidence.strip(),
        **judging.given(verdict, at=at),
    )


def _submitted(deal: DealRegistration, verdict: Verdict) -> events.Submitted:
    assert deal.value is not None
    return events.Submitted(
        reference=deal.reference,
        customer=deal.customer_name,
        value=deal.value,
        currency=deal.currency,
        product_lines=moving.line_keys(deal),
        verdict=verdict.level.value,
        reasons=[reason.code for reason in verdict.reasons],
        rules_version=versions.version(verdict.rules).number if verdict.rules else None,
        website=deal.website,
        country=deal.country,
        close_date=deal.close_date,
        description=deal.description,
        due_at=deal.due_at,
    )


def _approve_by_rule(deal: DealRegistration, verdict: Verdict, *, at: datetime) -> None:
    assert deal.value is not None
    for rule in ApprovalRule.objects.filter(enabled=True, currency=deal.currency):
        limit = Limit(rule.most, rule.currency, frozenset(Level(level) for level in rule.levels))
        covered = limit.covers(value=deal.value, currency=deal.currency, level=verdict.level)
        if covered and audiences.holds(rule.audience, deal.partner, subject="partner"):
            with suppress(moving.AlreadyProtected):  # rules can let a second claim through: a person compares both
                deciding.approve(deal=deal, by=SYSTEM, at=at, rule=rule.name)
            return
