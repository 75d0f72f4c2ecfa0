"""For which facts there are receipts, and what each tells. One line adds a kind.

Only what is listed here gets into a receipt, so nothing of the vendor's own does (such as the approval rule's name).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from openprm.customers.models import ProductLine
from openprm.deals import words
from openprm.deals.rules import Level, Reason
from openprm.engagement import versions
from openprm.kernel.events import event_type
from openprm.kernel.ui import countries, money


@dataclass(frozen=True, slots=True)
class Kind:
    """What a receipt is called, and the names of the event's payload that it tells."""

    kind: str
    title: Any
    tells: tuple[str, ...]


_REGISTERED = ("customer", "website", "country", "product_lines", "value", "currency", "close_date", "description")
_JUDGED = ("verdict", "reasons", "rules_version", "rule_version", "due_at")
_REFUSED = ("customer", "code", "text", "rule_version")

KINDS: dict[str, Kind] = {
    "deal.submitted": Kind("registration", _("Registration"), (*_REGISTERED, *_JUDGED)),
    "deal.approved": Kind("decision", _("Approval"), ("customer", "product_lines", "rule_version", "protected_until")),
    "deal.rejected": Kind("decision", _("Rejection"), _REFUSED),
    "deal.marked_duplicate": Kind("decision", _("Closed as a duplicate"), _REFUSED),
    "deal.extended": Kind(
        "extension", _("Extension"), ("customer", "protected_before", "days", "protected_until", "text")
    ),
    "deal.extension_declined": Kind("extension", _("Extension declined"), ("customer", "code", "text")),
}

_LABELS: dict[str, Any] = {
    "customer": _("Customer"),
    "website": _("Website"),
    "country": _("Country"),
    "product_lines": _("Product lines"),
    "value": _("Expected value"),
    "close_date": _("Expected order"),
    "description": _("What the customer needs"),
    "verdict": _("Verdict at submission"),
    "reasons": _("Reasons given"),
    "rules_version": _("Version of the rules"),
    "rule_version": _("Version of the rules"),
    "due_at": _("Decision promised by"),
    "code": _("Reason"),
    "text": _("In the vendor's words"),
    "protected_before": _("Protected before until"),
    "days": _("Days"),
    "protected_until": _("Protected until"),
}


def told(kind: Kind, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the receipt tells of the event: what is there of the listed names."""
    return {name: payload[name] for name in kind.tells if payload.get(name) not in (None, "", [])}


def says(event_name: str, facts: Mapping[str, Any]) -> list[list[str]]:
    """Return the same as pairs of a label and words."""
    return [[str(label), _in_words(name, facts, event_name)] for name, label in _LABELS.items() if name in facts]


def _in_words(name: str, facts: Mapping[str, Any], event_name: str) -> str:
    value = facts[name]
    match name:
        case "country":
            return countries.name(value)
        case "value":
            return money.show(value, facts.get("currency", ""))
        case "product_lines":
            names = dict(ProductLine.objects.filter(key__in=value).values_list("key", "name"))
            return ", ".join(names.get(key, key) for key in value)
        case "verdict":
            return str(words.LEVELS[Level(value)])
        case "reasons":
            return "; ".join(_reasons(value, facts.get("rules_version")))
        case "code":
            return _code(value, event_name)
        case "due_at" | "protected_until" | "protected_before":
            return _moment(value)
        case _:
            return str(value)


def _code(key: str, event_name: str) -> str:
    """Return a reason in the words of the feature whose event gives it, or as the deal's closing reason."""
    given = event_type(event_name).words.get("code")
    return (given.options() if given else {}).get(key) or str(words.code(key))


def _reasons(codes: Iterable[str], number: int | None) -> Iterator[str]:
    """Return reasons in the words of the version of the rules that gave them."""
    version = versions.numbered(number) if number else None
    for code in codes:
        try:
            yield str(words.said(Reason(code), version.id if version else None).title)
        except KeyError:  # a reason that is not said any more
            yield code


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
