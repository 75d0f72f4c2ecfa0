"""The verbs of rules of engagement: edit the draft, publish it, put accounts on hold."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from openprm.customers.models import Account
from openprm.engagement import diff, events, plain, policies, versions
from openprm.engagement.models import Draft, Hold, RuleSet
from openprm.engagement.rules import Rule, Rules
from openprm.kernel import audiences, drafts
from openprm.kernel.access import Actor
from openprm.kernel.errors import Invalid, Missing, Refusal, Stale
from openprm.kernel.events import announce


class NothingChanged(Refusal):
    """The draft says the same as the version in force."""

    code = "nothing_changed"


def draft() -> Draft | None:
    """Return the draft, if there is one."""
    return Draft.objects.select_related("base").first()


@transaction.atomic
def edit(*, rules: Sequence[Rule], by: Actor, at: datetime, seen: str | None = None) -> Draft:
    """Make these rules the draft of the next version; ``seen`` is the stamp of the draft that was read."""
    by.require(policies.MANAGE)
    found = _alone()
    drafts.require(found, seen)
    return _keep(found, rules, by=by, at=at)


def put(*, rule: Rule, by: Actor, at: datetime, seen: str = "") -> Draft:
    """Add a rule to the draft, or change the one with its key.

    ``seen`` is the stamp of the rule that was read (``plain.stamp``): Stale, where the draft has another one by now.
    """

    def change(rules: Rules) -> Rules:
        known = _known(rules, rule.key, seen)
        return tuple(rule if one is known else one for one in rules) if known else (*rules, rule)

    return _change(change, by=by, at=at)


def remove(*, key: str, by: Actor, at: datetime, seen: str = "") -> Draft:
    """Take a rule out of the draft; ``seen`` as in ``put``."""

    def change(rules: Rules) -> Rules:
        known = _known(rules, key, seen)
        return tuple(one for one in rules if one is not known)

    return _change(change, by=by, at=at)


def move(*, key: str, places: int, by: Actor, at: datetime) -> Draft:
    """Move a rule of the draft up (below zero) or down: reasons of the same gravity are told in this order."""

    def change(rules: Rules) -> Rules:
        place = next((place for place, one in enumerate(rules) if one.key == key), None)
        if place is None:
            raise Missing(_("There is no such rule."))
        rest = [one for one in rules if one.key != key]
        rest.insert(max(0, place + places), rules[place])
        return tuple(rest)

    return _change(change, by=by, at=at)


@transaction.atomic
def restore(*, version: RuleSet, by: Actor, at: datetime, seen: str | None = None) -> Draft:
    """Take an earlier version as the draft of the next, in place of the draft that was ``seen``."""
    return edit(rules=plain.load_all(version.rules), by=by, at=at, seen=seen)


@transaction.atomic
def discard(*, by: Actor, at: datetime, seen: str | None = None) -> None:
    """Throw the draft away that was ``seen``."""
    by.require(policies.MANAGE)
    found = _alone()
    drafts.require(found, seen)
    if found is not None:
        announce(events.DraftDiscarded(found.base.number), about=found, by=by, at=at)
        found.delete()


@transaction.atomic
def publish(*, note: str, by: Actor, at: datetime, seen: str | None = None) -> RuleSet:
    """Put the draft that was ``seen`` into force as the next version."""
    by.require(policies.MANAGE)
    found = _alone()
    if found is None:
        raise Missing(_("There is no draft to publish. Change a rule first."))
    drafts.require(found, seen)
    if len(note.strip()) > 400:
        raise Invalid(_("Some fields need your attention."), fields={"note": _("At most 400 characters.")})
    before, after = versions.newest(), plain.load_all(found.rules)
    changes = diff.in_words(plain.load_all(before.rules), after)
    if not changes:
        raise NothingChanged(_("The draft says the same as the version in force. Change a rule, or discard the draft."))
    new = RuleSet.objects.create(
        number=before.number + 1,
        rules=found.rules,
        note=note.strip(),
        published_by=by.name,
        created_at=at,
        updated_at=at,
    )
    found.delete()
    announce(events.Published(new.number, new.note, changes), about=new, by=by, at=at)
    return new


@transaction.atomic
def hold(*, account: Account, why: str, by: Actor, at: datetime) -> Hold:
    """Put an account on hold: by the shipped rules no partner's deal with it can be approved as it stands."""
    by.require(policies.HOLD)
    if not why.strip() or len(why.strip()) > 400:
        message = _("Say why, in at most 400 characters. Only the vendor reads it.")
        raise Invalid(message, fields={"why": message})
    values = {"why": why.strip(), "held_by": by.name, "updated_at": at}
    held, _created = Hold.objects.update_or_create(account=account, defaults=values)
    announce(events.AccountHeld(account.name, held.why), about=account, by=by, at=at)
    return held


@transaction.atomic
def release(*, account: Account, by: Actor, at: datetime) -> None:
    """Take an account off hold."""
    by.require(policies.HOLD)
    if Hold.objects.filter(account=account).delete()[0]:
        announce(events.AccountReleased(account.name), about=account, by=by, at=at)


def current(found: Draft | None) -> Rules:
    """Return the rules of the draft; without one, those in force."""
    return plain.load_all(found.rules if found else versions.newest().rules)


@transaction.atomic
def _change(change: Callable[[Rules], Rules], *, by: Actor, at: datetime) -> Draft:
    by.require(policies.MANAGE)
    found = _alone()
    return _keep(found, change(current(found)), by=by, at=at)


def _alone() -> Draft | None:
    """Return the draft, if there is one, and let nobody else begin, change or publish one until the transaction ends.

    A row of the draft cannot be what waits, for there may be none yet; and versions are rows that nobody may lock.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('openprm rules of engagement'))")
    return Draft.objects.select_related("base").select_for_update(of=("self",)).first()


def _keep(found: Draft | None, rules: Sequence[Rule], *, by: Actor, at: datetime) -> Draft:
    checked = plain.dump_all(_checked(rules))
    if found is None:
        return Draft.objects.create(
            base=versions.newest(), rules=checked, changed_by=by.name, created_at=at, updated_at=at
        )
    found.rules, found.changed_by = checked, by.name
    return found.write("rules", "changed_by", at=at)


def _known(rules: Rules, key: str, seen: str) -> Rule | None:
    """Return the rule of a key; Stale, where another one was seen."""
    known = next((one for one in rules if one.key == key), None)
    if seen and (known is None or plain.stamp(known) != seen):
        raise Stale(_("Somebody else changed this rule in the meantime. Open it again, so that nothing is lost."))
    return known


def _checked(rules: Sequence[Rule]) -> Rules:
    keys = [rule.key for rule in rules]
    if len(keys) > plain.MOST_RULES or len(set(keys)) < len(keys):
        message = _("At most %(n)s rules, each with a key of its own.") % {"n": plain.MOST_RULES}
        raise Invalid(message, fields={"rules": message})
    for rule in rules:
        if wrong := plain.problems(rule):
            raise Invalid(_("Some fields need your attention."), fields=wrong)
        if not rule.is_for_all:
            audiences.validate(dict(rule.audience), subject="partner")
    return tuple(rules)


def find(key: UUID) -> RuleSet:
    """Return a version."""
    found = RuleSet.objects.filter(pk=key).first()
    if found is None:
        raise Missing(_("There is no such version."))
    return found
