"""Activities, extensions, windows and mail, for programs: the same verbs, rules and refusals as on the pages."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Form

from openprm.customers.models import ProductLine
from openprm.deals import policies as deals
from openprm.deals import services as protection
from openprm.deals.models import DealRegistration, ProtectionWindow
from openprm.extensions import addresses, policies, queries, services
from openprm.extensions.models import Activity, ExtensionRequest, ExtensionRule
from openprm.kernel import settings_store
from openprm.kernel.api import (
    Field,
    File,
    Page,
    PageQuery,
    Query,
    Router,
    Schema,
    Status,
    UploadedFile,
    narrow,
    operation,
    paginate,
    require_match,
    tagged,
)
from openprm.kernel.audiences import EVERYBODY
from openprm.kernel.errors import Invalid
from openprm.kernel.files.models import StoredFile
from openprm.kernel.http import Request

router = Router(tags=["Protection"])

KindName = Literal["call", "meeting", "mail", "stage", "note"]
AllowedName = Literal["none", "once", "unlimited"]
RequestState = Literal["pending", "granted", "declined", "withdrawn"]
CodeName = Literal["no_activity", "no_progress", "customer_undecided", "programme_limit", "other"]


class AttachmentOut(Schema):
    """A file that belongs to an activity."""

    name: str = Field(examples=["minutes.pdf"])
    size: int
    media_type: str
    url: str

    @staticmethod
    def resolve_url(file: StoredFile) -> str:
        """Return where it is downloaded, on this server."""
        return file.url


class ActivityIn(Schema):
    """Something that was done about a deal."""

    kind: KindName
    title: str = Field(min_length=1, max_length=200, examples=["Demo for the IT lead"])
    text: str = Field("", max_length=20_000)
    happened_at: datetime | None = Field(None, description="Left out: now. With its offset from UTC.")


class ActivityOut(Schema):
    """Something that was done about a deal, as both sides read it."""

    id: UUID
    deal_id: UUID
    kind: KindName
    happened_at: datetime
    title: str
    text: str
    source: Literal["page", "api", "mail"]
    author_name: str
    author_side: str
    files: list[AttachmentOut]
    left_out: list[str] = Field(description="Attachments of a mail that could not be kept.")
    created_at: datetime


class ExtensionIn(Schema):
    """How much longer, and why."""

    days: int = Field(ge=1, le=730, examples=[30])
    reason: str = Field(min_length=1, max_length=2000, examples=["The board decides on 12 December."])


class ExtensionOut(Schema):
    """A request for an extension, and what became of it."""

    id: UUID
    deal_id: UUID
    partner_id: UUID
    state: RequestState
    days: int
    reason: str
    asked_by_name: str
    created_at: datetime
    counted: int = Field(description="Activities that counted when it was asked for.")
    counted_days: int
    rule: str = Field(description="The vendor's rule that counted; empty for partners.")
    automatic: bool
    decided_at: datetime | None
    decided_by: str = Field(description="A person, or for the vendor the rule that decided.")
    code: str
    text: str
    granted_days: int | None
    end_before: datetime
    end_after: datetime | None
    version: int

    @staticmethod
    def resolve_rule(request: ExtensionRequest, context: dict[str, Any]) -> str:
        """Return the rule's name: what the vendor calls it is the vendor's own."""
        return "" if context["request"].actor.is_partner else request.rule

    @staticmethod
    def resolve_decided_by(request: ExtensionRequest, context: dict[str, Any]) -> str:
        """Return who decided, or for the vendor which rule."""
        return "" if request.automatic and context["request"].actor.is_partner else request.decided_by


class ExtensionFilter(PageQuery):
    """Which requests are wanted."""

    state: RequestState | None = None
    deal_id: UUID | None = None


class GrantIn(Schema):
    """The days to grant; left out: those asked for."""

    days: int | None = Field(None, ge=1, le=730)
    text: str = Field("", max_length=2000)


class DeclineIn(Schema):
    """A coded reason, and words if wanted."""

    code: CodeName
    text: str = Field("", max_length=2000)


class ExtendIn(Schema):
    """How many days more."""

    days: int = Field(ge=1, le=730)
    text: str = Field("", max_length=2000)


class LineEnd(Schema):
    """Until when a product line is protected."""

    product_line: str
    protected_until: datetime


class ProtectionOut(Schema):
    """How a deal is protected, and what can be asked for."""

    protected_until: datetime | None
    lines: list[LineEnd]
    can_ask: bool
    why_not: str
    asking_opens_at: datetime | None
    asking_closes_at: datetime | None
    allowed: AllowedName | None
    most_days: int | None
    activities_counted: int
    activities_logged_late: int = Field(
        description="Activities that do not count because they were logged more than three days after they happened."
    )
    activities_needed: int
    mail_address: str


class WindowIn(Schema):
    """How many days deals are protected, by tier, product line, or both."""

    tier: str = Field("", max_length=40)
    product_line: str = Field("", max_length=40, description="Its key; empty for all.", examples=["cloud"])
    days: int = Field(ge=1, le=730)


class WindowOut(WindowIn):
    """A window."""

    id: UUID
    version: int

    @staticmethod
    def resolve_product_line(window: ProtectionWindow) -> str:
        """Return the key."""
        return window.product_line.key if window.product_line else ""


class ExtensionRuleIn(Schema):
    """Which partners may extend how often, and when nobody has to decide."""

    name: str = Field(min_length=1, max_length=120, examples=["Gold and above"])
    enabled: bool = True
    position: int = Field(10, ge=1, le=999)
    audience: dict[str, Any] = Field(default_factory=lambda: dict(EVERYBODY), description="A predicate over partners.")
    allowed: AllowedName
    most_days: int = Field(30, ge=1, le=730)
    grant_from: int = Field(0, ge=0, le=100)
    grant_days: int = Field(30, ge=1, le=730)
    kinds: list[KindName] = Field([], max_length=5)
    quiet_days: int = Field(0, ge=0, le=730)


class ExtensionRuleOut(ExtensionRuleIn):
    """A rule for extensions."""

    id: UUID
    version: int


class ValueAtRisk(Schema):
    """An amount."""

    worth: Decimal
    currency: str


class SpanOut(Schema):
    """The protections that end in a span of days."""

    first: date
    last: date
    count: int
    extensions_asked: int = Field(validation_alias="asked")
    sums: list[ValueAtRisk]


class BoardOut(Schema):
    """What ends when."""

    weeks: list[SpanOut]
    total: SpanOut


class BoardQuery(Schema):
    """How far ahead."""

    days: Literal["30", "60", "90"] = "90"
    partner_id: UUID | None = None


class MailAnswer(Schema):
    """What became of a message. ``smtp`` is what a mail server answers to whoever delivered it."""

    outcome: Literal["logged", "repeated", "refused"]
    code: str
    message: str
    smtp: str = Field(examples=["550 5.7.1"])
    activity_id: UUID | None

    @staticmethod
    def resolve_activity_id(answer: services.Answer) -> UUID | None:
        """Return the entry that was made."""
        return answer.activity.pk if answer.activity else None


class Envelope(Schema):
    """What the mail server knows besides the message."""

    recipient: str = Field("", max_length=320, description="The address the message was delivered to.")


@router.get("/deals/{uuid:deal_id}/activities", response=Page[ActivityOut], operation_id="list_deal_activities")
@operation(policies.VIEW)
def list_activities(request: Request, deal_id: UUID, wanted: Query[PageQuery]) -> Any:
    """List what was logged on a deal, newest first."""
    return paginate(Activity.objects.filter(deal=_deal(request, deal_id)), wanted)


@router.post("/deals/{uuid:deal_id}/activities", response={201: ActivityOut}, operation_id="log_activity")
@operation(policies.LOG)
def log_activity(request: Request, deal_id: UUID, payload: ActivityIn) -> Any:
    """Log an activity on a deal."""
    return Status(201, _log(request, deal_id, payload, []))


@router.post(
    "/deals/{uuid:deal_id}/activities/with-files", response={201: ActivityOut}, operation_id="log_activity_with_files"
)
@operation(policies.LOG)
def log_with_files(request: Request, deal_id: UUID, payload: Form[ActivityIn], files: File[list[UploadedFile]]) -> Any:
    """Log an activity with attachments, as a form."""
    return Status(201, _log(request, deal_id, payload, files))


@router.get("/deals/{uuid:deal_id}/protection", response=ProtectionOut, operation_id="get_deal_protection")
@operation(policies.VIEW)
def get_protection(request: Request, deal_id: UUID) -> Any:
    """Say until when what is protected, whether an extension can be asked for, and the deal's mail address."""
    deal, now = _deal(request, deal_id), timezone.now()
    offer = services.offer(deal, at=now)
    rows = deal.protections.filter(period__endswith__gt=now).select_related("product_line")
    domain = settings_store.get("extensions.mail_domain") if policies.may_log(request.actor, deal) else ""
    terms, judged = (offer.terms, offer.judgement) if offer else (None, None)
    return {
        "protected_until": deal.protected_until,
        "lines": [{"product_line": row.product_line.key, "protected_until": row.period.upper} for row in rows],
        "can_ask": bool(offer and not offer.barred),
        "why_not": offer.why_not if offer else _("This deal is not protected."),
        "asking_opens_at": offer.opens_at if offer else None,
        "asking_closes_at": offer.closes_at if offer else None,
        "allowed": terms.allowed.value if terms else None,
        "most_days": terms.most_days if terms else None,
        "activities_counted": judged.counted if judged else 0,
        "activities_logged_late": judged.late if judged else 0,
        "activities_needed": terms.grant_from if terms else 0,
        "mail_address": addresses.address_of(deal.reference, domain),
    }


