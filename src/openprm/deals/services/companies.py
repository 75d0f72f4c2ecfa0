"""Who a deal's customer is, decided by a person while comparing both sides."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from openprm.customers import services as customers
from openprm.customers.models import Account, CompanyDecision
from openprm.deals import events, policies
from openprm.deals.models import DealRegistration
from openprm.deals.services.content import content_of
from openprm.deals.services.moving import AlreadyProtected
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Forbidden, Invalid
from openprm.kernel.events import announce

PARENT_OF = "parent_of"
Verdict = CompanyDecision.Verdict


@transaction.atomic
def decide_company(
    *, deal: DealRegistration, account: Account, verdict: str, by: Actor, at: datetime, why: str = ""
) -> CompanyDecision:
    """Say that the customer of a deal is, is not, or belongs to the company of an account; in force at once.

    ``parent_of`` says that the account belongs to the customer. Where the deal had been taken for that very company and
    is not, its customer is found anew: what the partner was told stays on record, the deal and its protection move.
    """
    if not policies.may_decide(by, deal) or deal.account is None:
        raise Forbidden(_("Your role does not include deciding about this deal."))
    if verdict not in (*Verdict.values, PARENT_OF):
        raise Invalid(_("Choose a decision."), fields={"verdict": _("Choose one of the decisions.")})
    told: dict[str, Any] = {"why": why, "by": by, "at": at, "deal_id": deal.pk, "deal_reference": deal.reference}
    row = None
    if account.pk == deal.account.pk:
        name_is = verdict if verdict == Verdict.SAME else Verdict.DIFFERENT
        row = customers.decide(account=account, query=content_of(deal).query, verdict=name_is, **told)
        if verdict != Verdict.SAME:
            _find_anew(deal, by=by, at=at)
    if account.pk != deal.account.pk:
        pair = (account, deal.account) if verdict == PARENT_OF else (deal.account, account)
        between = Verdict.SUBSIDIARY_OF if verdict == PARENT_OF else verdict
        row = customers.decide(account=pair[0], other=pair[1], verdict=between, **told)
    assert row is not None
    announce(events.CompanyDecided(deal.reference, account.name, verdict, row.why), about=deal, by=by, at=at)
    return row


def _find_anew(deal: DealRegistration, *, by: Actor, at: datetime) -> None:
    """Move a deal to the company that its customer's name means now, and its protections with it."""
    with as_system():
        deal.account = customers.identify(query=content_of(deal).query, by=by, at=at)
        deal.write_unseen("account")
        try:
            with transaction.atomic():
                for protection in deal.protections.all():
                    protection.account = deal.account
                    protection.write("account", at=at)
        except IntegrityError as error:
            if "protection_never_overlaps" not in str(error):
                raise
            raise AlreadyProtected(
                _("Another deal is protected for that customer and product line. Compare both before you decide.")
            ) from None
