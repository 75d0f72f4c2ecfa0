"""Adding and changing partners."""

import pytest

from openprm.kernel.access import SYSTEM
from openprm.kernel.errors import Forbidden, Invalid, Refusal, Stale
from openprm.kernel.events.models import Event
from openprm.partners import services
from openprm.partners.models import ExternalId, Partner
from openprm.partners.tests import makers
from openprm.partners.tests.makers import NOW, actor, partner, person

pytestmark = pytest.mark.django_db


def facts(row: Partner) -> list[str]:
    return list(Event.objects.filter(subject_id=row.pk).order_by("id").values_list("name", flat=True))


def test_a_partners_region_follows_from_its_country() -> None:
    assert partner(country="AT").region == "dach"
    assert partner("Elsewhere", country="AT", region="cee").region == "cee"


def test_a_partner_goes_by_its_trading_name() -> None:
    alfa = partner("Alfa Software Vertriebs GmbH", trading_name="Alfa")
    assert (alfa.name, str(alfa)) == ("Alfa", "Alfa")
    services.change_profile(partner=alfa, trading_name="", by=SYSTEM, at=NOW)
    assert alfa.name == "Alfa Software Vertriebs GmbH"


def test_the_domain_is_read_from_the_website() -> None:
    assert partner(website="www.shop.alfa.co.uk/de").domain == "alfa.co.uk"


def test_wrong_values_are_told_all_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        partner("", country="Germany", website="no address", partner_types=["friend"], tier="diamond")
    assert set(refused.value.fields) == {"legal_name", "country", "website", "partner_types", "tier"}


def test_a_changed_profile_is_told_with_what_it_was_before() -> None:
    alfa = partner()
    services.change_profile(partner=alfa, verticals=["retail", "finance"], by=SYSTEM, at=NOW)
    event = Event.objects.get(name="partner.profile_changed")
    assert event.payload == {"changes": {"verticals": [[], ["finance", "retail"]]}}
    assert event.partner_id == alfa.pk


def test_nothing_is_told_when_nothing_changes() -> None:
    alfa = partner()
    services.change_profile(partner=alfa, country="DE", by=SYSTEM, at=NOW)
    assert facts(alfa) == ["partner.created"]


def test_two_changes_to_the_same_version_do_not_overwrite_each_other() -> None:
    alfa = partner()
    other = Partner.objects.get(pk=alfa.pk)
    services.change_profile(partner=alfa, tier="gold", by=SYSTEM, at=NOW)
    with pytest.raises(Stale):
        services.change_profile(partner=other, tier="silver", by=SYSTEM, at=NOW)


def test_a_partners_administrator_keeps_the_profile_but_not_the_standing() -> None:
    alfa = partner()
    anna = actor("anna@alfa.example", "admin", alfa)
    services.change_profile(partner=alfa, trading_name="Alfa", by=anna, at=NOW)
    with pytest.raises(Forbidden):
        services.change_profile(partner=alfa, tier="platinum", by=anna, at=NOW)


def test_others_of_the_partner_and_other_partners_change_nothing() -> None:
    alfa, beta = partner(), partner("Beta")
    for stranger in (actor("sam@alfa.example", "sales", alfa), actor("bea@beta.example", "admin", beta)):
        with pytest.raises(Forbidden):
            services.change_profile(partner=alfa, trading_name="Mine", by=stranger, at=NOW)


def test_a_suspended_partner_was_suspended_for_a_reason() -> None:
    alfa = partner()
    services.change_status(partner=alfa, status="suspended", reason="payment_overdue", by=SYSTEM, at=NOW)
    alfa.refresh_from_db()
    assert (alfa.status, alfa.status_reason, alfa.status_since) == ("suspended", "payment_overdue", NOW)
    assert facts(alfa)[-1] == "partner.status_changed"


