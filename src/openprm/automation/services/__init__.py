"""The verbs of automations: each asks who may, checks, writes, and announces, in one transaction."""

from openprm.automation.services.editing import (
    create,
    describe_as,
    discard_draft,
    edit,
    remove,
    restore,
)
from openprm.automation.services.lifting import archive, pause, publish, resume, revive
from openprm.automation.services.runs import cancel, rehearse, retry, retry_failed, run_now
from openprm.automation.services.templates import remove_template, save_template

__all__ = [
    "archive",
    "cancel",
    "create",
    "describe_as",
    "discard_draft",
    "edit",
    "pause",
    "publish",
    "rehearse",
    "remove",
    "remove_template",
    "restore",
    "resume",
    "retry",
    "retry_failed",
    "revive",
    "run_now",
    "save_template",
]
