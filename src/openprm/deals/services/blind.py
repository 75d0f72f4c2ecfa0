"""Is this company free? Asked by digests alone, answered with one word."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from openprm.checks import services as checks
from openprm.customers.blind import digests, shelf
from openprm.customers.blind.digests import Blind
from openprm.deals import conflicts
from openprm.deals.policies import REGISTER
from openprm.deals.rules import Claim, Level, Likeness
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Forbidden, Invalid

MOST_DOMAINS = 3


def check_blind(
    *, blind: Blind, product_lines: Iterable[UUID], by: Actor, at: datetime, form: UUID | None = None
) -> bool:
    """Say whether nothing stands against a company that is known by digests; False also where it cannot be told.

    Costs what an open check costs. What is found is as sure as the digests are alike: a company written another way is
    not found, so only the registration decides.
    """
    if not by.is_partner or by.partner_id is None:
        raise Forbidden(_("Only partners register deals."))
    by.require(REGISTER)
    counted = checks.spend(question=checks.Question(blind=blind), by=by, at=at, form=form)
    with as_system():
        found = shelf.find(blind)
    if not found.told:
        return False
    likeness = {**dict.fromkeys(found.alike, Likeness.POSSIBLE), **dict.fromkeys(found.same, Likeness.SAME)}
    verdict = conflicts.weigh(likeness, claim=Claim(by.partner_id, frozenset(product_lines)), at=at)
    if verdict.level is Level.BLOCKED:
        checks.note_blocked(counted, at=at)
    return verdict.level is Level.CLEAR


def read(*, name: str, beginning: str = "", domains: Iterable[str] = ()) -> Blind:
    """Return digests as they were sent; raise Invalid where they are none."""
    try:
        found = digests.read([name, *domains])
        first = digests.read([beginning])[0] if beginning else b""
    except ValueError:
        found, first = [], b""
    if not 1 <= len(found) <= 1 + MOST_DOMAINS:
        message = _("These are no digests. See the recipe in the documentation.")
        raise Invalid(message, fields={"name": message})
    return Blind(found[0], first, tuple(found[1:]))
