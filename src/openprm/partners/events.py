"""The facts about partners and audiences."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events


@events.declare("partner.created", _("A partner was added"))
@dataclass(frozen=True)
class Created:
    """What was known of the partner at first."""

    name: str
    country: str
    status: str


@events.declare("partner.profile_changed", _("A partner's profile was changed"))
@dataclass(frozen=True)
class ProfileChanged:
    """``changes`` maps each field to its value before and after."""

    changes: dict[str, list[Any]]


@events.declare("partner.status_changed", _("A partner's status was changed"))
@dataclass(frozen=True)
class StatusChanged:
    """The coded reason, and the note that the partner can read too."""

    changes: dict[str, list[Any]]
    reason: str
    note: str


@events.declare("partner.team_changed", _("A partner's account team was changed"))
@dataclass(frozen=True)
class TeamChanged:
    """``changes`` maps the role to the names before and after; ``person_id`` is who it is now, if anybody."""

    role: str
    person_id: UUID | None
    changes: dict[str, list[Any]]


@events.declare("partner.parent_changed", _("A partner was put below another distributor"), shared=False)
@dataclass(frozen=True)
class ParentChanged:
    """``changes`` names the distributors before and after, which is the vendor's own knowledge."""

    parent_id: UUID | None
    changes: dict[str, list[Any]]


@events.declare("partner.external_id_changed", _("What another system calls a partner was changed"), shared=False)
@dataclass(frozen=True)
class ExternalIdChanged:
    """``changes`` maps the system to the id before and after."""

    changes: dict[str, list[Any]]


@events.declare("territory.changed", _("Who covers which regions was changed"), shared=False)
@dataclass(frozen=True)
class TerritoryChanged:
    """``changes`` maps the duty to the regions before and after."""

    duty: str
    person: str
    changes: dict[str, list[Any]]


@events.declare("audience.saved", _("An audience was saved"), shared=False)
@dataclass(frozen=True)
class AudienceSaved:
    """``changes`` maps each field to its value before and after."""

    name: str
    changes: dict[str, list[Any]]


@events.declare("audience.deleted", _("An audience was deleted"), shared=False)
@dataclass(frozen=True)
class AudienceDeleted:
    """The audience as it was."""

    name: str
    subject: str
    predicate: dict[str, Any]
