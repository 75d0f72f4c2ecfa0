"""The verbs of opportunities."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from openprm.customers import closing, policies, rules
from openprm.customers import events as facts
from openprm.customers.models import Account, Opportunity, ProductLine
from openprm.customers.services import locks
from openprm.kernel import events
from openprm.kernel.access import Actor
from openprm.kernel.entity import changes
from openprm.kernel.errors import Invalid

STAGE = frozenset({"stage", "is_open", "is_won"})


def create_opportunity(*, account: Account, by: Actor, at: datetime, **details: Any) -> Opportunity:
    """Add an opportunity at an account."""
    by.require(policies.EDIT)
    values, lines = checked(details, complete=True)
    values["closed_on"] = closing.of_new(values, at=at)
    with transaction.atomic():
        _external_id_is_free(values.get("external_id"))
        opportunity = Opportunity(account=account, created_at=at, updated_at=at, **values)
        opportunity.save(force_insert=True)
        opportunity.product_lines.set(lines or [])
        events.announce(created(opportunity), about=opportunity, by=by, at=at)
    return opportunity


def edit_opportunity(*, opportunity: Opportunity, by: Actor, at: datetime, **details: Any) -> Opportunity:
    """Change an opportunity; fields that are not given stay."""
    by.require(policies.EDIT)
    account = details.pop("account", None)
    values, lines = checked(details, stored=opportunity)
    if account is not None:
        values["account_id"] = account.pk
    values["closed_on"] = closing.after(opportunity, values, at=at)
    before: dict[str, Any] = {name: getattr(opportunity, name) for name in values}
    after = dict(values)
    if lines is not None:
        before["product_lines"] = sorted(line.key for line in opportunity.product_lines.all())
        after["product_lines"] = sorted(line.key for line in lines)
    differing = changes(before, after)
    if not differing:
        return opportunity
    with transaction.atomic():
        if "external_id" in differing:
            _external_id_is_free(values["external_id"])
        for name, value in values.items():
            setattr(opportunity, name, value)
        opportunity.write(*values, at=at)
        if lines is not None:
            opportunity.product_lines.set(lines)
        announce_changes(opportunity, differing, by=by, at=at)
    return opportunity


def announce_changes(opportunity: Opportunity, differing: dict[str, list[Any]], *, by: Actor, at: datetime) -> None:
    """Tell what changed, and the move to another stage as a fact of its own."""
    events.announce(facts.OpportunityChanged(differing), about=opportunity, by=by, at=at)
    if STAGE & differing.keys():
        before = str(differing.get("stage", [opportunity.stage])[0] or "")
        moved = facts.OpportunityStageMoved(before=before, after=opportunity.stage, outcome=opportunity.outcome)
        events.announce(moved, about=opportunity, by=by, at=at)


def created(opportunity: Opportunity) -> facts.OpportunityCreated:
    """Return the fact that an opportunity came to be."""
    return facts.OpportunityCreated(
        name=opportunity.name,
        account_id=str(opportunity.account_id),
        stage=opportunity.stage,
        external_id=opportunity.external_id,
        amount=opportunity.amount,
        currency=opportunity.currency,
    )


def checked(
    details: dict[str, Any], *, stored: Opportunity | None = None, complete: bool = False
) -> tuple[dict[str, Any], list[ProductLine] | None]:
    """Return the values as they are stored, and the product lines if they were given; raise Invalid otherwise."""
    cleaned = rules.clean(details, rules.OPPORTUNITY_FIELDS)
    if complete and "name" not in {*cleaned.values, *cleaned.problems}:
        cleaned.problems["name"] = _("Give the opportunity a name.")
    values = cleaned.values
    cleaned.problems |= together(values, stored)
    keys = values.pop("product_lines", None)
    lines = None if keys is None else product_lines(keys, cleaned.problems)
    if cleaned.problems:
        raise Invalid(_("Some fields need another look."), fields=cleaned.problems)
    return values, lines


def together(values: dict[str, Any], stored: Opportunity | None = None) -> dict[str, str]:
    """Return what is wrong with the values taken together; one that is won is closed."""
    if values.get("is_won"):
        values["is_open"] = False
    elif values.get("is_open"):
        values["is_won"] = False
    amount = values.get("amount", stored.amount if stored else None)
    currency = values.get("currency", stored.currency if stored else "")
    if amount is not None and not currency:
        return {"currency": _("Currency: an amount needs its currency, such as EUR.")}
    return {}


def product_lines(keys: Iterable[str], problems: dict[str, str]) -> list[ProductLine]:
    """Return product lines by key or name; note which are not known."""
    wanted = {key.casefold() for key in keys}
    if not wanted:
        return []
    condition = Q(pk__in=[])
    for word in wanted:
        condition |= Q(key__iexact=word) | Q(name__iexact=word)
    lines = list(ProductLine.objects.filter(condition))
    unknown = wanted - {line.key.casefold() for line in lines} - {line.name.casefold() for line in lines}
    if unknown:
        problems["product_lines"] = _("Product lines: “%(names)s” is not known.") % {
            "names": ", ".join(sorted(unknown))
        }
    return lines


def _external_id_is_free(external_id: str | None) -> None:
    if external_id is None:
        return
    locks.hold(locks.BATCHES)
    taken = Opportunity.objects.filter(external_id=external_id).first()
    if taken is not None:
        message = _("“%(name)s” has this external id already.") % {"name": taken.name}
        raise Invalid(message, code="external_id_taken", fields={"external_id": message})
