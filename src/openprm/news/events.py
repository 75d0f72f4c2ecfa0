"""The facts of news.

Those about posts are the vendor's own: which partners a post is for is nobody else's. What a partner's person
confirmed is the partner's, too, and automations can begin with it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events

TOLD = "news.told"  # no fact, but a hint to the open pages of the partners concerned: what they read of news changed


@events.declare("news.written", _("A post for partners was written"), shared=False)
@dataclass(frozen=True)
class Written:
    """Its title."""

    title: str


@events.declare("news.changed", _("A post for partners was changed"), shared=False)
@dataclass(frozen=True)
class Changed:
    """Which fields changed."""

    title: str
    fields: list[str]


@events.declare("news.scheduled", _("A post for partners was scheduled"), shared=False)
@dataclass(frozen=True)
class Scheduled:
    """From when on partners read it."""

    title: str
    starts_at: datetime


@events.declare("news.published", _("A post for partners went live"), shared=False)
@dataclass(frozen=True)
class Published:
    """Its title, until when it is shown, and whether people are asked to confirm it."""

    title: str
    ends_at: datetime | None
    to_confirm: bool


@events.declare("news.withdrawn", _("A post for partners was withdrawn"), shared=False)
@dataclass(frozen=True)
class Withdrawn:
    """Its title."""

    title: str


@events.declare("news.reopened", _("A post for partners became a draft again"), shared=False)
@dataclass(frozen=True)
class Reopened:
    """Its title."""

    title: str


@events.declare("news.discarded", _("A draft of a post for partners was discarded"), shared=False)
@dataclass(frozen=True)
class Discarded:
    """Its title."""

    title: str


@events.declare("news.confirmed", _("A partner's person confirmed a post"))
@dataclass(frozen=True)
class Confirmed:
    """What they confirmed to have read, and who."""

    title: str
    person: str
