"""Messages to other systems, against a real receiver."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from standardwebhooks import Webhook

from openprm.kernel import events
from openprm.kernel.access import SYSTEM, as_system, enter
from openprm.kernel.errors import Invalid, Missing, Refusal
from openprm.kernel.events.models import Event
from openprm.kernel.jobs import work_off
from openprm.kernel.notifications.models import Notification
from openprm.kernel.tests.cast import ADMIN, ALFA, ANNA, BEN, CLERK
from openprm.kernel.tests.facts import Kept, Shared
from openprm.kernel.webhooks import jobs, rules, sending, services
from openprm.kernel.webhooks.models import Endpoint, Message

pytestmark = pytest.mark.django_db


class Receiver:
    """A web server that answers as told and remembers what it was sent."""

    def __init__(self) -> None:
        self.status = 200
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.headers: dict[str, str] = {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.requests.append((dict(self.headers), body))
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"thank you " * 500)

            def log_message(self, *_details: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?key=1"


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, daemon=True)
    thread.start()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


@pytest.fixture
def note(as_system: None) -> Notification:
    return Notification.objects.create(person_id=ANNA.id, partner_id=ALFA, kind="k", title="t")


def add(receiver: Receiver, *types: str, by: Any = ADMIN) -> Endpoint:
    with enter(by):
        return services.add(url=receiver.url, event_types=types or ["*"], by=by, at=timezone.now())


def happen(note: Notification, fact: Any = None) -> Event:
    with enter(SYSTEM):
        event = events.announce(fact or Shared(), about=note, by=SYSTEM, at=timezone.now())
        work_off()
    return event


def attempt(message: Message) -> Message:
    jobs.send.run(**jobs.call(message))
    message.refresh_from_db()
    return message


# --- what is sent ---


def test_a_message_can_be_verified_with_the_reference_library(receiver: Receiver, note: Notification) -> None:
    endpoint = add(receiver, "thing.shared")
    event = happen(note, Shared(words="grüß dich"))
    [(headers, body)] = receiver.requests
    told = Webhook(endpoint.secret).verify(body, {name.lower(): value for name, value in headers.items()})
    assert told["type"] == "thing.shared"
    assert told["data"] == {"words": "grüß dich"}
    assert datetime.fromisoformat(told["timestamp"]) == event.at
    assert headers["Host"] == f"127.0.0.1:{receiver.server.server_port}"


def test_every_attempt_carries_the_same_id(receiver: Receiver, note: Notification) -> None:
    add(receiver, "thing.shared")
    receiver.status = 500
    happen(note)
    attempt(Message.objects.get())
    ids = {headers["webhook-id"] for headers, _body in receiver.requests}
    assert len(receiver.requests) == 2
    assert len(ids) == 1


def test_after_a_change_of_secret_both_sign_for_a_day(receiver: Receiver, note: Notification) -> None:
    endpoint = add(receiver, "thing.shared")
    old = endpoint.secret
    services.change_secret(endpoint, by=ADMIN, at=timezone.now())
    assert endpoint.secret != old
    happen(note)
    headers, body = receiver.requests[-1]
    for secret in (old, endpoint.secret):
        assert Webhook(secret).verify(body, {name.lower(): value for name, value in headers.items()})
    assert len(list(endpoint.keys(at=timezone.now() + timedelta(hours=25)))) == 1


def test_the_secret_is_not_in_the_database(receiver: Receiver, note: Notification) -> None:
    endpoint = add(receiver)
    with connection.cursor() as cursor:
        cursor.execute("select e::text from kernel_endpoint e")
        [(row,)] = cursor.fetchall()
    assert endpoint.secret.removeprefix("whsec_") not in row


# --- to whom ---


def test_an_endpoint_hears_what_it_chose(receiver: Receiver, note: Notification) -> None:
    add(receiver, "thing.kept")
    happen(note, Shared())
    assert receiver.requests == []
    happen(note, Kept())
    assert len(receiver.requests) == 1


def test_a_partners_endpoint_hears_shared_facts_about_that_partner_only(receiver: Receiver, note: Notification) -> None:
    add(receiver, by=ANNA)
    add(receiver, by=BEN)
    receiver.requests.clear()
    with as_system():
        Message.objects.all().delete()
    happen(note, Shared())
    happen(note, Kept())
    told = [json.loads(body)["type"] for _headers, body in receiver.requests]
    assert told.count("thing.shared") == 1
    assert told.count("thing.kept") == 0
    with enter(BEN):
        assert not Message.objects.filter(event__name="thing.shared").exists()
        assert Endpoint.objects.count() == 1


def test_a_partner_cannot_choose_what_is_the_vendors_own(receiver: Receiver, db: None) -> None:
    with pytest.raises(Invalid, match=r"thing\.kept"):
        add(receiver, "thing.kept", by=ANNA)


def test_nobody_changes_anothers_endpoint(receiver: Receiver, db: None) -> None:
    endpoint = add(receiver, by=ANNA)
    with enter(BEN), pytest.raises(Missing):
        services.change(endpoint, is_active=False, by=BEN, at=timezone.now())


# --- what if it fails ---


def test_a_failure_is_noted_and_tried_again_later(receiver: Receiver, note: Notification) -> None:
    add(receiver, "thing.shared")
    receiver.status = 503
    happen(note)
    message = Message.objects.get()
    assert (message.state, message.attempts, message.response_status) == ("waiting", 1, 503)
    [entry] = message.log
    assert entry["status"] == 503
    assert entry["body"].startswith("thank you")
    assert len(entry["body"]) <= sending.MOST_READ
    receiver.status = 204
    assert attempt(message).state == "delivered"
    assert message.endpoint.failing_since is None


def test_a_redirect_is_a_failure_and_not_followed(receiver: Receiver, note: Notification) -> None:
    add(receiver, "thing.shared")
    receiver.status, receiver.headers = 302, {"Location": receiver.url}
    happen(note)
    assert Message.objects.get().state == "waiting"
    assert len(receiver.requests) == 1


def test_an_attempt_is_made_once_however_often_its_job_runs(receiver: Receiver, note: Notification) -> None:
    add(receiver, "thing.shared")
    receiver.status = 500
    happen(note)
    message = Message.objects.get()
    call = jobs.call(message)
    jobs.send.run(**call)
    jobs.send.run(**call)
    assert len(receiver.requests) == 2


def test_the_attempts_are_spread_over_three_days_and_then_it_is_given_up() -> None:
    at = start = datetime(2026, 3, 2, tzinfo=UTC)
    for number in range(1, rules.ATTEMPTS):
        later = rules.next_attempt(number, at=at)
        assert later is not None
        assert later > at
        at = later
    assert timedelta(days=3) <= at - start <= timedelta(days=3.5)
    assert rules.next_attempt(rules.ATTEMPTS, at=at) is None


def test_an_endpoint_that_fails_for_three_days_is_switched_off_and_its_owner_told(
    receiver: Receiver, note: Notification, settings: Any
) -> None:
    settings.OPENPRM_HOLDERS = "openprm.kernel.tests.test_webhooks.nobody"
    endpoint = add(receiver, "thing.shared")
    receiver.status = 500
    happen(note)
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=3))
    message = attempt(Message.objects.get())
    endpoint.refresh_from_db()
    assert not endpoint.is_active
    assert "three days" in endpoint.disabled_why
    assert message.state == "failed"
    assert Event.objects.filter(name="endpoint.disabled").exists()
    services.change(endpoint, is_active=True, by=ADMIN, at=timezone.now())
    assert endpoint.failing_since is None


def nobody(verb: str, *, partner_id: Any = None) -> Any:
    return Notification.objects.none()


def test_an_endpoint_that_is_gone_is_switched_off_at_once(
    receiver: Receiver, note: Notification, settings: Any
) -> None:
    settings.OPENPRM_HOLDERS = "openprm.kernel.tests.test_webhooks.nobody"
    endpoint = add(receiver, "thing.shared")
    receiver.status = 410
    happen(note)
    endpoint.refresh_from_db()
    assert not endpoint.is_active


def test_what_was_given_up_can_be_sent_again(receiver: Receiver, note: Notification) -> None:
    endpoint = add(receiver, "thing.shared")
    receiver.status = 500
    happen(note)
    services.change(endpoint, is_active=False, by=ADMIN, at=timezone.now())
    message = Message.objects.get()
    assert message.state == "failed"
    with pytest.raises(Refusal):
        services.replay([message], by=ADMIN, at=timezone.now())
    services.change(endpoint, is_active=True, by=ADMIN, at=timezone.now())
    receiver.status = 200
    assert services.replay([Message.objects.get()], by=ADMIN, at=timezone.now()) == 1
    work_off()
    message.refresh_from_db()
    assert message.state == "delivered"


def test_a_test_message_goes_to_that_endpoint_alone(receiver: Receiver, db: None) -> None:
    endpoint = add(receiver, "thing.shared")
    add(receiver, "*")
    with enter(SYSTEM):
        work_off()
        receiver.requests.clear()
        services.test(endpoint, by=ADMIN, at=timezone.now())
        work_off()
    assert [json.loads(body)["type"] for _headers, body in receiver.requests] == ["endpoint.tested"]


# --- where to ---


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00:ec2::254", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_only_public_addresses_are_written_to(address: str, public: bool) -> None:
    assert rules.is_public(address) is public


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "https://user:password@example.com/",
        "https:///nowhere",
        "https://exam ple.com/",
        "https://example.com:99999/",
        "javascript:alert(1)",
        "https://bücher.example/",
    ],
)
def test_an_endpoint_has_a_plain_https_address(url: str, as_system: None, settings: Any) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = False
    with pytest.raises(Invalid):
        services.add(url=url, event_types=["*"], by=ADMIN, at=timezone.now())


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"])
def test_a_name_that_leads_into_our_own_network_is_not_written_to(receiver: Receiver, host: str) -> None:
    url = f"https://{host}:{receiver.server.server_port}/"
    answer = sending.post(url, body=b"{}", headers={}, allow_private=False)
    assert answer.status == 0
    assert "public internet" in answer.error
    assert receiver.requests == []


def test_no_answer_is_noted_as_such(receiver: Receiver) -> None:
    answer = sending.post("http://127.0.0.1:1/", body=b"{}", headers={}, allow_private=True)
    assert (answer.status, bool(answer.error)) == (0, True)


# --- for programs ---


@pytest.fixture
def api(settings: Any, receiver: Receiver) -> None:
    settings.ROOT_URLCONF = "openprm.kernel.tests.programme"


def test_endpoints_are_managed_by_the_api(api: None, bearer: Any, receiver: Receiver) -> None:
    ada = bearer(ADMIN)
    body = {"url": receiver.url, "event_types": ["thing.shared"], "description": "CRM"}
    made = ada.post("/api/v1/webhooks", body, content_type="application/json")
    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    path = f"/api/v1/webhooks/{made.json()['id']}"
    shown = ada.get(path)
    assert "secret" not in shown.json()
    headers = {"If-Match": shown["ETag"]}
    changed = ada.patch(path, {"is_active": False}, content_type="application/json", headers=headers)
    assert changed.json()["is_active"] is False
    assert ada.get("/api/v1/webhooks").json()["items"][0]["description"] == "CRM"
    assert "thing.shared" in {kind["name"] for kind in ada.get("/api/v1/webhooks/event-types").json()}
    assert bearer(ANNA).get(path).status_code == 404
    assert bearer(CLERK).get(path).status_code == 403
    assert ada.delete(path).status_code == 204


def test_messages_are_listed_and_replayed_by_the_api(
    api: None, bearer: Any, receiver: Receiver, note: Notification
) -> None:
    endpoint = add(receiver, "thing.shared", by=ANNA)
    happen(note)
    anna, ben = bearer(ANNA), bearer(BEN)
    [message] = anna.get(f"/api/v1/webhooks/{endpoint.pk}/messages").json()["items"]
    assert message["state"] == "delivered"
    assert message["log"][0]["status"] == 200
    path = f"/api/v1/webhooks/messages/{message['id']}/replay"
    assert ben.post(path, content_type="application/json").status_code == 404
    assert anna.post(path, content_type="application/json").status_code == 202
    with enter(SYSTEM):
        work_off()
    assert len(receiver.requests) == 2
