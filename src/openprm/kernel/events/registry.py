"""The declared event types and their subscribers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter

from openprm.kernel.events import words
from openprm.kernel.events.words import Words

if TYPE_CHECKING:
    from openprm.kernel.events.models import Event

_OF_VENDOR = "of_vendor"
_NAME = re.compile(r"^[a-z_]+\.[a-z_]+$")

Fact = TypeVar("Fact", bound=type)
Handler = TypeVar("Handler", bound=Callable[..., None])


@dataclass(frozen=True)
class EventType:
    """One kind of fact: its name ``noun.past_verb``, a sentence for people, and the shape of its payload.

    ``shared`` facts are shown to the partner they concern; others are the vendor's own. So is a field of a shared one
    that is declared with ``vendors_own()``: the vendor's log has it, and what partners are sent has not.
    A company that is shut out is sent nothing, but for facts ``told_when_shut_out``: that it is shut out, and why.
    """

    name: str
    label: Any
    payload: type
    shared: bool
    told_when_shut_out: bool = False

    @property
    def noun(self) -> str:
        """Return what the fact is about, the part before the dot."""
        return self.name.partition(".")[0]

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """Return what turns payloads into JSON and describes their schema."""
        return TypeAdapter(self.payload)

    @property
    def schema(self) -> dict[str, Any]:
        """Return the payload's JSON Schema (draft 2020-12), with the words of its fields in the reader's language."""
        return self.adapter.json_schema()

    @cached_property
    def words(self) -> Mapping[str, Words]:
        """Return what its fields are called, as far as the payload says it."""
        return words.of(self.payload)

    @cached_property
    def of_vendor(self) -> frozenset[str]:
        """Return the fields that partners are not told."""
        return frozenset(one.name for one in fields(self.payload) if one.metadata.get(_OF_VENDOR))

    def told_to_partner(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return what a partner is told of a payload, or of its schema's properties."""
        return {name: value for name, value in values.items() if name not in self.of_vendor}

    @property
    def schema_for_partner(self) -> dict[str, Any]:
        """Return the JSON Schema of what a partner is told."""
        whole = self.schema
        return {**whole, "properties": self.told_to_partner(whole.get("properties", {}))}


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Something that follows from facts; ``names`` may hold ``"*"`` for all of them."""

    name: str
    names: tuple[str, ...]
    handler: Callable[[Event], None]

    def hears(self, event_name: str) -> bool:
        """Say whether this subscriber is told of that event."""
        return event_name in self.names or "*" in self.names


_types: dict[str, EventType] = {}
_types_by_payload: dict[type, EventType] = {}
_subscribers: dict[str, Subscriber] = {}


def vendors_own() -> Any:
    """Return the field of a payload, a text, that only the vendor is told."""
    return field(default="", metadata={_OF_VENDOR: True})


def declare(name: str, label: Any, *, shared: bool = True, told_when_shut_out: bool = False) -> Callable[[Fact], Fact]:
    """Declare the decorated frozen dataclass as the payload of the event ``name``."""
    if not _NAME.match(name):
        raise ValueError(f"event name {name!r} is not of the form noun.past_verb")

    def register(payload: Fact) -> Fact:
        if name in _types:
            raise ValueError(f"event {name} is declared twice")
        _types[name] = _types_by_payload[payload] = EventType(name, label, payload, shared, told_when_shut_out)
        return payload

    return register


def on(*names: str, name: str) -> Callable[[Handler], Handler]:
    """Subscribe the decorated function to events; ``name`` is its lasting identity in the delivery log."""

    def register(handler: Handler) -> Handler:
        if name in _subscribers:
            raise ValueError(f"subscriber {name} is registered twice")
        _subscribers[name] = Subscriber(name, names, handler)
        return handler

    return register


def event_type(key: str | object) -> EventType:
    """Return the type by name, or of a payload; KeyError if it was never declared."""
    return _types[key] if isinstance(key, str) else _types_by_payload[type(key)]


def event_types() -> list[EventType]:
    """Return all declared types, by name."""
    return [_types[name] for name in sorted(_types)]


def subscribers() -> dict[str, Subscriber]:
    """Return all subscribers by name."""
    return _subscribers


def subscribers_of(event_name: str) -> list[Subscriber]:
    """Return who is told of that event."""
    return [subscriber for subscriber in _subscribers.values() if subscriber.hears(event_name)]
