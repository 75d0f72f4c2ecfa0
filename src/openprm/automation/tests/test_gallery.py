"""The ready automation for healthcare, and letters to those who are invited and have yet to join."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from openprm.accounts import services as accounts
from openprm.accounts.models import Invitation
from openprm.automation import gallery, mailing, services
from openprm.automation.models import Automation, Run
from openprm.automation.tests.makers import only_run, steps_of, template
from openprm.kernel import jobs
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.events.models import Event
from openprm.partners import services as partners
from openprm.partners.models import Partner
from openprm.recruiting import services as recruiting
from openprm.recruiting.models import ApplicationForm
from openprm.recruiting.services.forms import FormValues
from openprm.recruiting.shapes import Approval, FormDefinition, FormQuestion
from openprm.recruiting.tests.conftest import CONSENTS, QUESTIONS, Recruiting
from tests.world import World

MSP = {"types": ["msp"], "verticals": ["healthcare"]}


@pytest.fixture
def joined(world: World) -> Automation:
    """The ready automation, live, with a regional director who is technical account manager, too."""
    person = world.person("enablement")
    with as_system():
        for duty in ("regional_director", "technical_account_manager"):
            partners.set_territory(person=person, duty=duty, regions=["dach"], by=SYSTEM, at=timezone.now())
        ready = gallery.find("healthcare_msp_joined")
        assert ready
        automation = gallery.begin(ready, by=SYSTEM, at=timezone.now())
        return services.publish(automation=automation, by=SYSTEM, at=timezone.now())


def a_form() -> ApplicationForm:
    """Return a form that asks for the partner's types, too."""
    asked = [*QUESTIONS, FormQuestion(key="types", field="partner_types", step="Business")]
    definition = FormDefinition(questions=asked, consents=CONSENTS, approval=Approval(enabled=False))
    values = FormValues(title="Become a partner", definition=definition)
    with as_system():
        form = recruiting.save_form(form=None, code="partner", values=values, by=SYSTEM, at=timezone.now())
        return recruiting.publish_form(form=form, by=SYSTEM, at=timezone.now())


def approved(said: dict[str, Any], partner: Partner | None = None) -> Partner:
    """Have an application approved, let everything that follows happen, and return the partner."""
    now = timezone.now()
    application = Recruiting().submitted(a_form(), at=now, said=said, country="DE")
    with as_system():
        done = recruiting.approve(application=application, partner=partner, by=SYSTEM, at=now)
        assert done.partner
        made = done.partner
    jobs.work_off()
    return made


def subjects() -> list[str]:
    """Return the subjects of the letters of automations."""
    return [letter.subject for letter in mail.outbox if letter.subject.startswith("Healthcare")]


def test_a_healthcare_msp_is_taken_in_when_its_application_is_approved(world: World, joined: Automation) -> None:
    partner = approved(MSP)
    run = only_run(joined)
    assert run.state == Run.State.DONE
    assert set(steps_of(run)) == {"tam", "welcome", "tell"}
    (letter,) = [letter for letter in mail.outbox if letter.subject.startswith("Healthcare")]
    assert letter.to == ["ines@costa-it.example.org"]
    assert "Dear Ines," in str(letter.body)
    assert world.person("enablement").name in letter.from_email
    with as_system():
        team = {(one.role, one.person_id) for one in partner.team.all()}
    assert ("technical_account_manager", world.person("enablement").pk) in team


@pytest.mark.parametrize("said", [{**MSP, "verticals": ["retail"]}, {**MSP, "types": ["reseller"]}])
@pytest.mark.usefixtures("world")
def test_others_are_not_taken_in_by_it(joined: Automation, said: dict[str, Any]) -> None:
    approved(said)
    assert only_run(joined).state == Run.State.NOT_MET
    assert subjects() == []


@pytest.mark.parametrize(
    ("status", "joins"), [("prospect", True), ("applicant", True), ("active", False), ("suspended", False)]
)
def test_a_company_on_file_is_taken_in_unless_it_was_a_partner_before(
    world: World, joined: Automation, status: str, joins: bool
) -> None:
    with as_system():
        alfa = world.alfa
        Partner.objects.filter(pk=alfa.pk).update(
            status=status, region="dach", verticals=["healthcare"], partner_types=["msp"]
        )
    approved(MSP, alfa)
    with as_system():
        payload = Event.objects.get(name="application.approved").payload
    assert (payload["new_partner"], payload["joined"]) == (False, joins)
    assert only_run(joined).state == (Run.State.DONE if joins else Run.State.NOT_MET)
    assert len(subjects()) == joins


def invited(partner: Partner, name: str, at: datetime, role: str = "admin") -> Invitation:
    """Invite somebody to a partner."""
    with as_system():
        return accounts.invite(
            email=f"{name.lower()}@example.org", name=name, roles=[role], partner=partner, by=SYSTEM, at=at
        )


def reached(partner: Partner, to: str = mailing.ADMINS) -> list[str]:
    """Return the names of those whom a letter reaches now."""
    with as_system():
        return [one.name for one in mailing.readers(Partner.objects.get(pk=partner.pk), to, at=timezone.now())]


def test_letters_reach_those_invited_until_somebody_has_joined(world: World) -> None:
    now = timezone.now()
    invited(world.alfa, "Ada", now)
    invited(world.alfa, "Sam", now, role="sales")
    assert reached(world.alfa) == ["Ada"]
    assert reached(world.alfa, "partner:sales") == ["Sam"]
    assert reached(world.alfa, mailing.EVERYBODY) == ["Ada", "Sam"]
    assert reached(world.alfa, mailing.TEAM) == ["northwind.channel_manager"]
    sales = world.person("sales", world.alfa)
    assert reached(world.alfa, mailing.EVERYBODY) == [sales.name]
    assert reached(world.alfa) == []


def test_an_invitation_that_is_over_gets_no_letter(world: World) -> None:
    now = timezone.now()
    invited(world.alfa, "Late", now - timedelta(days=15))
    with as_system():
        accounts.revoke_invitation(invitation=invited(world.alfa, "Gone", now), by=SYSTEM, at=now)
    assert reached(world.alfa) == []


@pytest.mark.parametrize(
    ("status", "count"), [("prospect", 0), ("applicant", 1), ("active", 1), ("suspended", 0), ("terminated", 0)]
)
def test_only_partners_that_are_active_or_being_taken_in_have_invited_readers(
    world: World, status: str, count: int
) -> None:
    invited(world.alfa, "Ada", timezone.now())
    with as_system():
        Partner.objects.filter(pk=world.alfa.pk).update(status=status)
    assert len(reached(world.alfa)) == count


def test_a_preview_shows_the_letter_to_whom_it_would_go(world: World) -> None:
    invited(world.alfa, "Ada", timezone.now())
    row = template()
    letter = {"name": "Hello", "subject": "Hi {{ partner.name }}", "body": "Dear {{ person.first_name | nobody }}"}
    browser = world.browser("channel_manager")
    shown = browser.post("/console/email-templates/preview/", {**letter, "as_partner": world.alfa.pk}).content.decode()
    assert "Dear Ada" in shown
    assert "Ada · ada@example.org · invited" in shown
    by = world.actor("channel_manager")
    with as_system():
        secret = accounts.create_token(name="test", verbs=sorted(by.grants), expires_at=None, by=by, at=timezone.now())[
            1
        ]
    told = Client(headers={"authorization": f"Bearer {secret}"}).post(
        f"/api/v1/email-templates/{row.pk}/preview", {"partner_id": str(world.alfa.pk)}, "application/json"
    )
    assert told.json()["body"].startswith("Dear Ada")
