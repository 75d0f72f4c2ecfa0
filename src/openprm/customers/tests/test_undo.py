"""A large import is taken back in many transactions; whatever ends a worker between or in them, all of it is."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from openprm.customers import importing, services
from openprm.customers.models import Account, CompanyName
from openprm.customers.services import imports
from openprm.customers.services.imports import undoing
from openprm.customers.tests.test_import import AT, bring, counts
from openprm.kernel import jobs
from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.console import running as queue
from openprm.kernel.models import Event
from openprm.matching import Query

pytestmark = pytest.mark.django_db(transaction=True)  # a killed transaction is rolled back for good
AS_LEFT_BEHIND = "update procrastinate_jobs set status = 'doing' where task_name = 'customers.undo_import'"
ITS_TIME_HAS_COME = "update procrastinate_jobs set scheduled_at = null where task_name = 'customers.undo_import'"


class Killed(BaseException):
    """A worker ends in the middle: nothing catches it, and the transaction it was in is gone."""


def everything() -> dict[str, Any]:
    """Return the accounts and the index as they stand, without what tells how often a row was written."""
    accounts = Account.objects.order_by("external_id").values()
    counted = ("version", "updated_at", "id")
    return {
        "accounts": [{name: value for name, value in row.items() if name not in counted[:2]} for row in accounts],
        "names": sorted(
            repr(sorted((name, str(value)) for name, value in row.items() if name not in counted))
            for row in CompanyName.objects.values()
        ),
    }


def test_an_undo_whose_worker_is_killed_is_picked_up_and_ends_with_everything_as_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lines(first: int, last: int, ending: str) -> list[str]:
        return [f"K{number},Kestrel{number} {ending},kestrel{number}.example" for number in range(first, last)]

    with as_system():
        bring("\n".join(["id,name,website", *lines(0, 120, "Ltd")]))
        before = everything()
    again = [*lines(0, 40, "Ltd"), *lines(40, 120, "Holding AG"), *lines(120, 240, "GmbH")]
    with as_system():
        item = bring("\n".join(["id,name,website", *again]))
        assert counts(item) == (120, 80, 40, 0, 0)
        assert everything() != before

    monkeypatch.setattr(importing, "BATCH", 30)
    real, batches = undoing._note, 0

    def note(rows: Any, at: datetime) -> None:
        nonlocal batches
        batches += 1
        if batches in (3, 6):  # among what was made, and among what was changed
            raise Killed
        real(rows, at)

    monkeypatch.setattr(undoing, "_note", note)
    with as_system():
        services.undo_import(item=item, by=SYSTEM, at=AT)
    for done in (60, 120):
        with pytest.raises(Killed):
            imports.run_undo(item.pk)
        with as_system(), connection.cursor() as cursor:
            item.refresh_from_db()
            assert (item.state, item.undone, item.kept) == ("undoing", done, 0)  # what was half done is not done
            cursor.execute(AS_LEFT_BEHIND)
            assert queue.pick_up(at=timezone.now()) == 1
    with as_system(), connection.cursor() as cursor:
        cursor.execute(ITS_TIME_HAS_COME)
    jobs.work_off()
    with as_system():
        item.refresh_from_db()
        assert (item.state, item.undone, item.kept) == ("undone", 200, 0)
        assert everything() == before
        assert services.find(Query("Kestrel50 Ltd"))[0].name == "Kestrel50 Ltd"
        assert Event.objects.filter(name="import.undone").count() == 1
