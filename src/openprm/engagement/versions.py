"""Versions of the rules: which is in force for a partner, and what each says.

A version never changes, so every process reads it once.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.apps import AppConfig
from django.db import connections
from django.db.models import BooleanField, Case, Q, Subquery, Value, When

from openprm.engagement import defaults, plain
from openprm.engagement.models import RuleSet
from openprm.engagement.rules import Rule, Rules, for_partner
from openprm.kernel import audiences
from openprm.kernel.access import as_system
from openprm.kernel.errors import Invalid
from openprm.partners.models import Partner


@dataclass(frozen=True, slots=True)
class Version:
    """A version as a process keeps it."""

    id: UUID
    number: int
    since: datetime
    rules: Rules

    def rule(self, key: str) -> Rule | None:
        """Return the rule with this key."""
        return next((rule for rule in self.rules if rule.key == key), None)


def version(key: UUID) -> Version:
    """Return a version by its id."""
    return _known(key)


@lru_cache(maxsize=64)
def _known(key: UUID) -> Version:
    with as_system():
        row = RuleSet.objects.get(pk=key)
    return Version(row.pk, row.number, row.created_at, plain.load_all(row.rules))


def numbered(number: int) -> Version | None:
    """Return a version by its number."""
    with as_system():
        key = RuleSet.objects.filter(number=number).values_list("pk", flat=True).first()
    return version(key) if key else None


_seen: dict[str, UUID] = {}  # the version that was in force when this process last asked


def in_force(partner_id: UUID) -> tuple[Version, Rules]:
    """Return the version in force and those of its rules that count for a partner, usually with one small query.

    It asks at once which version is in force and in which audiences of the version seen last the partner is. Only where
    the version is another one now does it ask again. To be called as the system.
    """
    guess = version(_seen["last"]) if "last" in _seen else None
    current, member_of = _ask(partner_id, guess.rules if guess else ())
    found = version(current)
    if guess is None or guess.id != current:
        _seen["last"] = current
        _, member_of = _ask(partner_id, found.rules)
    return found, for_partner(found.rules, member_of)


def _ask(partner_id: UUID, rules: Rules) -> tuple[UUID, frozenset[str]]:
    narrow = [rule for rule in rules if not rule.is_for_all and rule.enabled]
    inside = {f"in_{place}": _membership(condition(rule)) for place, rule in enumerate(narrow)}
    newest = Subquery(RuleSet.objects.order_by("-number").values("pk")[:1])
    row = Partner.objects.filter(pk=partner_id).annotate(newest=newest, **inside).values("newest", *inside).get()
    return row["newest"], frozenset(rule.key for place, rule in enumerate(narrow) if row[f"in_{place}"])


def _membership(where: Q) -> Case:
    return Case(When(where, then=Value(True)), default=Value(False), output_field=BooleanField())


def condition(rule: Rule) -> Q:
    """Return a rule's audience as a condition over partners.

    An audience that cannot be read any more (a choice in it was removed) makes the rule count for everybody.
    """
    try:
        return audiences.compile(dict(rule.audience), subject="partner")
    except Invalid:
        return ~audiences.compile(audiences.EVERYBODY, subject="partner") if rule.outside else Q(pk__isnull=False)


def members(rules: Rules) -> dict[str, frozenset[UUID]]:
    """Return, for each rule with an audience, the partners in it now."""
    narrow = [rule for rule in rules if not rule.is_for_all and rule.enabled]
    found = ((rule.key, Partner.objects.filter(condition(rule)).values_list("pk", flat=True)) for rule in narrow)
    return {key: frozenset(partners) for key, partners in found}


def newest() -> RuleSet:
    """Return the version in force."""
    return RuleSet.objects.order_by("-number")[:1].get()


def after_migrate(sender: AppConfig, using: str, **_details: Any) -> None:
    """Store the shipped rules as version 1 where there is none; the table may not be there when one goes back."""
    with connections[using].cursor() as cursor:
        tables = connections[using].introspection.table_names(cursor)
    if RuleSet._meta.db_table not in tables:
        return
    with as_system():
        if not RuleSet.objects.exists():
            RuleSet.objects.create(number=1, rules=plain.dump_all(defaults.SHIPPED), published_by="OpenPRM")
