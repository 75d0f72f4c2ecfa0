"""Two at the same moment: what one does on another connection, while this transaction still holds its locks."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection, transaction

from openprm.kernel.access import as_system


@contextmanager
def beside(work: Callable[[], object]) -> Iterator[None]:
    """Do something on another connection until it waits for what this transaction holds; then end the block."""

    def run() -> object:
        try:
            with transaction.atomic(), as_system():
                return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic(), as_system():
            yield
            done = pool.submit(run)
            while not done.done() and not _somebody_waits():
                pass
        done.result()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select 1 from pg_locks join pg_stat_activity using (pid)"
            " where not granted and datname = current_database())"
        )
        return bool(cursor.fetchone()[0])
