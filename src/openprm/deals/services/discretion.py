"""What must not stand in the vendor's words to a partner: the name of another partner that claims the customer."""

import re
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from openprm.deals.models import DealRegistration
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Invalid
from openprm.matching.normalise import fold
from openprm.matching.rarity import common_words

SHORTEST = 4  # letters of a word that says who is meant


def require(deal: DealRegistration, *texts: str, by: Actor, heard: Collection[UUID] = ()) -> None:
    """Raise Invalid where the vendor's words, which the deal's partner reads, name another that claims the customer.

    ``heard`` are registrations that count besides those of the same account. A distributor may read of the resellers
    below it, whose registrations it sees.
    """
    if not by.is_vendor or by.kind == "system" or not any(texts):
        return
    names = _others(deal, heard)
    names |= called(names, but=f"{deal.customer_name} {deal.partner.legal_name} {deal.partner.trading_name}")
    if found := [name for text in texts for name in named_in(text, names)]:
        message = _(
            "The partner reads this. Leave out the name “%(name)s”: it may not learn who else is concerned."
        ) % {"name": found[0]}
        raise Invalid(message, code="names_another_partner", fields={"text": message})


def named_in(text: str, names: Iterable[str]) -> list[str]:
    """Return those of the names that stand in the text as words of their own, in whatever case."""
    return [name for name in sorted(names) if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)]


def called(names: Iterable[str], *, but: str) -> set[str]:
    """Return what people call companies of these names: the first word alone, where it says who is meant.

    A word that is frequent in company names ("Global", "Data") says it of nobody, nor does one of the texts ``but``:
    it may stand for the customer, or for the partner itself.
    """
    ours = set(fold(but))
    first = {name.split()[0].strip(",.;:&") for name in names if name.strip()}
    return {
        word
        for word in first
        if len(word) >= SHORTEST and len(fold(word)) == 1 and not {*fold(word)} & (ours | common_words().keys())
    }


def _others(deal: DealRegistration, heard: Collection[UUID]) -> set[str]:
    """Return the names of the other partners that have, or had, a registration for this customer or were heard."""
    same = Q(account_id=deal.account_id) if deal.account_id else Q(pk__in=[])
    with as_system():
        found = DealRegistration.objects.filter(same | Q(pk__in=heard)).exclude(partner_id=deal.partner_id)
        found = found.exclude(partner__parent_id=deal.partner_id)
        pairs = list(found.values_list("partner__legal_name", "partner__trading_name").distinct())
    return {name for pair in pairs for name in pair if name}
