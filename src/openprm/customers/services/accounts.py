"""The verbs of accounts. Each writes the company index in the same transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from openprm.customers import events as facts
from openprm.customers import index, policies, rules
from openprm.customers.models import Account, NameSource
from openprm.customers.services import family, locks, merged
from openprm.kernel import events
from openprm.kernel.access import Actor
from openprm.kernel.entity import changes
from openprm.kernel.errors import Invalid, Refusal
from openprm.matching import Company

INDEXED = frozenset({"name", *rules.NAME_FIELDS, "domain", "further_domains", "country", "phone", "registration_ids"})


def create_account(*, by: Actor, at: datetime, origin: str = Account.Origin.MANUAL, **details: Any) -> Account:
    """Add an account."""
    by.require(policies.EDIT)
    values = checked(details, complete=True)
    with transaction.atomic():
        _external_id_is_free(values.get("external_id"))
        account = Account(origin=origin, **values)
        if account.parent_id:
            family.require_possible_parent(account)
        return store_new(account, by=by, at=at)


def edit_account(
    *, account: Account, by: Actor, at: datetime, source: str = NameSource.HAND, **details: Any
) -> Account:
    """Change an account; fields that are not given stay. ``parent`` (or its ``parent_id``) is who owns it, or None.

    ``source`` says where names come from that are new.
    """
    by.require(policies.EDIT)
    values = with_sources(account, checked(details), source)
    before = {name: getattr(account, name) for name in values}
    differing = changes(before, values)
    if not differing:
        return account
    with transaction.atomic():
        if "external_id" in differing:
            _external_id_is_free(values["external_id"], account)
        with family.following([account.pk] if "parent_id" in differing else [], at=at):
            for name, value in values.items():
                setattr(account, name, value)
            if "parent_id" in differing:
                family.require_possible_parent(account)
            account.write(*values, at=at)
        if INDEXED & differing.keys():
            index.write(companies_of(account))
        events.announce(facts.AccountChanged(differing), about=account, by=by, at=at)
    return account


def remove_account(*, account: Account, by: Actor, at: datetime) -> None:
    """Take an account away that nothing else speaks of."""
    by.require(policies.EDIT)
    with family.following([account.pk], at=at):
        index.forget([account.pk])
        events.announce(facts.AccountRemoved(account.name, account.external_id), about=account, by=by, at=at)
        try:
            with transaction.atomic():
                account.delete()
        except ProtectedError as error:
            raise Refusal(
                _("“%(name)s” has opportunities, deals or subsidiaries, so it stays. Remove those first.")
                % {"name": account.name},
                code="account_in_use",
            ) from error


def store_new(account: Account, *, by: Actor, at: datetime) -> Account:
    """Write a new account, its names in the index, and the fact."""
    account.created_at = account.updated_at = at
    account.save(force_insert=True)
    index.write(companies_of(account), fresh=True)
    events.announce(
        facts.AccountCreated(account.name, str(account.origin), account.external_id, account.domain, account.country),
        about=account,
        by=by,
        at=at,
    )
    return account


def company_of(account: Account) -> Company:
    """Return an account as matching knows companies."""
    return Company(
        str(account.pk),
        account.name,
        tuple(account.other_names),
        account.domain or None,
        account.country or None,
        phone=account.phone or None,
        registration=account.registration_ids[0].partition(":")[2] if account.registration_ids else None,
    )


def companies_of(*accounts: Account) -> list[Company]:
    """Return accounts as the index takes them: once by all names, and by the name at each further domain."""
    rows = []
    for account in accounts:
        rows.append(company_of(account))
        for domain in account.domains[1:] if account.domain else account.domains:
            rows.append(Company(str(account.pk), account.name, (), domain, account.country or None))
    return rows


def with_sources(account: Account, values: dict[str, Any], source: str) -> dict[str, Any]:
    """Return the values with a note of where names come from that the account does not have yet."""
    if not values.keys() & set(rules.NAME_FIELDS):
        return values
    names = [name for field in rules.NAME_FIELDS for name in values.get(field, getattr(account, field))]
    sources = rules.sources_after(account.other_names, account.name_sources, names, source)
    return values if sources == account.name_sources else {**values, "name_sources": sources}


def checked(details: dict[str, Any], *, complete: bool = False) -> dict[str, Any]:
    """Return the values in the form they are stored; raise Invalid naming what is wrong."""
    details = dict(details)
    parent, parent_id = details.pop("parent", ...), details.pop("parent_id", ...)
    cleaned = rules.clean(details, rules.ACCOUNT_FIELDS)
    if parent_id is not ...:
        parent = _named_parent(cleaned, parent_id)
    _resolve_parent(cleaned, parent)
    if complete and "name" not in {*cleaned.values, *cleaned.problems}:
        cleaned.problems["name"] = _("Give the account a name.")
    if cleaned.problems:
        raise Invalid(_("Some fields need another look."), fields=cleaned.problems)
    if "website" in cleaned.values:
        cleaned.values["domain"] = rules.domain_of(cleaned.values["website"])
    return cleaned.values


def _resolve_parent(cleaned: rules.Cleaned, parent: Any) -> None:
    key = cleaned.values.pop("parent_external_id", ...)
    if key is not ... and parent is not ...:
        if key != (parent.external_id if parent else None):
            cleaned.problems["parent_external_id"] = _("Name the parent by one of its ids, or by both of the same one.")
    elif key is not ...:
        parent = merged.by_external_id(key) if key else None
        if key and parent is None:
            cleaned.problems["parent_external_id"] = _("“%(id)s” is no account's external id.") % {"id": key}
    if parent is not ...:
        cleaned.values["parent_id"] = parent.pk if parent else None


def _named_parent(cleaned: rules.Cleaned, key: UUID | None) -> Any:
    """Return the parent with this id (or the account that it went into); note where there is none."""
    found = merged.by_id(key) if key else None
    if key and found is None:
        cleaned.problems["parent_id"] = _("There is no account with this id.")
        return ...
    return found


def _external_id_is_free(external_id: str | None, account: Account | None = None) -> None:
    if external_id is None:
        return
    locks.hold(locks.BATCHES)
    taken = merged.by_external_id(external_id)
    if taken is not None and taken != account:
        message = _("“%(name)s” has this external id already.") % {"name": taken.name}
        raise Invalid(message, code="external_id_taken", fields={"external_id": message})
