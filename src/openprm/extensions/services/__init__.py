"""The verbs of activities and extensions."""

from openprm.extensions.services.activities import log
from openprm.extensions.services.asking import AlreadyAsked, NotNow, Offer, ask, offer, withdraw
from openprm.extensions.services.deciding import (
    NotDeclined,
    NotPending,
    decline,
    drop,
    grant,
    grant_after_all,
    lapse_due,
)
from openprm.extensions.services.receiving import Answer, receive
from openprm.extensions.services.rules import remove_rule, save_rule, terms_for

__all__ = [
    "AlreadyAsked",
    "Answer",
    "NotDeclined",
    "NotNow",
    "NotPending",
    "Offer",
    "ask",
    "decline",
    "drop",
    "grant",
    "grant_after_all",
    "lapse_due",
    "log",
    "offer",
    "receive",
    "remove_rule",
    "save_rule",
    "terms_for",
    "withdraw",
]
