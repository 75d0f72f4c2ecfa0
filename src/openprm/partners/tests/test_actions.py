"""Actions on partners, as automations take them: who is chosen to look after them, and what is changed."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openprm.kernel import actions
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.actions import Occasion
from openprm.kernel.errors import Forbidden, Invalid, Refusal
from openprm.partners import services
from openprm.partners.choosing import BY_REGION, Candidate, Way, choose
from openprm.partners.models import Partner, TeamMember
from tests.world import NOW, World

TAM = "technical_account_manager"


def act(key: str, partner: Partner, **values: Any) -> str:
    """Take an action for a partner, as an automation would."""
    with as_system():
        known = actions.action(key)
        return known.run(Occasion(partner.pk, SYSTEM, NOW, "one"), known.check(values))


def foresee(key: str, partner: Partner, **values: Any) -> str:
    """Say what an action would do."""
    with as_system():
        known = actions.action(key)
        assert known.foresee
        return known.foresee(Occasion(partner.pk, SYSTEM, NOW, "one"), known.check(values))


def covers(world: World, role: str, *regions: str, duty: str = TAM) -> str:
    """Let one of the vendor's people cover regions; return their address."""
    person = world.person(role)
    with as_system():
        services.set_territory(person=person, duty=duty, regions=regions, by=SYSTEM, at=NOW)
    return person.email


def tam_of(partner: Partner) -> str:
    """Return who is technical account manager."""
    with as_system():
        return TeamMember.objects.get(partner=partner, role=TAM).person.email


@pytest.mark.django_db
def test_whoever_covers_the_region_and_has_fewest_partners_is_chosen(world: World) -> None:
    with as_system():
        Partner.objects.filter(pk__in=[world.alfa.pk, world.beta.pk]).update(region="dach")
    one, other = covers(world, "enablement", "dach", "benelux"), covers(world, "marketing", "dach")
    covers(world, "finance", "nordics")
    act("partners.assign_team", world.alfa, role=TAM, way="region_and_load")
    act("partners.assign_team", world.beta, role=TAM, way="region_and_load")
    assert {tam_of(world.alfa), tam_of(world.beta)} == {one, other}


@pytest.mark.django_db
def test_nobody_covering_the_region_is_said_with_what_to_do(world: World) -> None:
    covers(world, "enablement", "nordics")
    with pytest.raises(Refusal, match="Territories"):
        act("partners.assign_team", world.alfa, role=TAM, way="region")


@pytest.mark.django_db
def test_who_has_the_role_keeps_it_unless_told_otherwise(world: World) -> None:
    one, other = world.person("enablement"), world.person("marketing")
    act("partners.assign_team", world.alfa, role=TAM, way="fixed", people=[one.email])
    assert "stays" in act("partners.assign_team", world.alfa, role=TAM, way="fixed", people=[other.email])
    assert tam_of(world.alfa) == one.email
    act("partners.assign_team", world.alfa, role=TAM, way="fixed", people=[other.email], keep=False)
    assert tam_of(world.alfa) == other.email


@pytest.mark.django_db
def test_foreseeing_says_who_and_assigns_nobody(world: World) -> None:
    one = world.person("enablement")
    said = foresee("partners.assign_team", world.alfa, role=TAM, way="fixed", people=[one.email])
    assert one.name in said
    with as_system():
        assert not TeamMember.objects.filter(partner=world.alfa, role=TAM).exists()


@pytest.mark.django_db
def test_a_vertical_is_added_once_and_removed_again(world: World) -> None:
    act("partners.set_field", world.alfa, change="verticals+life_sciences")
    assert "already" in act("partners.set_field", world.alfa, change="verticals+life_sciences")
    with as_system():
        assert Partner.objects.get(pk=world.alfa.pk).verticals == ["life_sciences"]
    act("partners.set_field", world.alfa, change="verticals-life_sciences")
    act("partners.set_field", world.alfa, change="region=dach")
    with as_system():
        changed = Partner.objects.get(pk=world.alfa.pk)
    assert (changed.verticals, changed.region) == ([], "dach")


@pytest.mark.django_db
def test_a_status_is_changed_for_a_reason_the_table_knows(world: World) -> None:
    with pytest.raises(Invalid):
        act("partners.change_status", world.alfa, status="suspended", reason="signed")
    act("partners.change_status", world.alfa, status="suspended", reason="inactivity")
    assert "already" in act("partners.change_status", world.alfa, status="suspended", reason="inactivity")


@pytest.mark.django_db
def test_territories_are_set_by_administrators_on_their_page(world: World) -> None:
    person = world.person("enablement")
    browser = world.browser("admin")
    form = {"person": person.pk, "duty": "regional_director", "regions": ["dach", "uki"]}
    assert browser.post("/console/territories/", form).status_code == 302
    assert person.name in browser.get("/console/territories/").content.decode()
    with pytest.raises(Forbidden), as_system():
        services.set_territory(person=person, duty=TAM, regions=["dach"], by=world.actor("channel_manager"), at=NOW)


CANDIDATES = st.lists(
    st.builds(
        Candidate,
        key=st.text("abcdef", min_size=1, max_size=6),
        load=st.integers(0, 50),
        last=st.none() | st.integers(0, 1000).map(lambda days: NOW - timedelta(days=days)),
        regions=st.frozensets(st.sampled_from(["dach", "uki", "france"])),
    ),
    max_size=8,
    unique_by=lambda one: one.key,
)


@given(CANDIDATES, st.sampled_from(list(Way)), st.sampled_from(["", "dach", "uki"]))
def test_the_choice_fits_and_nobody_fitting_was_nearer(candidates: list[Candidate], way: Way, region: str) -> None:
    chosen = choose(way, candidates, region=region)
    fitting = [one for one in candidates if way not in BY_REGION or (region and region in one.regions)]
    assert (chosen is None) == (not fitting)
    if chosen:
        assert chosen in fitting
        if way in (Way.LOAD, Way.REGION_AND_LOAD):
            assert chosen.load == min(one.load for one in fitting)
        else:
            never = [one for one in fitting if one.last is None]
            assert chosen.last is None if never else chosen.last == min(one.last for one in fitting if one.last)


@given(CANDIDATES)
def test_the_order_in_which_people_are_found_does_not_matter(candidates: list[Candidate]) -> None:
    assert choose(Way.LOAD, candidates) == choose(Way.LOAD, candidates[::-1])
