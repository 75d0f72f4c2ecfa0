"""Two accounts become one: everything moves, the old id answers, and it can be taken back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from openprm.customers import services
from openprm.customers.blind import digests, shelf
from openprm.customers.models import Account, BlindName, CompanyDecision, CompanyName, Merge
from openprm.customers.services.movers import movers
from openprm.customers.tests.test_api import Program
from openprm.deals.models import DealRegistration, Protection
from openprm.engagement.models import Hold
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.errors import Forbidden, Refusal
from openprm.kernel.events.models import Event
from openprm.matching import Query
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def merge(world: World, account: Account, into: Account, **details: Any) -> Merge:
    manager = world.actor("channel_manager")
    with enter(manager):
        return services.merge_accounts(account=account, into=into, by=manager, at=NOW, **details)


def undo(world: World, row: Merge, after: timedelta = timedelta(days=1)) -> Account:
    manager = world.actor("channel_manager")
    with enter(manager):
        return services.undo_merge(merge=row, by=manager, at=NOW + after)


def account_of(deal: DealRegistration) -> Account:
    with as_system():
        return Account.objects.get(pk=DealRegistration.objects.get(pk=deal.pk).account_id)


def fresh(account: Account) -> Account:
    with as_system():
        return Account.objects.get(pk=account.pk)


def refused(world: World, account: Account, into: Account) -> str:
    with pytest.raises(Refusal) as problem:
        merge(world, account, into)
    with as_system():
        assert Account.objects.filter(pk__in=[account.pk, into.pk]).count() == 2
        assert not CompanyDecision.objects.filter(account=account, other=into, verdict="same").exists()
    return str(problem.value)


def found(name: str) -> list[str]:
    with as_system():
        return [match.company_id for match in services.find(Query(name)) if match.decision == "same"]


@pytest.fixture
def granit(world: World) -> Account:
    return world.account("Granitwerk AG", website="granitwerk.de", external_id="CRM-1")


@pytest.fixture
def fjord(world: World) -> Account:
    return world.account(
        "Fjordbank ASA", website="fjordbank.no", external_id="CRM-2", aliases=["Fjord"], phone="+47 22 123456"
    )


def test_all_that_belongs_to_an_account_moves(world: World, granit: Account) -> None:
    deal = world.approved(world.alfa, customer="Fjordbank ASA")
    fjord = account_of(deal)
    with as_system():
        opportunity = services.create_opportunity(account=fjord, name="Renewal", by=SYSTEM, at=NOW)
        child = services.create_account(name="Fjordbank Leasing AS", parent=fjord, by=SYSTEM, at=NOW)
        Hold.objects.create(account=fjord, why="Sanctions", held_by="Legal")
        services.decide(account=fjord, verdict="different", other=child, by=SYSTEM, at=NOW)
    row = merge(world, fjord, granit, why="Same house")
    with as_system():
        assert not Account.objects.filter(pk=fjord.pk).exists()
        assert DealRegistration.objects.get(pk=deal.pk).account_id == granit.pk
        protection = Protection.objects.get(deal=deal)
        assert (protection.account_id, protection.identity) == (granit.pk, granit.pk)
        opportunity.refresh_from_db()
        child.refresh_from_db()
        assert (opportunity.account_id, child.parent_id) == (granit.pk, granit.pk)
        assert Hold.objects.get().account_id == granit.pk
        assert CompanyDecision.objects.get().account_id in (granit.pk, child.pk)
    assert {name: len(keys) for name, keys in row.moved.items()} == {
        "deals": 1,
        "protections": 1,
        "opportunities": 1,
        "subsidiaries": 1,
        "hold": 1,
    }


def test_names_domains_and_numbers_find_the_one_that_stays(granit: Account, fjord: Account, world: World) -> None:
    merge(world, fjord, granit)
    stays = fresh(granit)
    assert stays.aliases == ["Fjordbank ASA", "Fjord"]
    assert (stays.further_domains, stays.phone) == (["fjordbank.no"], "+47 22 123456")
    assert found("Fjordbank ASA") == found("FJORDBANK") == found("Granitwerk") == [str(granit.pk)]


def test_two_protections_that_would_meet_refuse_it_in_words_and_nothing_moves(world: World) -> None:
    first = world.approved(world.alfa, customer="Fjordbank ASA")
    second = world.approved(world.beta, customer="Granitwerk AG")
    words = refused(world, account_of(first), account_of(second))
    assert first.reference in words
    assert second.reference in words
    with as_system():
        assert Protection.objects.get(deal=first).identity != Protection.objects.get(deal=second).identity


def test_protections_that_ended_stand_in_nobodys_way(world: World) -> None:
    first = world.approved(world.alfa, customer="Fjordbank ASA")
    second = world.approved(world.beta, customer="Granitwerk AG")
    one, other = account_of(first), account_of(second)
    manager = world.actor("channel_manager")
    late = NOW + timedelta(days=400)  # both ran at the same time, and both are over
    with enter(manager):
        services.merge_accounts(account=one, into=other, by=manager, at=late)
    with as_system():
        assert {row.account_id for row in Protection.objects.all()} == {other.pk}


def test_what_contradicts_it_is_said(world: World, granit: Account, fjord: Account) -> None:
    with as_system():
        services.decide(account=fjord, other=granit, verdict="different", by=SYSTEM, at=NOW)
    assert "Take that back first" in refused(world, fjord, granit)


def test_two_parents_or_a_chain_of_parents_refuse_it(world: World, granit: Account, fjord: Account) -> None:
    between, above = world.account("Quarz Holding"), world.account("Basalt Holding")
    with as_system():
        services.edit_account(account=fjord, parent=between, by=SYSTEM, at=NOW)
        services.edit_account(account=between, parent=granit, by=SYSTEM, at=NOW)
    assert "other way round" in refused(world, granit, fresh(fjord))
    with as_system():
        services.edit_account(account=fresh(between), parent=None, by=SYSTEM, at=NOW)
        services.edit_account(account=fresh(granit), parent=above, by=SYSTEM, at=NOW)
    assert "two different companies" in refused(world, granit, fresh(fjord))


def test_a_parent_goes_into_its_subsidiary_and_comes_back(world: World, granit: Account, fjord: Account) -> None:
    with as_system():
        services.edit_account(account=fjord, parent=granit, by=SYSTEM, at=NOW)
    row = merge(world, fresh(granit), fresh(fjord))
    assert fresh(fjord).parent_id is None
    undo(world, row)
    assert fresh(fjord).parent_id == granit.pk


def test_it_can_be_taken_back_as_it_was(world: World, granit: Account) -> None:
    deal = world.approved(world.alfa, customer="Fjordbank ASA")
    fjord = account_of(deal)
    before = (fresh(granit), fresh(fjord))
    row = merge(world, fjord, granit)
    with as_system():
        later = services.create_opportunity(account=fresh(granit), name="Later", by=SYSTEM, at=NOW)
    again = undo(world, row)
    assert again.pk == fjord.pk
    for name in ("name", "aliases", "domain", "external_id", "parent_id", "created_at", "name_sources"):
        assert getattr(again, name) == getattr(before[1], name), name
        assert getattr(fresh(granit), name) == getattr(before[0], name), name
    with as_system():
        protection = Protection.objects.get(deal=deal)
        assert (protection.account_id, protection.identity) == (fjord.pk, fjord.pk)
        later.refresh_from_db()
        assert later.account_id == granit.pk
    assert found("Fjordbank ASA") == [str(fjord.pk)]
    with pytest.raises(Refusal, match="already"):
        undo(world, row)


def test_after_thirty_days_or_another_merge_it_stays(world: World, granit: Account, fjord: Account) -> None:
    row = merge(world, fjord, granit)
    with pytest.raises(Refusal, match="30 days"):
        undo(world, row, timedelta(days=31))
    quarz = world.account("Quarz Holding")
    further = merge(world, fresh(granit), quarz)
    with pytest.raises(Refusal, match="Take that back first"):
        undo(world, row)
    with as_system():
        assert services.stayed(fjord.pk) == quarz.pk
    undo(world, further)
    undo(world, row)
    assert fresh(granit).aliases == []


def test_decisions_about_both_come_back_too(world: World, granit: Account, fjord: Account) -> None:
    quarz = world.account("Quarz Holding")
    with as_system():
        services.decide(account=fjord, other=quarz, verdict="same", by=SYSTEM, at=NOW)
        services.decide(account=fjord, query=Query("Nordbank"), verdict="same", by=SYSTEM, at=NOW)
        services.decide(account=fjord, other=granit, verdict="same", by=SYSTEM, at=NOW)
        before = set(CompanyDecision.objects.values_list("account", "other", "key", "verdict"))
    row = merge(world, fjord, granit)
    assert found("Nordbank")[0] == str(granit.pk)
    with as_system():
        assert CompanyDecision.objects.count() == 2
    undo(world, row)
    with as_system():
        assert set(CompanyDecision.objects.values_list("account", "other", "key", "verdict")) == before


def test_the_history_of_both_and_of_the_deals_tells_it(world: World, granit: Account) -> None:
    deal = world.approved(world.alfa, customer="Fjordbank ASA")
    fjord = account_of(deal)
    merge(world, fjord, granit)
    with as_system():
        told = Event.objects.filter(name="account.merged")
        assert {event.subject_id for event in told} == {fjord.pk, granit.pk}
        assert told[0].payload["changes"]["aliases"] == [[], ["Fjordbank ASA"]]
        assert told[0].payload["values"]["name"] == "Fjordbank ASA"
        moved = Event.objects.get(name="deal.customer_moved")
        assert (moved.subject_id, moved.payload["after"], moved.shared) == (deal.pk, "Granitwerk AG", False)


def test_the_old_id_and_external_id_answer(world: World, granit: Account, fjord: Account) -> None:
    program = Program(world, "channel_manager")
    preview = program("GET", f"/accounts/{granit.pk}/merges/preview?account_id={fjord.pk}").json()
    assert (preview["refusal"], preview["changes"]["phone"]) == ("", ["", "+47 22 123456"])
    made = program("POST", f"/accounts/{granit.pk}/merges", {"account_id": str(fjord.pk)})
    assert made.status_code == 201, made.content
    gone = program("GET", f"/accounts/{fjord.pk}")
    assert (gone.status_code, gone.json()["merged_into"]) == (301, str(granit.pk))
    assert program("GET", gone["Location"].removeprefix("/api/v1")).json()["name"] == "Granitwerk AG"
    assert program("DELETE", f"/accounts/{fjord.pk}").json()["code"] == "account_merged"
    by_crm = program("GET", "/accounts?external_id=CRM-2").json()["items"]
    assert [row["id"] for row in by_crm] == [str(granit.pk)]
    sale = {"account_id": str(fjord.pk), "name": "Renewal"}
    assert program("POST", "/opportunities", sale).json()["account_id"] == str(granit.pk)
    batch = {"rows": [{"external_id": "CRM-2", "name": "Fjordbank"}, {"external_id": "CRM-1", "industry": "Stone"}]}
    outcomes = [row["outcome"] for row in program("POST", "/accounts/batch", batch).json()["rows"]]
    assert outcomes == ["skipped", "updated"]
    assert program("POST", "/accounts", {"name": "New", "external_id": "CRM-2"}).json()["code"] == "external_id_taken"
    listed = program("GET", f"/accounts/{granit.pk}/merges").json()["items"]
    back = program("DELETE", f"/accounts/{granit.pk}/merges/{listed[0]['id']}")
    assert (back.status_code, back.json()["external_id"]) == (200, "CRM-2")


def test_a_parent_is_named_by_either_id(world: World, granit: Account, fjord: Account) -> None:
    program = Program(world, "channel_manager")
    made = program("POST", "/accounts", {"name": "Granit Leasing", "external_id": "L", "parent_id": str(granit.pk)})
    assert made.json()["parent_id"] == str(granit.pk)
    one, match = f"/accounts/{made.json()['id']}", {"If-Match": made["ETag"]}
    wrong = program("PATCH", one, {"parent_id": made.json()["id"], "parent_external_id": "CRM-2"}, **match)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "parent_external_id")
    unknown = program("PATCH", one, {"parent_id": str(UUID(int=7))}, **match)
    assert unknown.json()["errors"][0]["field"] == "parent_id"
    batch = {
        "rows": [
            {"external_id": "L", "parent_id": str(fjord.pk)},
            {"external_id": "M", "name": "M", "parent_id": str(UUID(int=7))},
        ]
    }
    rows = program("POST", "/accounts/batch", batch).json()["rows"]
    assert [row["outcome"] for row in rows] == ["updated", "failed"]
    assert program("GET", one).json()["parent_id"] == str(fjord.pk)
    circle = {"rows": [{"external_id": "CRM-2", "parent_id": made.json()["id"]}]}
    assert program("POST", "/accounts/batch", circle).json()["rows"][0]["outcome"] == "failed"


def test_on_the_page_one_sees_what_moves_before_it_does(world: World, granit: Account, fjord: Account) -> None:
    client = world.browser("channel_manager")
    page = f"/console/accounts/{granit.pk}/merge/"
    assert client.get(page, {"other": "nobody knows"}).status_code == 422
    preview = client.get(page, {"other": "CRM-2"})
    assert "What moves to" in preview.content.decode()
    assert "Merge into" in preview.content.decode()
    with as_system():
        assert Account.objects.count() == 2
    done = client.post(page, {"other": str(fjord.pk), "stays": str(granit.pk)})
    assert done["Location"] == f"/console/accounts/{granit.pk}/"
    assert client.get(f"/console/accounts/{fjord.pk}/")["Location"] == f"/console/accounts/{granit.pk}/"
    assert "went into" in client.get(f"/console/accounts/{granit.pk}/").content.decode()


def test_who_may_not_merge_does_not(world: World, granit: Account, fjord: Account) -> None:
    reader = world.actor("analyst")
    with enter(reader), pytest.raises(Forbidden):
        services.merge_accounts(account=fjord, into=granit, by=reader, at=NOW)


def test_no_row_that_points_at_an_account_is_forgotten() -> None:
    """A feature whose rows point at accounts says how they move (``customers/services/movers.py``)."""
    pointing = {(field.related_model, field.field.name) for field in Account._meta.related_objects}
    known = {(mover.model, mover.field) for mover in movers} | {
        (CompanyDecision, "account"),
        (CompanyDecision, "other"),
    }
    assert pointing - known == set()


def test_the_index_and_the_digests_know_one_company(world: World, granit: Account, fjord: Account) -> None:
    merge(world, fjord, granit)
    with as_system():
        assert not CompanyName.objects.filter(account_id=fjord.pk).exists()
        assert not BlindName.objects.filter(account_id=fjord.pk).exists()
        shelf.complete()
        assert shelf.find(digests.of("Fjordbank ASA")).same == {granit.pk}
