"""Rules by which clean deals need nobody to decide."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.deals import events, policies
from openprm.deals.models import ApprovalRule
from openprm.deals.rules import Level
from openprm.kernel import audiences
from openprm.kernel.access import Actor
from openprm.kernel.entity import changes
from openprm.kernel.errors import Invalid
from openprm.kernel.events import announce

FIELDS = ("name", "enabled", "audience", "most", "currency", "levels")


@transaction.atomic
def save_rule(
    *,
    name: str,
    audience: audiences.Predicate,
    most: Decimal,
    currency: str,
    levels: list[str],
    by: Actor,
    at: datetime,
    enabled: bool = True,
    rule: ApprovalRule | None = None,
    code: str = "",
) -> ApprovalRule:
    """Create a rule (its ``code`` is made of its name unless given), or change ``rule``.

    It holds for deals submitted from now on.
    """
    by.require(policies.RULES)
    wrong = _problems(name, most, currency, levels)
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)
    before: dict[str, Any] = {field: getattr(rule, field) for field in FIELDS} if rule else {}
    after = {
        "name": name.strip(),
        "enabled": enabled,
        "audience": audiences.validate(audience, subject="partner"),
        "most": most,
        "currency": currency,
        "levels": sorted(set(levels)),
    }
    if rule is None:
        rule = ApprovalRule(**after, code=code, created_at=at, updated_at=at)
        rule.save(force_insert=True)
    else:
        for field, value in after.items():
            setattr(rule, field, value)
        rule.write(*FIELDS, at=at)
    announce(events.ApprovalRuleSaved(rule.name, changes(before, after)), about=rule, by=by, at=at)
    return rule


@transaction.atomic
def remove_rule(*, rule: ApprovalRule, by: Actor, at: datetime) -> None:
    """Remove a rule; deals it approved stay as they are."""
    by.require(policies.RULES)
    announce(events.ApprovalRuleRemoved(rule.name), about=rule, by=by, at=at)
    rule.delete()


def _problems(name: str, most: Decimal, currency: str, levels: list[str]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if not name.strip():
        wrong["name"] = _("Give the rule a name.")
    if most <= 0:
        wrong["most"] = _("Give a limit above zero.")
    if len(currency) != 3:
        wrong["currency"] = _("Choose a currency.")
    if not levels or not set(levels) <= {Level.CLEAR, Level.POSSIBLE}:
        wrong["levels"] = _("Choose at least one verdict; a blocked deal is never approved by a rule.")
    return wrong
