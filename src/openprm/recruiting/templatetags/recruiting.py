"""What tables of recruiting ask of a row."""

from django import template
from django.utils import timezone

from openprm.kernel.ui.tones import Status
from openprm.recruiting import words
from openprm.recruiting.models import Application, PartnerImport
from openprm.recruiting.views.imports import status_of

register = template.Library()


@register.simple_tag
def application_state(row: Application) -> Status:
    """Return an application's state, ready to be drawn."""
    return words.status(row.state, row.state_since)


@register.simple_tag
def application_late(row: Application) -> bool:
    """Say whether an application should have been decided by now."""
    return row.is_late(timezone.now())


@register.simple_tag
def import_state(row: PartnerImport) -> Status:
    """Return an import's state, ready to be drawn."""
    return status_of(row)
