"""Territories, for programs."""

from typing import Any, Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone

from openprm.accounts.models import Person
from openprm.kernel.api import Field, Page, PageQuery, Query, Router, Schema, Status, operation, paginate
from openprm.kernel.http import Request
from openprm.partners import policies, services
from openprm.partners.models import Territory

router = Router(tags=["Partners"])


class TerritoryIn(Schema):
    """The regions in which one of the vendor's people has a duty; none takes the duty away."""

    person_id: UUID
    duty: Literal["regional_director", "channel_manager", "technical_account_manager", "marketing_manager"]
    regions: list[str] = Field(max_length=40, examples=[["dach", "benelux"]])


class TerritoryOut(TerritoryIn):
    """A territory."""

    id: UUID
    person_name: str

    @staticmethod
    def resolve_person_name(row: Territory) -> str:
        """Return whose it is."""
        return row.person.name


@router.get("/territories", response=Page[TerritoryOut], operation_id="list_territories")
@operation(policies.TERRITORIES)
def list_territories(request: Request, wanted: Query[PageQuery]) -> Any:
    """List who covers which regions."""
    return paginate(Territory.objects.select_related("person"), wanted)


@router.put("/territories", response={200: TerritoryOut, 204: None}, operation_id="set_territory")
@operation(policies.TERRITORIES)
def set_territory(request: Request, payload: TerritoryIn) -> Any:
    """Let somebody have a duty in exactly these regions."""
    person = get_object_or_404(Person, pk=payload.person_id, partner=None)
    row = services.set_territory(
        person=person, duty=payload.duty, regions=payload.regions, by=request.actor, at=timezone.now()
    )
    return Status(200, row) if row else Status(204, None)
