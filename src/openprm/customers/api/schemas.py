"""What the API takes and gives about customers."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from openprm.customers.lifecycle import ImportState
from openprm.customers.models import ImportRow, Opportunity
from openprm.customers.services.upsert import MOST_ROWS
from openprm.kernel.api import Field, PageQuery, Schema


class ProductLineOut(Schema):
    """What partners register deals for."""

    id: UUID
    key: str = Field(examples=["edge-gateways"])
    name: str = Field(examples=["Edge Gateways"])
    active: bool
    created_at: datetime
    updated_at: datetime


class ProductLineIn(Schema):
    """A new product line. Its key is made of its name unless one is given."""

    name: str = Field(min_length=1, max_length=120, examples=["Edge Gateways"])
    key: str = Field("", max_length=60, examples=["edge-gateways"])
    active: bool = True


class ProductLineChange(Schema):
    """What to change of a product line."""

    name: str = Field("", min_length=1, max_length=120)
    active: bool = True


class AccountOut(Schema):
    """A company that the vendor sells to, or hopes to."""

    id: UUID
    external_id: str | None = Field(examples=["0015e00002abcde"])
    name: str = Field(examples=["Hansa Logistik GmbH"])
    aliases: list[str] = Field(examples=[["Hansa Log"]])
    former_names: list[str] = Field(examples=[["Hanseatische Speditions AG"]])
    acronyms: list[str] = Field(examples=[["HLG"]])
    foreign_names: list[str]
    name_sources: dict[str, str] = Field(
        description="Where other names came from, where not from the account's origin."
    )
    website: str = Field(examples=["https://hansa-logistik.de"])
    domain: str = Field(examples=["hansa-logistik.de"])
    further_domains: list[str] = Field(examples=[["hansa-log.com"]])
    phone: str = Field(examples=["+49 40 123456"])
    registration_ids: list[str] = Field(examples=[["VAT:DE136695976", "DE-HRB:12345"]])
    parent_id: UUID | None
    country: str = Field(examples=["DE"])
    industry: str
    origin: str = Field(examples=["crm"])
    is_customer: bool
    named: bool
    owner_name: str
    version: int
    created_at: datetime
    updated_at: datetime


class AccountFields(Schema):
    """An account's details; those that are left out stay as they are."""

    external_id: str | None = Field(None, max_length=100, examples=["0015e00002abcde"])
    name: str = Field("", max_length=300, examples=["Hansa Logistik GmbH"])
    aliases: list[str] = Field([], max_length=30, examples=[["Hansa Log"]])
    former_names: list[str] = Field([], max_length=30, examples=[["Hanseatische Speditions AG"]])
    acronyms: list[str] = Field([], max_length=30, examples=[["HLG"]])
    foreign_names: list[str] = Field([], max_length=30)
    website: str = Field("", max_length=300, examples=["https://hansa-logistik.de"])
    further_domains: list[str] = Field([], max_length=30, examples=[["hansa-log.com"]])
    phone: str = Field("", max_length=40, examples=["+49 40 123456"])
    registration_ids: list[str] = Field(
        [], max_length=30, description="Each scheme:value; LEI, VAT, DUNS, CIK, or a register such as DE-HRB."
    )
    parent_external_id: str | None = Field(
        None, max_length=100, description="The external id of the company that owns it; null for none."
    )
    parent_id: UUID | None = Field(None, description="Or the id of that company's account; null for none.")
    country: str = Field("", max_length=100, examples=["DE"])
    industry: str = Field("", max_length=120)
    is_customer: bool = False
    named: bool = False
    owner_name: str = Field("", max_length=200)


class AccountIn(AccountFields):
    """A new account."""

    name: str = Field(min_length=1, max_length=300, examples=["Hansa Logistik GmbH"])


class AccountRow(AccountFields):
    """A row of a batch: the account with this external id is changed, or made."""

    external_id: str = Field(min_length=1, max_length=100, examples=["0015e00002abcde"])


class CompanyDecisionIn(Schema):
    """What this account and another one, or what a name and a web domain stand for, are to each other."""

    verdict: Literal["same", "different", "subsidiary_of"] = Field(
        description="subsidiary_of: this account belongs to the other; with a name, that company to this one."
    )
    other_id: UUID | None = None
    name: str = Field("", max_length=300, examples=["Hansa Log"])
    domain: str = Field("", max_length=253, examples=["hansa-log.com"])
    why: str = Field("", max_length=2000)


class CompanyDecisionOut(Schema):
    """A decision in force."""

    id: UUID
    account_id: UUID
    other_id: UUID | None
    name: str
    domain: str
    verdict: str = Field(examples=["same"])
    why: str
    decided_at: datetime
    person_name: str
    deal_reference: str


