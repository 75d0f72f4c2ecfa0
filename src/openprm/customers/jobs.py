"""What workers do for accounts: bring files in, take them back, count words at night."""

from datetime import UTC, datetime
from uuid import UUID

from openprm.customers import index, services
from openprm.customers.services.imports import forget_files as forget
from openprm.kernel import jobs


@jobs.job("customers.run_import", queue="imports", attempts=1, scoped=False)
def run_import(item: str) -> None:
    """Bring a file in, in many transactions."""
    services.run_import(UUID(item))


@jobs.job("customers.undo_import", queue="imports", attempts=3, scoped=False)
def undo_import(item: str) -> None:
    """Take an import back, in many transactions."""
    services.run_undo(UUID(item))


@jobs.job("customers.forget_files", queue="night", every="50 2 * * *")
def forget_files(timestamp: int) -> None:
    """Delete the files of old imports."""
    forget(at=datetime.fromtimestamp(timestamp, tz=UTC))


@jobs.job("customers.count_words", queue="night", every="20 2 * * *")
def count_words(timestamp: int) -> None:
    """Put the counts of words right, which writers leave a little behind."""
    index.recount()


@jobs.job("customers.shelve_blind", queue="night", every="*/5 * * * *", scoped=False)
def shelve_blind(timestamp: int) -> None:
    """See to it that companies can be asked about blind; nearly always there is nothing to do."""
    services.shelve_blind()
