"""The engine room: what operators see and repair."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import send_mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from openprm.kernel import events, jobs, services, settings_store
from openprm.kernel.access import SYSTEM, enter
from openprm.kernel.console import running
from openprm.kernel.events.models import Delivery, Event
from openprm.kernel.files.models import StoredFile
from openprm.kernel.mail.models import Mail
from openprm.kernel.notifications.models import Notification
from openprm.kernel.tests.cast import ADMIN, ALFA, ANNA, BEN, CLERK
from openprm.kernel.tests.facts import Shared
from openprm.kernel.webhooks.models import Endpoint, Message

pytestmark = pytest.mark.django_db


@jobs.job("tests.stumble", attempts=1)
def stumble(over: str) -> None:
    raise RuntimeError(f"fell over {over}")


@pytest.fixture
def ada(signed_in: Any) -> Client:
    return signed_in(ADMIN)


@pytest.fixture
def note(as_system: None) -> Notification:
    return Notification.objects.create(person_id=ANNA.id, partner_id=ALFA, kind="k", title="The note")


@pytest.fixture
def event(note: Notification) -> Event:
    return events.announce(Shared(), about=note, by=ANNA, at=timezone.now())


def page(client: Client, name: str, *args: Any, **query: Any) -> str:
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200, response.content.decode()[:500]
    return response.content.decode()


PAGES = ["deliveries", "jobs", "mail", "audit", "settings", "webhooks", "webhook_add"]


@pytest.mark.parametrize("name", PAGES)
def test_the_engine_room_is_for_those_who_run_it(name: str, signed_in: Any) -> None:
    address = reverse(f"console:{name}")
    assert Client().get(address).status_code == 302
    assert signed_in(ADMIN).get(address).status_code == 200
    assert signed_in(CLERK).get(address).status_code == 403
    assert signed_in(ANNA).get(address).status_code == 403


# --- deliveries ---


def test_a_failed_delivery_says_why_and_can_be_replayed(ada: Client, event: Event) -> None:
    failed = Delivery.objects.create(
        event=event, subscriber="tests.x", state="failed", attempts=8, error="Boom\nValueError: no"
    )
    assert "ValueError: no" in page(ada, "console:deliveries", state="failed")
    assert "Boom" in page(ada, "console:delivery", failed.pk)
    ada.post(reverse("console:deliveries_replay"), {"ids": [str(failed.pk)]})
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("waiting", 0)
    assert ProcrastinateJob.objects.filter(task_name="events.deliver", args__delivery=str(failed.pk)).exists()
    assert Event.objects.get(name="delivery.replayed").actor_name == "Ada"


def test_what_was_done_is_not_done_again(ada: Client, event: Event) -> None:
    done = Delivery.objects.create(event=event, subscriber="tests.x", state="done")
    ada.post(reverse("console:deliveries_replay"), {"ids": [str(done.pk)]})
    done.refresh_from_db()
    assert done.state == "done"


# --- jobs ---


def put(status: str, worker: int | None = None, attempts: int = 0) -> int:
    stumble.defer(over="a stone")
    with connection.cursor() as cursor:
        cursor.execute(
            "update procrastinate_jobs set status = %s, worker_id = %s, attempts = %s"
            " where id = (select max(id) from procrastinate_jobs) returning id",
            [status, worker, attempts],
        )
        return int(cursor.fetchone()[0])


def state_of(pk: int) -> tuple[str, int]:
    job = ProcrastinateJob.objects.get(pk=pk)
    return job.status, job.attempts


def test_a_failed_job_says_why_and_can_be_tried_again(ada: Client, as_system: None) -> None:
    pk = put("failed", attempts=1)
    with pytest.raises(RuntimeError):
        stumble.run(over="a stone")
    assert "fell over a stone" in page(ada, "console:jobs", status="failed")
    ada.post(reverse("console:job_retry", args=[pk]))
    assert state_of(pk) == ("todo", 0)


def test_a_waiting_job_can_be_cancelled_and_a_running_one_not(ada: Client, as_system: None) -> None:
    waiting, busy = put("todo"), put("doing")
    assert ada.post(reverse("console:job_cancel", args=[waiting])).status_code == 302
    assert ada.post(reverse("console:job_cancel", args=[busy])).status_code == 409
    assert (state_of(waiting)[0], state_of(busy)[0]) == ("cancelled", "doing")


def worker(silent: timedelta) -> int:
    with connection.cursor() as cursor:
        cursor.execute("insert into procrastinate_workers (last_heartbeat) values (now() - %s) returning id", [silent])
        return int(cursor.fetchone()[0])


def test_what_a_killed_worker_left_behind_is_picked_up(as_system: None) -> None:
    alive, dead = worker(timedelta(seconds=5)), worker(timedelta(minutes=5))
    theirs, left, orphaned = put("doing", alive), put("doing", dead), put("doing", None)
    assert running.pick_up(at=timezone.now()) == 2
    assert [state_of(pk)[0] for pk in (theirs, left, orphaned)] == ["doing", "todo", "todo"]


def test_a_job_that_kills_its_workers_is_given_up(as_system: None) -> None:
    deadly = put("doing", worker(timedelta(minutes=5)), attempts=running.MOST_LIVES - 1)
    running.pick_up(at=timezone.now())
    assert state_of(deadly)[0] == "failed"


def test_jobs_long_done_are_forgotten(as_system: None) -> None:
    done, failed = put("succeeded"), put("failed")
    running.forget(at=timezone.now() + timedelta(days=2))
    assert not ProcrastinateJob.objects.filter(pk=done).exists()
    assert ProcrastinateJob.objects.filter(pk=failed).exists()
    running.forget(at=timezone.now() + timedelta(days=61))
    assert not ProcrastinateJob.objects.filter(pk=failed).exists()


# --- mail ---


def test_kept_mail_can_be_read(ada: Client, as_system: None, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.MAIL_GOES_OUT = "openprm.kernel.mail.backend.Outbox", False
    send_mail("Welcome", "Come in: http://localhost/x", None, ["anna@example.com"])
    mail = Mail.objects.get()
    assert "anna@example.com" in page(ada, "console:mail", q="anna@")
    assert "Come in" in page(ada, "console:mail_item", mail.pk)
    Mail.objects.update(state="waiting")
    assert "Come in" not in page(ada, "console:mail_item", mail.pk)


def test_failed_mail_can_be_sent_again(ada: Client, as_system: None, settings: Any) -> None:
    settings.MAIL_GOES_OUT = True
    mail = Mail.objects.create(sender="a@b.c", recipients=["x@y.z"], subject="s", state="failed", attempts=9)
    ada.post(reverse("console:mail_send_again", args=[mail.pk]))
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("waiting", 0)


# --- audit ---


def test_the_audit_log_finds_by_words_kind_and_identifier(ada: Client, event: Event) -> None:
    services.change_setting(key="brand.name", value="Northwind Partners", by=ADMIN, at=timezone.now())
    assert "The note" in page(ada, "console:audit", noun="thing")
    assert "The note" not in page(ada, "console:audit", noun="setting")
    assert "The note" in page(ada, "console:audit", q=str(ALFA))
    assert "The note" in page(ada, "console:audit", q=str(ANNA.id))
    assert "The note" in page(ada, "console:audit", side="partner")
    changed = Event.objects.get(name="setting.changed")
    shown = page(ada, "console:audit_entry", changed.pk)
    assert "OpenPRM" in shown
    assert "Northwind Partners" in shown


def test_the_audit_log_can_be_taken_away(ada: Client, event: Event) -> None:
    response = ada.get(reverse("console:audit"), {"export": "csv"})
    text = b"".join(response).decode() if response.streaming else response.content.decode()
    assert "thing.shared" in text
    assert "Anna" in text


def test_the_log_is_there_for_programs_too(bearer: Any, event: Event, settings: Any) -> None:
    settings.ROOT_URLCONF = "openprm.kernel.tests.programme"
    ada = bearer(ADMIN)
    [found] = ada.get("/api/v1/events", {"name": "thing.shared", "partner_id": str(ALFA)}).json()["items"]
    assert found["payload"] == {"words": "hello"}
    assert ada.get(f"/api/v1/events/{found['id']}").json()["actor_name"] == "Anna"
    assert ada.get("/api/v1/events", {"subject_id": str(ALFA)}).json()["items"] == []
    assert bearer(ANNA).get("/api/v1/events").status_code == 403


@pytest.mark.parametrize("name", ["deliveries", "jobs", "mail", "audit", "webhooks"])
def test_a_list_asks_the_database_as_little_for_many_rows_as_for_few(
    name: str, ada: Client, note: Notification, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        happened = events.announce(Shared(), about=note, by=ANNA, at=timezone.now())
        Delivery.objects.create(event=happened, subscriber="tests.x")
        Mail.objects.create(sender="a@b.c", recipients=["x@y.z"], subject=str(number), state="kept")
        Endpoint.objects.create(url=f"https://example.com/{number}", event_types=["*"])
    with django_assert_max_num_queries(22):
        ada.get(reverse(f"console:{name}"))


# --- settings ---


def picture() -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.new("RGB", (2, 2)).save(stream, "PNG")
    return SimpleUploadedFile("logo.png", stream.getvalue())


BRAND = {"brand.name": "Northwind", "brand.vendor": "Northwind Ltd", "brand.colour": "#aa3300"}


def test_settings_are_changed_and_the_change_is_in_the_log(ada: Client, as_system: None) -> None:
    address = reverse("console:settings_group", args=["brand"])
    assert ada.post(address, BRAND).status_code == 302
    assert settings_store.get("brand.colour") == "#aa3300"
    assert Event.objects.filter(name="setting.changed").count() == 3
    ada.post(address, BRAND)
    assert Event.objects.filter(name="setting.changed").count() == 3


@pytest.mark.parametrize(
    ("group", "given", "said"),
    [
        ("brand", BRAND | {"brand.colour": "red"}, "Give a colour"),
        ("files", {"files.most_megabytes": "0"}, "greater than or equal to 1"),
        ("files", {"files.most_megabytes": "x"}, "whole number"),
    ],
)
def test_a_wrong_setting_is_explained(ada: Client, group: str, given: dict[str, str], said: str) -> None:
    response = ada.post(reverse("console:settings_group", args=[group]), given)
    assert response.status_code == 422
    assert said in response.content.decode()


def test_every_declared_setting_has_its_field(ada: Client) -> None:
    everything = "".join(
        page(ada, "console:settings_group", group.slug)
        for group in __import__("openprm.kernel.console.views.settings", fromlist=["groups"]).groups()
    )
    for key in settings_store.declared:
        assert f'name="{key}"' in everything


def test_a_logo_is_a_picture_that_everybody_sees_and_only_the_latest_is_kept(ada: Client, as_system: None) -> None:
    address = reverse("console:settings_group", args=["brand"])
    for _twice in range(2):
        assert ada.post(address, BRAND | {"brand.logo": picture()}).status_code == 302
    file = StoredFile.objects.get()
    assert settings_store.get("brand.logo") == file.url
    assert Client().get(file.url).status_code == 200
    text = SimpleUploadedFile("logo.png", b"<svg onload=alert(1)>")
    assert ada.post(address, BRAND | {"brand.logo": text}).status_code == 422
    ada.post(address, BRAND | {"remove:brand.logo": "on"})
    assert settings_store.get("brand.logo") == ""
    assert not StoredFile.objects.exists()


def test_the_brands_colour_is_a_style_sheet(db: None) -> None:
    response = Client().get(reverse("brand_css"), {"colour": "#aa3300"})
    assert response["Content-Type"].startswith("text/css")
    assert "--brand" in response.content.decode()
    assert "expression" not in Client().get(reverse("brand_css"), {"colour": "expression(1)"}).content.decode()


# --- webhooks ---


@pytest.mark.parametrize(("actor", "side"), [(ADMIN, "console"), (ANNA, "portal")])
def test_an_endpoint_is_added_and_its_secret_shown_once(actor: Any, side: str, signed_in: Any, settings: Any) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    client = signed_in(actor)
    given = {"url": "http://localhost:1/hook", "description": "CRM", "event_types": ["thing.shared"]}
    added = client.post(reverse(f"{side}:webhook_add"), given)
    assert added.status_code == 302
    assert "whsec_" in client.get(added["Location"]).content.decode()
    assert "whsec_" not in client.get(added["Location"]).content.decode()
    assert "CRM" in page(client, f"{side}:webhooks")


def test_a_wrong_endpoint_is_explained(ada: Client, settings: Any) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = False
    response = ada.post(reverse("console:webhook_add"), {"url": "http://example.com", "everything": "on"})
    assert response.status_code == 422
    assert "begins with https" in response.content.decode()


def test_one_company_never_sees_anothers_endpoints(signed_in: Any, event: Event) -> None:
    endpoint = Endpoint.objects.create(partner_id=ALFA, url="https://alfa.example/hook", event_types=["*"])
    message = Message.objects.create(endpoint=endpoint, event=event, partner_id=ALFA, state="failed")
    anna, ben = signed_in(ANNA), signed_in(BEN)
    assert "alfa.example" in page(anna, "portal:webhook", endpoint.pk)
    assert "thing.shared" in page(anna, "portal:webhook_message", message.pk)
    for name, row in [("webhook", endpoint), ("webhook_edit", endpoint), ("webhook_message", message)]:
        assert ben.get(reverse(f"portal:{name}", args=[row.pk])).status_code == 404
    for name, row in [
        ("webhook_test", endpoint),
        ("webhook_switch", endpoint),
        ("webhook_secret", endpoint),
        ("webhook_replay_failed", endpoint),
        ("webhook_remove", endpoint),
        ("webhook_message_replay", message),
    ]:
        assert ben.post(reverse(f"portal:{name}", args=[row.pk])).status_code == 404
    assert Endpoint.objects.get().version == 1


def test_an_endpoint_is_tested_switched_and_removed(ada: Client, as_system: None) -> None:
    endpoint = Endpoint.objects.create(url="https://example.com/hook", event_types=["*"])
    sent = ada.post(reverse("console:webhook_test", args=[endpoint.pk]))
    assert "endpoint.tested" in ada.get(sent["Location"]).content.decode()
    ada.post(reverse("console:webhook_switch", args=[endpoint.pk]), {"on": "0"})
    endpoint.refresh_from_db()
    assert not endpoint.is_active
    assert Message.objects.get().state == "failed"
    ada.post(reverse("console:webhook_remove", args=[endpoint.pk]))
    assert not Endpoint.objects.exists()


def test_the_system_can_look_too(event: Event) -> None:
    with enter(SYSTEM):
        assert running.counts().keys() == {"failed", "doing", "todo"}
