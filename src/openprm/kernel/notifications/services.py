"""Telling people, and letting them choose how."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from openprm.kernel import people
from openprm.kernel.access import Actor, as_system
from openprm.kernel.declarations import NotificationKind, notification_kinds
from openprm.kernel.errors import Forbidden, Invalid
from openprm.kernel.events.models import Event
from openprm.kernel.hints import hint, looks_back
from openprm.kernel.ids import first_of
from openprm.kernel.notifications import jobs, rules
from openprm.kernel.notifications.models import Mode, Notification, Preference
from openprm.kernel.people import Contact

SENT = "notification.sent"


def notify(
    *,
    kind: str,
    to: Iterable[UUID],
    title: Any,
    body: Any = "",
    url: str = "",
    event: Event | None = None,
    at: datetime | None = None,
) -> list[Notification]:
    """Tell these people, each as they prefer; who has no access (any more) is not told.

    Lazy texts are spoken in each person's own language, with times of their zone. Returns what was written.
    """
    declared = notification_kinds()[kind]
    at = at or (event.at if event else timezone.now())
    with as_system():
        told = people.contacts(to)
        modes = _modes(declared, told)
        rows = [
            _row(declared, contact, modes[contact.id], title=title, body=body, url=url, event=event, at=at)
            for contact in told.values()
        ]
        rows = Notification.objects.bulk_create([row for row in rows if row.in_app or row.by_email != Mode.OFF])
        jobs.email.defer_many([{"notification": str(row.pk)} for row in rows if row.by_email == Mode.INSTANT])
        _ring(rows)
    return rows


def mark_read(*, by: Actor, at: datetime, only: UUID | None = None) -> int:
    """Note that the actor has read one message, or all of theirs."""
    unread = Notification.objects.filter(person_id=_someone(by), read_at__isnull=True)
    if only is not None:
        unread = unread.filter(pk=only)
    return unread.update(read_at=at, updated_at=at)


def prefer(*, choices: Mapping[tuple[str, str], str], by: Actor, at: datetime) -> None:
    """Keep how a person wants each kind of message; ``choices`` maps (kind, channel) to a mode."""
    side = "partner" if by.is_partner else "vendor"
    known = notification_kinds(side)
    for (kind, channel), mode in choices.items():
        if kind not in known or channel not in rules.CHANNELS or mode not in Mode.values:
            raise Invalid(_("There is no such choice."), fields={kind: _("Choose one of the offered ways.")})
    person = _someone(by)
    rows = [
        Preference(person_id=person, partner_id=by.partner_id, kind=kind, channel=channel, mode=mode, updated_at=at)
        for (kind, channel), mode in choices.items()
    ]
    with as_system():
        Preference.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["person_id", "kind", "channel"],
            update_fields=["mode", "updated_at"],
        )


def stop_email(*, person_id: UUID, kind: str, at: datetime) -> None:
    """Turn one kind of e-mail off, asked for by a link in such an e-mail."""
    with as_system():
        contact = people.known(person_id)  # who is shut out may say it too: it holds when they are let in again
        if contact is None:
            return
        Preference.objects.update_or_create(
            person_id=person_id,
            kind=kind,
            channel="email",
            defaults={"mode": Mode.OFF, "partner_id": contact.partner_id, "updated_at": at},
        )


def _someone(actor: Actor) -> UUID:
    if actor.id is None or actor.kind != "person":
        raise Forbidden(_("Only people have messages."))
    return actor.id


def _modes(kind: NotificationKind, told: Mapping[UUID, Contact]) -> dict[UUID, dict[str, str]]:
    """Return each person's mode per channel, with one query."""
    standard = {channel: rules.default_mode(channel, kind.default) for channel in rules.CHANNELS}
    modes: dict[UUID, dict[str, str]] = defaultdict(standard.copy)
    for chosen in Preference.objects.filter(kind=kind.key, person_id__in=told):
        modes[chosen.person_id][chosen.channel] = chosen.mode
    return modes


def _row(
    kind: NotificationKind,
    contact: Contact,
    modes: Mapping[str, str],
    *,
    title: Any,
    body: Any,
    url: str,
    event: Event | None,
    at: datetime,
) -> Notification:
    with translation.override(contact.locale or None), timezone.override(contact.timezone or None):
        return Notification(
            person_id=contact.id,
            partner_id=contact.partner_id,
            kind=kind.key,
            title=str(title)[:200],
            body=str(body),
            url=url,
            event_id=event.pk if event else None,
            in_app=modes["app"] != Mode.OFF,
            by_email=modes["email"],
            created_at=at,
            updated_at=at,
        )


def _ring(rows: list[Notification]) -> None:
    """Let the bells of open pages be drawn again; one message per company is enough."""
    for partner in {row.partner_id for row in rows if row.in_app}:
        hint(SENT, partner=partner, shared=partner is not None)


@looks_back(SENT)
def _rang(actor: Actor, moment: float) -> bool:
    """Say whether the reader's bell has rung since."""
    if actor.id is None:
        return False
    return Notification.objects.filter(pk__gte=first_of(moment), person_id=actor.id, in_app=True).exists()
