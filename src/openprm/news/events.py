"""The facts of news.

Those about posts are the vendor's own: which partners a post is for is nobody else's. What a partner's person
confirmed is the partner's, too, and automations can begin with it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events

TOLD = "news.told"  # no fact, but a hint to the open pages of the partners concerned: what they read of news changed

_Title = Annotated[str, events.Words(_("title of the post"))]


@events.declare("news.written", _("A post for partners was written"), shared=False)
@dataclass(frozen=True)
class Written:
    """Its title."""

    title: _Title


@events.declare("news.changed", _("A post for partners was changed"), shared=False)
@dataclass(frozen=True)
class Changed:
    """Which fields changed."""

    title: _Title
    fields: Annotated[list[str], events.Words(_("changed fields"))]


@events.declare("news.scheduled", _("A post for partners was scheduled"), shared=False)
@dataclass(frozen=True)
class Scheduled:
    """From when on partners read it."""

    title: _Title
    starts_at: Annotated[datetime, events.Words(_("date from which it is shown"))]


@events.declare("news.published", _("A post for partners went live"), shared=False)
@dataclass(frozen=True)
class Published:
    """Its title, until when it is shown, and whether people are asked to confirm it."""

    title: _Title
    ends_at: Annotated[datetime | None, events.Words(_("date until which it is shown"))]
    to_confirm: Annotated[bool, events.Words(_("has to be confirmed"))]


@events.declare("news.withdrawn", _("A post for partners was withdrawn"), shared=False)
@dataclass(frozen=True)
class Withdrawn:
    """Its title."""

    title: _Title


@events.declare("news.reopened", _("A post for partners became a draft again"), shared=False)
@dataclass(frozen=True)
class Reopened:
    """Its title."""

    title: _Title


@events.declare("news.discarded", _("A draft of a post for partners was discarded"), shared=False)
@dataclass(frozen=True)
class Discarded:
    """Its title."""

    title: _Title


@events.declare("news.confirmed", _("A partner's person confirmed a post"))
@dataclass(frozen=True)
class Confirmed:
    """What they confirmed to have read, and who."""

    title: _Title
    person: Annotated[str, events.Words(_("person who confirmed"))]
