"""What every move has in common: the table decides, and the reason it must carry."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from openprm.customers import services as customers
from openprm.deals import policies
from openprm.deals.lifecycle import MOVES, Move
from openprm.deals.models import DealLine, DealRegistration
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Forbidden, Invalid, Refusal


class NotInThisState(Refusal):
    """The move does not lead from where the deal stands."""

    code = "deal_not_in_this_state"


class AlreadyProtected(Refusal):
    """Somebody else holds this customer and product line."""

    code = "already_protected"


@contextmanager
def one_holder() -> Iterator[None]:
    """Write protections within; raise AlreadyProtected where the table says that somebody else holds one of them."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "protection_never_overlaps" not in str(error):
            raise
        raise AlreadyProtected(
            _("Another deal is protected for this customer and product line. Compare both before you decide.")
        ) from None


def allowed(deal: DealRegistration, verb: str, *, by: Actor, code: str | None = None) -> Move:
    """Return the move if the table, the actor's side and rights, and the reason allow it; raise otherwise."""
    move = MOVES[verb]
    _require_right(deal, by)
    if policies.side_of(by) not in move.sides:
        raise Forbidden(_("This step is not yours to take."))
    if deal.state not in move.before:
        raise NotInThisState(
            _("“%(deal)s” is %(state)s; this step is not possible now.")
            % {"deal": deal.reference, "state": str(deal.state_label).lower()}
        )
    if move.reasons and code not in move.reasons:
        raise Invalid(_("Choose a reason."), fields={"code": _("Choose one of the reasons.")})
    return move


def hold_still(*deals: DealRegistration) -> None:
    """Let nobody else decide about these deals, nor about their customers, until the transaction ends; read them anew.

    Customers come before deals, and deals before protections, wherever several are locked: so nobody waits in a circle.
    """
    with as_system():
        hold_customers(*deals)
        keys = [deal.pk for deal in deals]
        list(DealRegistration.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
        for deal in deals:
            deal.refresh_from_db()


def hold_customers(*deals: DealRegistration) -> None:
    """Let nobody else protect the customers of these deals until the transaction ends."""
    with as_system():
        customers.hold({deal.account_id for deal in deals if deal.account_id})


def go(deal: DealRegistration, move: Move, *fields: str, at: datetime, **values: Any) -> DealRegistration:
    """Put the deal in the state the move leads to, with further values, if nobody else was faster."""
    for name, value in values.items():
        setattr(deal, name, value)
    if deal.state != move.after:  # an extension leaves it where it stands, since then
        deal.state, deal.state_since = move.after, at
    return deal.write("state", "state_since", *values, *fields, at=at)


def close(deal: DealRegistration, move: Move, *, at: datetime, code: str, text: str, **values: Any) -> DealRegistration:
    """Go to a closing state with its reason, and give the customer free."""
    go(deal, move, at=at, closed_at=at, closing_code=code, closing_text=text.strip(), **values)
    release(deal, at=at)
    return deal


def release(deal: DealRegistration, *, at: datetime) -> None:
    """End the protection now, where it still runs."""
    for protection in deal.protections.filter(period__endswith__gt=at):
        protection.period = type(protection.period)(min(protection.period.lower, at), at)
        protection.write("period", at=at)


def line_keys(deal: DealRegistration) -> list[str]:
    """Return the keys of the product lines that the deal is about, for the payload of an event."""
    read_lines(deal)
    return sorted(line.product_line.key for line in deal.lines.all())


def read_lines(deal: DealRegistration) -> None:
    """Read the deal's product lines, where they are not read yet, for all who ask from here on."""
    lines = DealLine.objects.select_related("product_line")
    prefetch_related_objects([deal], Prefetch("lines", lines))


def _require_right(deal: DealRegistration, by: Actor) -> None:
    if by.kind == "system":
        return
    may = policies.may_change(by, deal) if by.is_partner else policies.may_decide(by, deal)
    if not may:
        raise Forbidden(_("Your role does not include working on this deal."))
