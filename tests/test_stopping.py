"""A worker that is told to stop takes no further job, lets those at hand end, and does not wait for ever."""

import time
from collections.abc import Iterator

import psycopg
import pytest

from drills.instance import Instance, instance
from openprm.config import working

SOON = 60.0  # seconds: more than any machine needs, less than for ever
ADD = (
    "insert into procrastinate_jobs (queue_name, task_name, args)"
    " select 'default', %s, '{\"timestamp\": 0}' from generate_series(1, %s)"
)


@pytest.fixture(scope="module")
def installed() -> Iterator[Instance]:
    """An installation whose worker can be stopped."""
    with instance(durable=False) as lent:
        yield lent


@pytest.fixture
def database(installed: Instance) -> Iterator[psycopg.Connection]:
    """Its database, to its owner, with an empty queue."""
    with psycopg.connect(installed.environment["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute("truncate procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers")
        yield connection


def until(database: psycopg.Connection, task: str, status: str) -> None:
    """Wait for a job to stand there."""
    deadline = time.monotonic() + SOON
    while time.monotonic() < deadline:
        if statuses(database, task).get(status):
            return
        time.sleep(0.02)
    pytest.fail(f"no {task} was {status}: {statuses(database, task)}")


def statuses(database: psycopg.Connection, task: str) -> dict[str, int]:
    """Return how many of these jobs stand where."""
    asked = "select status::text, count(*) from procrastinate_jobs where task_name = %s group by 1"
    return dict(database.execute(asked, [task]).fetchall())


def stopped(installed: Instance) -> int:
    """Tell the worker to stop, and return how it ended."""
    process = installed.running.pop("worker")
    process.terminate()
    return process.wait(SOON)


def test_jobs_that_wait_do_not_keep_a_worker_from_stopping(installed: Instance, database: psycopg.Connection) -> None:
    database.execute(ADD, ["kernel.sweep_answers", 5000])
    installed.start("worker", "worker")
    until(database, "kernel.sweep_answers", "succeeded")
    assert stopped(installed) == 0
    left = statuses(database, "kernel.sweep_answers")
    assert set(left) == {"succeeded", "todo"}  # what was begun was finished, what was not waits


def test_a_job_without_end_goes_back_into_the_queue(installed: Instance, database: psycopg.Connection) -> None:
    with psycopg.connect(installed.environment["DATABASE_OWNER_URL"]) as other:
        other.execute("lock table automation_run in access exclusive mode")  # so that the job waits, and waits
        database.execute(ADD, ["automation.sweep", 1])
        installed.start("worker", "worker")
        until(database, "automation.sweep", "doing")
        assert stopped(installed) == 0
        other.rollback()
    found = database.execute("select status::text, attempts, worker_id from procrastinate_jobs"
                             " where task_name = 'automation.sweep'").fetchall()  # fmt: skip
    assert found == [("todo", 0, None)]
    assert "automation.sweep" in installed.said("worker")
    installed.start("worker", "worker")
    until(database, "automation.sweep", "succeeded")


def test_the_patience_of_a_worker_ends_before_that_of_whoever_stops_it() -> None:
    assert working.PATIENCE + working.MARGIN <= 10  # what container engines give before they kill
