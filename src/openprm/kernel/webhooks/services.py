"""The verbs of endpoints and messages."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from openprm.kernel import events
from openprm.kernel.access import Actor, as_system
from openprm.kernel.entity import changes
from openprm.kernel.errors import Invalid, Refusal
from openprm.kernel.events.models import Event
from openprm.kernel.webhooks import facts, jobs, policies, rules
from openprm.kernel.webhooks.models import Endpoint, Message, new_salt

SECRET_OVERLAP = timedelta(hours=24)
MOST_ENDPOINTS = 20
MOST_REPLAYED = 1000


def add(*, url: str, event_types: Sequence[str], description: str = "", by: Actor, at: datetime) -> Endpoint:
    """Add an endpoint for the actor's side; its secret is shown once, by whoever calls this."""
    by.require(policies.MANAGE)
    owner = by.partner_id if by.is_partner else None
    if Endpoint.objects.filter(partner_id=owner).count() >= MOST_ENDPOINTS:
        raise Refusal(_("There can be at most 20 endpoints. Remove one you no longer need."), code="too_many_endpoints")
    endpoint = Endpoint.objects.create(
        partner_id=owner,
        url=_checked_url(url),
        event_types=_checked_types(event_types, by),
        description=description,
        created_by=by.id,
        created_at=at,
        updated_at=at,
    )
    fact = facts.EndpointAdded(url=endpoint.url, event_types=list(endpoint.event_types))
    events.announce(fact, about=endpoint, by=by, at=at)
    return endpoint


def change(
    endpoint: Endpoint,
    *,
    url: str | None = None,
    event_types: Sequence[str] | None = None,
    description: str | None = None,
    is_active: bool | None = None,
    by: Actor,
    at: datetime,
) -> Endpoint:
    """Change what is given; switching on an endpoint that was disabled gives it a new chance."""
    policies.require_change(by, endpoint)
    fields = ("url", "event_types", "description", "is_active")
    before = {name: getattr(endpoint, name) for name in fields}
    if url is not None:
        endpoint.url = _checked_url(url)
    if event_types is not None:
        endpoint.event_types = _checked_types(event_types, by)
    if description is not None:
        endpoint.description = description
    if is_active is not None:
        endpoint.is_active = is_active
    differing = changes(before, {name: getattr(endpoint, name) for name in fields})
    if not differing:
        return endpoint
    if endpoint.is_active:
        endpoint.disabled_at, endpoint.disabled_why, endpoint.failing_since = None, "", None
    else:
        jobs.stop(endpoint, at=at)
    endpoint.write(*fields, "disabled_at", "disabled_why", "failing_since", at=at)
    events.announce(facts.EndpointChanged(changes=differing), about=endpoint, by=by, at=at)
    return endpoint


def change_secret(endpoint: Endpoint, *, by: Actor, at: datetime) -> Endpoint:
    """Make a new secret; messages are signed with the old one too for a day."""
    policies.require_change(by, endpoint)
    endpoint.previous_salt, endpoint.previous_until = endpoint.salt, at + SECRET_OVERLAP
    endpoint.salt = new_salt()
    endpoint.write("salt", "previous_salt", "previous_until", at=at)
    events.announce(facts.EndpointChanged(changes={"secret": ["…", "…"]}), about=endpoint, by=by, at=at)
    return endpoint


def remove(endpoint: Endpoint, *, by: Actor, at: datetime) -> None:
    """Remove an endpoint with its log."""
    policies.require_change(by, endpoint)
    events.announce(facts.EndpointRemoved(url=endpoint.url), about=endpoint, by=by, at=at)
    Endpoint.objects.filter(pk=endpoint.pk).delete()


def test(endpoint: Endpoint, *, by: Actor, at: datetime) -> Message:
    """Send a message to this endpoint alone, to see whether it works."""
    policies.require_change(by, endpoint)
    with events.silently():
        fact = facts.EndpointTested(words=_("This is a test."))
        event = events.announce(fact, about=endpoint, by=by, at=at)
    return queue(event, [endpoint], at=at)[0]


def replay(messages: Sequence[Message], *, by: Actor, at: datetime) -> int:
    """Send messages again that were delivered or given up, with the ids they had; returns how many."""
    again = [message for message in messages if message.state != Message.State.WAITING]
    for endpoint in {message.endpoint for message in again}:
        policies.require_change(by, endpoint)
        if not endpoint.is_active:
            raise Refusal(_("The endpoint is switched off. Switch it on first."), code="endpoint_off")
    with as_system():
        for message in again:
            message.state, message.attempts, message.next_at = Message.State.WAITING, 0, at
            message.round += 1
            message.write("state", "attempts", "next_at", "round", at=at)
        jobs.send.defer_many([jobs.call(message) for message in again])
    return len(again)


def replay_failed(endpoint: Endpoint, *, by: Actor, at: datetime) -> int:
    """Send again what the endpoint did not take, the newest first and so many at a time; returns how many."""
    failed = Message.objects.select_related("endpoint").filter(endpoint=endpoint, state=Message.State.FAILED)
    return replay(list(failed.order_by("-created_at")[:MOST_REPLAYED]), by=by, at=at)


def queue(event: Event, endpoints: Sequence[Endpoint], *, at: datetime) -> list[Message]:
    """Put the event on its way to the endpoints; those that are on their way already stay as they are."""
    with as_system():
        same = {"event": event, "next_at": at, "created_at": at, "updated_at": at}
        wanted = [Message(endpoint=endpoint, partner_id=endpoint.partner_id, **same) for endpoint in endpoints]
        Message.objects.bulk_create(wanted, ignore_conflicts=True)
        mine = list(Message.objects.filter(pk__in=[message.pk for message in wanted]))
        jobs.send.defer_many([jobs.call(message) for message in mine])
    return mine


def allow_private() -> bool:
    """Say whether messages may go to private addresses and without TLS: for set-ups that stay in one house."""
    return bool(settings.WEBHOOK_ALLOW_PRIVATE)


def _checked_url(url: str) -> str:
    words = {
        "malformed": _("Give a whole address, such as https://example.com/openprm."),
        "not_https": _("Use an address that begins with https://."),
    }
    problem = rules.url_problem(url, allow_private=allow_private())
    if problem or len(url) > 500:
        message = words.get(problem, words["malformed"])
        raise Invalid(message, fields={"url": message})
    return url


def _checked_types(event_types: Sequence[str], by: Actor) -> list[str]:
    known = {kind.name for kind in available_types(by)} | {rules.EVERY_TYPE}
    unknown = sorted(set(event_types) - known)
    if unknown or not event_types:
        unheard = _("There is no event “%(names)s”.") % {"names": ", ".join(unknown)}
        message = unheard if unknown else _("Choose at least one event.")
        raise Invalid(message, fields={"event_types": message})
    return [rules.EVERY_TYPE] if rules.EVERY_TYPE in event_types else sorted(set(event_types))


def available_types(actor: Actor) -> list[events.EventType]:
    """Return the event types that an endpoint of this actor's side can choose."""
    return [kind for kind in events.event_types() if kind.shared or not actor.is_partner]
