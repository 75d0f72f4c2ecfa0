"""What every operation of the API does before and after its own work."""

import json
import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from openprm.kernel.access import as_system
from openprm.kernel.api.jobs import sweep
from openprm.kernel.api.models import KeptAnswer
from openprm.kernel.settings_store import StoredSetting
from openprm.kernel.tests.cast import ADMIN, ANNA, CLERK, VIEWING

THINGS = "/api/v1/things"
NOBODYS = "01a20a34-d49e-7708-8a34-98f1d3a5edbd"  # the same in every process that collects these tests


@pytest.fixture(autouse=True)
def _urls(settings: Any) -> None:
    settings.ROOT_URLCONF = "openprm.kernel.tests.programme"


@pytest.fixture
def ada(bearer: Any) -> Client:
    return bearer(ADMIN)


def post(client: Client, body: Any, key: str = "", **headers: str) -> Any:
    if key:
        headers["Idempotency-Key"] = key
    text = body if isinstance(body, str) else json.dumps(body)
    return client.post(THINGS, text, content_type="application/json", headers=headers)


def stored() -> set[str]:
    return set(StoredSetting.objects.values_list("key", flat=True))


# --- who ---


@pytest.mark.parametrize(
    ("actor", "method", "path", "status"),
    [
        (None, "get", THINGS, 401),
        (None, "post", THINGS, 401),
        (CLERK, "get", THINGS, 403),
        (CLERK, "post", THINGS, 403),
        (ANNA, "get", THINGS, 403),
        (VIEWING, "post", THINGS, 403),
        (CLERK, "get", f"{THINGS}/{NOBODYS}", 404),
        (ADMIN, "get", THINGS, 200),
        (ADMIN, "delete", THINGS, 405),
        (ADMIN, "get", "/api/v1/nothing", 404),
        (ADMIN, "get", "/api/v1/no%0Athing/here", 404),
        (ADMIN, "get", f"{THINGS}/not-a-uuid", 404),
        (ADMIN, "get", "/api/v1/too-many", 429),
    ],
)
def test_who_may_do_what(bearer: Any, actor: Any, method: str, path: str, status: int) -> None:
    client = bearer(actor) if actor else Client()
    response = getattr(client, method)(path, content_type="application/json")
    assert response.status_code == status
    if status >= 400:
        problem = response.json()
        assert response["Content-Type"] == "application/problem+json"
        assert problem["status"] == status
        assert problem["detail"]
        assert problem["code"]


def test_a_refusal_without_a_token_says_how_to_sign_in(db: None) -> None:
    assert Client().get(THINGS)["WWW-Authenticate"].startswith("Bearer")


def test_a_session_cookie_opens_nothing(signed_in: Any) -> None:
    assert signed_in(ADMIN).get(THINGS).status_code == 401


def test_too_many_says_how_long_to_wait(ada: Client) -> None:
    assert ada.get("/api/v1/too-many")["Retry-After"] == "60"


# --- what ---


@pytest.mark.parametrize("body", ["[]", "null", "7", '"text"'])
def test_a_body_of_another_shape_is_refused(ada: Client, body: str) -> None:
    assert post(ada, body).status_code == 422


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"key": "a"}, 422, "value"),
        ({"key": "", "value": 1}, 422, "key"),
        ({"key": "a\0b", "value": 1}, 422, "key"),
        ('{"key": "\\ud800", "value": 1}', 422, "key"),
        ({"key": "a", "value": 10**30}, 422, "value"),
        ('{"key": "a", "value": 1e999}', 422, "value"),
        ('{"key": "a", "value": NaN}', 400, None),
        ("{", 400, None),
        ("[" * 100_000, 400, None),
        (b"\xff\xfe".decode("latin-1"), 400, None),
    ],
)
def test_what_cannot_be_stored_is_refused_by_field(ada: Client, body: Any, status: int, field: str | None) -> None:
    response = post(ada, body)
    assert response.status_code == status
    assert [error["field"] for error in response.json()["errors"]] == ([field] if field else [])


def test_a_nul_in_the_query_is_refused(ada: Client) -> None:
    assert ada.get(THINGS, {"cursor": "a\0"}).status_code == 422


