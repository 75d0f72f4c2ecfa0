"""Applying: what is kept, what counts when, and what nobody loses."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage

from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.errors import Invalid, Missing, Refusal
from openprm.kernel.events.models import Event
from openprm.kernel.files.models import StoredFile
from openprm.kernel.jobs import work_off
from openprm.recruiting import services
from openprm.recruiting.models import Application
from openprm.recruiting.services import links
from openprm.recruiting.tests.conftest import SAID, WHO, Recruiting
from tests.world import NOW, World


def test_an_application_counts_only_once_its_address_is_confirmed(recruiting: Recruiting) -> None:
    application = recruiting.filled(recruiting.form())
    with as_system():
        services.send(application=application, consents=["terms"], at=NOW)
        application.refresh_from_db()
        assert (application.state, application.submitted_at) == ("unverified", None)
        later = NOW + timedelta(hours=3)
        services.confirm(application=application, at=later)
        application.refresh_from_db()
        names = list(Event.objects.filter(subject_id=application.pk).order_by("id").values_list("name", flat=True))
    assert (application.state, application.submitted_at) == ("submitted", later)
    assert application.due_at == later + timedelta(hours=72)
    assert names == ["application.started", "application.verified", "application.submitted"]


def test_the_link_that_the_browser_got_does_not_prove_the_mailbox(recruiting: Recruiting) -> None:
    with as_system():
        application, secret = services.start(form=recruiting.form(), given=WHO, at=NOW)
        assert services.open_link(secret, at=NOW).by_mail is False
        assert services.open_link(links.issue(application, by_mail=True, at=NOW), at=NOW).by_mail is True
        with pytest.raises(Missing):
            services.open_link(secret, at=NOW + timedelta(days=200))
        with pytest.raises(Missing):
            services.open_link("guessed", at=NOW)


def test_a_letter_with_a_link_goes_out_at_once(recruiting: Recruiting, mailoutbox: list[EmailMessage]) -> None:
    recruiting.started(recruiting.form())
    with as_system():
        work_off()
    assert [letter.to for letter in mailoutbox] == [["ines@costa-it.example.org"]]
    assert "/application/" in str(mailoutbox[0].body)


def test_what_is_wrong_is_said_beside_its_question_and_kept(recruiting: Recruiting) -> None:
    form = recruiting.form()
    application = recruiting.started(form)
    with as_system():
        wrong = services.save(
            application=application,
            questions=form.questions,
            given=SAID | {"seats": "a lot", "website": "not an address"},
            step=1,
            at=NOW,
        )
        application.refresh_from_db()
        assert set(wrong) == {"seats", "website"}
        assert application.answers["seats"] == "a lot"
        with pytest.raises(Invalid) as refused:
            services.send(application=application, consents=["terms"], at=NOW)
    assert {"seats", "website"} <= set(refused.value.fields)


def test_a_question_that_is_not_asked_needs_no_answer(recruiting: Recruiting) -> None:
    application = recruiting.submitted(recruiting.form(), said={"services": ["resale"], "seats": "12"}, assess=False)
    assert "seats" not in {one["key"] for one in application.asked}


def test_nobody_applies_without_the_consents_that_are_needed(recruiting: Recruiting) -> None:
    application = recruiting.filled(recruiting.form())
    with as_system(), pytest.raises(Invalid) as refused:
        services.send(application=application, consents=[], at=NOW)
    assert set(refused.value.fields) == {"consent_terms"}


def test_an_application_keeps_the_edition_it_agreed_to(recruiting: Recruiting) -> None:
    application = recruiting.submitted(recruiting.form())
    assert [(one["key"], one["edition"]) for one in application.consents] == [("terms", 2)]


def test_the_first_step_says_all_that_is_wrong(recruiting: Recruiting) -> None:
    with as_system(), pytest.raises(Invalid) as refused:
        services.start(form=recruiting.form(), given={"email": "ines", "country": "XX"}, at=NOW)
    assert set(refused.value.fields) == {"email", "country", "contact_name", "legal_name"}
    with as_system():
        assert not Application.objects.exists()


def test_nobody_begins_on_a_form_that_is_closed_but_who_began_can_finish(recruiting: Recruiting) -> None:
    form = recruiting.form()
    application = recruiting.filled(form)
    with as_system():
        services.close_form(form=form, by=SYSTEM, at=NOW)
        with pytest.raises(Refusal):
            services.start(form=form, given=WHO, at=NOW)
        application.refresh_from_db()
        sent = services.send(application=application, consents=["terms"], proven=True, at=NOW)
    assert sent.state == "submitted"


def test_files_answer_a_question_and_can_be_taken_back(recruiting: Recruiting, world: World) -> None:
    form = recruiting.form()
    application = recruiting.filled(form)
    question = form.questions[-1]
    with as_system():
        services.attach(
            application=application, question=question, uploads=[SimpleUploadedFile("us.txt", b"We sell.")], at=NOW
        )
        application.refresh_from_db()
        file = StoredFile.objects.get(owner_id=application.pk)
        assert application.answers["profile"] == [str(file.pk)]
        with pytest.raises(Invalid):
            services.attach(
                application=application, question=question, uploads=[SimpleUploadedFile("us.exe", b"MZ\x00")], at=NOW
            )
    assert world.browser("channel_manager").get(file.url).status_code == 200
    assert world.browser("sales", world.alfa).get(file.url).status_code == 404
    with as_system():
        services.detach(application=application, file_id=str(file.pk), at=NOW)
        application.refresh_from_db()
    assert application.answers["profile"] == []


def test_what_was_sent_cannot_be_changed_any_more(recruiting: Recruiting) -> None:
    form = recruiting.form()
    application = recruiting.submitted(form)
    with as_system(), pytest.raises(Refusal):
        services.save(application=application, questions=form.questions, given={"seats": "1"}, step=1, at=NOW)


def test_what_was_never_sent_is_forgotten_but_still_counted(recruiting: Recruiting) -> None:
    form = recruiting.form()
    old = recruiting.started(form)
    kept = recruiting.submitted(form, email="other@costa-it.example.org")
    with as_system():
        assert services.forget_due(at=NOW + timedelta(days=91)) == 1
        old.refresh_from_db()
        kept.refresh_from_db()
    assert (old.state, old.email, old.company, old.answers) == ("forgotten", "", "", {})
    assert kept.state == "submitted"


@pytest.mark.parametrize(
    ("origin", "source", "campaign"),
    [
        ({}, "direct", ""),
        ({"utm_source": "fair", "utm_campaign": "autumn"}, "campaign", "autumn"),
        ({"ref": "brightwave"}, "referral", "brightwave"),
        ({"ref": "directory"}, "directory", "directory"),
    ],
)
def test_by_which_way_somebody_came_is_kept(
    recruiting: Recruiting, origin: dict[str, str], source: str, campaign: str
) -> None:
    application = recruiting.started(recruiting.form(), origin=origin)
    assert (application.source, application.campaign) == (source, campaign)


def test_who_writes_on_after_sending_sends_it_once_more(recruiting: Recruiting) -> None:
    form = recruiting.form()
    application = recruiting.filled(form)
    with as_system():
        services.send(application=application, consents=["terms"], at=NOW)
        services.save(application=application, questions=form.questions, given={"seats": "5"}, step=2, at=NOW)
        services.confirm(application=application, at=NOW)
        application.refresh_from_db()
        assert application.state == "started"  # what nobody has sent so is not submitted so
        services.send(application=application, consents=["terms"], at=NOW)
        application.refresh_from_db()
    said = {one["key"]: one["value"] for one in application.asked}
    assert (application.state, said["seats"]) == ("submitted", "5")
