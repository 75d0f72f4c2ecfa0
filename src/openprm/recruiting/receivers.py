"""What follows from the facts of recruiting: those who review are told."""

from django.utils.translation import gettext_lazy as _

from openprm.kernel import people
from openprm.kernel.events import on
from openprm.kernel.events.models import Event
from openprm.kernel.notifications import notify
from openprm.recruiting import policies
from openprm.recruiting.models import Application


@on("application.assessed", name="recruiting.tell_submitted")
def tell_submitted(event: Event) -> None:
    """Tell reviewers of an application that waits for them, once it was looked over."""
    row = _row(event)
    if row is None or not row.is_open or row.state != "submitted":
        return
    title = _("%(company)s applies: %(form)s") % {"company": row, "form": row.form.title}
    body = (
        _("Score %(score)s. May be a duplicate of %(many)s on file.") if row.duplicate_count else _("Score %(score)s.")
    )
    _tell("recruiting.to_review", row, event, title, body % {"score": row.score, "many": row.duplicate_count})


@on("application.answered", name="recruiting.tell_answered")
def tell_answered(event: Event) -> None:
    """Tell reviewers that the applicant has answered."""
    row = _row(event)
    if row is not None and row.is_open:
        _tell("recruiting.to_review", row, event, _("%(company)s answered") % {"company": row}, event.fact.text)


@on("application.approved", name="recruiting.tell_decided_alone")
def tell_decided_alone(event: Event) -> None:
    """Tell reviewers of an approval that nobody had to make."""
    row = _row(event)
    if row is not None and row.automatic:
        title = _("%(company)s was approved by the form's rule") % {"company": row}
        _tell("recruiting.decided_alone", row, event, title, row.decision_why)


def _tell(kind: str, row: Application, event: Event, title: object, body: object) -> None:
    notify(
        kind=kind, to=people.holders(policies.REVIEW), title=title, body=body, url=row.get_absolute_url(), event=event
    )


def _row(event: Event) -> Application | None:
    return Application.objects.select_related("form").filter(pk=event.subject_id).first()
