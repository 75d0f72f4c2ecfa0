"""Roles, ending access, and the last administrator."""

from types import SimpleNamespace

import pytest

from openprm.accounts import built_in, policies, queries, services
from openprm.accounts.models import Person, Role
from openprm.accounts.tests.conftest import NOW, act, browser, somebody
from openprm.kernel.access import SYSTEM, Scope, as_system, enter
from openprm.kernel.errors import Forbidden, Invalid, Missing, Refusal
from openprm.kernel.events.models import Event


def fresh(person: Person) -> Person:
    with as_system():
        return Person.objects.select_related("partner").get(pk=person.pk)


def change_roles(by: Person, person: Person, *roles: str) -> None:
    actor = act(by)
    with enter(actor):
        services.change_roles(person=fresh(person), roles=roles, by=actor, at=NOW)


def deactivate(by: Person, person: Person) -> None:
    actor = act(by)
    with enter(actor):
        services.deactivate(person=fresh(person), by=actor, at=NOW)


def test_a_partner_administrator_changes_the_roles_of_a_colleague(cast: SimpleNamespace) -> None:
    change_roles(cast.anna, cast.sam, "technical", "marketing")
    with as_system():
        assert {role.key for role in cast.sam.roles.all()} == {"technical", "marketing"}
        event = Event.objects.get(name="person.roles_changed")
        assert event.payload == {"changes": {"roles": [["sales"], ["marketing", "technical"]]}}
        assert (event.actor_name, event.partner_id) == ("Anna", cast.alfa.pk)


def test_changed_roles_hold_from_the_next_request(cast: SimpleNamespace) -> None:
    client = browser(cast.sam)
    assert client.get("/portal/colleagues/invite/").status_code == 403
    change_roles(cast.anna, cast.sam, "admin")
    assert client.get("/portal/colleagues/invite/").status_code == 200


def test_the_last_administrator_stays(cast: SimpleNamespace) -> None:
    with pytest.raises(Refusal, match="last administrator"):
        change_roles(cast.anna, cast.anna, "sales")
    change_roles(cast.anna, cast.sam, "admin")
    change_roles(cast.anna, cast.anna, "sales")
    with pytest.raises(Refusal, match="last administrator"):
        change_roles(cast.sam, cast.sam, "sales")


def test_the_vendor_may_leave_a_partner_without_administrator_but_not_itself(cast: SimpleNamespace) -> None:
    deactivate(cast.vera, cast.anna)
    assert not fresh(cast.anna).is_active
    with pytest.raises(Refusal, match="last administrator"), as_system():
        services.deactivate(person=fresh(cast.vera), by=SYSTEM, at=NOW)


def test_an_inactive_administrator_does_not_count(cast: SimpleNamespace) -> None:
    with as_system():
        second = somebody("second@alfa.example", "admin", cast.alfa)
    deactivate(cast.anna, second)
    with pytest.raises(Refusal, match="last administrator"):
        change_roles(cast.anna, cast.anna, "sales")


def test_nobody_ends_their_own_access(cast: SimpleNamespace) -> None:
    with pytest.raises(Refusal, match="your own access"):
        deactivate(cast.anna, cast.anna)


@pytest.mark.parametrize("stranger", ["bert", "vera", "emil"])
def test_people_of_other_companies_do_not_exist_for_a_partner_administrator(
    cast: SimpleNamespace, stranger: str
) -> None:
    with pytest.raises(Missing):
        deactivate(cast.anna, getattr(cast, stranger))


def test_a_distributor_sees_the_people_of_its_resellers_but_does_not_manage_them(cast: SimpleNamespace) -> None:
    dora = act(cast.dora)
    with enter(dora):
        assert {person.name for person in policies.visible_to(dora)} == {"Dora", "Emil"}
    with pytest.raises(Missing):
        deactivate(cast.dora, cast.emil)


def test_nobody_gives_what_they_do_not_hold(cast: SimpleNamespace) -> None:
    with as_system():
        Role.objects.create(side="partner", key="inviter", name="Inviter", grants={"accounts.manage_people": "company"})
        inviter = somebody("inviter@alfa.example", "inviter", cast.alfa)
    with pytest.raises(Forbidden, match="more than you do"):
        change_roles(inviter, cast.sam, "admin")
    with pytest.raises(Forbidden, match="more than you do"):
        deactivate(inviter, cast.anna)


def test_a_person_keeps_at_least_one_role(cast: SimpleNamespace) -> None:
    with pytest.raises(Invalid):
        change_roles(cast.anna, cast.sam)