def test_another_kind_of_body_is_refused(ada: Client) -> None:
    assert ada.post(THINGS, "key=a", content_type="text/plain").status_code == 415


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("multipart/form-data", "x", 415),
        ("application/x-www-form-urlencoded", "key=a&value=1", 415),
        ("application/json; charset=utf-8", '{"key": "a", "value": 1}', 201),
        ("application/merge-patch+json", '{"key": "a", "value": 1}', 201),
    ],
)
def test_an_operation_reads_the_kind_of_body_it_says(ada: Client, kind: str, body: str, status: int) -> None:
    assert ada.generic("POST", THINGS, body, content_type=kind).status_code == status


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary="])
def test_a_form_that_cannot_be_read_is_refused(ada: Client, kind: str) -> None:
    assert ada.generic("POST", f"{THINGS}/upload", "x", content_type=kind).status_code == 400


def test_an_upload_sent_twice_is_done_once_whatever_its_boundary(ada: Client) -> None:
    answers = [
        ada.post(f"{THINGS}/upload", {"file": SimpleUploadedFile("a.txt", b"words")}, headers={"Idempotency-Key": "u"})
        for _twice in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1]["Idempotency-Replayed"] == "true"
    assert len(stored()) == 1


def test_a_body_that_is_too_large_is_refused(ada: Client) -> None:
    assert post(ada, json.dumps({"key": "x" * 6_000_000, "value": 1})).status_code == 413


def test_a_refusal_undoes_what_was_written(ada: Client) -> None:
    response = post(ada, {"key": "no thing", "value": 1})
    assert (response.status_code, response.json()["code"]) == (409, "not_like_this")
    assert stored() == set()


def test_a_second_of_what_is_unique_is_a_conflict(ada: Client) -> None:
    post(ada, {"key": "a", "value": 1})
    response = post(ada, {"key": "a", "value": 2})
    assert (response.status_code, response.json()["code"]) == (409, "conflict")


def test_a_failure_of_ours_shows_no_trace_and_leaves_nothing(ada: Client) -> None:
    response = post(ada, {"key": "crash", "value": 1}, key="k")
    assert response.status_code == 500
    assert "ZeroDivision" not in response.content.decode()
    assert stored() == set()


@pytest.mark.django_db(transaction=True)
def test_while_the_database_is_away_the_answer_is_503_and_when_to_try_again(ada: Client) -> None:
    response = ada.get("/api/v1/outage")
    connection.close()
    assert response.status_code == 503
    assert response["Retry-After"]
    assert response["Content-Type"] == "application/problem+json"


# --- repeats ---


