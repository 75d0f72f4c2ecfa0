"""The facts of accounts, opportunities, product lines and imports. None of them is told to partners."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events


@events.declare("account.created", _("An account was created"), shared=False)
@dataclass(frozen=True)
class AccountCreated:
    """``origin`` is where it came from: crm, import, api, manual or registration."""

    name: str
    origin: str
    external_id: str | None = None
    domain: str = ""
    country: str = ""


@events.declare("account.changed", _("An account was changed"), shared=False)
@dataclass(frozen=True)
class AccountChanged:
    """``changes`` maps each changed field to its value before and after."""

    changes: dict[str, list[Any]]


@events.declare("account.decided", _("It was decided whether two companies are the same"), shared=False)
@dataclass(frozen=True)
class CompanyDecided:
    """``verdict`` is same, different or subsidiary_of; ``before`` the decision that it replaces, if there was one."""

    verdict: str
    other_name: str
    other_id: str = ""
    before: str = ""
    why: str = ""
    deal_reference: str = ""


@events.declare("account.decision_undone", _("A decision about two companies was taken back"), shared=False)
@dataclass(frozen=True)
class CompanyDecisionUndone:
    """Which decision, and about whom."""

    verdict: str
    other_name: str
    other_id: str = ""


@events.declare("account.merged", _("Two accounts were merged"), shared=False)
@dataclass(frozen=True)
class AccountsMerged:
    """``merged`` is the account that went; the one it went into got ``changes`` (before and after) and ``moved`` rows.

    Told of both accounts. ``values`` is the account that went as it was.
    """

    merged_id: str
    merged_name: str
    into_id: str
    into_name: str
    moved: dict[str, int]
    changes: dict[str, list[Any]]
    values: dict[str, Any]
    why: str = ""


@events.declare("account.unmerged", _("A merge of two accounts was taken back"), shared=False)
@dataclass(frozen=True)
class AccountsUnmerged:
    """Told of both accounts; ``changes`` is what the one that stayed lost again (before and after)."""

    merged_id: str
    merged_name: str
    into_id: str
    into_name: str
    moved: dict[str, int]
    changes: dict[str, list[Any]]


@events.declare("account.removed", _("An account was removed"), shared=False)
@dataclass(frozen=True)
class AccountRemoved:
    """What it was called."""

    name: str
    external_id: str | None = None


@events.declare("opportunity.created", _("An opportunity was created"), shared=False)
@dataclass(frozen=True)
class OpportunityCreated:
    """A sale that the vendor works on itself."""

    name: str
    account_id: str
    stage: str
    external_id: str | None = None
    amount: Decimal | None = None
    currency: str = ""


@events.declare("opportunity.changed", _("An opportunity was changed"), shared=False)
@dataclass(frozen=True)
class OpportunityChanged:
    """``changes`` maps each changed field to its value before and after."""

    changes: dict[str, list[Any]]


@events.declare("opportunity.stage_moved", _("An opportunity moved to another stage"), shared=False)
@dataclass(frozen=True)
class OpportunityStageMoved:
    """``outcome`` is open, won or lost."""

    before: str
    after: str
    outcome: str


@events.declare("product_line.created", _("A product line was created"), shared=False)
@dataclass(frozen=True)
class ProductLineCreated:
    """Its lasting key and its name."""

    key: str
    name: str


@events.declare("product_line.changed", _("A product line was changed"), shared=False)
@dataclass(frozen=True)
class ProductLineChanged:
    """``changes`` maps each changed field to its value before and after."""

    key: str
    changes: dict[str, list[Any]]


@events.declare("product_line.removed", _("A product line was removed"), shared=False)
@dataclass(frozen=True)
class ProductLineRemoved:
    """The product line as it was."""

    key: str
    name: str


@events.declare("import.started", _("An import was started"), shared=False)
@dataclass(frozen=True)
class ImportStarted:
    """``kind`` is accounts or opportunities."""

    kind: str
    file_name: str
    rows: int


@events.declare("import.finished", _("An import was finished"), shared=False)
@dataclass(frozen=True)
class ImportFinished:
    """How many rows became what. The rows of an import are not told one by one."""

    kind: str
    file_name: str
    created: int
    updated: int
    unchanged: int
    skipped: int
    failed: int


@events.declare("import.stopped", _("An import was stopped by a problem"), shared=False)
@dataclass(frozen=True)
class ImportStopped:
    """Where it stopped, and why."""

    kind: str
    file_name: str
    rows_done: int
    problem: str


@events.declare("import.undone", _("An import was undone"), shared=False)
@dataclass(frozen=True)
class ImportUndone:
    """How many rows were taken back, and how many had to stay."""

    kind: str
    file_name: str
    undone: int
    kept: int