def test_somebody_let_back_in_has_their_roles_but_no_session(cast: SimpleNamespace) -> None:
    client = browser(cast.sam)
    deactivate(cast.anna, cast.sam)
    anna = act(cast.anna)
    with enter(anna):
        services.reactivate(person=fresh(cast.sam), by=anna, at=NOW)
    assert client.get("/account/").status_code == 302
    assert browser(cast.sam).get("/account/").status_code == 200


def test_people_change_their_own_details_only(cast: SimpleNamespace) -> None:
    sam = act(cast.sam)
    with enter(sam):
        services.change_details(person=fresh(cast.sam), name="Samuel", by=sam, at=NOW)
    with pytest.raises(Forbidden), enter(sam):
        services.change_details(person=fresh(cast.anna), name="Annabel", by=sam, at=NOW)
    assert (fresh(cast.sam).name, fresh(cast.anna).name) == ("Samuel", "Anna")


def test_two_people_never_share_an_address(cast: SimpleNamespace) -> None:
    with pytest.raises(Refusal, match="already a person"), as_system():
        somebody("SAM@alfa.example", "sales", cast.beta)


def test_holders_of_a_permission_are_found_by_company(cast: SimpleNamespace) -> None:
    with as_system():
        assert {person.name for person in queries.holders("accounts.manage_people")} == {"Vera", "Carl"}
        assert [person.name for person in queries.holders("accounts.manage_people", partner_id=cast.beta.pk)] == [
            "Bert"
        ]


def test_what_an_administrator_took_from_a_role_is_not_given_back(cast: SimpleNamespace) -> None:
    vera = act(cast.vera)
    with enter(vera):
        role = Role.objects.get(side="vendor", key="analyst")
        services.change_grants(role=role, grants={}, by=vera, at=NOW)
    with as_system():
        built_in.synchronise()
        role.refresh_from_db()
        assert role.grants == {}
        role.offered = []
        role.save(update_fields=["offered"])
        built_in.synchronise()  # as if the permission were new
        role.refresh_from_db()
        assert role.grants["accounts.view_people"] == "all"


def test_a_changed_role_is_in_the_log_with_before_and_after(cast: SimpleNamespace) -> None:
    vera = act(cast.vera)
    with enter(vera):
        role = Role.objects.get(side="vendor", key="analyst")
        grants = {**role.grants, "accounts.view_people": "own"}
        services.change_grants(role=role, grants=grants, by=vera, at=NOW)
    with as_system():
        assert Event.objects.get(name="role.changed").payload["changes"] == {"accounts.view_people": ["all", "own"]}


def test_administrators_cannot_lock_themselves_out(cast: SimpleNamespace) -> None:
    vera = act(cast.vera)
    with enter(vera), pytest.raises(Refusal, match="hold every permission"):
        services.change_grants(role=Role.objects.get(side="vendor", key="admin"), grants={}, by=vera, at=NOW)


@pytest.mark.parametrize(
    "grants", [{"accounts.manage_roles": "company"}, {"accounts.view_people": "all"}, {"x.y": "own"}]
)
def test_a_partner_role_holds_no_permission_and_no_reach_of_the_vendor(
    cast: SimpleNamespace, grants: dict[str, str]
) -> None:
    vera = act(cast.vera)
    with enter(vera), pytest.raises(Invalid):
        services.change_grants(role=Role.objects.get(side="partner", key="sales"), grants=grants, by=vera, at=NOW)


def test_the_team_is_everybody_who_reports_to_me_even_in_a_circle(cast: SimpleNamespace) -> None:
    with as_system():
        Person.objects.filter(pk=cast.carl.pk).update(manager=cast.vera)
        Person.objects.filter(pk=cast.vera.pk).update(manager=cast.carl)
    assert act(cast.vera).team_ids == {cast.vera.pk, cast.carl.pk}


def test_a_distributor_sees_resellers_unless_the_programme_says_no(cast: SimpleNamespace) -> None:
    from openprm.accounts.standing import SEE_RESELLERS
    from openprm.kernel.settings_store import StoredSetting

    assert act(cast.dora).partner_ids == {cast.delta.pk, cast.epsilon.pk}
    with as_system():
        StoredSetting.objects.create(key=SEE_RESELLERS, value=False)
    assert act(cast.dora).partner_ids == {cast.delta.pk}


def test_several_roles_add_up_to_the_widest_reach(cast: SimpleNamespace) -> None:
    change_roles(cast.vera, cast.carl, "channel_manager", "admin")
    assert act(cast.carl).scope("accounts.manage_people") is Scope.ALL
