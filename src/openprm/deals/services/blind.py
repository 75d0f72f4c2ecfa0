"""Is this company free? Asked by digests alone, answered with one word."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _

from openprm.checks import services as checks
from openprm.customers import services as customers
from openprm.customers.blind import digests, shelf
from openprm.customers.blind.digests import Blind
from openprm.deals import conflicts
from openprm.deals.policies import REGISTER
from openprm.deals.rules import Claim, Level, Likeness
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Forbidden, Invalid
from openprm.kernel.ui import countries

MOST_DOMAINS = 3


class LeftOut(StrEnum):
    """What a blind answer does not consider; it depends on the question alone."""

    SPELLING = "spelling"  # other spellings than those of the accounts, and typing errors
    COUNTRY = "country"  # where the customer is, unless that was said
    PRODUCT_LINES = "product_lines"  # who may sell which lines, unless some were chosen


@dataclass(frozen=True, slots=True)
class BlindAnswer:
    """Clear or not, and what was not considered."""

    clear: bool
    left_out: tuple[LeftOut, ...]


def check_blind(
    *, blind: Blind, product_lines: Iterable[UUID], by: Actor, at: datetime, form: UUID | None = None, country: str = ""
) -> BlindAnswer:
    """Say whether nothing stands against a company that is known by digests; not clear also where it cannot be told.

    ``country`` is said in plain: it tells nothing of the customer, and rules of territory need it. Costs what an open
    check costs. What is found is as sure as the digests are alike: a company written another way is not found, so only
    the registration decides.
    """
    if not by.is_partner or by.partner_id is None:
        raise Forbidden(_("Only partners register deals."))
    by.require(REGISTER)
    claim = Claim(by.partner_id, frozenset(product_lines), _country(country))
    counted = checks.spend(question=checks.Question(blind=blind), by=by, at=at, form=form)
    left_out = [LeftOut.SPELLING]
    left_out += [LeftOut.COUNTRY] if not claim.country else []
    left_out += [LeftOut.PRODUCT_LINES] if not claim.product_lines else []
    with as_system():
        found = shelf.find(blind)
        likeness = _likeness(found)
    if not found.told:
        return BlindAnswer(False, tuple(left_out))
    verdict = conflicts.weigh(likeness, claim=claim, at=at)
    if verdict.level is Level.BLOCKED:
        checks.note_blocked(counted, at=at)
    return BlindAnswer(verdict.level is Level.CLEAR, tuple(left_out))


def _likeness(found: shelf.Found) -> dict[UUID, Likeness]:
    """Return the accounts that were found, and what belongs to those that are the company: as an open check would."""
    likeness = {**dict.fromkeys(found.alike, Likeness.POSSIBLE), **dict.fromkeys(found.same, Likeness.SAME)}
    for one in customers.kin(found.same) if found.told and found.same else ():
        if likeness.get(one.other_id) is not Likeness.SAME:
            likeness[one.other_id] = Likeness.SAME if one.same else Likeness.FAMILY
    return likeness


def _country(text: str) -> str:
    """Return a country by its two letters; raise Invalid where there is none such."""
    code = text.strip().upper()
    if code and code not in countries.NAMES:
        message = _("Give a country by its two letters, such as DE, or none.")
        raise Invalid(message, fields={"country": message})
    return code


def read(*, name: str, beginning: str = "", domains: Iterable[str] = (), made_with: str = "") -> Blind:
    """Return digests as they were sent; raise Invalid where they are none."""
    try:
        found = digests.read([name, *domains])
        first = digests.read([beginning])[0] if beginning else b""
    except ValueError:
        found, first = [], b""
    if not 1 <= len(found) <= 1 + MOST_DOMAINS:
        message = _("These are no digests. See the recipe in the documentation.")
        raise Invalid(message, fields={"name": message})
    return Blind(found[0], first, tuple(found[1:]), made_with)
