"""The facts of checks."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events


@events.declare("checks.scanning_suspected", _("A partner's checks look like scanning"), shared=False)
@dataclass(frozen=True)
class ScanningSuspected:
    """What was noticed, on which day; never what was asked."""

    day: datetime.date
    alarms: list[str]
    asked: int
    limit: int
