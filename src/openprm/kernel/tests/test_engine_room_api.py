"""The engine room, the settings and a person's messages, as programs use them."""

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from openprm.kernel import events, jobs, services, settings_store
from openprm.kernel.access import as_system
from openprm.kernel.events.models import Delivery, Event
from openprm.kernel.mail.models import Mail
from openprm.kernel.notifications.models import Notification
from openprm.kernel.tests.cast import ADMIN, ANNA, BEN, CLERK
from openprm.kernel.tests.facts import Shared

pytestmark = pytest.mark.django_db

API = "/api/v1"


@pytest.fixture
def ada(bearer: Any) -> Client:
    return bearer(ADMIN)


@pytest.fixture
def anna(bearer: Any) -> Client:
    return bearer(ANNA)


@jobs.job("tests.trip", attempts=1)
def trip() -> None:
    raise RuntimeError("fell")


def read(client: Client, path: str, status: int = 200) -> Any:
    response = client.get(API + path)
    assert response.status_code == status, response.content
    return response.json()


def send(client: Client, method: str, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
    text = json.dumps(body if body is not None else {})
    response = client.generic(method, API + path, text, content_type="application/json", headers=headers)
    assert response.status_code == status, response.content
    return response.json() if response.content else None


# --- settings ---


def test_a_setting_tells_its_bounds_and_its_value(ada: Client) -> None:
    rate = read(ada, "/settings/api.requests_per_minute")
    assert rate["value"] == rate["default"]
    assert rate["minimum"] <= rate["value"] <= rate["maximum"]
    assert rate["key"] in {one["key"] for one in read(ada, "/settings")}


def test_a_changed_setting_is_in_force_at_once_and_in_the_log(ada: Client) -> None:
    changed = send(ada, "PUT", "/settings/api.requests_per_minute", {"value": 77}, **{"If-Match": '"0"'})
    assert changed["value"] == 77
    with as_system():
        assert settings_store.get("api.requests_per_minute") == 77
        assert Event.objects.get(name="setting.changed").actor_name == "Ada"


def test_a_request_reads_the_settings_once_and_sees_its_own_change(django_assert_num_queries: Any) -> None:
    with as_system(), settings_store.held():
        assert settings_store.get("api.requests_per_minute") != 77
        with django_assert_num_queries(0):
            settings_store.many("api.requests_per_minute", "brand.name")
        services.change_setting(key="api.requests_per_minute", value=77, by=ADMIN, at=timezone.now())
        assert settings_store.get("api.requests_per_minute") == 77


def test_a_change_to_a_version_that_is_gone_is_refused(ada: Client) -> None:
    path = "/settings/api.requests_per_minute"
    send(ada, "PUT", path, {"value": 77}, **{"If-Match": '"0"'})
    send(ada, "PUT", path, {"value": 78}, status=412, **{"If-Match": '"0"'})
    send(ada, "PUT", path, {"value": 78}, status=428)
    assert read(ada, path)["value"] == 77


def test_a_value_out_of_bounds_is_refused_with_the_bounds(ada: Client) -> None:
    path = "/settings/api.requests_per_minute"
    problem = send(ada, "PUT", path, {"value": "many"}, status=422, **{"If-Match": "*"})
    assert "whole numbers" in str(problem["errors"])


def test_no_address_can_be_smuggled_in_as_a_picture(ada: Client) -> None:
    picture = {"value": "https://elsewhere.example/x.svg"}
    send(ada, "PUT", "/settings/brand.logo", picture, status=422, **{"If-Match": "*"})
    assert read(ada, "/settings/brand.logo")["value"] == ""


def test_a_picture_is_sent_as_a_file_and_taken_away_again(ada: Client) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(drawn, "PNG")
    upload = {"file": SimpleUploadedFile("logo.png", drawn.getvalue(), "image/png")}
    sent = ada.post(f"{API}/settings/brand.logo/picture", upload)
    assert sent.status_code == 200, sent.content
    assert sent.json()["value"].startswith("/files/")
    assert send(ada, "PUT", "/settings/brand.logo", {"value": ""}, **{"If-Match": "*"})["value"] == ""


def test_what_is_no_picture_takes_none(ada: Client) -> None:
    upload = {"file": SimpleUploadedFile("logo.png", b"x", "image/png")}
    assert ada.post(f"{API}/settings/api.requests_per_minute/picture", upload).status_code == 422


def test_an_unknown_setting_is_missing(ada: Client) -> None:
    assert "GET /settings" in read(ada, "/settings/nothing.here", status=404)["detail"]


# --- deliveries, jobs, e-mail ---


@pytest.fixture
def failed() -> Delivery:
    with as_system():
        note = Notification.objects.create(person_id=ANNA.id, partner_id=ANNA.partner_id, kind="k", title="The note")
        event = events.announce(Shared(), about=note, by=ANNA, at=timezone.now())
        return Delivery.objects.create(event=event, subscriber="tests.x", state="failed", attempts=8, error="Boom")


def test_a_failed_delivery_is_found_and_replayed(ada: Client, failed: Delivery) -> None:
    assert [row["error"] for row in read(ada, "/deliveries?state=failed")["items"]] == ["Boom"]
    again = send(ada, "POST", f"/deliveries/{failed.pk}/replay", status=202)
    assert (again["state"], again["attempts"]) == ("waiting", 0)
    with as_system():
        assert ProcrastinateJob.objects.filter(args__delivery=str(failed.pk)).exists()


def test_what_did_not_fail_is_not_replayed(ada: Client, failed: Delivery) -> None:
    with as_system():
        Delivery.objects.filter(pk=failed.pk).update(state="done")
    assert send(ada, "POST", f"/deliveries/{failed.pk}/replay", status=202)["state"] == "done"
    with as_system():
        assert not ProcrastinateJob.objects.filter(args__delivery=str(failed.pk)).exists()


def _job(status: str) -> int:
    with as_system(), connection.cursor() as cursor:
        trip.defer()
        cursor.execute(
            "update procrastinate_jobs set status = %s where id = (select max(id) from procrastinate_jobs)"
            " returning id",
            [status],
        )
        return int(cursor.fetchone()[0])


def test_a_failed_job_is_tried_again(ada: Client) -> None:
    job = _job("failed")
    assert [row["id"] for row in read(ada, "/jobs?status=failed")["items"]] == [job]
    assert send(ada, "POST", f"/jobs/{job}/retry", status=202)["status"] == "todo"
    assert send(ada, "POST", f"/jobs/{job}/retry", status=409)["code"] == "job_not_failed"


def test_only_a_job_that_waits_is_cancelled(ada: Client) -> None:
    send(ada, "POST", f"/jobs/{_job('todo')}/cancel", status=204)
    assert send(ada, "POST", f"/jobs/{_job('doing')}/cancel", status=409)["code"] == "job_not_waiting"


def _mail(state: str) -> Mail:
    with as_system():
        return Mail.objects.create(
            sender="a@example.com", recipients=["b@example.com"], subject="Hello", text="A secret link", state=state
        )


def test_the_words_of_a_letter_are_shown_only_while_nobody_got_it(ada: Client) -> None:
    kept, sent = _mail("kept"), _mail("failed")
    assert read(ada, f"/mail/{kept.pk}")["text"] == "A secret link"
    assert read(ada, f"/mail/{sent.pk}")["text"] == ""
    assert [row["id"] for row in read(ada, "/mail?state=kept")["items"]] == [str(kept.pk)]


def test_without_a_server_nothing_is_sent_again(ada: Client) -> None:
    assert send(ada, "POST", f"/mail/{_mail('kept').pk}/send", status=409)["code"] == "no_mail_server"


@pytest.mark.parametrize("path", ["/deliveries", "/jobs", "/mail", "/settings"])
def test_the_engine_room_is_for_those_who_run_it(bearer: Any, path: str) -> None:
    assert [bearer(actor).get(API + path).status_code for actor in (ADMIN, CLERK, ANNA)] == [200, 403, 403]


# --- messages ---


@pytest.fixture
def notes() -> list[Notification]:
    with as_system():
        return [
            Notification.objects.create(person_id=ANNA.id, partner_id=ANNA.partner_id, kind="k", title=title)
            for title in ("one", "two")
        ]


def test_a_person_reads_their_messages_and_nobody_elses(anna: Client, bearer: Any, notes: list[Notification]) -> None:
    assert [row["title"] for row in read(anna, "/notifications?unread=true")["items"]] == ["two", "one"]
    assert read(bearer(BEN), "/notifications")["items"] == []
    send(bearer(BEN), "POST", f"/notifications/{notes[0].pk}/read", status=404)


def test_one_message_is_read_then_all(anna: Client, notes: list[Notification]) -> None:
    assert send(anna, "POST", f"/notifications/{notes[0].pk}/read")["read_at"]
    assert send(anna, "POST", "/notifications/read") == {"read": 1}
    assert read(anna, "/notifications?unread=true")["items"] == []


def test_a_choice_changes_what_it_names_and_nothing_else(anna: Client) -> None:
    before = {row["kind"]: row for row in read(anna, "/notification-preferences")}
    kind = next(iter(before))
    choice = {"choices": [{"kind": kind, "channel": "email", "mode": "daily"}]}
    after = {row["kind"]: row for row in send(anna, "POST", "/notification-preferences", choice)}
    assert after == before | {kind: before[kind] | {"email": "daily"}}


def test_an_unknown_kind_of_message_cannot_be_chosen(anna: Client) -> None:
    choice = {"choices": [{"kind": "no.such", "channel": "email", "mode": "off"}]}
    assert "no.such" in str(send(anna, "POST", "/notification-preferences", choice, status=422)["errors"])