@pytest.mark.parametrize(
    ("status", "reason", "wrong"),
    [("suspended", "approved", "reason"), ("suspended", "other", "note"), ("asleep", "other", "status")],
)
def test_a_status_needs_a_reason_of_its_own(status: str, reason: str, wrong: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.change_status(partner=partner(), status=status, reason=reason, by=SYSTEM, at=NOW)
    assert set(refused.value.fields) == {wrong}


def test_an_active_partner_cannot_become_an_applicant() -> None:
    with pytest.raises(Refusal, match="Possible now: suspended, terminated"):
        services.change_status(partner=partner(), status="applicant", reason="applied", by=SYSTEM, at=NOW)


def test_a_new_channel_manager_takes_the_place_of_the_old() -> None:
    alfa = partner()
    carla, carlo = person("carla@vendor.example", "channel_manager"), person("carlo@vendor.example", "channel_manager")
    for someone in (carla, carlo, carlo):
        services.assign_team(partner=alfa, person=someone, role="channel_manager", by=SYSTEM, at=NOW)
    assert [member.person for member in alfa.team.all()] == [carlo]
    told = Event.objects.filter(name="partner.team_changed").order_by("id")
    assert [event.payload["changes"]["channel_manager"] for event in told] == [[None, "Carla"], ["Carla", "Carlo"]]


def test_only_the_vendors_active_people_look_after_partners() -> None:
    alfa = partner()
    with pytest.raises(Invalid):
        services.assign_team(
            partner=alfa, person=person("a@alfa.example", "sales", alfa), role="channel_manager", by=SYSTEM, at=NOW
        )


def test_a_role_of_the_team_can_be_left_empty() -> None:
    alfa = partner()
    carla = person("carla@vendor.example", "channel_manager")
    services.assign_team(partner=alfa, person=carla, role="channel_manager", by=SYSTEM, at=NOW)
    services.remove_from_team(partner=alfa, role="channel_manager", by=SYSTEM, at=NOW)
    services.remove_from_team(partner=alfa, role="channel_manager", by=SYSTEM, at=NOW)
    assert not alfa.team.exists()


def test_who_adds_a_partner_looks_after_it() -> None:
    carla = actor("carla@vendor.example", "channel_manager")
    alfa = services.create(legal_name="Alfa", country="DE", by=carla, at=NOW)
    assert alfa.team.get().person_id == carla.id
    services.change_profile(partner=alfa, tier="gold", by=carla, at=NOW)


def test_a_channel_manager_changes_only_partners_they_look_after() -> None:
    carla = actor("carla@vendor.example", "channel_manager")
    with pytest.raises(Forbidden):
        services.change_profile(partner=partner(), tier="gold", by=carla, at=NOW)


def test_resellers_stand_below_distributors_only() -> None:
    with pytest.raises(Refusal, match="no distributor"):
        services.set_parent(partner=partner("Reseller"), parent=partner("Alfa"), by=SYSTEM, at=NOW)


def test_a_circle_of_distributors_is_refused() -> None:
    top, middle, bottom = (partner(name, partner_types=["distributor"]) for name in ("Top", "Middle", "Bottom"))
    services.set_parent(partner=middle, parent=top, by=SYSTEM, at=NOW)
    services.set_parent(partner=bottom, parent=middle, by=SYSTEM, at=NOW)
    for lower in (top, middle, bottom):
        with pytest.raises(Refusal, match="stands below"):
            services.set_parent(partner=top, parent=lower, by=SYSTEM, at=NOW)


def test_an_external_id_means_one_partner() -> None:
    alfa, beta = partner(external_ids={"Salesforce": "001A"}), partner("Beta")
    with pytest.raises(Refusal, match="another partner"):
        services.set_external_id(partner=beta, system="salesforce", value="001A", by=SYSTEM, at=NOW)
    services.set_external_id(partner=alfa, system="salesforce", value="", by=SYSTEM, at=NOW)
    services.set_external_id(partner=beta, system="salesforce", value="001A", by=SYSTEM, at=NOW)
    assert ExternalId.objects.get().partner == beta


def test_upserting_twice_is_upserting_once() -> None:
    wanted = {"system": "erp", "value": "4711", "legal_name": "Alfa", "country": "DE", "by": SYSTEM, "at": NOW}
    first, added = services.upsert_by_external_id(**wanted)
    again, added_again = services.upsert_by_external_id(**wanted)
    assert (added, added_again, again) == (True, False, first)
    services.upsert_by_external_id(**{**wanted, "country": "FR"})
    assert Partner.objects.get().region == "france"


def test_makers_make_people_who_act() -> None:
    assert makers.actor("vera@vendor.example", "admin").is_vendor
