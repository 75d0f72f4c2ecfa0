"""States in words."""

from django.utils.translation import gettext_lazy as _

from openprm.kernel.ui.tones import Status
from openprm.news.rules import State

STATUSES = {
    State.DRAFT: Status(_("Draft"), "neutral", "pencil"),
    State.SCHEDULED: Status(_("Scheduled"), "info", "calendar-event"),
    State.LIVE: Status(_("Live"), "clear", "check"),
    State.ENDED: Status(_("Ended"), "neutral", "archive"),
}
STATES = [(state.value, status.label) for state, status in STATUSES.items()]
