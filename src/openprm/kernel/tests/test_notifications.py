"""Messages reach people as they prefer."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.urls import reverse

from openprm.kernel import declarations, notifications
from openprm.kernel.access import SYSTEM, Actor, enter
from openprm.kernel.declarations import Feature, NotificationKind
from openprm.kernel.jobs import work_off
from openprm.kernel.mail.models import Mail
from openprm.kernel.notifications import jobs, queries, rules, services
from openprm.kernel.notifications.models import Notification
from openprm.kernel.tests import cast

pytestmark = pytest.mark.django_db

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KIND = "tests.happened"
QUIET = "tests.quiet"


@pytest.fixture(autouse=True)
def _kinds(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EMAIL_BACKEND = "openprm.kernel.mail.backend.Outbox"
    settings.MAIL_GOES_OUT = False
    kinds = [
        NotificationKind(KIND, "Something happened", side="vendor"),
        NotificationKind(QUIET, "Hm", "vendor", ("app",)),
    ]
    feature = Feature(name="tests", label="Tests", notifications=kinds)
    monkeypatch.setitem(declarations.features, "tests", feature)


@pytest.fixture
def ada(as_system: None, monkeypatch: pytest.MonkeyPatch) -> Actor:
    person = get_user_model()._default_manager.create(email="ada@example.com", name="Ada", timezone="Asia/Tokyo")
    actor = Actor(kind="person", id=person.pk, name="Ada", side="vendor")
    monkeypatch.setitem(cast.EVERYBODY, "ada", actor)
    return actor


def tell(person: Actor, title: str = "It happened", kind: str = KIND, url: str = "") -> None:
    notifications.notify(kind=kind, to=[person.id], title=title, body="So it did.", url=url, at=NINE)


def mails() -> list[Mail]:
    return list(Mail.objects.order_by("created_at"))


def test_a_message_is_in_the_app_and_in_the_post(ada: Actor) -> None:
    tell(ada, url="/console/")
    work_off()
    assert queries.unread_count(ada) == 1
    [mail] = mails()
    assert mail.recipients == ["ada@example.com"]
    assert mail.subject == "It happened"
    assert "http://localhost:8000/console/" in mail.text
    assert "So it did." in mail.html
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_the_post_brings_a_message_once(ada: Actor) -> None:
    tell(ada)
    work_off()
    jobs.email.run(str(Notification.objects.get().pk))
    assert len(mails()) == 1


def test_who_has_no_access_any_more_is_not_told(ada: Actor) -> None:
    get_user_model()._default_manager.filter(pk=ada.id).update(is_active=False)
    tell(ada)
    notifications.notify(kind=KIND, to=[uuid4()], title="?", at=NINE)
    assert not Notification.objects.exists()


def test_a_kind_goes_by_its_declared_channels_until_somebody_chooses(ada: Actor) -> None:
    tell(ada, kind=QUIET)
    assert work_off() == 0
    services.prefer(choices={(QUIET, "email"): "instant", (QUIET, "app"): "off"}, by=ada, at=NINE)
    tell(ada, kind=QUIET)
    work_off()
    assert queries.unread_count(ada) == 1
    assert len(mails()) == 1


def test_a_digest_collects_the_day_and_comes_in_the_morning_of_the_readers_zone(ada: Actor) -> None:
    services.prefer(choices={(KIND, "email"): "daily"}, by=ada, at=NINE)
    tell(ada, "One")
    tell(ada, "Two")
    evening = datetime(2026, 3, 2, 21, 35, tzinfo=UTC)  # 6:35 in Tokyo
    jobs.digests.run(int(evening.timestamp()))
    assert work_off() == 0
    for _twice in range(2):
        jobs.digests.run(int((evening + timedelta(minutes=30)).timestamp()))
        work_off()
    [mail] = mails()
    assert mail.subject == "2 messages for you"
    assert mail.text.index("One") < mail.text.index("Two")


def test_a_digest_that_was_missed_is_caught_up_with() -> None:
    zone = ZoneInfo("Europe/Berlin")
    oldest = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert not rules.digest_due(oldest=oldest, now=oldest + timedelta(hours=20), zone=zone, hour=7)
    assert rules.digest_due(oldest=oldest, now=oldest + timedelta(hours=21), zone=zone, hour=7)
    assert rules.digest_due(oldest=oldest, now=oldest + timedelta(days=3), zone=zone, hour=7)


def test_one_company_never_sees_anothers_messages(as_system: None) -> None:
    for actor in (cast.ANNA, cast.BEN):
        Notification.objects.create(person_id=actor.id, partner_id=actor.partner_id, kind=KIND, title=actor.name)
    with enter(cast.ANNA), connection.cursor() as cursor:
        cursor.execute("select title from kernel_notification")
        assert cursor.fetchall() == [("Anna",)]
    with enter(cast.BEN):
        assert queries.unread_count(cast.BEN) == 1


# --- pages ---


def test_opening_a_message_reads_it_and_leads_to_what_it_is_about(ada: Actor, signed_in: Any) -> None:
    tell(ada, url="/notifications/bell/")
    browser: Client = signed_in(ada)
    assert "It happened" in browser.get(reverse("notifications")).content.decode()
    assert "It happened" in browser.get(reverse("notification_bell")).content.decode()
    assert "unread" in browser.get(reverse("notification_count")).content.decode()
    row = Notification.objects.get()
    answer = browser.get(reverse("notification", args=[row.pk]))
    assert answer["Location"] == "/notifications/bell/"
    assert queries.unread_count(ada) == 0


def test_a_message_leads_to_no_other_site(ada: Actor, signed_in: Any) -> None:
    tell(ada, url="//elsewhere.example")
    row = Notification.objects.get()
    assert signed_in(ada).get(reverse("notification", args=[row.pk]))["Location"] == reverse("notifications")


def test_all_can_be_read_at_once_and_nobody_elses(ada: Actor, signed_in: Any) -> None:
    tell(ada)
    Notification.objects.create(person_id=UUID(int=9), kind=KIND, title="Not Ada's")
    signed_in(ada).post(reverse("notifications_read"))
    assert queries.unread_count(ada) == 0
    assert Notification.objects.filter(read_at__isnull=True).count() == 1
    other = Notification.objects.get(person_id=UUID(int=9))
    assert signed_in(ada).get(reverse("notification", args=[other.pk])).status_code == 404


def test_choices_are_kept(ada: Actor, signed_in: Any) -> None:
    browser = signed_in(ada)
    assert "Something happened" in browser.get(reverse("notification_preferences")).content.decode()
    browser.post(reverse("notification_preferences"), {f"email:{KIND}": "daily"})
    chosen = {kind.key: modes for kind, modes in queries.preferences(ada)}
    assert chosen[KIND] == {"app": "off", "email": "daily"}


def test_the_link_in_an_e_mail_turns_such_e_mail_off_without_signing_in(ada: Actor) -> None:
    tell(ada)
    token = jobs.stop_token(Notification.objects.get())
    guest = Client(enforce_csrf_checks=True)
    address = reverse("notification_stop", args=[token])
    assert guest.get(address).status_code == 200
    assert {kind.key: modes for kind, modes in queries.preferences(ada)}[KIND]["email"] == "instant"
    assert guest.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert {kind.key: modes for kind, modes in queries.preferences(ada)}[KIND]["email"] == "off"
    assert guest.post(reverse("notification_stop", args=[token[:-2] + "xx"])).status_code == 400


def test_work_is_done_as_the_system(ada: Actor) -> None:
    tell(ada)
    with enter(SYSTEM):
        assert work_off() == 1
