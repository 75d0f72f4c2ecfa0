"""The verbs of deal registration. Each writes, announces the fact, and commits or fails as one."""

from openprm.deals.services.approval_rules import remove_rule, save_rule
from openprm.deals.services.blind import check_blind
from openprm.deals.services.claiming import (
    Blocked,
    ChecksUsedUp,
    check,
    discard,
    lacking_evidence,
    save_draft,
    submit,
)
from openprm.deals.services.clock import expire_due, remind_due
from openprm.deals.services.companies import decide_company
from openprm.deals.services.content import require_complete
from openprm.deals.services.deciding import (
    PartnerNotActive,
    answer,
    approve,
    ask,
    mark_duplicate,
    reject,
    reopen,
    start_review,
)
from openprm.deals.services.ending import lose, win, withdraw
from openprm.deals.services.extending import TooLate, extend, revivable_since
from openprm.deals.services.identities import ProtectionsMeet
from openprm.deals.services.moving import AlreadyProtected, NotInThisState, hold_customers, hold_still
from openprm.deals.services.previews import preview
from openprm.deals.services.previews import run as run_preview
from openprm.deals.services.talking import add_note, comment
from openprm.deals.services.windows import WindowExists, remove_window, save_window

__all__ = [
    "AlreadyProtected",
    "Blocked",
    "ChecksUsedUp",
    "NotInThisState",
    "PartnerNotActive",
    "ProtectionsMeet",
    "TooLate",
    "WindowExists",
    "add_note",
    "answer",
    "approve",
    "ask",
    "check",
    "check_blind",
    "comment",
    "decide_company",
    "discard",
    "expire_due",
    "extend",
    "hold_customers",
    "hold_still",
    "lacking_evidence",
    "lose",
    "mark_duplicate",
    "preview",
    "reject",
    "remind_due",
    "remove_rule",
    "remove_window",
    "reopen",
    "require_complete",
    "revivable_since",
    "run_preview",
    "save_draft",
    "save_rule",
    "save_window",
    "start_review",
    "submit",
    "win",
    "withdraw",
]
