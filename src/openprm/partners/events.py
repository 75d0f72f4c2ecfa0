"""The facts about partners and audiences."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events
from openprm.kernel.ui import countries
from openprm.partners.lists import PROFILE_FIELDS, STATUS_REASONS, Duty, TeamRole
from openprm.partners.models import Partner

_Changes = Annotated[dict[str, list[Any]], events.Words(_("changed fields"))]
_Name = Annotated[str, events.Words(_("name of the audience"))]


@events.declare("partner.created", _("A partner was added"))
@dataclass(frozen=True)
class Created:
    """What was known of the partner at first."""

    name: Annotated[str, events.Words(_("partner's name"))]
    country: Annotated[str, events.Words(_("partner's country"), countries.NAMES)]
    status: Annotated[str, events.Words(_("partner's status"), Partner.Status.choices)]


@events.declare("partner.profile_changed", _("A partner's profile was changed"))
@dataclass(frozen=True)
class ProfileChanged:
    """``changes`` maps each field to its value before and after."""

    changes: Annotated[dict[str, list[Any]], events.Words(_("changed fields"), PROFILE_FIELDS)]


@events.declare("partner.status_changed", _("A partner's status was changed"), told_when_shut_out=True)
@dataclass(frozen=True)
class StatusChanged:
    """The coded reason, and the note that the partner can read too, also when it is shut out by it."""

    changes: Annotated[dict[str, list[Any]], events.Words(_("changed fields"), {"status": _("Status")})]
    reason: Annotated[str, events.Words(_("reason"), STATUS_REASONS)]
    note: Annotated[str, events.Words(_("note to the partner"))]


@events.declare("partner.team_changed", _("A partner's account team was changed"))
@dataclass(frozen=True)
class TeamChanged:
    """``changes`` maps the role to the names before and after; ``person_id`` is who it is now, if anybody."""

    role: Annotated[str, events.Words(_("role in the account team"), TeamRole.choices)]
    person_id: Annotated[UUID | None, events.Words(_("id of the person now"))]
    changes: Annotated[dict[str, list[Any]], events.Words(_("changed roles"), TeamRole.choices)]


@events.declare("partner.parent_changed", _("A partner was put below another distributor"), shared=False)
@dataclass(frozen=True)
class ParentChanged:
    """``changes`` names the distributors before and after, which is the vendor's own knowledge."""

    parent_id: Annotated[UUID | None, events.Words(_("id of the distributor now"))]
    changes: _Changes


@events.declare("partner.external_id_changed", _("What another system calls a partner was changed"), shared=False)
@dataclass(frozen=True)
class ExternalIdChanged:
    """``changes`` maps the system to the id before and after."""

    changes: Annotated[dict[str, list[Any]], events.Words(_("changed systems"))]


@events.declare("territory.changed", _("Who covers which regions was changed"), shared=False)
@dataclass(frozen=True)
class TerritoryChanged:
    """``changes`` maps the duty to the regions before and after."""

    duty: Annotated[str, events.Words(_("duty"), Duty.choices)]
    person: Annotated[str, events.Words(_("person"))]
    changes: Annotated[dict[str, list[Any]], events.Words(_("changed duties"), Duty.choices)]


@events.declare("audience.saved", _("An audience was saved"), shared=False)
@dataclass(frozen=True)
class AudienceSaved:
    """``changes`` maps each field to its value before and after."""

    name: _Name
    changes: _Changes


@events.declare("audience.deleted", _("An audience was deleted"), shared=False)
@dataclass(frozen=True)
class AudienceDeleted:
    """The audience as it was."""

    name: _Name
    subject: Annotated[str, events.Words(_("what the audience is made of"))]
    predicate: dict[str, Any]
