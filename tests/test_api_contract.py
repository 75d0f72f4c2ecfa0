"""The API keeps what its description promises, whatever it is sent: no server errors, nothing undescribed."""

import logging
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, get_args
from uuid import UUID

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS as KNOWN_CHECKS
from schemathesis.schemas import APIOperation

from openprm.accounts import services as accounts
from openprm.accounts.models import Role
from openprm.config.api import api
from openprm.config.wsgi import application
from openprm.kernel.access import Actor, as_system
from tests.world import World

PROMISES = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)
EXAMPLES = 15  # for each operation and side

description = schemathesis.openapi.from_dict(api.get_openapi_schema())
description.app = application
OPERATIONS: list[Any] = [result.ok() for result in description.get_all_operations()]
CHECKS = KNOWN_CHECKS.get_by_names(PROMISES)


def _shapes(known: Any, found: dict[str, set[type[BaseModel]]]) -> None:
    """Add the shapes that a type is made of, by the name under which the description tells them."""
    if isinstance(known, type) and issubclass(known, BaseModel):
        if known in found[known.__name__]:
            return
        found[known.__name__].add(known)
        for field in known.model_fields.values():
            _shapes(field.annotation, found)
    for part in get_args(known):
        _shapes(part, found)


def test_no_two_shapes_share_a_name() -> None:
    """The description tells one shape for each name: another of that name would be told wrongly."""
    found: dict[str, set[type[BaseModel]]] = defaultdict(set)
    for _prefix, router in api._routers:
        for path in router.path_operations.values():
            for operation in path.operations:
                for known in (*operation.models, *operation.response_models.values()):
                    for field in getattr(known, "model_fields", {}).values():  # each is only a wrapper
                        _shapes(field.annotation, found)
    assert len(found) > 100
    assert {name: shapes for name, shapes in found.items() if len(shapes) > 1} == {}


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Keep thousands of expected refusals out of the log."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    yield
    logging.disable(before)


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Keep the test's connection, which a request would otherwise look after: its transaction is the test's."""
    around = (request_started, request_finished)
    for signal in around:
        signal.disconnect(close_old_connections)
    yield
    for signal in around:
        signal.connect(close_old_connections)


@pytest.fixture
def known(world: World) -> dict[str, UUID]:
    """Return an id of most kinds, as paths name them: what is random finds nothing."""
    deal = world.submitted(world.alfa)
    world.approved(world.beta, customer="Litware AG")
    with as_system():
        return {
            "deal_id": deal.pk,
            "partner_id": world.alfa.pk,
            "person_id": world.person("sales", world.alfa).pk,
            "line_id": world.cloud.pk,
            "account_id": world.account("Fabrikam AG").pk,
            "role_id": Role.objects.get(side="partner", key="sales").pk,
        }


@pytest.fixture
def tokens(world: World) -> list[str]:
    """Return the tokens of an administrator of the vendor's and of a partner's."""
    return [_token(world.actor("admin")), _token(world.actor("admin", world.alfa))]


def _token(actor: Actor) -> str:
    with as_system():
        return accounts.create_token(name="Test", verbs=["*"], expires_at=None, by=actor, at=timezone.now())[1]


def _requests(operation: APIOperation) -> st.SearchStrategy[Case]:
    """Return requests as described and, where something can be wrong about them, wrong ones."""
    right = operation.as_strategy(GenerationMode.POSITIVE)
    can_be_wrong = operation.body or operation.query or operation.path_parameters
    return right | operation.as_strategy(GenerationMode.NEGATIVE) if can_be_wrong else right


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_every_operation_keeps_its_promises(operation: APIOperation, known: dict[str, UUID], tokens: list[str]) -> None:
    @given(case=_requests(operation), token=st.sampled_from(tokens), found=st.integers(0, 3))
    @settings(
        max_examples=EXAMPLES * len(tokens),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Case, token: str, found: int) -> None:
        if found:  # three of four ask for what exists, in the version that it has
            case.path_parameters.update({name: str(known[name]) for name in case.path_parameters if name in known})
            if "If-Match" in case.headers:
                case.headers["If-Match"] = "*"
        case.headers["Authorization"] = f"Bearer {token}"
        with transaction.atomic():  # undone afterwards, the hits on the limit of requests too
            case.call_and_validate(checks=CHECKS)
            connection.check_constraints()
            transaction.set_rollback(True)

    ask()
