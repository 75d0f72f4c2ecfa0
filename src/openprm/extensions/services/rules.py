"""The rules of extensions: who may extend how often, and when nobody has to decide."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.extensions import events, policies
from openprm.extensions.models import ExtensionRule
from openprm.extensions.rules import Allowed, Kind, Terms
from openprm.kernel import audiences
from openprm.kernel.access import Actor, as_system
from openprm.kernel.entity import changes
from openprm.kernel.errors import Invalid
from openprm.kernel.events import announce
from openprm.partners.models import Partner

LIMITS = {
    "position": (1, 999),
    "most_days": (1, 730),
    "grant_from": (0, 100),
    "grant_days": (1, 730),
    "quiet_days": (0, 730),
}
FIELDS = ("name", "enabled", "audience", "allowed", "kinds", *LIMITS)


def terms_for(partner: Partner) -> tuple[Terms, str]:
    """Return what holds for a partner, and the name of the rule; without one, once for 30 days, by a person."""
    with as_system():
        for rule in ExtensionRule.objects.filter(enabled=True):
            if audiences.holds(rule.audience, partner, subject="partner"):
                return rule.terms, rule.name
    return Terms(), ""


@transaction.atomic
def save_rule(
    *,
    name: str,
    allowed: str,
    by: Actor,
    at: datetime,
    audience: audiences.Predicate | None = None,
    enabled: bool = True,
    position: int = 10,
    most_days: int = 30,
    grant_from: int = 0,
    grant_days: int = 30,
    kinds: list[str] | None = None,
    quiet_days: int = 0,
    rule: ExtensionRule | None = None,
    code: str = "",
) -> ExtensionRule:
    """Create a rule (its ``code`` is made of its name unless given), or change ``rule``.

    It holds for what is asked from now on.
    """
    by.require(policies.RULES)
    after: dict[str, Any] = {
        "name": name.strip(),
        "enabled": enabled,
        "audience": audience or dict(audiences.EVERYBODY),
        "allowed": allowed,
        "kinds": sorted(set(kinds or [])),
        "position": position,
        "most_days": most_days,
        "grant_from": grant_from,
        "grant_days": grant_days,
        "quiet_days": quiet_days,
    }
    _require_sound(after)
    after["audience"] = audiences.validate(after["audience"], subject="partner")
    before = {field: getattr(rule, field) for field in FIELDS} if rule else {}
    if rule is None:
        rule = ExtensionRule(**after, code=code, created_at=at, updated_at=at)
        rule.save(force_insert=True)
    else:
        for field, value in after.items():
            setattr(rule, field, value)
        rule.write(*FIELDS, at=at)
    announce(events.RuleSaved(rule.name, changes(before, after)), about=rule, by=by, at=at)
    return rule


@transaction.atomic
def remove_rule(*, rule: ExtensionRule, by: Actor, at: datetime) -> None:
    """Remove a rule; what it decided stays."""
    by.require(policies.RULES)
    announce(events.RuleRemoved(rule.name), about=rule, by=by, at=at)
    rule.delete()


def _require_sound(values: dict[str, Any]) -> None:
    wrong: dict[str, str] = {}
    if not values["name"]:
        wrong["name"] = _("Give the rule a name.")
    if values["allowed"] not in set(Allowed):
        wrong["allowed"] = _("Choose how often a deal may be extended.")
    if not set(values["kinds"]) <= set(Kind):
        wrong["kinds"] = _("Choose from the kinds of activities.")
    for field, (least, most) in LIMITS.items():
        if not least <= values[field] <= most:
            wrong[field] = _("Give a number from %(least)s to %(most)s.") % {"least": least, "most": most}
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)