class AccountBatch(Schema):
    """Accounts to make or change. A row without a known id links to an account of the same company that has none."""

    rows: list[AccountRow] = Field(min_length=1, max_length=MOST_ROWS)


class AccountFilter(PageQuery):
    """Which accounts are wanted."""

    q: str = Field("", max_length=200, description="Words of the name, a domain, or an external id.")
    country: str = Field("", max_length=2, examples=["DE"])
    external_id: str = Field(
        "", max_length=100, description="Of one that was merged, too: it finds the one that stayed."
    )


class OpportunityOut(Schema):
    """A sale that the vendor works on itself."""

    id: UUID
    external_id: str | None
    account_id: UUID
    name: str = Field(examples=["Warehouse rollout"])
    stage: str = Field(examples=["Negotiation"])
    outcome: str = Field(examples=["open"])
    is_open: bool
    is_won: bool
    amount: Decimal | None
    currency: str = Field(examples=["EUR"])
    close_date: date | None = Field(description="The day expected while it is open; that of closing once it is closed.")
    closed_on: date | None = Field(
        description="The day on which it was won or lost, set by OpenPRM: its close date, or else the day on which it"
        " was seen to close. Null while it is open, and where it came closed without a date."
    )
    owner_name: str
    product_lines: list[str] = Field(examples=[["edge-gateways"]])
    version: int
    created_at: datetime
    updated_at: datetime

    @staticmethod
    def resolve_product_lines(row: Opportunity) -> list[str]:
        """Return the keys."""
        return sorted(line.key for line in row.product_lines.all())


class OpportunityFields(Schema):
    """An opportunity's details; those that are left out stay as they are."""

    external_id: str | None = Field(None, max_length=100)
    name: str = Field("", max_length=300, examples=["Warehouse rollout"])
    stage: str = Field("", max_length=60, examples=["Negotiation"])
    is_open: bool = True
    is_won: bool = False
    amount: Decimal | None = Field(None, ge=0, max_digits=18, decimal_places=2, examples=["125000.00"])
    currency: str = Field("", max_length=3, examples=["EUR"])
    close_date: date | None = None
    owner_name: str = Field("", max_length=200)
    product_lines: list[str] = Field([], max_length=100, examples=[["edge-gateways"]])


class OpportunityIn(OpportunityFields):
    """A new opportunity."""

    account_id: UUID
    name: str = Field(min_length=1, max_length=300, examples=["Warehouse rollout"])


class OpportunityChange(OpportunityFields):
    """What to change of an opportunity."""

    account_id: UUID | None = None


class OpportunityRow(OpportunityFields):
    """A row of a batch. It names its account by ``account_external_id`` or ``account_name``."""

    external_id: str = Field(min_length=1, max_length=100)
    account_external_id: str = Field("", max_length=100)
    account_name: str = Field("", max_length=300)


class OpportunityBatch(Schema):
    """Opportunities to make or change."""

    rows: list[OpportunityRow] = Field(min_length=1, max_length=MOST_ROWS)


class OpportunityFilter(PageQuery):
    """Which opportunities are wanted."""

    q: str = Field("", max_length=200, description="Words of the account's name, the beginning of the name, an id.")
    account_id: UUID | None = None
    is_open: bool | None = None


class RowOut(Schema):
    """What became of a row of a batch."""

    position: int = Field(examples=[0])
    outcome: Literal["created", "updated", "unchanged", "skipped", "failed"] = Field(
        description="skipped: that account was merged into the one with this id, which stays as it is."
    )
    id: UUID | None
    problems: dict[str, str] = Field(examples=[{}])


class BatchOut(Schema):
    """What became of each row, in order."""

    rows: list[RowOut]


class ImportOut(Schema):
    """A file on its way in."""

    id: UUID
    kind: str = Field(examples=["accounts"])
    state: str = Field(examples=["finished"])
    file_name: str
    mapping: dict[str, int] = Field(examples=[{"name": 0, "external_id": 3}])
    rows_total: int
    rows_done: int
    created: int
    updated: int
    unchanged: int
    skipped: int
    failed: int
    undone: int
    kept: int
    problem: str
    created_at: datetime
    finished_at: datetime | None


class ImportIn(Schema):
    """How to read the file."""

    kind: str = Field(description="accounts, opportunities or figures", max_length=16, examples=["accounts"])
    mapping: str = Field(
        "",
        max_length=5000,
        description="JSON: field to number of the column, from 0. Left out, the headings decide.",
        examples=['{"name": 0}'],
    )
    same_company: Literal["update", "skip", "create"] = "update"


class ImportFilter(PageQuery):
    """Which imports are wanted."""

    state: ImportState | None = None


class ProblemRowOut(Schema):
    """A row that could not be used."""

    number: int
    problem: str
    cells: list[str]

    @staticmethod
    def resolve_cells(row: ImportRow) -> list[str]:
        """Return what stands in the row."""
        return row.values or []
