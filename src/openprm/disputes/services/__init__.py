"""The verbs of disputes. Each writes, announces the fact, and commits or fails as one."""

from openprm.disputes.services.clock import close_due, escalate_due
from openprm.disputes.services.deciding import accept, carry_out, decide, decide_on_appeal
from openprm.disputes.services.hearing import answer_review, ask_other_side
from openprm.disputes.services.moving import DealtWith, NotInThisState
from openprm.disputes.services.opening import AlreadyContested, NotContestable, appeal, contest, withdraw
from openprm.disputes.services.talking import add_note, answer, ask, say, start_review

__all__ = [
    "AlreadyContested",
    "DealtWith",
    "NotContestable",
    "NotInThisState",
    "accept",
    "add_note",
    "answer",
    "answer_review",
    "appeal",
    "ask",
    "ask_other_side",
    "carry_out",
    "close_due",
    "contest",
    "decide",
    "decide_on_appeal",
    "escalate_due",
    "say",
    "start_review",
    "withdraw",
]
