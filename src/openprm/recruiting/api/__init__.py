"""Recruiting, for programs: the same verbs, rules and refusals as on the pages."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from openprm.kernel.access import Actor, as_system
from openprm.kernel.api import (
    File,
    Page,
    PageQuery,
    Query,
    Router,
    Status,
    UploadedFile,
    operation,
    paginate,
    require_match,
    tagged,
)
from openprm.kernel.errors import Invalid
from openprm.kernel.http import Request
from openprm.partners import policies as partner_policies
from openprm.partners.models import Partner
from openprm.recruiting import policies, queries, services
from openprm.recruiting.api.schemas import (
    ApplicationDetail,
    ApplicationFilter,
    ApplicationIn,
    ApplicationOut,
    ApplicationWords,
    ApprovalIn,
    ColumnsIn,
    FormIn,
    FormOut,
    FunnelOut,
    FunnelQuery,
    ListingIn,
    ListingOut,
    NewForm,
    PartnerImportOut,
    ProblemRow,
    RejectionIn,
)
from openprm.recruiting.lifecycle import WITH_VENDOR
from openprm.recruiting.models import Application, ApplicationForm, Listing, PartnerImport
from openprm.recruiting.services.forms import FormValues

router = Router(tags=["Recruiting"])


@router.get("/application-forms", response=Page[FormOut], operation_id="list_application_forms")
@operation(policies.VIEW)
def list_forms(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the application forms."""
    return paginate(policies.forms_visible_to(request.actor), wanted)


@router.post("/application-forms", response={201: FormOut}, operation_id="create_application_form")
@operation(policies.FORMS)
def create_form(request: Request, payload: NewForm, response: HttpResponse) -> Any:
    """Make a form. It is a draft until you publish it."""
    form = services.save_form(form=None, code=payload.code, values=_values(payload), **_acts(request))
    return Status(201, tagged(response, form))


@router.get("/application-forms/{uuid:form_id}", response=FormOut, operation_id="get_application_form")
@operation(policies.VIEW)
def get_form(request: Request, form_id: UUID, response: HttpResponse) -> Any:
    """Read a form."""
    return tagged(response, _form(request, form_id))


@router.put("/application-forms/{uuid:form_id}", response=FormOut, operation_id="change_application_form")
@operation(policies.FORMS)
def change_form(request: Request, form_id: UUID, payload: FormIn, response: HttpResponse) -> Any:
    """Change a form. What was sent on it keeps the questions as they were asked."""
    form = _form(request, form_id)
    require_match(request, form)
    return tagged(response, services.save_form(form=form, values=_values(payload), **_acts(request)))


@router.post("/application-forms/{uuid:form_id}/publish", response=FormOut, operation_id="publish_application_form")
@operation(policies.FORMS)
def publish_form(request: Request, form_id: UUID, response: HttpResponse) -> Any:
    """Let the public apply."""
    return tagged(response, services.publish_form(form=_form(request, form_id), **_acts(request)))


@router.post("/application-forms/{uuid:form_id}/close", response=FormOut, operation_id="close_application_form")
@operation(policies.FORMS)
def close_form(request: Request, form_id: UUID, response: HttpResponse) -> Any:
    """Let nobody begin any more; who has begun can finish."""
    return tagged(response, services.close_form(form=_form(request, form_id), **_acts(request)))


@router.get("/applications", response=Page[ApplicationOut], operation_id="list_applications")
@operation(policies.VIEW)
def list_applications(request: Request, wanted: Query[ApplicationFilter]) -> Any:
    """List the applications, newest first."""
    rows = policies.visible_to(request.actor)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.source:
        rows = rows.filter(source=wanted.source)
    if wanted.form is not None:
        rows = rows.filter(form__code=wanted.form)
    if wanted.late is not None:
        late = {"state__in": sorted(WITH_VENDOR), "due_at__lte": timezone.now()}
        rows = rows.filter(**late) if wanted.late else rows.exclude(**late)
    return paginate(rows, wanted)


