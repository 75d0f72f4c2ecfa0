"""The facts about endpoints."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events


@events.declare("endpoint.added", _("A webhook endpoint was added"))
@dataclass(frozen=True)
class EndpointAdded:
    """Where messages go from now on."""

    url: str
    event_types: list[str]


@events.declare("endpoint.changed", _("A webhook endpoint was changed"))
@dataclass(frozen=True)
class EndpointChanged:
    """``changes`` maps a field to its value before and after; secrets are never among them."""

    changes: dict[str, list[Any]] = field(default_factory=dict)


@events.declare("endpoint.disabled", _("A webhook endpoint was disabled because it kept failing"))
@dataclass(frozen=True)
class EndpointDisabled:
    """Why no more messages are sent."""

    url: str
    why: str


@events.declare("endpoint.removed", _("A webhook endpoint was removed"))
@dataclass(frozen=True)
class EndpointRemoved:
    """Where no more messages go."""

    url: str


@events.declare("endpoint.tested", _("A test message was asked for"))
@dataclass(frozen=True)
class EndpointTested:
    """A message to see whether the endpoint works."""

    words: str
