"""The verbs of journeys."""

from openprm.journeys.services.clock import remind_due, tell_stuck
from openprm.journeys.services.deciding import approve, resume, send_back
from openprm.journeys.services.doing import attach, detach, hand_in, meet, save_work, skip
from openprm.journeys.services.drawing import archive, publish, restore, save_template
from openprm.journeys.services.moving import NotNow
from openprm.journeys.services.starting import (
    AlreadyRunning,
    Outcome,
    assign_task,
    cancel,
    start,
    start_many,
    template_of,
)

__all__ = [
    "AlreadyRunning",
    "NotNow",
    "Outcome",
    "approve",
    "archive",
    "assign_task",
    "attach",
    "cancel",
    "detach",
    "hand_in",
    "meet",
    "publish",
    "remind_due",
    "restore",
    "resume",
    "save_template",
    "save_work",
    "send_back",
    "skip",
    "start",
    "start_many",
    "tell_stuck",
    "template_of",
]
