"""A deal's version rises when what its readers are shown changes, and only then: no program loses to the clock."""

from datetime import date, timedelta
from typing import Any

import pytest

from openprm.customers import services as customers
from openprm.customers.models import Account
from openprm.customers.tests.test_api import Program
from openprm.deals import services
from openprm.deals.models import DealRegistration, Protection
from openprm.kernel.access import as_system, enter
from openprm.kernel.errors import Stale
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(world: World) -> Program:
    """Return a program of a partner's sales."""
    return Program(world, "sales", world.alfa)


def read(program: Program, deal: DealRegistration) -> tuple[dict[str, Any], dict[str, str]]:
    """Return a deal as the program reads it, and the header with which it goes on from there."""
    answer = program("GET", f"/deals/{deal.pk}")
    assert answer.status_code == 200
    return answer.json(), {"If-Match": answer["ETag"]}


def fresh(deal: DealRegistration) -> DealRegistration:
    """Return a deal as it is now."""
    with as_system():
        return DealRegistration.objects.select_related("account", "partner").get(pk=deal.pk)


def merge(world: World, deal: DealRegistration) -> Account:
    """Merge the account of a deal into another one, and return that."""
    other = world.account("Contoso Holding")
    manager = world.actor("channel_manager")
    source = fresh(deal).account
    assert source is not None
    with enter(manager):
        customers.merge_accounts(account=source, into=other, by=manager, at=NOW)
    return other


def test_a_notice_that_the_clock_gives_costs_a_program_nothing(world: World, program: Program) -> None:
    deal = world.approved(world.alfa)
    before, match = read(program, deal)
    with as_system():
        assert services.remind_due(at=NOW + timedelta(days=30)) == 1
        assert services.remind_due(at=NOW + timedelta(days=31)) == 0  # it is kept all the same
    assert read(program, deal) == (before, match)
    assert program("POST", f"/deals/{deal.pk}/lose", {"code": "price"}, **match).status_code == 200


def test_a_merge_of_its_customers_account_costs_a_program_nothing(world: World, program: Program) -> None:
    deal = world.approved(world.alfa)
    before, match = read(program, deal)
    other = merge(world, deal)
    assert fresh(deal).account == other
    assert read(program, deal) == (before, match)
    assert program("POST", f"/deals/{deal.pk}/withdraw", {"code": "other", "text": "Moved"}, **match).status_code == 200


def test_a_decision_about_its_company_costs_a_program_nothing(world: World, program: Program) -> None:
    deal = fresh(world.submitted(world.alfa))
    before, match = read(program, deal)
    manager = world.actor("channel_manager")
    account = deal.account
    assert account is not None
    with enter(manager):
        services.decide_company(deal=deal, account=account, verdict="different", by=manager, at=NOW)
    assert fresh(deal).account != account
    assert read(program, deal) == (before, match)


def test_a_form_that_saves_itself_unchanged_costs_a_program_nothing(world: World, program: Program) -> None:
    deal = world.draft(world.alfa)
    _before, match = read(program, deal)
    by = world.actor("sales", world.alfa)
    with enter(by):
        services.save_draft(content=world.content(customer=" Contoso GmbH "), deal=fresh(deal), by=by, at=NOW)
    changed = program("PATCH", f"/deals/{deal.pk}", {"contact": "Ada"}, **match)
    assert (changed.status_code, changed.json()["contact"]) == (200, "Ada")


@pytest.mark.parametrize("change", [{"contact": "Ada"}, {"close_date": "2027-03-01"}, {"product_lines": ["edge"]}])
def test_what_a_reader_sees_raises_it_and_the_slower_program_is_told(
    world: World, program: Program, change: dict[str, Any]
) -> None:
    assert world.edge.active
    deal = world.draft(world.alfa)
    before, match = read(program, deal)
    assert program("PATCH", f"/deals/{deal.pk}", change, **match).status_code == 200
    after, _match = read(program, deal)
    assert after["version"] > before["version"]
    late = program("PATCH", f"/deals/{deal.pk}", {"description": "Something else entirely."}, **match)
    assert late.status_code == 412


def test_evidence_that_another_would_overwrite_raises_it(world: World) -> None:
    deal = world.draft(world.alfa)
    by = world.actor("sales", world.alfa)
    with enter(by):
        services.save_draft(content=world.content(), deal=fresh(deal), evidence="They chose us.", by=by, at=NOW)
    assert fresh(deal).version == deal.version + 1


def test_who_approves_what_was_merged_meanwhile_is_refused(world: World) -> None:
    deal = world.submitted(world.alfa)
    looked_at = fresh(deal)
    other = merge(world, deal)
    manager = world.actor("channel_manager")
    with enter(manager), pytest.raises(Stale):
        services.approve(deal=looked_at, by=manager, at=NOW)
    with as_system():
        assert not Protection.objects.filter(deal=deal).exists()
    with enter(manager):
        services.approve(deal=fresh(deal), by=manager, at=NOW)
    with as_system():
        assert Protection.objects.get(deal=deal).account == other


def test_two_who_write_at_once_are_still_told_apart(world: World) -> None:
    deal = world.draft(world.alfa)
    first, second = fresh(deal), fresh(deal)
    by = world.actor("sales", world.alfa)
    with enter(by):
        services.save_draft(content=world.content(close_date=date(2027, 4, 1)), deal=first, by=by, at=NOW)
        with pytest.raises(Stale):
            services.save_draft(content=world.content(close_date=date(2027, 5, 1)), deal=second, by=by, at=NOW)
