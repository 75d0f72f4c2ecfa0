"""The questions that pages and other features ask about partners."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from openprm.accounts import policies as people
from openprm.kernel import audiences
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Invalid
from openprm.kernel.events.models import Event
from openprm.partners import policies
from openprm.partners.lists import TeamRole
from openprm.partners.models import Audience, Partner, TeamMember


@dataclass(frozen=True, slots=True)
class TeamEntry:
    """One of the vendor's people who looks after a partner, as the partner may know them."""

    role: str
    label: Any
    name: str
    email: str
    phone: str
    person_id: UUID


def team(partner: Partner) -> list[TeamEntry]:
    """Return who looks after a partner, channel manager first; the partner may know it too."""
    with as_system():  # the vendor's people are hidden from partners otherwise
        members = list(TeamMember.objects.filter(partner=partner, person__is_active=True).select_related("person"))
    order = TeamRole.values
    return [
        TeamEntry(
            role=member.role,
            label=TeamRole(member.role).label,
            name=str(member.person),
            email=member.person.email,
            phone=member.person.phone,
            person_id=member.person_id,
        )
        for member in sorted(members, key=lambda member: order.index(member.role))
    ]


def distributor(partner: Partner) -> Partner | None:
    """Return the distributor a partner stands below; the partner may know its name."""
    if partner.parent_id is None:
        return None
    with as_system():
        return Partner.objects.get(pk=partner.parent_id)


def resellers(partner: Partner, actor: Actor) -> QuerySet[Partner]:
    """Return the partners directly below this one that the actor may see."""
    return policies.visible_to(actor).filter(parent=partner).order_by("name")


def search(rows: QuerySet[Partner], text: str) -> QuerySet[Partner]:
    """Return the partners in whose names or website each of the words stands."""
    for word in text.split()[:8]:
        named = Q(name__icontains=word) | Q(legal_name__icontains=word)
        rows = rows.filter(named | Q(website__icontains=word))
    return rows


def distributors() -> list[tuple[UUID, str]]:
    """Return every partner that can have others below it, by name."""
    found = Partner.objects.filter(partner_types__contains=["distributor"]).order_by("name", "pk")
    return list(found.values_list("pk", "name"))


def timeline(partner: Partner, *, most: int = 30) -> QuerySet[Event]:
    """Return what happened to a partner itself, newest first; row security leaves out what the reader may not know."""
    return Event.objects.filter(subject_id=partner.pk).order_by("-at", "-id")[:most]


@dataclass(frozen=True, slots=True)
class Preview:
    """Who is in an audience right now: how many, the first names, and the conditions as a sentence."""

    count: int
    names: list[str]
    sentence: str
    subject: str

    @property
    def more(self) -> int:
        """Return how many are not named."""
        return self.count - len(self.names)


_VISIBLE: Mapping[str, Callable[[Actor], QuerySet[Any]]] = {
    "partner": policies.visible_to,
    "person": people.visible_to,
}


def sentence(audience: Audience) -> str:
    """Return an audience's conditions in words; a condition whose field is gone says so."""
    try:
        return audiences.describe(audience.predicate, subject=audience.subject)
    except (Invalid, KeyError) as problem:
        return str(problem)


def preview(predicate: audiences.Predicate, *, subject: str, actor: Actor, most: int = 8) -> Preview:
    """Return who is in the audience, of those the actor may see; two queries."""
    members = audiences.members(predicate, subject=subject)
    if subject in _VISIBLE:
        members = members.filter(pk__in=_VISIBLE[subject](actor).values("pk"))
    names = [str(member) for member in members.order_by("name", "pk")[: most + 1]]
    count = len(names) if len(names) <= most else members.count()
    return Preview(count, names[:most], audiences.describe(predicate, subject=subject), subject)
