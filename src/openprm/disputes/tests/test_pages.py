"""The pages of disputes, as people use them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from openprm.deals import services as deals
from openprm.deals.lifecycle import State as DealState
from openprm.deals.models import DealRegistration
from openprm.disputes import services
from openprm.disputes.lifecycle import State
from openprm.disputes.models import Dispute, Review
from openprm.disputes.tests.conftest import WHY
from openprm.kernel.access import as_system, enter
from openprm.kernel.files.models import StoredFile
from tests.world import World

pytestmark = pytest.mark.django_db
Make = Callable[..., Any]
EVIDENCE = "They have signed our letter of intent already."


@pytest.fixture
def fresh_deal(world: World) -> DealRegistration:
    """A deal that was rejected a moment ago: pages read the clock themselves."""
    deal = world.submitted(world.alfa, at=timezone.now() - timedelta(hours=3))
    manager = world.actor("channel_manager")
    with enter(manager):
        return deals.reject(deal=deal, code="other", by=manager, at=timezone.now() - timedelta(hours=1))


@pytest.fixture
def dispute(world: World, fresh_deal: DealRegistration) -> Dispute:
    """A dispute about it."""
    sales = world.actor("sales", world.alfa)
    with enter(sales):
        return services.contest(deal=fresh_deal, subject="rejection", text=WHY, by=sales, at=timezone.now())


def now(dispute: Dispute) -> Dispute:
    with as_system():
        return Dispute.objects.select_related("deal").get(pk=dispute.pk)


def test_a_partner_contests_from_the_deals_page_with_a_file(world: World, fresh_deal: DealRegistration) -> None:
    sales = world.browser("sales", world.alfa)
    address = f"/portal/deals/{fresh_deal.pk}/contest/"
    assert address.encode() in sales.get(fresh_deal.get_absolute_url()).content
    assert sales.post(address, {"subject": "rejection", "text": "Too short."}).status_code == 422
    bad = SimpleUploadedFile("letter.pdf", b"MZ\x00\x00")
    refused = sales.post(address, {"subject": "rejection", "text": WHY, "file": bad})
    assert refused.status_code == 422
    assert b"but what it holds is something else" in refused.content
    letters = [SimpleUploadedFile(f"letter{number}.txt", b"We choose Alfa.") for number in (1, 2)]
    done = sales.post(address, {"subject": "rejection", "text": WHY, "file": letters})
    with as_system():
        dispute = Dispute.objects.get()
        assert StoredFile.objects.filter(owner_id=dispute.statements.get().pk).count() == 2
    assert done["Location"] == dispute.get_absolute_url()
    page = sales.get(dispute.get_absolute_url()).content
    assert b"letter2.txt" in page
    assert WHY.encode() in page
    assert address.encode() not in sales.get(fresh_deal.get_absolute_url()).content
    assert sales.get(address)["Location"] == dispute.get_absolute_url()


def test_a_viewer_reads_a_case_and_cannot_speak_in_it(world: World, dispute: Dispute) -> None:
    viewer = world.browser("viewer", world.alfa)
    page = viewer.get(dispute.get_absolute_url())
    assert page.status_code == 200
    assert b"say-form" not in page.content
    assert viewer.post(f"/portal/disputes/{dispute.pk}/say/", {"text": "Me too."}).status_code == 403


def test_the_vendor_looks_asks_decides_and_carries_out(world: World, dispute: Dispute) -> None:
    manager, sales = world.browser("channel_manager"), world.browser("sales", world.alfa)
    console, portal = f"/console/disputes/{dispute.pk}/", f"/portal/disputes/{dispute.pk}/"
    assert manager.post(f"{console}review/").status_code == 302
    assert manager.post(f"{console}ask/", {"text": "Have you a letter?"}).status_code == 302
    assert b"Have you a letter?" in sales.get(portal).content
    assert sales.post(f"{portal}answer/", {"text": "We have."}).status_code == 302
    decision = {"reason": "upheld:engagement_proven", "remedy": "reopen", "text": "The letter shows it."}
    assert manager.post(f"{console}decide/", {**decision, "reason": "upheld:nonsense"}).status_code == 422
    assert manager.post(f"{console}decide/", decision).status_code == 302
    assert b"yet to carry it out" in sales.get(portal).content
    assert b"Carry it out" in manager.get(console).content
    assert b"Carry it out" not in world.browser("legal").get(console).content
    assert manager.post(f"{console}carry-out/").status_code == 302
    assert (now(dispute).state, now(dispute).deal.state) == (State.CLOSED, DealState.IN_REVIEW)
    assert b"Reopened" in sales.get(f"/portal/deals/{dispute.deal_id}/").content


def test_the_inbox_stands_by_the_clock_with_what_waits_for_others_last(world: World, contested: Make) -> None:
    for number, (hours, customer) in enumerate([(60, "Brackwater"), (20, "Aldermoor"), (10, "Cindervale")]):
        one = contested(customer=f"{customer} Ltd", country=["DE", "FR", "AT"][number])
        with as_system():
            Dispute.objects.filter(pk=one.pk).update(due_at=timezone.now() + timedelta(hours=hours))
    manager = world.actor("channel_manager")
    with enter(manager):
        waiting = Dispute.objects.get(deal__customer_name="Cindervale Ltd")
        services.ask(dispute=waiting, text="Have you a letter?", by=manager, at=timezone.now())
    inbox = world.browser("channel_manager").get("/console/disputes/").content.decode()
    places = [inbox.index(name) for name in ("Aldermoor", "Brackwater", "Cindervale")]
    assert places == sorted(places)
    assert "Cindervale" not in world.browser("legal").get("/console/disputes/?overdue=1").content.decode()


def test_overdue_is_marked_for_both_sides(world: World, dispute: Dispute) -> None:
    with as_system():
        Dispute.objects.filter(pk=dispute.pk).update(due_at=timezone.now() - timedelta(hours=1))
    assert b"Overdue," in world.browser("channel_manager").get("/console/disputes/?overdue=1").content
    assert (
        b"brought before the next level" in world.browser("sales", world.alfa).get(dispute.get_absolute_url()).content
    )


def test_the_other_side_stands_beside_the_statement_for_those_who_decide_only(world: World, dispute: Dispute) -> None:
    world.approved(world.beta, at=timezone.now())
    address = dispute.console_url
    assert b"Ask its holder" in world.browser("legal").get(address).content
    reader = world.browser("analyst").get(address).content
    assert b"Only those who decide disputes see the other side" in reader
    assert b"Beta" not in reader
    assert b"note-form" not in reader


def test_a_holder_is_asked_and_answers_without_reading_why(world: World, dispute: Dispute) -> None:
    rival = world.approved(world.beta, at=timezone.now())
    legal, holder = world.browser("legal"), world.browser("sales", world.beta)
    console = dispute.console_url
    assert legal.post(f"{console}hear/", {"deal": "nonsense"}).status_code == 422
    assert legal.post(f"{console}hear/", {"deal": str(rival.pk)}).status_code == 302
    with as_system():
        review = Review.objects.get()
    pages = [
        holder.get(url).content.decode()
        for url in (review.get_absolute_url(), rival.get_absolute_url(), "/portal/disputes/")
    ]
    assert all("review" in page for page in pages)
    assert not any(word in page for page in pages for word in ("Alfa", dispute.reference, "contested by"))
    letter = SimpleUploadedFile("order.txt", b"Order of Contoso")
    assert holder.post(review.get_absolute_url(), {"text": "They ordered.", "file": letter}).status_code == 302
    assert holder.post(review.get_absolute_url(), {"text": "Again."}).status_code == 302  # once only
    case = legal.get(console).content
    assert b"They ordered." in case
    assert b"order.txt" in case
    with as_system():
        file = StoredFile.objects.get(owner_id=review.pk)
    assert legal.get(file.url).status_code == 200
    assert world.browser("finance").get(file.url).status_code == 404
    assert world.browser("sales", world.alfa).get(file.url).status_code == 404
    mine = world.browser("sales", world.alfa).get(dispute.get_absolute_url()).content.decode()
    assert not any(word in mine for word in ("Beta", review.reference, "They ordered."))


def test_an_appeal_is_offered_after_a_rejection_and_not_to_the_first_decider(world: World, dispute: Dispute) -> None:
    legal, sales = world.browser("legal"), world.browser("sales", world.alfa)
    decision = {"reason": "rejected:rules_applied", "remedy": "reopen", "text": "The rules say so."}
    assert legal.post(f"{dispute.console_url}decide/", decision).status_code == 302
    assert b"Appeal" in sales.get(dispute.get_absolute_url()).content
    assert sales.post(f"/portal/disputes/{dispute.pk}/appeal/", {"text": WHY}).status_code == 302
    assert b"Decide the appeal" not in legal.get(dispute.console_url).content
    assert b"Decide the appeal" in world.browser("admin").get(dispute.console_url).content
    again = {"reason": "rejected:other", "text": "It stays as it was."}
    assert world.browser("admin").post(f"{dispute.console_url}decide-on-appeal/", again).status_code == 302
    assert now(dispute).state == State.CLOSED


def test_where_approval_is_impossible_reopening_is_offered(world: World, dispute: Dispute) -> None:
    world.approved(world.beta, at=timezone.now())
    manager = world.browser("channel_manager")
    decision = {"reason": "upheld:vendor_mistake", "remedy": "approve", "text": "We made a mistake."}
    assert manager.post(f"{dispute.console_url}decide/", decision).status_code == 302
    refused = manager.post(f"{dispute.console_url}carry-out/")
    assert refused.status_code == 409
    assert b"Only reopen the deal" in refused.content
    assert manager.post(f"{dispute.console_url}carry-out/", {"remedy": "reopen"}).status_code == 302
    assert now(dispute).deal.state == DealState.IN_REVIEW


def test_home_pages_say_what_waits(world: World, dispute: Dispute) -> None:
    assert b"Disputes to decide" in world.browser("channel_manager").get("/console/").content
    assert dispute.get_absolute_url().encode() in world.browser("sales", world.alfa).get("/portal/").content


def test_accepting_a_decision_asks_first_for_it_gives_up_the_appeal(world: World, dispute: Dispute) -> None:
    by, why = world.actor("legal"), {"outcome": "rejected", "code": "rules_applied", "text": "The letter is undated."}
    with enter(by):
        services.decide(dispute=dispute, **why, by=by, at=timezone.now())
    page = world.browser("sales", world.alfa).get(dispute.get_absolute_url()).content.decode()
    before, after = page.split(f'action="/portal/disputes/{dispute.pk}/accept/"')
    assert before.count("<dialog") == before.count("</dialog>") + 1
    assert "The dispute is closed then, and you cannot appeal any more." in after


def test_who_goes_back_to_where_a_form_was_sent_finds_the_page_it_stands_on(world: World, dispute: Dispute) -> None:
    sales, case = world.browser("sales", world.alfa), dispute.get_absolute_url()
    for form in ("appeal/", "say/", "answer/"):
        back = sales.get(f"{case}{form}")
        assert (back.status_code, back["Location"]) == (302, case)
    assert sales.get("/portal/extensions/0/withdraw/").status_code == 404
    refused = sales.get(f"{case}appeal/", headers={"HX-Request": "true"})  # a script is told
    assert refused.status_code == 405
    assert world.browser("channel_manager").get(f"{dispute.console_url}note/")["Location"] == dispute.console_url
