"""The facts of vendor conduct."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events


@events.declare("deal.closed_directly", _("The vendor closed this customer itself"))
@dataclass(frozen=True)
class ClosedDirectly:
    """When, and whether the deal was protected that day. Nothing of the vendor's opportunity is told."""

    reference: str
    customer: str
    closed_on: date
    while_protected: bool
