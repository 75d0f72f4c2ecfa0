"""The facts of news. None is shared: which partners a post is for is the vendor's own."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events


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


@events.declare("news.scheduled", _("A post for partners was planned for a day"), shared=False)
@dataclass(frozen=True)
class Scheduled:
    """From when on partners read it."""

    title: str
    starts_at: datetime


@events.declare("news.published", _("A post for partners was published"), shared=False)
@dataclass(frozen=True)
class Published:
    """Its title, and until when it is shown."""

    title: str
    ends_at: datetime | None


@events.declare("news.archived", _("A post for partners was archived"), shared=False)
@dataclass(frozen=True)
class Archived:
    """Its title."""

    title: str
