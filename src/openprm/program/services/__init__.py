"""The verbs of programmes: set them up, take partners in, move them, give benefits, record figures."""

from openprm.program.services.assessing import assess, assess_partner
from openprm.program.services.benefits import grant, revoke, withhold
from openprm.program.services.editing import archive, create, discard, edit, publish, restore
from openprm.program.services.members import enroll, join_by_itself, leave, release, set_tier
from openprm.program.services.recording import define_kpi, record_value, remove_rate, remove_value, set_rate
from openprm.program.services.reviewing import approve, reject
from openprm.program.services.together import assess_all, finish_trial, foresee, try_out

__all__ = [
    "approve",
    "archive",
    "assess",
    "assess_all",
    "assess_partner",
    "create",
    "define_kpi",
    "discard",
    "edit",
    "enroll",
    "finish_trial",
    "foresee",
    "grant",
    "join_by_itself",
    "leave",
    "publish",
    "record_value",
    "reject",
    "release",
    "remove_rate",
    "remove_value",
    "restore",
    "revoke",
    "set_rate",
    "set_tier",
    "try_out",
    "withhold",
]
