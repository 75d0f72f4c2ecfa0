"""The worker: runs jobs until told to stop, and outlives the database's absences."""

import asyncio
import logging
import random
import signal

import psycopg
from django.db import OperationalError
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

log = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0
PATIENCE = 25.0  # seconds that jobs at hand have to finish in when the worker shall stop


async def work(*, concurrency: int, queues: list[str] | None, wait: bool) -> None:
    """Run jobs; when the database goes away, try again with growing pauses."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    pause = 0.5
    while not stopping.is_set():
        began = loop.time()
        try:
            await _work(concurrency=concurrency, queues=queues, wait=wait)
            return
        except (ConnectorException, psycopg.Error, OperationalError) as error:
            if loop.time() - began > LONGEST_PAUSE:
                pause = 0.5
            log.warning(
                "worker lost the database (%s); trying again in %.1f s",
                str(error).strip() or type(error).__name__,
                pause,
            )
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, stopping.set)
            try:
                await asyncio.wait_for(stopping.wait(), pause * random.uniform(0.8, 1.2))  # noqa: S311
            except TimeoutError:
                pause = min(pause * 2, LONGEST_PAUSE)


async def _work(*, concurrency: int, queues: list[str] | None, wait: bool) -> None:
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector) as working:
        async with working.open_async():
            await working.run_worker_async(
                queues=queues,  # type: ignore[arg-type] # None means all, says the library's documentation
                concurrency=concurrency,
                wait=wait,
                shutdown_graceful_timeout=PATIENCE,
                fetch_job_polling_interval=5.0,
            )
