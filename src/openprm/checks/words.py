"""What people read about checks."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from openprm.checks.rules import Alarm

ALARMS: dict[str, Any] = {
    Alarm.NOTHING_REGISTERED: _("Many companies, none registered"),
    Alarm.IN_ORDER: _("Asked in alphabetical order"),
    Alarm.USED_UP_OFTEN: _("Budget used up on several days"),
    Alarm.MOSTLY_BLOCKED: _("Mostly companies that are taken"),
}


def alarms(codes: list[str]) -> list[Any]:
    """Return alarms in words; unknown codes as they are."""
    return [ALARMS.get(code, code) for code in codes]
