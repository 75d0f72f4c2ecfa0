"""The facts of accounts, opportunities, product lines and imports. None of them is told to partners."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from openprm.customers import importing
from openprm.customers.models import Account, CompanyDecision
from openprm.kernel import events
from openprm.kernel.ui import countries

_OUTCOMES = {"open": _("Open"), "won": _("Won"), "lost": _("Lost")}


def _import_kinds() -> list[tuple[str, Any]]:
    return [(kind.key, kind.label) for kind in importing.kinds()]


_AccountName = Annotated[str, events.Words(_("account's name"))]
_ExternalId = Annotated[str | None, events.Words(_("account's id in the other system"))]
_Changes = Annotated[dict[str, list[Any]], events.Words(_("changed fields"))]
_Verdict = Annotated[str, events.Words(_("decision about the companies"), CompanyDecision.Verdict.choices)]
_OtherName = Annotated[str, events.Words(_("other company"))]
_OtherId = Annotated[str, events.Words(_("id of the other company's account"))]
_Explanation = Annotated[str, events.Words(_("explanation"))]
_MergedId = Annotated[str, events.Words(_("id of the account that went"))]
_MergedName = Annotated[str, events.Words(_("account that went"))]
_IntoId = Annotated[str, events.Words(_("id of the account that stayed"))]
_IntoName = Annotated[str, events.Words(_("account that stayed"))]
_Key = Annotated[str, events.Words(_("product line's code"))]
_LineName = Annotated[str, events.Words(_("name of the product line"))]
_Kind = Annotated[str, events.Words(_("what the file holds"), _import_kinds)]
_FileName = Annotated[str, events.Words(_("name of the file"))]


@events.declare("account.created", _("An account was created"), shared=False)
@dataclass(frozen=True)
class AccountCreated:
    """``origin`` is where it came from: crm, import, api, manual or registration."""

    name: _AccountName
    origin: Annotated[str, events.Words(_("where the account came from"), Account.Origin.choices)]
    external_id: _ExternalId = None
    domain: Annotated[str, events.Words(_("account's web domain"))] = ""
    country: Annotated[str, events.Words(_("account's country"), countries.NAMES)] = ""


@events.declare("account.changed", _("An account was changed"), shared=False)
@dataclass(frozen=True)
class AccountChanged:
    """``changes`` maps each changed field to its value before and after."""

    changes: _Changes


@events.declare("account.decided", _("It was decided whether two companies are the same"), shared=False)
@dataclass(frozen=True)
class CompanyDecided:
    """``verdict`` is same, different or subsidiary_of; ``before`` the decision that it replaces, if there was one."""

    verdict: _Verdict
    other_name: _OtherName
    other_id: _OtherId = ""
    before: Annotated[str, events.Words(_("decision before"), CompanyDecision.Verdict.choices)] = ""
    why: _Explanation = ""
    deal_reference: Annotated[str, events.Words(_("registration number"))] = ""


@events.declare("account.decision_undone", _("A decision about two companies was taken back"), shared=False)
@dataclass(frozen=True)
class CompanyDecisionUndone:
    """Which decision, and about whom."""

    verdict: _Verdict
    other_name: _OtherName
    other_id: _OtherId = ""


@events.declare("account.merged", _("Two accounts were merged"), shared=False)
@dataclass(frozen=True)
class AccountsMerged:
    """``merged`` is the account that went; the one it went into got ``changes`` (before and after) and ``moved`` rows.

    Told of both accounts. ``values`` is the account that went as it was.
    """

    merged_id: _MergedId
    merged_name: _MergedName
    into_id: _IntoId
    into_name: _IntoName
    moved: dict[str, int]
    changes: _Changes
    values: dict[str, Any]
    why: _Explanation = ""


@events.declare("account.unmerged", _("A merge of two accounts was taken back"), shared=False)
@dataclass(frozen=True)
class AccountsUnmerged:
    """Told of both accounts; ``changes`` is what the one that stayed lost again (before and after)."""

    merged_id: _MergedId
    merged_name: _MergedName
    into_id: _IntoId
    into_name: _IntoName
    moved: dict[str, int]
    changes: _Changes


@events.declare("account.removed", _("An account was removed"), shared=False)
@dataclass(frozen=True)
class AccountRemoved:
    """What it was called."""

    name: _AccountName
    external_id: _ExternalId = None


@events.declare("opportunity.created", _("An opportunity was created"), shared=False)
@dataclass(frozen=True)
class OpportunityCreated:
    """A sale that the vendor works on itself."""

    name: Annotated[str, events.Words(_("name of the opportunity"))]
    account_id: Annotated[str, events.Words(_("id of the account"))]
    stage: Annotated[str, events.Words(_("stage"))]
    external_id: Annotated[str | None, events.Words(_("opportunity's id in the other system"))] = None
    amount: Annotated[Decimal | None, events.Words(_("amount"))] = None
    currency: Annotated[str, events.Words(_("currency"))] = ""


@events.declare("opportunity.changed", _("An opportunity was changed"), shared=False)
@dataclass(frozen=True)
class OpportunityChanged:
    """``changes`` maps each changed field to its value before and after."""

    changes: _Changes


@events.declare("opportunity.stage_moved", _("An opportunity moved to another stage"), shared=False)
@dataclass(frozen=True)
class OpportunityStageMoved:
    """``outcome`` is open, won or lost."""

    before: Annotated[str, events.Words(_("stage before"))]
    after: Annotated[str, events.Words(_("stage now"))]
    outcome: Annotated[str, events.Words(_("outcome"), _OUTCOMES)]


@events.declare("product_line.created", _("A product line was created"), shared=False)
@dataclass(frozen=True)
class ProductLineCreated:
    """Its lasting key and its name."""

    key: _Key
    name: _LineName


@events.declare("product_line.changed", _("A product line was changed"), shared=False)
@dataclass(frozen=True)
class ProductLineChanged:
    """``changes`` maps each changed field to its value before and after."""

    key: _Key
    changes: _Changes


@events.declare("product_line.removed", _("A product line was removed"), shared=False)
@dataclass(frozen=True)
class ProductLineRemoved:
    """The product line as it was."""

    key: _Key
    name: _LineName


@events.declare("import.started", _("An import was started"), shared=False)
@dataclass(frozen=True)
class ImportStarted:
    """``kind`` is accounts or opportunities."""

    kind: _Kind
    file_name: _FileName
    rows: Annotated[int, events.Words(_("number of rows"))]


@events.declare("import.finished", _("An import was finished"), shared=False)
@dataclass(frozen=True)
class ImportFinished:
    """How many rows became what. The rows of an import are not told one by one."""

    kind: _Kind
    file_name: _FileName
    created: Annotated[int, events.Words(_("rows added"))]
    updated: Annotated[int, events.Words(_("rows updated"))]
    unchanged: Annotated[int, events.Words(_("rows left as they were"))]
    skipped: Annotated[int, events.Words(_("rows skipped"))]
    failed: Annotated[int, events.Words(_("rows with a problem"))]


@events.declare("import.stopped", _("An import was stopped by a problem"), shared=False)
@dataclass(frozen=True)
class ImportStopped:
    """Where it stopped, and why."""

    kind: _Kind
    file_name: _FileName
    rows_done: Annotated[int, events.Words(_("rows done before it stopped"))]
    problem: Annotated[str, events.Words(_("problem"))]


@events.declare("import.undone", _("An import was undone"), shared=False)
@dataclass(frozen=True)
class ImportUndone:
    """How many rows were taken back, and how many had to stay."""

    kind: _Kind
    file_name: _FileName
    undone: Annotated[int, events.Words(_("rows taken back"))]
    kept: Annotated[int, events.Words(_("rows that stayed"))]
