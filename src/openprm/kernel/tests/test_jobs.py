"""A job exists if and only if the change it follows exists, wherever it is deferred."""

import pytest
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.testing import InMemoryConnector

from openprm.kernel import jobs
from openprm.kernel.access import as_system

pytestmark = pytest.mark.django_db


@jobs.job("tests.walk", queue="walking")
def walk(far: int) -> None:
    """Walk."""


def waiting() -> list[int]:
    with as_system():
        found = ProcrastinateJob.objects.filter(task_name="tests.walk", queue_name="walking").order_by("id")
        return [job.args["far"] for job in found]


@pytest.mark.parametrize("inside_a_worker", [False, True])
def test_what_is_rolled_back_leaves_no_job(inside_a_worker: bool) -> None:
    connector = InMemoryConnector() if inside_a_worker else app.connector  # a worker has a connection of its own
    with app.replace_connector(connector):
        walk.defer(far=1)
        walk.defer_many([{"far": 2}, {"far": 3}])
        with transaction.atomic():
            walk.defer(far=4)
            transaction.set_rollback(True)
    assert waiting() == [1, 2, 3]


def test_nothing_to_do_is_no_job() -> None:
    walk.defer_many([])
    assert waiting() == []