@router.get("/extensions", response=Page[ExtensionOut], operation_id="list_extensions")
@operation(policies.VIEW)
def list_extensions(request: Request, wanted: Query[ExtensionFilter]) -> Any:
    """List requests for extensions, newest first."""
    return paginate(narrow(policies.visible_to(request.actor), wanted, "state", "deal_id"), wanted)


@router.get("/extensions/{uuid:extension_id}", response=ExtensionOut, operation_id="get_extension")
@operation(policies.VIEW)
def get_extension(request: Request, extension_id: UUID, response: HttpResponse) -> Any:
    """Read one request."""
    return tagged(response, _extension(request, extension_id))


@router.post("/deals/{uuid:deal_id}/extensions", response={201: ExtensionOut}, operation_id="ask_for_extension")
@operation(policies.ASK)
def ask(request: Request, deal_id: UUID, payload: ExtensionIn, response: HttpResponse) -> Any:
    """Ask for an extension. A rule may grant or decline it at once: read ``state``."""
    deal = _deal(request, deal_id)
    asked = services.ask(deal=deal, by=request.actor, at=timezone.now(), **payload.dict())
    return Status(201, tagged(response, asked))


@router.post("/extensions/{uuid:extension_id}/withdraw", response=ExtensionOut, operation_id="withdraw_extension")
@operation(policies.ASK)
def withdraw(request: Request, extension_id: UUID, response: HttpResponse) -> Any:
    """Take a request back before it is decided."""
    asked = _extension(request, extension_id)
    return tagged(response, services.withdraw(request=asked, by=request.actor, at=timezone.now()))


