"""A competitor names another partner's things wherever an operation or a page takes an id: in queries and in bodies."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.db import connection, transaction

from openprm.config.api import api
from openprm.kernel.access import as_system
from tests.isolation.test_table import BODIES, OPERATIONS, PAGES, Stage, operation_address, page_address
from tests.isolation.things import SECRET
from tests.world import World

NAMED_AFTER = {"parent_id": "partner", "subject_id": "deal", "actor_id": "person"}
FILTERS = ("partner", "account", "deal", "owner", "person", "actor", "channel_manager", "parent", "id", "ids")

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage(world: World) -> Stage:
    return Stage(world)


def _alfas_rows(alfa: UUID) -> str:
    """Return a digest of every row that is Alfa's."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute(
            "select table_name from information_schema.columns where column_name = 'partner_id' and"
            " table_schema = 'public' order by 1"
        )
        tables = [name for (name,) in cursor.fetchall()]
        sums = [
            f"select '{name}', sum(hashtext(t::text)::bigint) from {name} t where partner_id = %s" for name in tables
        ]
        cursor.execute(" union all ".join(sums), [alfa] * len(tables))
        return str(cursor.fetchall())


def _schema() -> dict[str, Any]:
    return dict(api.get_openapi_schema())


def _ids(names: Iterator[str], stage: Stage) -> dict[str, str]:
    """Return Alfa's thing for each field that takes an id."""
    found = {name: stage.things.get(NAMED_AFTER.get(name, name.removesuffix("_id"))) for name in names}
    return {name: str(value) for name, value in found.items() if isinstance(value, UUID)}


def _takes_id(told: dict[str, Any]) -> bool:
    kinds = [told, *told.get("anyOf", [])]
    return any(kind.get("format") == "uuid" for kind in kinds)


def _body_fields(details: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    content = details.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    properties = schema["components"]["schemas"].get(name, {}).get("properties", {})
    return (field for field, told in properties.items() if _takes_id(told))


def _requests(stage: Stage) -> Iterator[tuple[Any, str, dict[str, Any]]]:
    """Yield every operation that takes an id in its query or body, filled with Alfa's."""
    schema = _schema()
    described = {
        (method.upper(), path.removeprefix("/api/v1")): details
        for path, methods in schema["paths"].items()
        for method, details in methods.items()
    }
    for row in OPERATIONS:
        details = described[row.method, row.key]
        query = _ids(
            (one["name"] for one in details.get("parameters", []) if one["in"] == "query" and _takes_id(one["schema"])),
            stage,
        )
        body = _ids(_body_fields(details, schema), stage)
        if query or body:
            url = operation_address(row, stage.identifier(row)) + (f"?{urlencode(query)}" if query else "")
            yield row, url, {**BODIES.get((row.method, row.key), {}), **body}


def test_the_check_knows_operations_that_take_ids(stage: Stage) -> None:
    named = {(row.method, row.key) for row, _url, _body in _requests(stage)}
    assert {("GET", "/deals"), ("GET", "/people"), ("POST", "/partners/{partner_id}/team")} <= named


def test_a_competitor_gets_and_changes_nothing_by_naming_anothers_things(stage: Stage) -> None:
    who = (stage.competitor, "admin")
    before = _alfas_rows(stage.world.alfa.pk)
    for row, url, body in _requests(stage):
        with transaction.atomic():
            options = {"data": json.dumps(body), "content_type": "application/json"} if row.method != "GET" else {}
            response = stage.programs[who].generic(row.method, url, **options)
            assert response.status_code < 500, (row, url)
            assert SECRET.lower() not in response.content.decode().lower(), (row, url)
            assert _alfas_rows(stage.world.alfa.pk) == before, (row, url)
            transaction.set_rollback(True)


def test_a_competitors_pages_show_nothing_by_filters_that_name_anothers_things(stage: Stage) -> None:
    browser = stage.browsers[stage.competitor, "admin"]
    foreign = {name: str(stage.things.get(name, stage.things["partner"])) for name in FILTERS}
    for row in PAGES:
        if row.method == "GET" and row.partner:
            response = browser.get(f"{page_address(row, stage.identifier(row))}?{urlencode(foreign)}")
            assert response.status_code < 500, row
            assert SECRET.lower() not in response.content.decode(errors="replace").lower(), row