@router.post("/applications", response={201: ApplicationDetail}, operation_id="take_application")
@operation(policies.REVIEW)
def take_application(request: Request, payload: ApplicationIn, response: HttpResponse) -> Any:
    """Take an application from another system. It is checked like one from the public page."""
    acts = _acts(request)
    form = policies.forms_visible_to(request.actor).filter(code=payload.form).first()
    if form is None:
        message = "There is no form with this code."
        raise Invalid(message, fields={"form": message})
    origin = {"utm_campaign": payload.campaign} if payload.campaign else {}
    who = payload.dict(include={"email", "contact_name", "contact_title", "contact_phone", "legal_name", "country"})
    with as_system():
        row, _secret = services.start(form=form, given=who, origin=origin, source="api", **acts)
        given = {one.key: payload.answers[one.key] for one in form.questions if one.key in payload.answers}
        unknown = payload.answers.keys() - given.keys()
        if unknown:
            message = "This form does not ask this."
            raise Invalid(message, fields=dict.fromkeys(sorted(unknown), message))
        asked = [one for one in form.questions if one.key in given]
        services.save(application=row, questions=asked, given=given, step=len(form.steps), at=acts["at"])
        row.refresh_from_db()
        services.send(application=row, consents=payload.consents, proven=payload.verified, **acts)
    return Status(201, tagged(response, _application(request, row.pk)))


@router.get("/applications/{uuid:application_id}", response=ApplicationDetail, operation_id="get_application")
@operation(policies.VIEW)
def get_application(request: Request, application_id: UUID, response: HttpResponse) -> Any:
    """Read an application with everything found out about it."""
    return tagged(response, _application(request, application_id))


@router.post(
    "/applications/{uuid:application_id}/review", response=ApplicationDetail, operation_id="review_application"
)
@operation(policies.REVIEW)
def start_review(request: Request, application_id: UUID, response: HttpResponse) -> Any:
    """Say that somebody looks at it."""
    return _done(request, application_id, response, services.start_review)


@router.post(
    "/applications/{uuid:application_id}/assess", response=ApplicationDetail, operation_id="assess_application"
)
@operation(policies.REVIEW)
def assess(request: Request, application_id: UUID, response: HttpResponse) -> Any:
    """Look it over again: what is on file may have changed."""
    row = _mine(request, application_id)
    services.assess(application=row, at=timezone.now())
    return tagged(response, _application(request, application_id))


@router.post("/applications/{uuid:application_id}/ask", response=ApplicationDetail, operation_id="ask_applicant")
@operation(policies.REVIEW)
def ask(request: Request, application_id: UUID, payload: ApplicationWords, response: HttpResponse) -> Any:
    """Ask the applicant something; the clock stands still until they answer."""
    return _done(request, application_id, response, services.ask, text=payload.text)


@router.post("/applications/{uuid:application_id}/notes", response=ApplicationDetail, operation_id="note_application")
@operation(policies.REVIEW)
def note(request: Request, application_id: UUID, payload: ApplicationWords, response: HttpResponse) -> Any:
    """Write something for the vendor's own people."""
    return _done(request, application_id, response, services.add_note, text=payload.text)


@router.post(
    "/applications/{uuid:application_id}/approve", response=ApplicationDetail, operation_id="approve_application"
)
@operation(policies.REVIEW)
def approve(request: Request, application_id: UUID, payload: ApprovalIn, response: HttpResponse) -> Any:
    """Make the applicant a partner and invite its first person."""
    known = partner_policies.visible_to(request.actor)
    partner = get_object_or_404(known, pk=payload.partner_id) if payload.partner_id else None
    return _done(request, application_id, response, services.approve, text=payload.text, partner=partner)


@router.post(
    "/applications/{uuid:application_id}/reject", response=ApplicationDetail, operation_id="reject_application"
)
@operation(policies.REVIEW)
def reject(request: Request, application_id: UUID, payload: RejectionIn, response: HttpResponse) -> Any:
    """Close the application for a coded reason."""
    said = {"reason": payload.reason, "text": payload.text}
    return _done(request, application_id, response, services.reject, **said)


@router.get("/recruiting/funnel", response=FunnelOut, operation_id="recruiting_funnel")
@operation(policies.VIEW)
def funnel(request: Request, wanted: Query[FunnelQuery]) -> Any:
    """Count how far applications came, by source, too."""
    rows = queries.chosen(
        policies.visible_to(request.actor), form=wanted.form or "", since=wanted.since, until=wanted.until
    )
    keys = list(queries.REACHED)
    times = queries.times(rows)
    sources = queries.by("source", rows, {})
    return {
        "stages": queries.funnel(rows, {}),
        "by_source": {row.key: dict(zip(keys, [count for count, _url in row.cells], strict=True)) for row in sources},
        "median_hours": times["median_hours"],
        "in_time_percent": times["in_time"],
    }


