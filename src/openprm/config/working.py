"""The worker: runs jobs until told to stop, and outlives the database's absences.

Told to stop, it takes no further job and lets those at hand end. A job that takes longer than a stop may is handed back
to the queue, and the process ends all the same: the database undoes what the job had not committed, and another
worker does it again.
"""

import asyncio
import logging
import os
import random
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import psycopg
from django.db import OperationalError
from procrastinate import App, JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.utils import utcnow
from procrastinate.worker import Worker

log = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0
PATIENCE = 8.0  # seconds that jobs at hand have to finish in when the worker shall stop
MARGIN = 2.0  # seconds that the worker then has to sign off in
# Workers are told of each new job. One that comes in the moment in which a worker looks for the last time is found by
# the next look only, so that looks are frequent; one costs a millisecond of the database.
LOOK_EVERY = 0.5
_UNCOUNTED = "update procrastinate_jobs set attempts = greatest(attempts - 1, 0) where id = %(job)s"


class Stuck(Exception):
    """The worker was told to stop and did not: something it does takes too long."""


async def work(*, concurrency: int, queues: list[str] | None, wait: bool) -> None:
    """Run jobs; when the database goes away, try again with growing pauses."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    pause = 0.5
    while not stopping.is_set():
        began, why = loop.time(), "it ended by itself"
        try:
            await _work(stopping, concurrency=concurrency, queues=queues, wait=wait)
            if not wait or stopping.is_set():
                return
        except (ConnectorException, psycopg.Error, OperationalError) as error:
            why = str(error).strip() or type(error).__name__
        except Stuck:
            logging.shutdown()
            os._exit(0)  # threads cannot be ended otherwise
        if loop.time() - began > LONGEST_PAUSE:
            pause = 0.5
        log.warning("worker lost the database (%s); trying again in %.1f s", why, pause)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), pause * random.uniform(0.8, 1.2))  # noqa: S311
        pause = min(pause * 2, LONGEST_PAUSE)


async def _work(stopping: asyncio.Event, *, concurrency: int, queues: list[str] | None, wait: bool) -> None:
    at_hand: dict[int, tuple[JobContext, Worker]] = {}

    async def noted(call: Callable[[], Awaitable[Any]], context: JobContext, worker: Worker) -> Any:
        assert context.job.id is not None
        at_hand[context.job.id] = (context, worker)
        try:
            return await call()
        finally:
            del at_hand[context.job.id]

    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector) as working:
        async with working.open_async():
            running = asyncio.create_task(
                working.run_worker_async(
                    queues=queues,  # type: ignore[arg-type] # None means all, says the library's documentation
                    concurrency=concurrency,
                    wait=wait,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=LOOK_EVERY,
                    worker_middleware=[noted],
                )
            )
            stop = asyncio.create_task(stopping.wait())
            await asyncio.wait({running, stop}, return_when=asyncio.FIRST_COMPLETED)
            stop.cancel()
            if not running.done():
                running.cancel()  # which the worker takes as a wish to stop
                await asyncio.wait({running}, timeout=PATIENCE)
            if not running.done():
                await _hand_back(working, at_hand)
                raise Stuck
            if not running.cancelled():
                running.result()


async def _hand_back(working: App, at_hand: dict[int, tuple[JobContext, Worker]]) -> None:
    """Put the jobs at hand into the queue again, as if they had not been begun, and sign off."""
    log.warning("worker stops; these jobs take too long and are begun again: %s", _named(at_hand))
    left = list(at_hand.values())  # some may yet end while the others are handed back
    with suppress(TimeoutError):
        async with asyncio.timeout(MARGIN):
            for context, _worker in left:
                with suppress(ConnectorException, psycopg.Error):  # others notice soon enough that it was left behind
                    await working.job_manager.retry_job(job=context.job, retry_at=utcnow())
                    await working.connector.execute_query_async(_UNCOUNTED, job=context.job.id)
            for identity in {worker.worker_id for _context, worker in left}:
                if identity is not None:
                    with suppress(ConnectorException, psycopg.Error):
                        await working.job_manager.unregister_worker(identity)


def _named(at_hand: dict[int, tuple[JobContext, Worker]]) -> str:
    return ", ".join(f"{context.job.task_name}[{key}]" for key, (context, _worker) in at_hand.items()) or "none"