@router.post("/extensions/{uuid:extension_id}/grant", response=ExtensionOut, operation_id="grant_extension")
@operation(policies.DECIDE)
def grant(request: Request, extension_id: UUID, payload: GrantIn, response: HttpResponse) -> Any:
    """Grant a request; the deal is protected for longer at once."""
    asked = _extension(request, extension_id)
    return tagged(response, services.grant(request=asked, by=request.actor, at=timezone.now(), **payload.dict()))


@router.post("/extensions/{uuid:extension_id}/decline", response=ExtensionOut, operation_id="decline_extension")
@operation(policies.DECIDE)
def decline(request: Request, extension_id: UUID, payload: DeclineIn, response: HttpResponse) -> Any:
    """Decline a request with a coded reason."""
    asked = _extension(request, extension_id)
    return tagged(response, services.decline(request=asked, by=request.actor, at=timezone.now(), **payload.dict()))


@router.post("/deals/{uuid:deal_id}/extend", response=ProtectionOut, operation_id="extend_deal")
@operation(policies.DECIDE)
def extend(request: Request, deal_id: UUID, payload: ExtendIn) -> Any:
    """Extend a deal's protection without a request."""
    protection.extend(deal=_deal(request, deal_id), by=request.actor, at=timezone.now(), **payload.dict())
    return get_protection(request, deal_id)


@router.get("/protections/expiring", response=BoardOut, operation_id="list_expiring_protections")
@operation(policies.VIEW)
def expiring(request: Request, wanted: Query[BoardQuery]) -> Any:
    """Say what ends in the next 30, 60 or 90 days, by week, with its worth by currency."""
    found = deals.visible_to(request.actor)
    if wanted.partner_id:
        found = found.filter(partner_id=wanted.partner_id)
    return queries.expiring(
        found, at=timezone.now(), days=int(wanted.days), list_url=reverse("console:deals"), keep={}, shown=0
    )


