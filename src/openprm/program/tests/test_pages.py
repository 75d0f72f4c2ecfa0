"""The pages: a programme is edited, tried out and published; partners read where they stand, and why."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from openprm.kernel import audiences, drafts
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.actions import Occasion, action
from openprm.kernel.blueprints import sections
from openprm.kernel.jobs import work_off
from openprm.partners.models import Partner
from openprm.program import services
from openprm.program.models import BenefitGrant, Membership, Programme, ProgrammeDraft, Proposal
from openprm.program.tests.conftest import LADDER, ladder
from tests.world import NOW, World

Win = Callable[..., None]


def test_an_administrator_edits_tries_out_and_publishes_a_programme(world: World, alfa: Membership) -> None:
    admin = world.browser("admin")
    base = f"/console/programmes/{alfa.programme_id}/"
    assert admin.get("/console/programmes/").status_code == 200
    assert b"Registered" in admin.get(base).content
    for page in ("basics/", "tiers/new/", "tiers/gold/", "tiers/gold/criterion/", "tiers/gold/benefits/new/",
                 "tiers/gold/benefits/cloud/", "scorecard/", "versions/"):  # fmt: skip
        assert admin.get(base + page).status_code == 200, page
    added = {"kpi": "deals.won", "at_least": "3", "months": "12", "group": "all"}
    assert admin.post(base + "tiers/silver/criterion/", added).status_code == 302
    benefit = {"kind": "discount", "amount": "12", "line": "", "text": "", "per": "revenue"}
    assert admin.post(base + "tiers/silver/benefits/margin/", benefit).status_code == 302
    assert admin.post(base + "tiers/new/", {"name": "Platinum", "grace_days": "30"}).status_code == 302
    assert admin.post(base + "act/", {"what": "tier", "tier": "platinum", "do": "down"}).status_code == 302
    shown = admin.get(base).content.decode()
    assert "Deals won: at least 3" in shown
    assert "Tier added: Platinum" in shown
    assert "Nobody would move" in admin.get(base + "preview/").content.decode()
    assert admin.post(base + "publish/", {"note": "Stricter"}).status_code == 302
    with as_system():
        newest = alfa.programme.versions.first()
        assert newest is not None
        assert (newest.number, newest.says.codes) == (2, ("registered", "silver", "platinum", "gold"))
        assert newest.says.tier("silver").benefits[0].amount == 12
    version = admin.get(f"/console/programme-versions/{newest.pk}/")
    assert version.status_code == 200


def test_a_form_says_what_is_wrong_beside_its_field(world: World, alfa: Membership) -> None:
    admin = world.browser("admin")
    base = f"/console/programmes/{alfa.programme_id}/"
    refused = admin.post(base + "tiers/gold/benefits/new/", {"kind": "discount", "amount": "", "per": "revenue"})
    assert refused.status_code == 422
    assert "Give a number" in refused.content.decode()
    refused = admin.post("/console/programmes/new/", {"name": "R", "code": "reseller", "tiers": "One, Two"})
    assert refused.status_code == 422


def test_a_partner_reads_its_tier_the_gap_and_what_the_next_one_unlocks(
    world: World, alfa: Membership, win: Win
) -> None:
    win(world.alfa, 12_000)
    with as_system():
        work_off()
    browser = world.browser("sales", world.alfa)
    shown = browser.get("/portal/programme/").content.decode()
    for words in ("Registered", "To reach Silver", "Silver unlocks", "120 days of protection", "10 points discount"):
        assert words in shown, words
    rows = browser.get(f"/portal/programme/{alfa.pk}/figures/deals.won_revenue/?months=12")
    assert rows.status_code == 200
    assert browser.get("/portal/").status_code in (200, 302)
    assert world.browser("sales", world.beta).get(f"/portal/programme/{alfa.pk}/").status_code == 404


def test_a_channel_manager_sets_a_tier_and_gives_and_withholds_benefits(world: World, alfa: Membership) -> None:
    manager = world.browser("channel_manager")
    base = f"/console/members/{alfa.pk}/"
    assert manager.get(base).status_code == 200
    assert manager.get("/console/members/").status_code == 200
    assert manager.post(base + "tier/", {"tier": "gold", "reason": "Launch"}).status_code == 302
    given = {"kind": "badge", "text": "Launch partner", "reason": "Launch", "per": "revenue"}
    assert manager.post(base + "benefits/", given).status_code == 302
    assert manager.post(base + "withhold/", {"code": "funds", "reason": "Unpaid"}).status_code == 302
    shown = manager.get(base).content.decode()
    assert "set by hand" in shown
    assert "Launch partner" in shown
    assert "Unpaid" in shown
    with as_system():
        grant = BenefitGrant.objects.get(withheld=True)
    assert manager.post(f"/console/benefit-grants/{grant.pk}/end/", {"reason": "Paid"}).status_code == 302
    assert manager.post(base + "release/").status_code == 302
    assert manager.get(f"/console/partners/{world.alfa.pk}/").status_code == 200
    assert manager.get("/console/tier-moves/").status_code == 200
    assert manager.get("/console/").status_code in (200, 302)
    assert manager.post(base + "leave/", {"reason": "Moved"}).status_code == 302
    enrol = f"/console/partners/{world.alfa.pk}/enroll/"
    assert manager.post(enrol, {"programme": str(alfa.programme_id)}).status_code == 302


def test_proposed_moves_are_decided_in_the_inbox(world: World, alfa: Membership, win: Win) -> None:
    with as_system():
        services.edit(programme=alfa.programme, definition=ladder(review=True), by=SYSTEM, at=NOW)
        services.publish(programme=alfa.programme, by=SYSTEM, at=NOW)
    win(world.alfa, 25_000)
    with as_system():
        work_off()
        proposal = Proposal.objects.get(state="open")
    manager = world.browser("channel_manager")
    assert "Silver" in manager.get("/console/tier-proposals/").content.decode()
    assert manager.post(f"/console/tier-proposals/{proposal.pk}/decide/", {"do": "approve"}).status_code == 302
    with as_system():
        alfa.refresh_from_db()
    assert alfa.tier == "silver"


def test_figures_and_rates_are_recorded_on_their_pages(world: World, alfa: Membership) -> None:
    admin = world.browser("admin")
    value = {"partner": str(world.alfa.pk), "kpi": "program.satisfaction", "value": "88", "source": "Survey"}
    assert admin.post("/console/recorded-figures/new/", value).status_code == 302
    assert "Survey" in admin.get("/console/recorded-figures/").content.decode()
    own = {"label": "Training days", "code": "training-days", "unit": "count"}
    assert admin.post("/console/recorded-figures/own/", own).status_code == 302
    assert "custom.training-days" in admin.get("/console/recorded-figures/own/").content.decode()
    assert admin.post("/console/exchange-rates/", {"currency": "USD", "rate": "0.9"}).status_code == 302
    assert "USD" in admin.get("/console/exchange-rates/").content.decode()


def test_audiences_speak_of_programmes_and_figures(world: World, alfa: Membership, win: Win) -> None:
    assert world.beta
    win(world.alfa, 25_000)
    with as_system():
        work_off()

        def found(**node: Any) -> set[Partner]:
            return set(audiences.members(node, subject="partner"))

        revenue = "partner.kpi.deals.won_revenue"
        assert found(field=revenue, op="gte", value="25000") == {world.alfa}
        assert found(field=revenue, op="lte", value="100") == {world.beta}  # who has sold nothing has sold zero
        assert found(field="partner.programme", op="in", value=["reseller"]) == {world.alfa}
        assert found(field="partner.tier", op="in", value=["silver"]) == {world.alfa}


def test_actions_of_automations_do_what_they_say_and_only_once(world: World, reseller: Programme) -> None:
    occasion = Occasion(partner_id=world.alfa.pk, by=SYSTEM, at=NOW, key="run-1")
    with as_system():
        said = [
            action("program.enroll").run(occasion, {"programme": "reseller"}),
            action("program.enroll").run(occasion, {"programme": "reseller"}),
            action("program.set_tier").run(occasion, {"programme": "reseller", "tier": "gold", "reason": "Launch"}),
        ]
        given = {"programme": "reseller", "kind": "discount", "amount": 7, "reason": "Launch"}
        for _again in range(2):
            action("program.grant_benefit").run(occasion, given)
        assert BenefitGrant.objects.count() == 1
        action("program.revoke_benefit").run(occasion, {"programme": "reseller", "kind": "discount", "reason": "Over"})
        assert Membership.objects.get().tier == "gold"
    assert said == ["took it into Reseller", "was in Reseller already", "set the tier to Gold"]


@pytest.mark.parametrize(
    ("given", "last"), [({"days": 1}, date(2026, 11, 3)), ({"days": 30}, date(2026, 12, 2)), ({}, None)]
)
def test_so_many_days_are_whole_days_of_which_the_last_counts(
    world: World, reseller: Programme, given: dict[str, Any], last: date | None
) -> None:
    occasion = Occasion(partner_id=world.alfa.pk, by=SYSTEM, at=NOW, key="run-1")
    wanted = {"programme": "reseller", "tier": "gold", "reason": "Launch"}
    with as_system():
        action("program.enroll").run(occasion, {"programme": "reseller"})
        action("program.set_tier").run(occasion, wanted | given)
        until = Membership.objects.get().held_until
    assert (until and timezone.localtime(until - timedelta(microseconds=1)).date()) == last


def test_the_programme_as_text_says_everything_and_makes_it_so_again(world: World, reseller: Programme) -> None:
    known = {section.key: section for section in sections()}
    with as_system():
        for section in ("figures", "exchange_rates", "programmes"):
            documents = list(known[section].read())
            for document in documents:
                plain = document.model_dump(mode="json")
                read = known[section].shape.model_validate(plain)
                known[section].write(read, SYSTEM, NOW)
            assert list(known[section].read()) == documents
        document = next(one for one in known["programmes"].read() if one.code == "reseller")
        changed = document.model_copy(update={"definition": ladder(tiers=LADDER["tiers"][:2]), "archived": True})
        known["programmes"].write(changed, SYSTEM, NOW)
        assert changed in list(known["programmes"].read())
        assert not ProgrammeDraft.objects.exists()


def test_a_partners_home_tells_what_a_scorecard_lacks(world: World, alfa: Membership) -> None:
    scorecard = [
        {"kpi": "deals.won_revenue", "full_at": "100000", "points": 60, "category": "Sales"},
        {"kpi": "program.certified_people", "full_at": "4", "points": 40, "months": None, "category": "Skills"},
    ]
    tiers = [
        {"code": "registered", "name": "Registered"},
        {"code": "silver", "name": "Silver", "score": {"least": 70, "minimums": {"Skills": 20}}},
    ]
    with as_system():
        services.edit(programme=alfa.programme, definition=ladder(scorecard=scorecard, tiers=tiers), by=SYSTEM, at=NOW)
        services.publish(programme=alfa.programme, by=SYSTEM, at=NOW)
    page = " ".join(world.browser("sales", world.alfa).get("/portal/").content.decode().split())
    assert "Scorecard: <strong>0 of 70 points" in page
    assert "Skills: <strong>0 of 20 points" in page


def test_an_odd_figure_in_an_address_means_no_window(world: World, alfa: Membership) -> None:
    page = f"/console/members/{alfa.pk}/figures/deals.won_revenue/"
    assert world.browser("admin").get(page, {"months": "²"}).status_code == 200


def test_the_last_day_of_all_is_no_last_day(world: World, alfa: Membership) -> None:
    admin = world.browser("admin")
    given = {"tier": "silver", "reason": "Agreed", "until": "9999-12-31"}
    assert admin.post(f"/console/members/{alfa.pk}/tier/", given).status_code == 302
    with as_system():
        alfa.refresh_from_db()
    assert (alfa.held, alfa.held_until) == (True, None)
    assert admin.get("/console/tier-moves/", {"at_to": "9999-12-31"}).status_code == 200


def test_nobody_publishes_a_draft_that_is_not_the_one_that_was_tried_out(world: World, alfa: Membership) -> None:
    admin = world.browser("admin")
    base = f"/console/programmes/{alfa.programme_id}/"
    with as_system():
        draft = services.edit(programme=alfa.programme, definition=ladder(review=True), by=SYSTEM, at=NOW)
        seen = drafts.stamp(draft)
    for page in ("", "preview/"):
        assert f'name="draft" value="{seen}"' in admin.get(f"{base}{page}").content.decode()
    with as_system():
        draft = services.edit(programme=alfa.programme, definition=ladder(name="Another"), by=SYSTEM, at=NOW)
        newer = drafts.stamp(draft)
    refused = admin.post(f"{base}publish/", {"draft": seen})
    assert (refused.status_code, b"Look again" in refused.content) == (412, True)
    assert admin.post(f"{base}publish/", {"draft": newer}).status_code == 302


def test_nobody_throws_away_or_replaces_a_draft_that_a_colleague_has_just_changed(
    world: World, alfa: Membership
) -> None:
    admin = world.browser("admin")
    base = f"/console/programmes/{alfa.programme_id}/"
    with as_system():
        first = alfa.programme.versions.get()
        services.edit(programme=alfa.programme, definition=ladder(name="Second"), by=SYSTEM, at=NOW)
        services.publish(programme=alfa.programme, by=SYSTEM, at=NOW)
    version = f"/console/programme-versions/{first.pk}/"
    shown = admin.get(version).content.decode()
    assert f'name="draft" value="{drafts.NONE}"' in shown
    assert "Replace the draft?" not in shown
    with as_system():
        draft = services.edit(programme=alfa.programme, definition=ladder(review=True), by=SYSTEM, at=NOW)
        seen = drafts.stamp(draft)
    restore = f"/console/programme-versions/{first.pk}/restore/"
    assert admin.post(restore, {"draft": drafts.NONE}).status_code == 412
    assert "Replace the draft?" in admin.get(version).content.decode()
    with as_system():
        services.edit(programme=alfa.programme, definition=ladder(name="Another"), by=SYSTEM, at=NOW)
    assert admin.post(restore, {"draft": seen}).status_code == 412
    assert admin.post(f"{base}discard/", {"draft": seen}).status_code == 412
    with as_system():
        draft = ProgrammeDraft.objects.get()
    assert draft.says.name == "Another"
    assert admin.post(f"{base}discard/", {"draft": drafts.stamp(draft)}).status_code == 302
