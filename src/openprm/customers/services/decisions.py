"""Decisions about two names: recorded in one click, in force with the commit, revisable; the log keeps the history."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from openprm.customers import events as facts
from openprm.customers import policies, rules
from openprm.customers.models import Account, CompanyDecision
from openprm.customers.services import family
from openprm.kernel import events
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Invalid, Refusal
from openprm.matching import Query
from openprm.matching.normalise import normalise, umlauts

Verdict = CompanyDecision.Verdict


def decide(
    *,
    account: Account,
    verdict: str,
    by: Actor,
    at: datetime,
    other: Account | None = None,
    query: Query | None = None,
    why: str = "",
    deal_id: UUID | None = None,
    deal_reference: str = "",
) -> CompanyDecision:
    """Say that ``account`` and ``other`` (or the company that a query names) are the same, different, or a family.

    ``subsidiary_of`` means that ``account`` belongs to ``other``; with a query, that what it names belongs to
    ``account``. A decision about the same pair replaces the one before. What is protected follows, or it is refused.
    """
    by.require(policies.DECIDE)
    _require_two(account, other, query, verdict)
    with transaction.atomic(), as_system(), family.following([account.pk, *([other.pk] if other else [])], at=at):
        row = _of_pair(account, other, query)
        before = row.verdict if row else ""
        if row is not None:
            _take_back(row, by=by, at=at)
        row = row or CompanyDecision(created_at=at, updated_at=at)
        row.account, row.other, row.verdict, row.why = account, other, verdict, why.strip()
        row.name, row.key, row.domain = _named(query)
        row.decided_at, row.person_id, row.person_name = at, by.id if by.kind == "person" else None, by.name
        row.deal_id, row.deal_reference = deal_id, deal_reference
        _require_consistent(row)
        row.updated_at = at
        row.save()
        if verdict == Verdict.SUBSIDIARY_OF and other is not None:
            _set_parent(account, other, by=by, at=at)
        _tell(row, before, by=by, at=at)
    return row


def undo_decision(*, decision: CompanyDecision, by: Actor, at: datetime) -> None:
    """Take a decision back: the pair is judged by likeness again."""
    by.require(policies.DECIDE)
    pair = [key for key in (decision.account_id, decision.other_id) if key]
    with transaction.atomic(), as_system(), family.following(pair, at=at):
        _take_back(decision, by=by, at=at)
        for account, other_name, other_id in _sides(decision):
            fact = facts.CompanyDecisionUndone(decision.verdict, other_name, other_id)
            events.announce(fact, about=account, by=by, at=at)
        decision.delete()


def key_of(query: Query) -> tuple[str, str]:
    """Return name and domain of a query as decisions keep them: spelling and legal form aside."""
    return umlauts(normalise(query.name).key)[:300], rules.domain_of(query.domain or "")


def _require_two(account: Account, other: Account | None, query: Query | None, verdict: str) -> None:
    if verdict not in Verdict.values:
        raise Invalid(_("Choose a decision."), fields={"verdict": _("Choose one of the decisions.")})
    if (other is None) == (query is None) or (query is not None and not key_of(query)[0]):
        raise Invalid(_("A decision is about two companies."), fields={"other": _("Name the other company.")})
    if other is not None and other.pk == account.pk:
        raise Invalid(_("A decision is about two companies."), fields={"other": _("This is the same account.")})


def _of_pair(account: Account, other: Account | None, query: Query | None) -> CompanyDecision | None:
    rows = CompanyDecision.objects.select_for_update()
    if other is not None:
        return rows.filter(Q(account=account, other=other) | Q(account=other, other=account)).first()
    assert query is not None
    key, domain = key_of(query)
    return rows.filter(account=account, other=None, key=key, domain=domain).first()


def _named(query: Query | None) -> tuple[str, str, str]:
    return (query.name.strip()[:300], *key_of(query)) if query else ("", "", "")


def _require_consistent(row: CompanyDecision) -> None:
    """Refuse what contradicts what is decided already, in words that say what to undo."""
    if row.other is None:
        return
    names = {"one": row.account.name, "other": row.other.name}
    relatives = [one for one in family.kin([row.account_id]) if one.other_id == row.other_id]
    if row.verdict != Verdict.SAME and any(one.same for one in relatives):
        raise Refusal(
            _("“%(one)s” and “%(other)s” are the same company by way of other decisions. Undo one of those first.")
            % names,
            code="decision_contradicts",
        )
    below = row.other_id in family.ancestors(row.account_id) or row.account_id in family.ancestors(row.other.pk)
    if row.verdict == Verdict.SAME and below:
        raise Refusal(
            _("One of “%(one)s” and “%(other)s” is the other's parent. Take the parent away first.") % names,
            code="decision_contradicts",
        )


def _set_parent(account: Account, parent: Account, *, by: Actor, at: datetime) -> None:
    fresh = Account.objects.select_for_update().get(pk=account.pk)
    if fresh.parent_id == parent.pk:
        return
    before, fresh.parent = fresh.parent_id, parent
    family.require_possible_parent(fresh)
    _write_parent(fresh, before, by=by, at=at)


def _take_back(row: CompanyDecision, *, by: Actor, at: datetime) -> None:
    """Take the parent away that a decision set."""
    if row.verdict == Verdict.SUBSIDIARY_OF and row.other_id:
        account = Account.objects.select_for_update().get(pk=row.account_id)
        if account.parent_id == row.other_id:
            account.parent = None
            _write_parent(account, row.other_id, by=by, at=at)


def _write_parent(account: Account, before: UUID | None, *, by: Actor, at: datetime) -> None:
    account.write("parent_id", at=at)
    after = str(account.parent_id) if account.parent_id else None
    fact = facts.AccountChanged({"parent_id": [str(before) if before else None, after]})
    events.announce(fact, about=account, by=by, at=at)


def _tell(row: CompanyDecision, before: str, *, by: Actor, at: datetime) -> None:
    for account, other_name, other_id in _sides(row):
        fact = facts.CompanyDecided(row.verdict, other_name, other_id, before, row.why, row.deal_reference)
        events.announce(fact, about=account, by=by, at=at)


def _sides(row: CompanyDecision) -> list[tuple[Account, str, str]]:
    """Return each account that a decision is about, with the other's name and id; each has its own history."""
    if row.other is None:
        return [(row.account, row.name, "")]
    one, other = row.account, row.other
    return [(one, other.name, str(other.pk)), (other, one.name, str(one.pk))]
