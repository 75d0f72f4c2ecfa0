"""What people read about activities and extensions."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from openprm.extensions.rules import LOGGED_WITHIN, Allowed, Barred, Kind, Terms
from openprm.kernel.ui import times

KINDS: dict[Kind, Any] = {
    Kind.CALL: gettext_lazy("Call"),
    Kind.MEETING: gettext_lazy("Meeting"),
    Kind.MAIL: gettext_lazy("Mail"),
    Kind.STAGE: gettext_lazy("Stage change"),
    Kind.NOTE: gettext_lazy("Note"),
}
KIND_ICONS = {
    Kind.CALL: "phone",
    Kind.MEETING: "users",
    Kind.MAIL: "mail",
    Kind.STAGE: "progress-check",
    Kind.NOTE: "note",
}
ALLOWED: dict[Allowed, Any] = {
    Allowed.NONE: gettext_lazy("No extensions"),
    Allowed.ONCE: gettext_lazy("Once per deal"),
    Allowed.UNLIMITED: gettext_lazy("As often as needed"),
}
STATES: dict[str, Any] = {
    "pending": gettext_lazy("Waits for a decision"),
    "granted": gettext_lazy("Granted"),
    "declined": gettext_lazy("Declined"),
    "withdrawn": gettext_lazy("Withdrawn"),
}
TONES = {"pending": "possible", "granted": "clear", "declined": "blocked", "withdrawn": "neutral"}
CODES: dict[str, Any] = {
    "no_activity": gettext_lazy("No activity was logged"),
    "no_progress": gettext_lazy("No progress towards an order"),
    "customer_taken": gettext_lazy("The customer is not free any more"),
    "customer_undecided": gettext_lazy("The customer has not decided to buy"),
    "programme_limit": gettext_lazy("The programme's limit is reached"),
    "not_decided_in_time": gettext_lazy("Not decided in time"),
    "other": gettext_lazy("Other"),
}


def barred(why: Barred, *, terms: Terms, opens_at: Any = None) -> str:
    """Return why an extension cannot be asked for, and what to do."""
    match why:
        case Barred.NOT_ALLOWED:
            return _("Your programme has no extensions. Close the deal before its end, or register it anew after it.")
        case Barred.USED_UP:
            return _("This deal was extended once, and once is what your programme allows.")
        case Barred.PENDING:
            return _("An extension is asked for already and waits for a decision.")
        case Barred.TOO_EARLY:
            return _("It is early: you can ask from %(day)s on.") % {"day": times.exact(opens_at)}
        case Barred.TOO_LATE:
            return _("The protection ended too long ago. Register the deal anew.")
        case Barred.TOO_LONG:
            return _("Ask for at most %(days)s days.") % {"days": terms.most_days}


def granted_because(counted: int, days: int) -> str:
    """Return why a rule granted an extension."""
    done = ngettext("%d activity", "%d activities", counted) % counted
    return _("Granted at once: %(done)s logged in the last %(days)s days.") % {"done": done, "days": days}


def declined_because(days: int) -> str:
    """Return why a rule declined an extension."""
    return _("Declined at once: no activity was logged in the last %(days)s days. The deal expires at its end.") % {
        "days": days
    }


def sentence(terms: Terms, audience: str) -> str:
    """Return an extension rule as a person would say it."""
    said = [_("%(allowed)s, for: %(audience)s.") % {"audience": audience, "allowed": ALLOWED[terms.allowed]}]
    if terms.allowed is not Allowed.NONE:
        said.append(_("At most %(days)s days each.") % {"days": terms.most_days})
        said += _automatic(terms)
    return " ".join(said)


def _automatic(terms: Terms) -> list[str]:
    said = []
    if terms.grant_from:
        kinds = ", ".join(str(KINDS[Kind(kind)]).lower() for kind in sorted(terms.kinds)) or _("any kind")
        said.append(
            _(
                "Granted at once from %(count)s activities (%(kinds)s) in the last %(days)s days,"
                " each logged within %(most)s days."
            )
            % {"count": terms.grant_from, "kinds": kinds, "days": terms.grant_days, "most": LOGGED_WITHIN.days}
        )
    if terms.quiet_days:
        said.append(_("Declined at once where none was logged in the last %(days)s days.") % {"days": terms.quiet_days})
    return said or [_("A person decides.")]
