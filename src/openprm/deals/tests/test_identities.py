"""Protections and decisions about who a customer is: nobody is protected twice for one customer."""

from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from openprm.customers import services as customers
from openprm.customers.models import Account, CompanyDecision
from openprm.deals import services
from openprm.deals.models import DealRegistration, Protection
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.errors import Refusal
from openprm.kernel.services import change_setting
from openprm.matching import Query
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def decide(world: World, verdict: str, account: Account | None, other: Account | None) -> CompanyDecision:
    manager = world.actor("channel_manager")
    assert account is not None
    with enter(manager):
        return customers.decide(account=account, other=other, verdict=verdict, by=manager, at=NOW)


def account_of(deal: DealRegistration) -> Account:
    with as_system():
        return Account.objects.get(pk=deal.account_id)


def identities(*deals: DealRegistration) -> list[UUID | None]:
    with as_system():
        return [Protection.objects.get(deal=deal).identity for deal in deals]


def family_counts(value: bool) -> None:
    with as_system():
        change_setting(key="customers.protect_family", value=value, by=SYSTEM, at=NOW)


def test_a_protection_is_for_the_customer_and_not_for_the_account(world: World) -> None:
    fjord = world.approved(world.alfa, customer="Fjordbank ASA")
    granit = world.account("Granitwerk AG")
    decide(world, "same", account_of(fjord), granit)
    with as_system(), pytest.raises(IntegrityError, match="protection_never_overlaps"), transaction.atomic():
        Protection.objects.create(
            deal=fjord,
            partner=world.alfa,
            account=granit,
            product_line=world.cloud,
            period=DateTimeTZRange(NOW, fjord.protected_until),
        )


def test_a_claim_meets_the_protection_at_an_account_that_is_the_same_by_decision(world: World) -> None:
    fjord = world.approved(world.alfa, customer="Fjordbank ASA")
    decide(world, "same", account_of(fjord), world.account("Granitwerk AG"))
    sales = world.actor("sales", world.beta)
    with enter(sales):
        verdict = services.check(content=world.content("Granitwerk"), by=sales, at=NOW)
    assert verdict is not None
    assert [reason.code for reason in verdict.reasons] == ["protected_by_another"]


def test_two_protected_customers_are_not_made_one_and_the_vendor_is_told_whose_they_are(world: World) -> None:
    fjord = world.approved(world.alfa, customer="Fjordbank ASA")
    granit = world.approved(world.beta, customer="Granitwerk AG")
    with pytest.raises(Refusal) as refused:
        decide(world, "same", account_of(fjord), account_of(granit))
    assert refused.value.problem_code == "protections_would_overlap"
    assert all(word in str(refused.value) for word in (fjord.reference, granit.reference, "Alfa", "Beta"))
    with as_system():
        assert not CompanyDecision.objects.exists()


def test_customers_of_different_product_lines_are_made_one(world: World) -> None:
    fjord = world.approved(world.alfa, customer="Fjordbank ASA")
    granit = world.approved(world.beta, customer="Granitwerk AG", product_lines=frozenset({world.edge.pk}))
    decide(world, "same", account_of(fjord), account_of(granit))
    assert len(set(identities(fjord, granit))) == 1


def test_a_protection_that_has_ended_hinders_no_decision(world: World) -> None:
    fjord = world.approved(world.alfa, customer="Fjordbank ASA")
    sales = world.actor("sales", world.alfa)
    with enter(sales):
        services.withdraw(deal=fjord, code="customer_cancelled", by=sales, at=NOW)
    granit = world.approved(world.beta, customer="Granitwerk AG")
    decide(world, "same", account_of(fjord), account_of(granit))
    assert identities(fjord) == [None]
    assert identities(granit) == [fjord.account_id]


def test_when_a_decision_is_undone_each_customer_is_itself_again(world: World) -> None:
    fjord = world.approved(world.alfa, customer="Fjordbank ASA")
    granit = world.account("Granitwerk AG")
    decision = decide(world, "same", granit, account_of(fjord))
    manager = world.actor("channel_manager")
    with enter(manager):
        customers.undo_decision(decision=decision, by=manager, at=NOW)
    assert identities(fjord) == [fjord.account_id]
    assert identities(world.approved(world.beta, customer="Granitwerk AG")) == [granit.pk]


def test_a_subsidiary_is_a_customer_of_its_own_unless_the_programme_says_otherwise(world: World) -> None:
    fjord = world.approved(world.alfa, customer="Fjordbank ASA")
    granit = world.approved(world.beta, customer="Granitwerk AG")
    decide(world, "subsidiary_of", account_of(granit), account_of(fjord))
    assert identities(fjord, granit) == [fjord.account_id, granit.account_id]
    with pytest.raises(Refusal) as refused:
        family_counts(True)
    assert refused.value.problem_code == "protections_would_overlap"


def test_with_the_family_protected_a_claim_to_a_subsidiary_is_blocked(world: World) -> None:
    family_counts(True)
    fjord = world.approved(world.alfa, customer="Fjordbank ASA")
    granit = world.account("Granitwerk AG", parent=account_of(fjord))
    sales = world.actor("sales", world.beta)
    with enter(sales):
        verdict = services.check(content=world.content("Granitwerk"), by=sales, at=NOW)
    assert verdict is not None
    assert [reason.code for reason in verdict.reasons] == ["protected_by_another"]
    with as_system():
        assert customers.identify(query=Query("Granitwerk"), by=SYSTEM, at=NOW) == granit


def test_a_claim_to_a_subsidiary_is_a_question_where_families_are_not_protected(world: World) -> None:
    fjord = world.approved(world.alfa, customer="Fjordbank ASA")
    world.account("Granitwerk AG", parent=account_of(fjord))
    sales = world.actor("sales", world.beta)
    with enter(sales):
        verdict = services.check(content=world.content("Granitwerk"), by=sales, at=NOW)
    assert verdict is not None
    assert [reason.code for reason in verdict.reasons] == ["related_company"]


def test_a_parent_that_would_bring_two_protections_together_is_refused(world: World) -> None:
    family_counts(True)
    fjord = world.approved(world.alfa, customer="Fjordbank ASA")
    granit = world.approved(world.beta, customer="Granitwerk AG")
    manager = world.actor("channel_manager")
    with enter(manager), pytest.raises(Refusal) as refused:
        customers.edit_account(account=account_of(granit), parent=account_of(fjord), by=manager, at=NOW)
    assert refused.value.problem_code == "protections_would_overlap"
    assert account_of(granit).parent_id is None


def test_turning_the_family_off_sets_subsidiaries_free(world: World) -> None:
    family_counts(True)
    fjord = world.approved(world.alfa, customer="Fjordbank ASA")
    granit = world.account("Granitwerk AG", parent=account_of(fjord))
    family_counts(False)
    deal = world.approved(world.beta, customer="Granitwerk AG")
    assert identities(deal) == [granit.pk]
