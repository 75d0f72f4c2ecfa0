"""Who may see and change automations."""

from django.db.models import QuerySet

from openprm.automation.models import Automation, EmailTemplate, Rehearsal, Run
from openprm.kernel.access import Actor
from openprm.partners import policies as partners

VIEW, MANAGE = "automation.view", "automation.manage"


def visible_to(actor: Actor) -> QuerySet[Automation]:
    """Return the automations an actor may read."""
    found = Automation.objects.select_related("current")
    return found if actor.is_vendor and actor.may(VIEW) else found.none()


def runs_visible_to(actor: Actor) -> QuerySet[Run]:
    """Return the runs an actor may read: those for partners they may see."""
    found = Run.objects.select_related("automation", "of_version", "partner")
    if not (actor.is_vendor and actor.may(VIEW)):
        return found.none()
    return found.filter(partner__in=partners.visible_to(actor))


def rehearsals_visible_to(actor: Actor) -> QuerySet[Rehearsal]:
    """Return the rehearsals an actor may read."""
    found = Rehearsal.objects.select_related("automation")
    return found if actor.is_vendor and actor.may(VIEW) else found.none()


def templates_visible_to(actor: Actor) -> QuerySet[EmailTemplate]:
    """Return the e-mail templates an actor may read."""
    return EmailTemplate.objects.all() if actor.is_vendor and actor.may(VIEW) else EmailTemplate.objects.none()