@router.get("/protection-windows", response=Page[WindowOut], operation_id="list_protection_windows")
@operation(policies.RULES)
def list_windows(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the windows by tier and product line; for everything else the setting holds."""
    return paginate(ProtectionWindow.objects.select_related("product_line"), wanted)


@router.post("/protection-windows", response={201: WindowOut}, operation_id="create_protection_window")
@operation(policies.RULES)
def create_window(request: Request, payload: WindowIn, response: HttpResponse) -> Any:
    """Add a window; it holds for deals approved from now on."""
    values = {**payload.dict(), "product_line": _line(payload.product_line)}
    return Status(201, tagged(response, protection.save_window(**values, by=request.actor, at=timezone.now())))


@router.put("/protection-windows/{uuid:window_id}", response=WindowOut, operation_id="replace_protection_window")
@operation(policies.RULES)
def replace_window(request: Request, window_id: UUID, payload: WindowIn, response: HttpResponse) -> Any:
    """Change a window."""
    window = get_object_or_404(ProtectionWindow, pk=window_id)
    require_match(request, window)
    values = {**payload.dict(), "product_line": _line(payload.product_line)}
    return tagged(response, protection.save_window(**values, window=window, by=request.actor, at=timezone.now()))


@router.delete("/protection-windows/{uuid:window_id}", response={204: None}, operation_id="remove_protection_window")
@operation(policies.RULES)
def remove_window(request: Request, window_id: UUID) -> Any:
    """Remove a window; running protections keep their end."""
    window = get_object_or_404(ProtectionWindow, pk=window_id)
    protection.remove_window(window=window, by=request.actor, at=timezone.now())
    return Status(204, None)


@router.get("/extension-rules", response=Page[ExtensionRuleOut], operation_id="list_extension_rules")
@operation(policies.RULES)
def list_rules(request: Request, wanted: Query[PageQuery]) -> Any:
    """List the rules for extensions."""
    return paginate(ExtensionRule.objects.all(), wanted)


@router.post("/extension-rules", response={201: ExtensionRuleOut}, operation_id="create_extension_rule")
@operation(policies.RULES)
def create_rule(request: Request, payload: ExtensionRuleIn, response: HttpResponse) -> Any:
    """Add a rule; it holds for what is asked from now on."""
    rule = services.save_rule(**payload.dict(), by=request.actor, at=timezone.now())
    return Status(201, tagged(response, rule))


@router.put("/extension-rules/{uuid:rule_id}", response=ExtensionRuleOut, operation_id="replace_extension_rule")
@operation(policies.RULES)
def replace_rule(request: Request, rule_id: UUID, payload: ExtensionRuleIn, response: HttpResponse) -> Any:
    """Change a rule."""
    rule = get_object_or_404(ExtensionRule, pk=rule_id)
    require_match(request, rule)
    services.save_rule(**payload.dict(), rule=rule, by=request.actor, at=timezone.now())
    return tagged(response, rule)


@router.delete("/extension-rules/{uuid:rule_id}", response={204: None}, operation_id="remove_extension_rule")
@operation(policies.RULES)
def remove_rule(request: Request, rule_id: UUID) -> Any:
    """Remove a rule; what it decided stays."""
    services.remove_rule(rule=get_object_or_404(ExtensionRule, pk=rule_id), by=request.actor, at=timezone.now())
    return Status(204, None)


@router.post("/inbound-mail", response=MailAnswer, operation_id="deliver_mail")
@operation(policies.DELIVER)
def deliver_mail(request: Request, envelope: Form[Envelope], message: File[UploadedFile]) -> Any:
    """Deliver a raw message (RFC 5322) to a deal's address, as mail servers and providers' inbound hooks do.

    What is refused is answered with 200 as well: the message was taken, and need not come again.
    """
    return services.receive(raw=message.read(), recipient=envelope.recipient, by=request.actor, at=timezone.now())


def _deal(request: Request, deal_id: UUID) -> DealRegistration:
    return get_object_or_404(deals.visible_to(request.actor).select_related("partner"), pk=deal_id)


def _extension(request: Request, extension_id: UUID) -> ExtensionRequest:
    return get_object_or_404(policies.visible_to(request.actor), pk=extension_id)


def _log(request: Request, deal_id: UUID, payload: ActivityIn, uploads: list[UploadedFile]) -> Activity:
    now, values = timezone.now(), payload.dict()
    when = values.pop("happened_at")
    if when is not None and timezone.is_naive(when):
        message = _("Give the time with its offset, for example 2026-11-02T09:00:00+01:00.")
        raise Invalid(message, fields={"happened_at": message})
    return services.log(
        deal=_deal(request, deal_id), uploads=uploads, happened_at=when, source=Activity.Source.API,
        by=request.actor, at=now, **values,
    )  # fmt: skip


def _line(key: str) -> ProductLine | None:
    if not key:
        return None
    found = ProductLine.objects.filter(key=key).first()
    if found is None:
        message = _("There is no product line %(keys)s.") % {"keys": key}
        raise Invalid(message, fields={"product_line": message})
    return found