def test_the_same_request_with_the_same_key_is_done_once(ada: Client) -> None:
    first = post(ada, {"key": "a", "value": 1}, key="k1")
    second = post(ada, {"key": "a", "value": 1}, key="k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert first["ETag"] == second["ETag"]
    assert second["Idempotency-Replayed"] == "true"
    assert len(stored()) == 1


def test_a_refusal_is_repeated_too(ada: Client) -> None:
    first = post(ada, {"key": "no", "value": 1}, key="k1")
    second = post(ada, {"key": "no", "value": 1}, key="k1")
    assert (first.status_code, second.status_code) == (409, 409)
    assert second["Idempotency-Replayed"] == "true"


def test_a_key_serves_one_request_only(ada: Client) -> None:
    post(ada, {"key": "a", "value": 1}, key="k1")
    response = post(ada, {"key": "b", "value": 1}, key="k1")
    assert (response.status_code, response.json()["code"]) == (422, "idempotency_key_reused")
    assert stored() == {"a"}


def test_after_a_failure_of_ours_the_key_is_free_again(ada: Client) -> None:
    post(ada, {"key": "crash", "value": 1}, key="k1")
    assert post(ada, {"key": "a", "value": 1}, key="k1").status_code == 201


def test_another_actors_key_is_another_key(ada: Client, bearer: Any) -> None:
    post(ada, {"key": "a", "value": 1}, key="k1")
    assert post(bearer(CLERK), {"key": "a", "value": 1}, key="k1").status_code == 403


def test_kept_answers_are_unreadable_in_the_database_and_swept(ada: Client) -> None:
    post(ada, {"key": "a secret word", "value": 1}, key="k1")
    with as_system():
        kept = KeptAnswer.objects.get()
        assert b"secret" not in bytes(kept.body)
        assert kept.key != "k1"
        sweep.run(int(kept.created_at.timestamp()) + 3600 * 24)
        assert KeptAnswer.objects.exists()
        sweep.run(int(kept.created_at.timestamp()) + 3600 * 49)
        assert not KeptAnswer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_with_one_key_make_one_thing(bearer: Any) -> None:
    answers: list[Any] = []
    start = threading.Barrier(8)

    def send() -> None:
        start.wait()
        answers.append(post(bearer(ADMIN), {"key": "a", "value": 1}, key="k1"))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert stored() == {"a"}


# --- versions ---


def change(client: Client, path: str, **headers: str) -> Any:
    body = json.dumps({"key": "a", "value": 2})
    return client.patch(path, body, content_type="application/json", headers=headers)


def test_a_change_names_the_version_it_is_made_to(ada: Client) -> None:
    made = post(ada, {"key": "a", "value": 1})
    path = f"{THINGS}/{made.json()['id']}"
    assert change(ada, path).status_code == 428
    assert change(ada, path, **{"If-Match": '"9"'}).status_code == 412
    changed = change(ada, path, **{"If-Match": made["ETag"]})
    assert (changed.status_code, changed.json()["value"]) == (200, 2)
    assert changed["ETag"] != made["ETag"]
    assert change(ada, path, **{"If-Match": made["ETag"]}).status_code == 412


def test_what_the_client_already_has_is_not_sent_again(ada: Client) -> None:
    made = post(ada, {"key": "a", "value": 1})
    path = f"{THINGS}/{made.json()['id']}"
    assert ada.get(path, headers={"If-None-Match": made["ETag"]}).status_code == 304


# --- lists ---


def test_pages_follow_each_other_without_gap_or_repeat(ada: Client) -> None:
    for number in range(7):
        post(ada, {"key": f"k{number}", "value": number})
    seen, cursor = [], ""
    for _page in range(4):
        answer = ada.get(THINGS, {"limit": 2, "cursor": cursor}).json()
        seen += [item["value"] for item in answer["items"]]
        cursor = answer["next"]
    assert seen == [6, 5, 4, 3, 2, 1, 0]
    assert cursor is None


@pytest.mark.parametrize("query", [{"cursor": "nonsense"}, {"limit": 0}, {"limit": 201}, {"limit": "x"}])
def test_a_wrong_page_is_refused(ada: Client, query: dict[str, Any]) -> None:
    response = ada.get(THINGS, query)
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] in query


# --- limits ---


def test_the_limit_is_told_and_held_per_token(ada: Client, bearer: Any) -> None:
    StoredSetting.objects.create(key="api.requests_per_minute", value=2)
    first, second, third = (ada.get(THINGS) for _ in range(3))
    assert (first["RateLimit-Limit"], first["RateLimit-Remaining"]) == ("2", "1")
    assert second["RateLimit-Remaining"] == "0"
    assert third.status_code == 429
    assert 1 <= int(third["Retry-After"]) <= 60
    assert bearer(CLERK).get(THINGS).status_code == 403


# --- description ---


def test_the_description_names_every_refusal_and_header(db: None) -> None:
    schema = Client().get("/api/v1/openapi.json").json()
    assert schema["openapi"] == "3.1.0"
    made = schema["paths"][THINGS]["post"]
    assert {"201", "401", "403", "409", "422", "429"} <= set(made["responses"])
    assert "application/problem+json" in made["responses"]["409"]["content"]
    assert [parameter["name"] for parameter in made["parameters"]] == ["Idempotency-Key"]
    assert "ProblemDocument" in schema["components"]["schemas"]
    assert schema["components"]["securitySchemes"]


def test_the_documentation_asks_no_other_host_and_has_no_inline_code(db: None) -> None:
    page = Client().get("/api/v1/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert "https://" not in text.replace("http://www.w3.org", "")
    assert text.count("<script") == text.count("<script src=") + 1
    assert 'type="application/json"' in text
