"""Territories as text: for each duty, who of the vendor's people has it in which regions; people by their e-mail."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import AfterValidator

from openprm.accounts.models import Person, normalised
from openprm.kernel.access import Actor, as_system
from openprm.kernel.blueprints import Document, Section
from openprm.kernel.errors import Invalid, Problem
from openprm.partners import services
from openprm.partners.lists import Duty, Region
from openprm.partners.models import Territory


def _in_order(people: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return everybody by e-mail, with regions in the order of the list; who has none has no territory."""
    order = {str(region): place for place, region in enumerate(Region.values)}
    return {
        normalised(email): sorted(set(regions), key=lambda region: (order.get(region, len(order)), region))
        for email, regions in sorted(people.items())
        if regions
    }


class TerritoryDocument(Document):
    """Who has a duty (its code, such as ``technical_account_manager``), and in which regions each of them."""

    people: Annotated[dict[str, list[str]], AfterValidator(_in_order)]


def read() -> Iterable[TerritoryDocument]:
    """Return the territories of people who are active."""
    rows = Territory.objects.filter(person__is_active=True, person__partner=None).select_related("person")
    found: dict[str, dict[str, list[str]]] = {}
    for row in rows.order_by("duty", "person__email"):
        found.setdefault(row.duty, {})[row.person.email] = list(row.regions)
    for duty, people in found.items():
        yield TerritoryDocument(code=duty, people=people)


def write(document: TerritoryDocument, by: Actor, at: datetime) -> None:
    """Let exactly these people have the duty in exactly these regions."""
    if document.code not in Duty.values:
        message = _("There is no duty “%(duty)s”. Choose one of: %(values)s.")
        message %= {"duty": document.code, "values": ", ".join(Duty.values)}
        raise Invalid(message, fields={"code": message})
    with as_system():
        ours = Person.objects.filter(partner=None, is_active=True)
        people = {person.email: person for person in ours.filter(email__in=document.people)}
        others = list(Territory.objects.filter(duty=document.code).exclude(person__in=people.values()))
    for email in document.people:
        if email not in people:
            message = _("Nobody of yours who is active has the address %(email)s here. Invite them first.")
            raise Invalid(message % {"email": email}, fields={"people": message % {"email": email}})
    for row in others:
        if row.person.is_active:
            services.set_territory(person=row.person, duty=document.code, regions=[], by=by, at=at)
    for email, regions in document.people.items():
        try:
            services.set_territory(person=people[email], duty=document.code, regions=regions, by=by, at=at)
        except Problem as problem:
            said = " ".join(problem.fields.values()) or str(problem)
            raise Invalid(str(problem), fields={"people": f"{email}: {said}"}) from None


def remove(code: str, by: Actor, at: datetime) -> None:
    """Take the duty away from everybody."""
    with as_system():
        rows = list(Territory.objects.filter(duty=code, person__is_active=True).select_related("person"))
    for row in rows:
        services.set_territory(person=row.person, duty=code, regions=[], by=by, at=at)


territories = Section(
    key="territories",
    label=gettext_lazy("Territories"),
    order=510,
    shape=TerritoryDocument,
    read=read,
    write=write,
    remove=remove,
    together=True,
)
