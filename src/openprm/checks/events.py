"""The facts of checks."""

import datetime
from dataclasses import dataclass
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from openprm.checks import words
from openprm.kernel import events


@events.declare("checks.scanning_suspected", _("A partner's checks look like scanning"), shared=False)
@dataclass(frozen=True)
class ScanningSuspected:
    """What was noticed, on which day; never what was asked."""

    day: Annotated[datetime.date, events.Words(_("day"))]
    alarms: Annotated[list[str], events.Words(_("signs that were noticed"), words.ALARMS)]
    asked: Annotated[int, events.Words(_("companies asked about"))]
    limit: Annotated[int, events.Words(_("limit of the day"))]
