"""The facts about endpoints."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events

_Url = Annotated[str, events.Words(_("address of the endpoint"))]


@events.declare("endpoint.added", _("A webhook endpoint was added"))
@dataclass(frozen=True)
class EndpointAdded:
    """Where messages go from now on."""

    url: _Url
    event_types: Annotated[list[str], events.Words(_("events it is told"))]


@events.declare("endpoint.changed", _("A webhook endpoint was changed"))
@dataclass(frozen=True)
class EndpointChanged:
    """``changes`` maps a field to its value before and after; secrets are never among them."""

    changes: Annotated[dict[str, list[Any]], events.Words(_("changed fields"))] = field(default_factory=dict)


@events.declare("endpoint.disabled", _("A webhook endpoint was disabled because it kept failing"))
@dataclass(frozen=True)
class EndpointDisabled:
    """Why no more messages are sent."""

    url: _Url
    why: Annotated[str, events.Words(_("reason"))]


@events.declare("endpoint.removed", _("A webhook endpoint was removed"))
@dataclass(frozen=True)
class EndpointRemoved:
    """Where no more messages go."""

    url: _Url


@events.declare("endpoint.tested", _("A test message was asked for"))
@dataclass(frozen=True)
class EndpointTested:
    """A message to see whether the endpoint works."""

    words: Annotated[str, events.Words(_("text"))]
