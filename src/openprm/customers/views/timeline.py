"""What happened to an account or opportunity, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from openprm.customers import queries
from openprm.customers.models import Account, CompanyDecision, Opportunity
from openprm.customers.rules import FieldRule
from openprm.kernel.events.models import Event

ICONS = {
    "created": "plus",
    "changed": "pencil",
    "stage_moved": "arrow-right",
    "decided": "scale",
    "merged": "git-merge",
}


def happenings(row: Account | Opportunity, fields: Mapping[str, FieldRule]) -> list[dict[str, Any]]:
    """Return the entries of the timeline, newest first."""
    return [
        {
            "at": event.at,
            "title": _title(event),
            "actor": event.actor_name,
            "text": _said(event, fields),
            "icon": ICONS.get(event.name.partition(".")[2], "history"),
        }
        for event in queries.happenings(row)
    ]


def _said(event: Event, fields: Mapping[str, FieldRule]) -> str:
    if event.name == "opportunity.stage_moved":
        return _("From %(before)s to %(after)s") % {name: event.payload[name] or "–" for name in ("before", "after")}
    if event.name == "account.decided":
        return str(event.payload.get("why", ""))
    changes: dict[str, list[Any]] = event.payload.get("changes", {})
    return "; ".join(
        f"{fields[name].label}: {_plain(before)} → {_plain(after)}"
        for name, (before, after) in changes.items()
        if name in fields
    )


def _title(event: Event) -> Any:
    """Return what happened; a decision says which, and about whom, and a merge who went into whom."""
    if event.name in ("account.merged", "account.unmerged"):
        names = {"one": event.payload["merged_name"], "other": event.payload["into_name"]}
        undone = event.name == "account.unmerged"
        return (_("%(one)s was taken out of %(other)s again") if undone else _("%(one)s went into %(other)s")) % names
    if event.name not in ("account.decided", "account.decision_undone"):
        return event.type.label
    verdict = dict(CompanyDecision.Verdict.choices).get(event.payload["verdict"], "")
    words = {"verdict": verdict, "other": event.payload["other_name"]}
    taken_back = event.name == "account.decision_undone"
    return (_("Taken back: %(verdict)s, %(other)s") if taken_back else _("Decided: %(verdict)s, %(other)s")) % words


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        value = ", ".join(str(part) for part in value)
    return str(value) if value not in (None, "") else "–"
