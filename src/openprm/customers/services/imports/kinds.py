"""The files of customers: accounts and opportunities."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from openprm.customers import importing, policies
from openprm.customers.importing import ImportKind
from openprm.customers.models import Account, Import
from openprm.customers.rules import ACCOUNT_FIELDS, OPPORTUNITY_FIELDS
from openprm.customers.services.imports.moving import starter
from openprm.customers.services.imports.undoing import take_rows_back
from openprm.customers.services.upsert import plan_accounts, plan_opportunities, upsert_accounts, upsert_opportunities

Rows = Sequence[Mapping[str, str]]
NEEDED = (("name", "external_id"),)


def _plan_accounts(item: Import, rows: Rows) -> Sequence[Any]:
    return plan_accounts(rows, origin=Account.Origin.IMPORT, same_company=item.same_company)


def _write_accounts(item: Import, rows: Rows, at: datetime, taken: Any) -> Sequence[Any]:
    return upsert_accounts(
        rows=rows,
        by=starter(item),
        at=at,
        origin=Account.Origin.IMPORT,
        same_company=item.same_company,
        taken=taken,
        tell=False,
    )


def _plan_opportunities(item: Import, rows: Rows) -> Sequence[Any]:
    return plan_opportunities(rows, at=timezone.now())


def _write_opportunities(item: Import, rows: Rows, at: datetime, taken: Any) -> Sequence[Any]:
    return upsert_opportunities(rows=rows, by=starter(item), at=at, taken=taken, tell=False)


importing.register(
    ImportKind(
        Import.Kind.ACCOUNTS.value,
        _("Accounts"),
        policies.IMPORT,
        ACCOUNT_FIELDS,
        NEEDED,
        _plan_accounts,
        _write_accounts,
        take_rows_back,
        "console:accounts",
    )
)
importing.register(
    ImportKind(
        Import.Kind.OPPORTUNITIES.value,
        _("Opportunities"),
        policies.IMPORT,
        OPPORTUNITY_FIELDS,
        NEEDED,
        _plan_opportunities,
        _write_opportunities,
        take_rows_back,
        "console:opportunities",
    )
)
