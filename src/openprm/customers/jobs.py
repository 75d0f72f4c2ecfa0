"""What the clock does for accounts: it counts words, forgets files, and shelves what can be asked about blind."""

from datetime import UTC, datetime

from openprm.customers import index, services
from openprm.customers.services.imports import forget_files as forget
from openprm.kernel import jobs


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
