"""A suspended or terminated partner is told nothing more, but that it is shut out."""

from typing import Any
from uuid import UUID

import pytest
from django.db.models.signals import post_init
from django.urls import reverse

from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.events.models import Event
from openprm.kernel.jobs import work_off
from openprm.kernel.mail.models import Mail
from openprm.kernel.notifications import jobs as notification_jobs
from openprm.kernel.notifications import notify
from openprm.kernel.notifications.models import Mode, Notification, Preference
from openprm.kernel.webhooks import jobs, services
from openprm.kernel.webhooks.models import Endpoint, Message
from openprm.partners import services as partners
from openprm.partners.models import Partner
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

NEWS = "deals.decided"  # any kind of message to partners


@pytest.fixture(autouse=True)
def _post(settings: Any) -> None:
    settings.EMAIL_BACKEND = "openprm.kernel.mail.backend.Outbox"
    settings.MAIL_GOES_OUT = False


def endpoint(partner: Partner | None, *types: str) -> Endpoint:
    """Return an address that is told of events; nothing is ever reached there."""
    with as_system():
        return Endpoint.objects.create(
            partner_id=partner.pk if partner else None, url="http://127.0.0.1:9/", event_types=types or ["*"]
        )


def move(partner: Partner, status: str, reason: str) -> None:
    with as_system():
        found = Partner.objects.get(pk=partner.pk)
        partners.change_status(partner=found, status=status, reason=reason, by=SYSTEM, at=NOW)


def happen(world: World) -> None:
    """Let something happen that Alfa is told of: its account team changes."""
    with as_system():
        member = world.person("marketing")
        partners.assign_team(partner=world.alfa, person=member, role="marketing_manager", by=SYSTEM, at=NOW)


def told(of: Endpoint) -> list[tuple[str, str, int]]:
    """Return the events an endpoint has messages of, where each stands, and how often it was tried."""
    with as_system():
        rows = Message.objects.filter(endpoint=of).order_by("event_id")
        return [(row.event.name, row.state, row.attempts) for row in rows]


def test_a_webhook_of_a_suspended_partner_hears_that_it_is_suspended_and_nothing_after(world: World) -> None:
    theirs, rivals, ours = endpoint(world.alfa), endpoint(world.beta), endpoint(None)
    move(world.alfa, "suspended", "payment_overdue")
    happen(world)
    with as_system():
        work_off()
    assert told(theirs) == [("partner.status_changed", "waiting", 1)]
    assert told(rivals) == []
    assert {"partner.status_changed", "partner.team_changed"} <= {name for name, _state, _tries in told(ours)}


def test_a_message_made_before_the_suspension_is_kept_back_and_can_be_sent_when_it_is_over(world: World) -> None:
    theirs = endpoint(world.alfa, "partner.team_changed")
    happen(world)
    with as_system():
        work_off()
    [(name, state, tries)] = told(theirs)
    assert (name, state, tries) == ("partner.team_changed", "waiting", 1)
    move(world.alfa, "suspended", "payment_overdue")
    with as_system():
        message = Message.objects.get(endpoint=theirs)
        call = jobs.call(message)
    jobs.send.run(**call)
    assert told(theirs) == [("partner.team_changed", "failed", 1)]
    with as_system():
        message.refresh_from_db()
        theirs.refresh_from_db()
        assert "no access" in message.log[-1]["error"]
        assert theirs.is_active
    move(world.alfa, "active", "resolved")
    with as_system():
        services.replay([Message.objects.get(endpoint=theirs)], by=SYSTEM, at=NOW)
        work_off()
    assert told(theirs) == [("partner.team_changed", "waiting", 1)]


def test_of_the_endpoints_only_those_that_are_told_are_loaded(world: World) -> None:
    theirs, ours = endpoint(world.alfa, "partner.team_changed"), endpoint(None)
    for of, kind in ((world.beta, "*"), (world.alfa, "deal.approved"), (None, "deal.approved")):
        endpoint(of, kind)
    happen(world)
    loaded: list[UUID] = []

    def note(instance: Endpoint, **_more: Any) -> None:
        loaded.append(instance.pk)

    post_init.connect(note, sender=Endpoint)
    try:
        with as_system():
            found = jobs.listening(Event.objects.get(name="partner.team_changed"))
    finally:
        post_init.disconnect(note, sender=Endpoint)
    assert {one.pk for one in found} == set(loaded) == {theirs.pk, ours.pk}


def test_nobody_of_a_suspended_partner_is_written_to(world: World) -> None:
    person = world.person("sales", world.alfa)
    with as_system():
        notify(kind=NEWS, to=[person.pk], title="Before", at=NOW)
        Notification.objects.update(by_email=Mode.DAILY, emailed_at=None)
    move(world.alfa, "suspended", "payment_overdue")
    with as_system():
        notify(kind=NEWS, to=[person.pk], title="After", at=NOW)
        Mail.objects.all().delete()
        notification_jobs.digest.run(person=str(person.pk))
        work_off()
        assert list(Notification.objects.filter(person_id=person.pk).values_list("title", flat=True)) == ["Before"]
        assert not Mail.objects.filter(recipients__contains=[person.email]).exists()


def test_e_mail_can_be_turned_off_by_the_link_in_it_also_while_the_partner_is_suspended(
    world: World, client: Any
) -> None:
    person = world.person("sales", world.alfa)
    with as_system():
        [row] = Notification.objects.bulk_create([Notification(person_id=person.pk, kind=NEWS, title="t")])
    move(world.alfa, "suspended", "payment_overdue")
    client.post(reverse("notification_stop", args=[notification_jobs.stop_token(row)]))
    with as_system():
        assert Preference.objects.get(person_id=person.pk, kind=NEWS, channel="email").mode == Mode.OFF
