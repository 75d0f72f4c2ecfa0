"""The small world of the tests: Northwind Systems, its people, and the partners Alfa, Beta, Delta and Epsilon.

Delta is a distributor with Epsilon below it. Everybody is called after their company and role.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.test import Client

from openprm.accounts import actors
from openprm.accounts import services as accounts
from openprm.accounts.models import Person
from openprm.customers import services as customers
from openprm.customers.models import Account, ProductLine
from openprm.deals import services as deals
from openprm.deals.models import DealRegistration
from openprm.deals.services.content import Content
from openprm.kernel.access import SYSTEM, Actor, as_system, enter
from openprm.partners.models import Partner, TeamMember

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
VENDOR_ROLES = ("admin", "channel_manager", "marketing", "enablement", "finance", "legal", "analyst")
PARTNER_ROLES = ("admin", "sales", "technical", "marketing", "viewer")


class World:
    """Makes what a test asks for, once."""

    def person(self, role: str, company: Partner | None = None) -> Person:
        """Return the person with this role at the vendor, or at a partner."""
        name = f"{(company.trading_name if company else 'northwind').lower()}.{role}"
        email = f"{name}@example.com"
        with as_system():
            known = Person.objects.filter(email=email).first()
            return known or accounts.create_person(
                email=email, name=name, roles=[role], partner=company, password=PASSWORD, by=SYSTEM, at=NOW
            )

    def actor(self, role: str, company: Partner | None = None) -> Actor:
        """Return the same person as the one who acts."""
        person = self.person(role, company)
        with as_system():
            return actors.of(Person.objects.select_related("partner").get(pk=person.pk))

    def browser(self, role: str, company: Partner | None = None, **options: Any) -> Client:
        """Return a browser in which that person is signed in."""
        person = self.person(role, company)
        client = Client(**options)
        with as_system():
            client.force_login(person)
        return client

    @cached_property
    def alfa(self) -> Partner:
        """A reseller, looked after by the vendor's channel manager."""
        partner = company("Alfa")
        with as_system():
            TeamMember.objects.create(partner=partner, person=self.person("channel_manager"), role="channel_manager")
        return partner

    @cached_property
    def beta(self) -> Partner:
        """Another reseller, Alfa's competitor."""
        return company("Beta")

    @cached_property
    def delta(self) -> Partner:
        """A distributor."""
        return company("Delta", partner_types=["distributor"])

    @cached_property
    def epsilon(self) -> Partner:
        """A reseller below Delta."""
        return company("Epsilon", parent=self.delta)

    @cached_property
    def cloud(self) -> ProductLine:
        """A product line."""
        return product_line("cloud", "Cloud")

    @cached_property
    def edge(self) -> ProductLine:
        """Another product line."""
        return product_line("edge", "Edge")

    def content(self, customer: str = "Contoso GmbH", **details: Any) -> Content:
        """Return what a partner says about a deal: complete, for Cloud, unless told otherwise."""
        said: dict[str, Any] = {
            "customer_name": customer,
            "country": "DE",
            "product_lines": frozenset({self.cloud.pk}),
            "value": Decimal("25000.00"),
            "currency": "EUR",
            "close_date": date(2027, 2, 1),
            "description": "Replaces the old warehouse servers.",
        }
        return Content(**(said | details))

    def draft(self, company: Partner, *, role: str = "sales", **details: Any) -> DealRegistration:
        """Return a draft of a partner's."""
        by = self.actor(role, company)
        content = self.content(**details)
        with enter(by):
            return deals.save_draft(content=content, by=by, at=NOW)

    def submitted(
        self, company: Partner, *, at: datetime = NOW, evidence: str = "", **details: Any
    ) -> DealRegistration:
        """Return a deal that a partner submitted."""
        by = self.actor("sales", company)
        draft = self.draft(company, **details)
        with enter(by):
            return deals.submit(deal=draft, by=by, at=at, evidence=evidence)

    def approved(self, company: Partner, *, at: datetime = NOW, **details: Any) -> DealRegistration:
        """Return a deal that the vendor approved."""
        deal = self.submitted(company, at=at, **details)
        by = self.actor("channel_manager")
        with enter(by):
            return deals.approve(deal=deal, by=by, at=at)

    def account(self, name: str, **details: Any) -> Account:
        """Return an account of the vendor's."""
        with as_system():
            return customers.create_account(name=name, by=SYSTEM, at=NOW, **details)


def company(name: str, **details: Any) -> Partner:
    """Make an active partner."""
    with as_system():
        return Partner.objects.create(
            legal_name=f"{name} GmbH", trading_name=name, country="DE", status="active", **details
        )


def product_line(key: str, name: str) -> ProductLine:
    """Make a product line."""
    with as_system():
        return ProductLine.objects.create(key=key, name=name)