@router.get("/partners/{uuid:partner_id}/listing", response=ListingOut, operation_id="get_partner_listing")
@operation(partner_policies.VIEW)
def get_listing(request: Request, partner_id: UUID) -> Any:
    """Read what the public directory tells of a partner."""
    partner = _partner(request.actor, partner_id)
    return Listing.objects.filter(partner=partner).first() or Listing(partner=partner)


@router.put("/partners/{uuid:partner_id}/listing", response=ListingOut, operation_id="change_partner_listing")
@operation(policies.LISTING, partner_policies.CHANGE)
def change_listing(request: Request, partner_id: UUID, payload: ListingIn) -> Any:
    """Say what the public directory tells of a company. Only its own people can have it listed."""
    partner = _partner(request.actor, partner_id)
    return services.change_listing(partner=partner, **payload.dict(), **_acts(request))


@router.get("/partner-imports", response=Page[PartnerImportOut], operation_id="list_partner_imports")
@operation(policies.IMPORT)
def list_imports(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the imports of partners, newest first."""
    return paginate(policies.imports_visible_to(request.actor), wanted)


@router.post("/partner-imports", response={201: PartnerImportOut}, operation_id="upload_partner_import")
@operation(policies.IMPORT)
def upload_import(request: Request, file: File[UploadedFile], response: HttpResponse) -> Any:
    """Bring a file (CSV or Excel). Nothing is written before you start it."""
    item = services.upload_import(file=file, name=file.name or "file", **_acts(request))
    return Status(201, tagged(response, item))


@router.get("/partner-imports/{uuid:import_id}", response=PartnerImportOut, operation_id="get_partner_import")
@operation(policies.IMPORT)
def get_import(request: Request, import_id: UUID, response: HttpResponse) -> Any:
    """Read how far an import is."""
    return tagged(response, _import(request, import_id))


@router.put("/partner-imports/{uuid:import_id}/columns", response=PartnerImportOut, operation_id="map_partner_import")
@operation(policies.IMPORT)
def choose_columns(request: Request, import_id: UUID, payload: ColumnsIn, response: HttpResponse) -> Any:
    """Say which column is which field."""
    item = _import(request, import_id)
    return tagged(response, services.choose_columns(item=item, **payload.dict(), **_acts(request)))


@router.post("/partner-imports/{uuid:import_id}/start", response=PartnerImportOut, operation_id="start_partner_import")
@operation(policies.IMPORT)
def start_import(request: Request, import_id: UUID, response: HttpResponse) -> Any:
    """Let a worker bring the file in."""
    return tagged(response, services.start_import(item=_import(request, import_id), **_acts(request)))


@router.post("/partner-imports/{uuid:import_id}/undo", response=PartnerImportOut, operation_id="undo_partner_import")
@operation(policies.IMPORT)
def undo_import(request: Request, import_id: UUID, response: HttpResponse) -> Any:
    """Have an import taken back, as far as nobody used or changed what it brought; read it to see how far that is."""
    return tagged(response, services.undo_import(item=_import(request, import_id), **_acts(request)))


@router.get(
    "/partner-imports/{uuid:import_id}/problems", response=Page[ProblemRow], operation_id="list_partner_import_problems"
)
@operation(policies.IMPORT)
def list_problems(request: Request, import_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List the rows that could not be used, with what is wrong with each."""
    return paginate(_import(request, import_id).rows.filter(outcome="failed"), wanted, order=("id",))


def _acts(request: Request) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}


def _values(payload: FormIn) -> FormValues:
    return FormValues(**{name: getattr(payload, name) for name in FormValues.__dataclass_fields__})


def _form(request: Request, pk: UUID) -> ApplicationForm:
    return get_object_or_404(policies.forms_visible_to(request.actor), pk=pk)


def _application(request: Request, pk: UUID) -> Application:
    return get_object_or_404(policies.visible_to(request.actor), pk=pk)


def _mine(request: Request, pk: UUID) -> Application:
    return get_object_or_404(policies.reviewed_by(request.actor), pk=pk)


def _import(request: Request, pk: UUID) -> PartnerImport:
    return get_object_or_404(policies.imports_visible_to(request.actor), pk=pk)


def _partner(actor: Actor, pk: UUID) -> Partner:
    return get_object_or_404(partner_policies.visible_to(actor), pk=pk)


def _done(request: Request, pk: UUID, response: HttpResponse, verb: Any, **values: Any) -> Any:
    row = _mine(request, pk)
    require_match(request, row)
    verb(application=row, **values, **_acts(request))
    return tagged(response, _application(request, pk))
