"""Reviewing: what is found out, who is asked, and what approval makes."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage

from openprm.accounts.models import Invitation
from openprm.kernel.access import as_system, enter
from openprm.kernel.errors import Forbidden, Invalid, Refusal
from openprm.kernel.events.models import Event
from openprm.kernel.jobs import work_off
from openprm.kernel.notifications.models import Notification
from openprm.partners.models import Partner
from openprm.recruiting import services
from openprm.recruiting.models import Application, PartnerOrigin
from openprm.recruiting.shapes import Approval
from openprm.recruiting.tests.conftest import Recruiting
from tests.world import NOW, World


def test_approval_makes_partner_first_person_and_origin_in_one_go(recruiting: Recruiting, world: World) -> None:
    application = recruiting.submitted(recruiting.form())
    reviewer = world.actor("channel_manager")
    with enter(reviewer):
        services.approve(application=application, by=reviewer, at=NOW)
    with as_system():
        application.refresh_from_db()
        partner = Partner.objects.get(legal_name="Costa Informatica Lda")
        invitation = Invitation.objects.get(partner=partner)
        event = Event.objects.get(name="application.approved")
        assert application.partner == partner
        assert (partner.status, partner.domain, partner.verticals) == ("active", "costa-it.com", ["healthcare"])
        assert invitation.email == "ines@costa-it.example.org"
        assert [role.key for role in invitation.roles.all()] == ["admin"]
        assert PartnerOrigin.objects.get(partner=partner).source == "direct"
        assert event.partner_id == partner.pk


def test_nothing_is_left_of_an_approval_that_fails_half_way(recruiting: Recruiting, world: World) -> None:
    taken = world.person("sales", world.alfa)
    application = recruiting.submitted(recruiting.form(), email=taken.email)
    reviewer = world.actor("channel_manager")
    with enter(reviewer), pytest.raises(Refusal):
        services.approve(application=application, by=reviewer, at=NOW)
    with as_system():
        application.refresh_from_db()
        assert application.state == "submitted"
        assert not Partner.objects.filter(legal_name="Costa Informatica Lda").exists()


def test_an_application_is_approved_once(recruiting: Recruiting, world: World) -> None:
    application = recruiting.submitted(recruiting.form())
    reviewer = world.actor("admin")
    with enter(reviewer):
        services.approve(application=application, by=reviewer, at=NOW)
        with pytest.raises(Refusal):
            services.approve(application=application, by=reviewer, at=NOW)
        with pytest.raises(Refusal):
            services.reject(application=application, reason="does_not_fit", by=reviewer, at=NOW)


def test_a_company_on_file_becomes_active_instead_of_a_second_one(recruiting: Recruiting, world: World) -> None:
    prospect = world.alfa
    with as_system():
        Partner.objects.filter(pk=prospect.pk).update(status="prospect")
    application = recruiting.submitted(recruiting.form(), legal_name="Alfa GmbH", country="DE")
    assert [one["id"] for one in application.duplicates] == [str(prospect.pk)]
    reviewer = world.actor("admin")
    with enter(reviewer):
        services.approve(application=application, partner=prospect, by=reviewer, at=NOW)
    with as_system():
        prospect.refresh_from_db()
        assert prospect.status == "active"
        assert Partner.objects.filter(legal_name="Alfa GmbH").count() == 1


def test_another_application_of_the_same_company_is_found_with_its_evidence(recruiting: Recruiting) -> None:
    form = recruiting.form()
    first = recruiting.submitted(form)
    second = recruiting.submitted(form, legal_name="COSTA Informática", email="rui@costa-it.example.org")
    assert [(one["kind"], one["id"]) for one in second.duplicates] == [("application", str(first.pk))]
    assert any(one["kind"] == "domain_equal" for one in second.duplicates[0]["evidence"])


def test_the_score_says_which_rules_held(recruiting: Recruiting) -> None:
    application = recruiting.submitted(recruiting.form(), email="ines@costa-it.com", said={"seats": "80"})
    assert application.score == 50
    assert [(line["points"], line["held"]) for line in application.score_lines] == [(30, True), (20, True), (10, False)]
    assert application.score_lines[0]["words"] == "What do you offer? is Managed services"


def test_what_is_known_without_asking_anybody(recruiting: Recruiting, world: World) -> None:
    world.account("Costa Group", website="costa-it.com", country="PT")
    application = recruiting.submitted(recruiting.form(), email="ines.costa@gmail.com", said={"website": "costa-it.pt"})
    assert application.findings["free_mail"] is True
    assert application.findings["own_domain"] is False
    assert application.findings["country_matches"] is True
    other = recruiting.submitted(recruiting.form(code="second"), email="ines@costa-it.com")
    assert [one["name"] for one in other.findings["accounts"]] == ["Costa Group"]


def test_a_form_approves_by_itself_and_says_why(recruiting: Recruiting, world: World) -> None:
    world.person("channel_manager")
    form = recruiting.form(approval=Approval(enabled=True, least_score=50))
    application = recruiting.submitted(form, email="ines@costa-it.com")
    assert (application.state, application.automatic) == ("approved", True)
    assert application.decision_why.startswith("Score 60 of at least 50")
    with as_system():
        assert Partner.objects.filter(legal_name="Costa Informatica Lda").exists()


@pytest.mark.parametrize(("email", "said"), [("ines@gmail.com", {}), ("ines@costa-it.com", {"services": ["resale"]})])
def test_what_does_not_meet_the_rule_waits_for_a_person(
    recruiting: Recruiting, email: str, said: dict[str, object]
) -> None:
    form = recruiting.form(approval=Approval(enabled=True, least_score=50))
    assert recruiting.submitted(form, email=email, said=said).state == "submitted"


def test_a_suspected_duplicate_is_never_waved_through(recruiting: Recruiting) -> None:
    form = recruiting.form(approval=Approval(enabled=True, own_domain=False))
    assert recruiting.submitted(form).state == "approved"
    assert recruiting.submitted(form, email="rui@costa-it.example.org").state == "submitted"


def test_while_the_applicant_is_asked_the_clock_stands_still(
    recruiting: Recruiting, world: World, mailoutbox: list[EmailMessage]
) -> None:
    application = recruiting.submitted(recruiting.form())
    due = application.due_at
    reviewer = world.actor("channel_manager")
    with enter(reviewer):
        services.ask(application=application, text="Which vendors?", by=reviewer, at=NOW + timedelta(hours=10))
    with as_system():
        services.answer(application=application, text="Three.", at=NOW + timedelta(hours=34))
        application.refresh_from_db()
        work_off()
        assert any("Which vendors?" in str(letter.body) for letter in mailoutbox)
        assert Notification.objects.filter(kind="recruiting.to_review", title__contains="answered").exists()
    assert due is not None
    assert (application.state, application.due_at) == ("in_review", due + timedelta(hours=24))


def test_a_rejection_needs_a_coded_reason_and_its_letter_says_why(
    recruiting: Recruiting, world: World, mailoutbox: list[EmailMessage]
) -> None:
    application = recruiting.submitted(recruiting.form())
    reviewer = world.actor("channel_manager")
    with enter(reviewer):
        with pytest.raises(Invalid):
            services.reject(application=application, reason="mood", by=reviewer, at=NOW)
        with pytest.raises(Invalid):
            services.reject(application=application, reason="other", by=reviewer, at=NOW)
        services.reject(application=application, reason="region_not_covered", by=reviewer, at=NOW)
    with as_system():
        work_off()
    assert "in your region" in str(mailoutbox[-1].body)


def test_spam_is_closed_without_a_letter(recruiting: Recruiting, world: World, mailoutbox: list[EmailMessage]) -> None:
    application = recruiting.submitted(recruiting.form())
    reviewer = world.actor("channel_manager")
    with as_system():
        work_off()
        before = len(mailoutbox)
    with enter(reviewer):
        services.reject(application=application, reason="spam", by=reviewer, at=NOW)
    with as_system():
        work_off()
    assert len(mailoutbox) == before


def test_who_only_reads_decides_nothing(recruiting: Recruiting, world: World) -> None:
    application = recruiting.submitted(recruiting.form())
    analyst = world.actor("analyst")
    with enter(analyst), pytest.raises(Forbidden):
        services.approve(application=application, by=analyst, at=NOW)


def test_partners_see_no_application_not_even_their_own(recruiting: Recruiting, world: World) -> None:
    application = recruiting.submitted(recruiting.form())
    reviewer = world.actor("admin")
    with enter(reviewer):
        services.approve(application=application, by=reviewer, at=NOW)
    with as_system():
        partner = Partner.objects.get(legal_name="Costa Informatica Lda")
        Partner.objects.filter(pk=partner.pk).update(trading_name="Costa")
        partner.refresh_from_db()
    with enter(world.actor("admin", partner)):
        assert not Application.objects.exists()
        assert PartnerOrigin.objects.count() == 1
