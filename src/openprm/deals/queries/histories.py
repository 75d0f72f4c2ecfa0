"""What happened to a deal and what was said about it, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openprm.deals import events as facts
from openprm.deals import words
from openprm.deals.lifecycle import State
from openprm.deals.models import Comment, DealRegistration
from openprm.deals.rules import Level
from openprm.deals.standing import ICONS, TONES
from openprm.kernel.events.models import Event
from openprm.kernel.ui import countries, money, times

MOST = 200
ELSEWHERE = ("deal.commented", "deal.note_added", "deal.activity_logged")  # what has its own place on the page


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline."""

    at: datetime
    title: str
    actor: str = ""
    text: str = ""
    quote: bool = False
    icon: str = "point"
    tone: str = "neutral"


def timeline(deal: DealRegistration, *, shared_only: bool) -> list[Entry]:
    """Return what happened, the newest first; comments, notes and activities have their own place."""
    rows = Event.objects.filter(subject_id=deal.pk, subject_type="deals.DealRegistration")
    rows = rows.exclude(name__in=ELSEWHERE)
    if shared_only:
        rows = rows.filter(shared=True)
    return [_entry(row, internal=not shared_only) for row in rows.order_by("-at", "-id")[:MOST]]


def talk(deal: DealRegistration) -> list[Comment]:
    """Return the newest comments that both sides read, the oldest of them first."""
    return list(reversed(deal.comments.order_by("-created_at", "-pk")[:MOST]))


def _entry(row: Event, *, internal: bool) -> Entry:
    title, text, state, quote = _told(row, internal)
    automatic = row.actor_kind == "system"
    actor = _("automatically") if automatic else row.actor_name
    icon = ICONS[state] if state else "clock"
    return Entry(row.at, title, actor, text, quote, icon, TONES[state] if state else "neutral")


def _told(row: Event, internal: bool) -> tuple[str, str, State | None, bool]:
    """Return title, text, the state it led to, and whether the text is somebody's own words.

    What other features announce about a deal is told by the words of its declaration, and its ``text`` if it has one.
    """
    fact = row.fact
    match fact:
        case facts.Submitted():
            level = words.LEVELS[Level(fact.verdict)]
            worth = money.show(fact.value, fact.currency)
            return _("Submitted"), _("%(worth)s. Verdict: %(level)s") % {"worth": worth, "level": level}, State.SUBMITTED, False  # fmt: skip  # noqa: E501
        case facts.ReviewStarted():
            return _("Review began"), "", State.IN_REVIEW, False
        case facts.DecisionOverdue():
            promised = _("It was promised by %(date)s.") % {"date": times.exact(fact.due_at)}
            return _("Decision overdue"), promised, None, False
        case facts.ActionRequested():
            return _("The vendor asked for something"), fact.text, State.ACTION_REQUIRED, True
        case facts.Answered():
            return _("Answered"), _changed(fact.changes), State.IN_REVIEW, False
        case facts.Approved():
            until = _("Protected until %(date)s.") % {"date": times.exact(fact.protected_until)}
            rule = _("By the rule “%(rule)s”.") % {"rule": fact.rule} if fact.rule and internal else ""
            return _("Approved"), f"{until} {rule}".strip(), State.APPROVED, False
        case facts.Rejected():
            return _("Not approved"), _because(fact), State.REJECTED, False
        case facts.MarkedDuplicate():
            return _("Closed as a duplicate"), _because(fact), State.DUPLICATE, False
        case facts.Withdrawn():
            return _("Withdrawn"), _because(fact), State.WITHDRAWN, False
        case facts.Won():
            return _("Won"), money.show(fact.value, fact.currency), State.WON, False
        case facts.Lost():
            return _("Lost"), _because(fact), State.LOST, False
        case facts.Expired():
            return _("Protection ended"), "", State.EXPIRED, False
        case facts.Reopened():
            return _("Reopened"), _because(fact), State.IN_REVIEW, False
        case facts.Extended():
            until = _("Protected until %(date)s.") % {"date": times.exact(fact.protected_until)}
            return _("Protection extended"), f"{until} {fact.text}".strip(), State.APPROVED, False
        case facts.ProtectionReminded():
            return _("Reminder sent"), _reminded(fact.notice), None, False
        case _:
            return str(row.type.label), getattr(fact, "text", ""), None, bool(getattr(fact, "text", ""))


def _because(fact: Any) -> str:
    return ". ".join(part for part in (str(words.code(fact.code)), fact.text) if part)


def _reminded(notice: str) -> str:
    word, _colon, days = notice.partition(":")
    count = int(days)
    if word == "before":
        return ngettext("%d day before the end of protection", "%d days before the end of protection", count) % count
    return ngettext("%d day after registration", "%d days after registration", count) % count


def _changed(changes: dict[str, list[Any]]) -> str:
    if not changes:
        return _("Nothing in the registration was changed.")
    return "; ".join(_one_change(name, *pair) for name, pair in changes.items())


def _one_change(name: str, before: Any, after: Any) -> str:
    label = words.FIELDS.get(name, _("Currency") if name == "currency" else name)
    if name in ("product_lines", "description"):
        return _("%(field)s changed") % {"field": label}
    if name == "country":
        before, after = countries.name(before or ""), countries.name(after or "")
    shown = {"field": label, "before": before or "–", "after": after or "–"}
    return _("%(field)s: %(before)s → %(after)s") % shown
