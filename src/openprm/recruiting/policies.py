"""Who may see and decide applications, draw forms, and bring partners in."""

from django.db.models import QuerySet

from openprm.kernel.access import Actor
from openprm.recruiting.models import Application, ApplicationForm, PartnerImport

VIEW, REVIEW, FORMS, IMPORT, LISTING = (
    "recruiting.view",
    "recruiting.review",
    "recruiting.manage_forms",
    "recruiting.import_partners",
    "recruiting.edit_listing",
)


def visible_to(actor: Actor) -> QuerySet[Application]:
    """Return the applications that the actor may read: the vendor's people all, partners none."""
    rows = Application.objects.select_related("form", "partner")
    return rows if actor.is_vendor and actor.may(VIEW) else rows.none()


def reviewed_by(actor: Actor) -> QuerySet[Application]:
    """Return the applications that the actor may decide."""
    allowed = actor.is_vendor and actor.may(REVIEW) and not actor.read_only
    return visible_to(actor) if allowed else Application.objects.none()


def forms_visible_to(actor: Actor) -> QuerySet[ApplicationForm]:
    """Return the forms that the actor may read."""
    return ApplicationForm.objects.all() if actor.is_vendor and actor.may(VIEW) else ApplicationForm.objects.none()


def imports_visible_to(actor: Actor) -> QuerySet[PartnerImport]:
    """Return the imports that the actor may read."""
    return PartnerImport.objects.all() if actor.is_vendor and actor.may(IMPORT) else PartnerImport.objects.none()
