"""States in words."""

from django.utils.translation import gettext_lazy as _

from openprm.kernel.ui.tones import Status
from openprm.news.rules import State

STATUSES = {
    State.DRAFT: Status(_("Draft"), "neutral", "pencil"),
    State.PLANNED: Status(_("Planned"), "info", "calendar-event"),
    State.PUBLISHED: Status(_("Published"), "clear", "check"),
    State.ARCHIVED: Status(_("Archived"), "neutral", "archive"),
}
