"""What changed from one version of the rules to the next, in words."""

from dataclasses import fields

from django.utils.translation import gettext as _

from openprm.engagement.rules import Rule, Rules
from openprm.engagement.words import sentence, told

WORDED = {"told", "advice", "told_vendor", "steps", "enabled", "key"}
CONDITIONS = tuple(one.name for one in fields(Rule) if one.name not in WORDED)


def in_words(before: Rules, after: Rules) -> list[str]:
    """Return one sentence for each change."""
    old, new = {rule.key: rule for rule in before}, {rule.key: rule for rule in after}
    found = [_("Added: %(rule)s") % {"rule": sentence(rule)} for key, rule in new.items() if key not in old]
    found += [_("Removed: %(rule)s") % {"rule": sentence(rule)} for key, rule in old.items() if key not in new]
    for key in [key for key in new if key in old]:
        found += _changed(old[key], new[key])
    kept_before, kept_after = [key for key in old if key in new], [key for key in new if key in old]
    return found + ([_("The order of the rules changed.")] if kept_before != kept_after else [])


def _changed(old: Rule, new: Rule) -> list[str]:
    found = []
    name = {"rule": str(told(new)[0])}
    if old.enabled != new.enabled:
        found.append((_("Switched on: %(rule)s") if new.enabled else _("Switched off: %(rule)s")) % name)
    if any(getattr(old, field) != getattr(new, field) for field in CONDITIONS):
        if sentence(old) == sentence(new):
            found.append(_("“%(rule)s” asks for other values.") % name)
        else:
            found.append(_("Was: %(old)s Now: %(new)s") % {"old": sentence(old), "new": sentence(new)})
    (old_told, old_advice), (new_told, new_advice) = (map(str, told(one)) for one in (old, new))
    if old_told != new_told:
        found.append(_("“%(old)s” reads now “%(rule)s”.") % {**name, "old": old_told})
    if old_advice != new_advice:
        texts = {**name, "old": old_advice, "new": new_advice}
        found.append(_("The advice about “%(rule)s” was “%(old)s” and is now “%(new)s”.") % texts)
    if old.told_vendor != new.told_vendor:
        found.append(_("What the vendor reads about “%(rule)s” changed.") % name)
    if old.steps != new.steps:
        found.append(_("What the partner can do about “%(rule)s” changed.") % name)
    return found
