"""A declined extension is contested, by page and program, and a decision for the partner protects the deal longer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from openprm.deals import services as deals
from openprm.deals.lifecycle import State as DealState
from openprm.disputes import queries, services
from openprm.disputes.models import Dispute
from openprm.disputes.tests.conftest import WHY
from openprm.disputes.tests.test_api import Program
from openprm.extensions import services as extensions
from openprm.extensions.models import ExtensionRequest
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.errors import Invalid, Refusal
from openprm.kernel.events.models import Event
from openprm.kernel.jobs import work_off
from openprm.kernel.ledger.models import Link
from openprm.kernel.notifications.models import Notification
from tests.world import World

DAY = timedelta(days=1)
DECISION = {"outcome": "upheld", "code": "activity_proven", "text": "The minutes show it.", "remedy": "grant"}
Make = Callable[..., ExtensionRequest]
pytestmark = pytest.mark.django_db


@pytest.fixture
def declined(world: World) -> Make:
    """Return what makes a request that a channel manager declined a moment ago."""

    def make(days_left: int = 5) -> ExtensionRequest:
        now = timezone.now()
        deal = world.approved(world.alfa, at=now - (90 - days_left) * DAY)
        sales, manager = world.actor("sales", world.alfa), world.actor("channel_manager")
        with enter(sales):
            extensions.log(deal=deal, kind="meeting", title="Workshop in Bremen", by=sales, at=now - timedelta(hours=3))
            asked = extensions.ask(deal=deal, days=20, reason="The board meets late.", by=sales, at=now)
        with enter(manager):
            return extensions.decline(request=asked, code="no_progress", by=manager, at=now)

    return make


@pytest.fixture
def contested(world: World, declined: Make) -> Dispute:
    """A dispute about one."""
    return contest(world, declined())


def contest(world: World, request: ExtensionRequest) -> Dispute:
    sales = world.actor("sales", world.alfa)
    with enter(sales):
        return services.contest(deal=request.deal, subject="extension", text=WHY, by=sales, at=timezone.now())


def decide(world: World, dispute: Dispute, **details: Any) -> Dispute:
    manager = world.actor("channel_manager")
    with enter(manager):
        services.decide(dispute=dispute, **{**DECISION, **details}, by=manager, at=timezone.now())
        return dispute


def carry_out(world: World, dispute: Dispute, **details: Any) -> Dispute:
    manager = world.actor("channel_manager")
    with enter(manager):
        return services.carry_out(dispute=dispute, **details, by=manager, at=timezone.now())


def fresh(row: Any) -> Any:
    with as_system():
        return type(row).objects.get(pk=row.pk)


def test_upheld_the_extension_is_granted_by_its_own_verb_and_counts(world: World, contested: Dispute) -> None:
    end = contested.deal.protected_until
    assert end is not None
    decide(world, contested)
    assert fresh(contested.deal).protected_until == end  # nothing happens before it is carried out
    carry_out(world, contested)
    assert fresh(contested).state == "closed"
    assert fresh(contested.deal).protected_until == end + 20 * DAY
    with as_system():
        request = ExtensionRequest.objects.get(pk=contested.contested_id)
        row = contested.deal.protections.get()
        offered = extensions.offer(fresh(contested.deal), at=timezone.now())
    assert (request.state, request.granted_days, request.code) == ("granted", 20, "")
    assert request.text == contested.reference
    assert row.period.upper == end + 20 * DAY
    assert offered is not None
    assert offered.barred == "used_up"  # once is what the rule allows, and this was it


def test_the_milestones_stand_in_the_deals_log_each_with_its_place_in_the_chain(
    world: World, contested: Dispute
) -> None:
    carry_out(world, decide(world, contested))
    with as_system():
        told = list(Event.objects.filter(subject_id=contested.deal_id).order_by("id"))
        linked = set(Link.objects.filter(subject_id=contested.deal_id).values_list("event_id", flat=True))
    names = [event.name for event in told]
    assert names[names.index("dispute.opened") :] == [
        "dispute.opened", "dispute.decided", "deal.extended", "deal.extension_granted", "dispute.remedy_carried_out",
        "dispute.closed",
    ]  # fmt: skip
    assert linked == {event.pk for event in told}


def test_a_part_of_the_days_can_be_granted_and_has_to_be_named(world: World, contested: Dispute) -> None:
    end = contested.deal.protected_until
    partly = {"outcome": "partly", "code": "fewer_days"}
    for wrong, field in (
        ({**partly}, "days"),
        ({**partly, "days": 731}, "days"),
        ({"days": 5, "remedy": "none"}, "days"),
        ({"code": "registered_first"}, "code"),
        ({"remedy": "approve"}, "remedy"),
    ):
        with pytest.raises(Invalid) as refused:
            decide(world, contested, **wrong)
        assert set(refused.value.fields) == {field}
    decide(world, contested, **partly, days=7)
    assert str(contested.remedy_label).endswith("for 7 days")
    carry_out(world, contested)
    assert end is not None
    assert fresh(contested.deal).protected_until == end + 7 * DAY
    page = world.browser("sales", world.alfa).get(contested.deal.get_absolute_url()).content.decode()
    assert "20 more days asked for by" in page
    assert "7 days granted, until" in page


def test_an_appeal_grants_what_the_first_decision_did_not(world: World, contested: Dispute) -> None:
    end, sales, legal = contested.deal.protected_until, world.actor("sales", world.alfa), world.actor("legal")
    decide(world, contested, outcome="rejected", code="rules_applied", remedy="none")
    with enter(sales):
        services.appeal(dispute=contested, text=WHY, by=sales, at=timezone.now())
    with enter(legal):
        services.decide_on_appeal(dispute=contested, **DECISION, by=legal, at=timezone.now())
    carry_out(world, contested)
    assert end is not None
    assert fresh(contested.deal).protected_until == end + 20 * DAY


def test_an_answer_by_a_rule_is_told_without_the_vendors_name_for_it(world: World) -> None:
    now = timezone.now()
    deal, sales = world.approved(world.alfa, at=now - 85 * DAY), world.actor("sales", world.alfa)
    with as_system():
        extensions.save_rule(name="Not for Beta", allowed="once", quiet_days=10, by=SYSTEM, at=now)
    with enter(sales):
        asked = extensions.ask(deal=deal, days=20, reason="The board meets late.", by=sales, at=now)
    dispute = contest(world, asked)
    page = world.browser("sales", world.alfa).get(dispute.get_absolute_url()).content.decode()
    assert "a rule of the programme" in page
    assert "Not for Beta" not in page
    assert "Not for Beta" in world.browser("channel_manager").get(dispute.console_url).content.decode()


def test_the_same_answer_is_contested_once_and_not_after_asking_anew(world: World, declined: Make) -> None:
    request = declined()
    dispute = contest(world, request)
    with pytest.raises(Refusal, match="contested this already"):
        contest(world, request)
    decide(world, dispute, outcome="rejected", code="other", remedy="none")
    sales = world.actor("sales", world.alfa)
    with enter(sales):
        extensions.ask(deal=fresh(request.deal), days=5, reason="A little more.", by=sales, at=timezone.now())
        assert queries.contestable(request.deal, at=timezone.now()) == []


def test_what_is_too_late_to_grant_is_reopened_instead(world: World, declined: Make) -> None:
    dispute = decide(world, contest(world, declined()))
    manager, later = world.actor("channel_manager"), timezone.now() + 60 * DAY
    with as_system():
        deals.expire_due(at=later)
    with enter(manager):
        with pytest.raises(deals.TooLate):
            services.carry_out(dispute=fresh(dispute), by=manager, at=later)
        services.carry_out(dispute=fresh(dispute), remedy="reopen", by=manager, at=later)
    assert fresh(dispute.deal).state == DealState.IN_REVIEW


def test_everybody_concerned_is_told_and_a_competitor_is_not(world: World, contested: Dispute) -> None:
    rival = world.person("sales", world.beta)
    carry_out(world, decide(world, contested))
    with as_system():
        work_off()
        told = Notification.objects.filter(kind__startswith="disputes.")
        assert told.filter(kind="disputes.mine").exists()
        assert not told.filter(person_id=rival.pk).exists()


def test_the_button_stands_at_the_declined_extension_and_leads_to_the_case(world: World, declined: Make) -> None:
    request = declined()
    browser, deal = world.browser("sales", world.alfa), request.deal
    page = browser.get(deal.get_absolute_url()).content.decode()
    address = f"/portal/deals/{deal.pk}/contest/"
    assert f"{address}?subject=extension" in page
    assert f'"{address}"' not in page  # once is enough
    assert b"The declined extension" in browser.get(f"{address}?subject=extension").content
    done = browser.post(address, {"subject": "extension", "text": WHY})
    case = browser.get(done["Location"]).content.decode()
    for words in ("The board meets late.", "No progress towards an order", "Workshop in Bremen", WHY):
        assert words in case
    assert f"{address}?subject=extension" not in browser.get(deal.get_absolute_url()).content.decode()
    assert done["Location"] in browser.get(deal.get_absolute_url()).content.decode()


def test_the_vendor_decides_with_the_facts_beside_it_and_carries_it_out(world: World, contested: Dispute) -> None:
    manager = world.browser("channel_manager")
    console = f"/console/disputes/{contested.pk}/"
    page = manager.get(console).content.decode()
    assert "The board meets late." in page
    assert "Workshop in Bremen" in page
    form = {"reason": "partly:fewer_days", "remedy": "grant", "days": "9", "text": "Nine days are enough."}
    assert manager.post(f"{console}decide/", form).status_code == 302
    assert b"for 9 days" in world.browser("sales", world.alfa).get(contested.get_absolute_url()).content
    assert manager.post(f"{console}carry-out/").status_code == 302
    with as_system():
        assert ExtensionRequest.objects.get(pk=contested.contested_id).granted_days == 9


def test_a_viewer_reads_and_gets_no_button_and_nobody_elses_company_sees_anything(world: World, declined: Make) -> None:
    request = declined()
    assert b"?subject=extension" not in world.browser("viewer", world.alfa).get(request.deal.get_absolute_url()).content
    dispute = contest(world, request)
    rival = world.browser("sales", world.beta)
    assert rival.get(dispute.get_absolute_url()).status_code == 404
    assert rival.get(f"/portal/deals/{request.deal_id}/contest/?subject=extension").status_code == 404


def test_a_distributor_sees_the_resellers_extension_and_not_its_dispute(world: World, declined: Make) -> None:
    request = declined()
    dispute = contest(world, request)
    with as_system():
        world.alfa.parent = world.delta
        world.alfa.save(update_fields=["parent"])
    distributor = world.browser("sales", world.delta)
    page = distributor.get(request.deal.get_absolute_url())
    assert dispute.reference not in page.content.decode()
    assert "Contest this decision" not in page.content.decode()
    assert distributor.get(dispute.get_absolute_url()).status_code == 404


def test_programs_contest_decide_and_carry_out_with_files(world: World, declined: Make) -> None:
    request = declined()
    partner, vendor, legal, rival = (
        Program(world.actor(*who))
        for who in (("sales", world.alfa), ("channel_manager",), ("legal",), ("sales", world.beta))
    )

    def paper(name: str) -> list[SimpleUploadedFile]:
        return [SimpleUploadedFile(f"{name}-{number}.txt", b"They work with us.") for number in (1, 2)]

    address = f"/deals/{request.deal_id}/disputes/with-files"
    assert rival.send(address, subject="extension", text=WHY, files=paper("theirs")).status_code == 404
    opened = partner.send(address, subject="extension", text=WHY, files=paper("minutes"))
    assert (opened.status_code, opened.json()["contested_id"]) == (201, str(request.pk))
    case = f"/disputes/{opened.json()['id']}"
    vendor.post(f"{case}/ask", text="Who took part?")
    answered = partner.send(f"{case}/answer/with-files", text="Their CIO.", files=paper("mail"))
    assert answered.json()["state"] == "under_review"
    vendor.post(f"{case}/decide", outcome="rejected", code="rules_applied", text="The rules say so.")
    bad = [SimpleUploadedFile("evil.pdf", b"MZ\x00\x00")]
    assert partner.send(f"{case}/appeal/with-files", text=WHY, files=bad).status_code == 422
    assert partner.get(case).json()["state"] == "decided"  # nothing is half done
    appealed = partner.send(f"{case}/appeal/with-files", text=WHY, files=paper("order"))
    assert appealed.json()["level"] == 2
    said = partner.get(f"{case}/statements").json()["items"]
    assert [[file["name"] for file in row["files"]] for row in reversed(said)] == [
        ["minutes-1.txt", "minutes-2.txt"], ["mail-1.txt", "mail-2.txt"], ["order-1.txt", "order-2.txt"],
    ]  # fmt: skip
    decided = legal.post(f"{case}/decide-appeal", **{**DECISION, "outcome": "partly", "code": "fewer_days", "days": 4})
    assert (decided.json()["remedy"], decided.json()["remedy_days"]) == ("grant", 4)
    assert vendor.post(f"{case}/carry-out").json()["state"] == "closed"
    assert partner.get(f"/extensions/{request.pk}").json()["granted_days"] == 4


def test_a_request_granted_meanwhile_is_not_granted_twice(world: World, contested: Dispute) -> None:
    decide(world, contested)
    with as_system():
        request = ExtensionRequest.objects.select_related("deal__partner").get(pk=contested.contested_id)
        extensions.grant_after_all(request=request, by=SYSTEM, at=timezone.now())
    with pytest.raises(extensions.NotDeclined):
        carry_out(world, contested)
    assert fresh(contested).remedy_is_due
