"""The facts of vendor conduct."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events


@events.declare("deal.closed_directly", _("The vendor closed this customer itself"))
@dataclass(frozen=True)
class ClosedDirectly:
    """When, and whether the deal was protected that day. Nothing of the vendor's opportunity is told."""

    reference: Annotated[str, events.Words(_("registration number"))]
    customer: Annotated[str, events.Words(_("customer"))]
    closed_on: Annotated[date, events.Words(_("date on which it was closed"))]
    while_protected: Annotated[bool, events.Words(_("deal was protected on that day"))]
