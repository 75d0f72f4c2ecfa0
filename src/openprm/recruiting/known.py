"""The companies on file, partners and applicants, in an index that each process keeps in memory.

Making it anew for every question costs seconds at ten thousand partners. It is brought up to date instead, as the
asking transaction sees things: PostgreSQL knows which transaction wrote a row last, so that only rows written since the
look before are read, and a partner created a second ago, even by this very transaction, is found. Rows whose
transaction was still open are looked at again the next time: what was rolled back does not stay.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from threading import Lock
from typing import Any, TypeAlias
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Model, Q
from django.db.models.expressions import RawSQL

from openprm.kernel.access import as_system
from openprm.matching import Company, Match, MemoryIndex, Query
from openprm.matching.engine import judge
from openprm.matching.index import prepare
from openprm.partners.models import Partner
from openprm.recruiting.lifecycle import State
from openprm.recruiting.models import Application

COUNTED = frozenset({State.SUBMITTED, State.IN_REVIEW, State.ASKED, State.REJECTED})  # approved ones are partners
MOST_GONE = 20_000  # forgotten names that the index carries along before it is made anew

# Every transaction before this one had ended when it was asked for, so the next statement sees what it wrote.
_HORIZON = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint % 4294967296"
_SINCE = "age({table}.xmin) <= age(%s::text::xid)"

Told: TypeAlias = Callable[[Any], Company | None]


class Kept:
    """An index of the rows of some tables, and how far it has followed them."""

    def __init__(self, tables: dict[type[Model], tuple[Sequence[str], Told]]) -> None:
        self._tables = tables
        self._lock = Lock()
        self._index = MemoryIndex()
        self._horizon: int | None = None
        self._again: dict[type[Model], set[UUID]] = {}
        self._gone = 0

    def find(self, query: Query, k: int, *, leaving_out: str = "") -> list[Match]:
        """Return the companies that may be this one, the most likely first, as they are now.

        ``leaving_out`` is who asks: beside itself nobody would look like it.
        """
        prepared = prepare(query)
        with as_system(), self._lock:
            self._follow()
            while True:
                shortlist = self._index.candidates(prepared)
                gone = self._gone_of({one.company_id for one in shortlist.candidates})
                if not gone:
                    break
                for company in gone:  # others may have had no place beside them
                    self._forget(company)
        others = [one for one in shortlist.candidates if one.company_id != leaving_out]
        return judge(prepared, replace(shortlist, candidates=others), k)

    def _follow(self) -> None:
        if self._horizon is None or self._gone > MOST_GONE:
            self._index, self._horizon, self._again, self._gone = MemoryIndex(), None, {}, 0
        with connection.cursor() as cursor:
            cursor.execute(_HORIZON)
            horizon = int(cursor.fetchone()[0])
        try:
            again = {model: self._read(model, horizon) for model in self._tables}
        except BaseException:
            self._horizon = None  # what was taken over half is made anew the next time
            raise
        self._horizon, self._again = horizon, again

    def _read(self, model: type[Model], horizon: int) -> set[UUID]:
        """Take over what was written; return the rows whose writing may not have ended."""
        fields, told = self._tables[model]
        before = self._again.get(model, set())
        rows = model._default_manager.annotate(unsettled=_since(model, horizon)).only(*fields)
        if self._horizon is not None:
            rows = rows.filter(Q(_since(model, self._horizon)) | Q(pk__in=before))
        unsettled, seen = set(), set()
        row: Any  # with what was annotated
        for row in rows.iterator():
            seen.add(row.pk)
            if row.unsettled:
                unsettled.add(row.pk)
            self._take(model, row.pk, told(row))
        for pk in before - seen:
            self._take(model, pk, None)
        return unsettled

    def _take(self, model: type[Model], pk: UUID, company: Company | None) -> None:
        if self._horizon is None:  # nothing is known yet that it could stand in the place of
            if company is not None:
                self._index.add(company)
            return
        self._forget(identity(model, pk))
        if company is not None:
            self._index.add(company)

    def _forget(self, company_id: str) -> None:
        before = len(self._index)
        self._index.remove(company_id)
        self._gone += before - len(self._index)

    def _gone_of(self, wanted: set[str]) -> set[str]:
        """Return those whose row was deleted meanwhile, which no row tells of."""
        there: set[str] = set()
        for model in self._tables:
            keys = [one.partition(":")[2] for one in wanted if one.startswith(identity(model, ""))]
            if keys:
                rows = model._default_manager.filter(pk__in=keys).values_list("pk", flat=True)
                there.update(identity(model, pk) for pk in rows)
        return wanted - there


def identity(model: type[Model], pk: Any) -> str:
    """Return what a row is called in the index."""
    return f"{model._meta.model_name}:{pk}"


def site(application: Application) -> str | None:
    """Return the web address that an application gives, or its e-mail's."""
    return str(application.answers.get("website") or "") or application.email or None


def trading(application: Application) -> str:
    """Return the trading name that an application gives."""
    return str(application.answers.get("trading_name") or "")


def _since(model: type[Model], horizon: int) -> RawSQL:
    sql = _SINCE.format(table=connection.ops.quote_name(model._meta.db_table))
    return RawSQL(sql, [horizon], output_field=BooleanField())  # noqa: S611 - a table's name and a number


def _partner(row: Partner) -> Company:
    names = (row.trading_name,) if row.trading_name else ()
    return Company(identity(Partner, row.pk), row.legal_name, names, row.domain or None, row.country)


def _application(row: Application) -> Company | None:
    if row.state not in COUNTED or not row.company:
        return None
    names = tuple(filter(None, [trading(row)]))
    phone = row.contact_phone or None
    return Company(identity(Application, row.pk), row.company, names, site(row), row.country, phone)


known = Kept(
    {
        Partner: (("legal_name", "trading_name", "domain", "country"), _partner),
        Application: (("company", "answers", "email", "country", "contact_phone", "state"), _application),
    }
)
