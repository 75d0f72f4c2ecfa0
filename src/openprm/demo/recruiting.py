"""Two application forms, applications wherever they can stand, and partners who wish to be found by the public."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from openprm.accounts import actors
from openprm.accounts import services as accounts
from openprm.accounts.models import Invitation, Person
from openprm.demo.personas import PASSWORD
from openprm.kernel import events
from openprm.kernel import services as kernel
from openprm.kernel.access import SYSTEM, Actor
from openprm.partners.models import Partner
from openprm.recruiting import services
from openprm.recruiting.models import Application, ApplicationForm
from openprm.recruiting.services.forms import FormValues
from openprm.recruiting.shapes import (
    Approval,
    Choice,
    Comparison,
    Condition,
    Consent,
    FormDefinition,
    FormQuestion,
    ScoreRule,
)

LISTED = 14
INTRO = (
    "We look for companies that run and look after IT for others. It takes about ten minutes; everything you type is"
    " kept, and you can go on later. You need your web address and, if you like, a company profile."
)
DESCRIPTIONS = (
    "We plan, build and look after workplaces, networks and cloud services for companies from twenty people upward.",
    "Our engineers move factories and hospitals to the cloud, one weekend at a time, and stay afterwards.",
    "Managed services around the clock: monitoring, patching, backup, and a service desk that picks up the phone.",
    "A family business for thirty years: we know our customers by name, and their systems by heart.",
)


def _choices(**labels: str) -> list[Choice]:
    return [Choice(value=value, label=label) for value, label in labels.items()]


def _is(field: str, *values: str) -> Comparison:
    return Comparison(field=field, op="is", values=list(values))


CONSENTS = [
    Consent(
        key="privacy",
        label="I have read the privacy notice",
        text="We use what you tell us to decide about your application, and delete what is never sent after 90 days.",
    ),
    Consent(
        key="terms",
        label="We agree to the partner terms",
        text="Partners name customers truthfully, keep confidential what they learn, and sell under their own name.",
        edition=2,
    ),
]
MSP = FormDefinition(
    questions=[
        FormQuestion(key="trading_name", field="trading_name", step="Your company"),
        FormQuestion(key="website", field="website", required=True, step="Your company"),
        FormQuestion(key="partner_types", field="partner_types", required=True, step="Your company"),
        FormQuestion(key="verticals", field="verticals", step="Your company"),
        FormQuestion(
            key="services",
            kind="choices",
            label="What do you run for your customers?",
            choices=_choices(workplaces="Workplaces", servers="Servers and cloud", security="Security", other="Other"),
            required=True,
            step="Your business",
        ),
        FormQuestion(
            key="soc",
            kind="yes_no",
            label="Do you run your own security operations centre?",
            when=Condition(question="services", values=["security"]),
            required=True,
            step="Your business",
        ),
        FormQuestion(
            key="seats",
            kind="number",
            label="How many seats do you look after?",
            help="All customers together.",
            required=True,
            step="Your business",
        ),
        FormQuestion(
            key="why", kind="long_text", label="Why do you want to work with us?", required=True, step="About you"
        ),
        FormQuestion(key="profile", kind="file", label="Company profile", step="About you"),
    ],
    consents=CONSENTS,
    score=[
        ScoreRule(points=25, tests=[Comparison(field="seats", op="at_least", values=["1000"])]),
        ScoreRule(points=20, tests=[_is("services", "security"), _is("soc", "yes")]),
        ScoreRule(points=15, tests=[_is("verticals", "healthcare", "government")]),
        ScoreRule(points=20, tests=[_is("fact.own_domain", "yes")]),
        ScoreRule(points=-20, tests=[_is("fact.free_mail", "yes")]),
    ],
    approval=Approval(enabled=True, least_score=70),
)
RESELLERS = FormDefinition(
    questions=[
        FormQuestion(key="website", field="website", required=True),
        FormQuestion(key="partner_types", field="partner_types", required=True),
        FormQuestion(key="staff", kind="number", label="How many people sell and implement?", required=True),
        FormQuestion(key="vendors", label="Which other vendors do you work with?"),
    ],
    consents=CONSENTS,
    score=[
        ScoreRule(points=30, tests=[Comparison(field="staff", op="at_least", values=["20"])]),
        ScoreRule(points=20, tests=[_is("fact.own_domain", "yes")]),
    ],
)
GOOD = {"partner_types": ["msp"], "services": ["servers", "security"], "soc": "yes", "seats": "4200"}
PLAIN = {"partner_types": ["reseller"], "staff": "12", "vendors": "Two of the large ones"}
WHY = "Our customers ask for it, and we would rather answer with you than with a product of our own."


def live(*, now: datetime) -> None:
    """Draw the forms, and let companies apply over the last weeks."""
    begun = now - timedelta(days=70)
    with events.silently():
        msp = _form("msp", "Become a managed service partner", MSP, 10, begun, intro=INTRO, programme="msp")
        resellers = _form("resellers", "Become a reseller", RESELLERS, 20, begun, programme="reseller")
        services.save_form(
            form=None,
            code="technology",
            values=FormValues(title="Technology alliance", definition=RESELLERS, order=30),
            by=SYSTEM,
            at=begun,
        )
        _decided(msp, resellers, now)
        _never_sent(msp, resellers, now)
        _waiting(msp, resellers, now)
        _directory(now)


def _form(
    code: str, title: str, definition: FormDefinition, order: int, at: datetime, *, programme: str, intro: str = ""
) -> ApplicationForm:
    values = FormValues(title=title, definition=definition, order=order, intro=intro, programme=programme)
    form = services.save_form(form=None, code=code, values=values, by=SYSTEM, at=at)
    return services.publish_form(form=form, by=SYSTEM, at=at)


def _decided(msp: ApplicationForm, resellers: ApplicationForm, now: datetime) -> None:
    manager = _manager()
    then = now - timedelta(days=41)
    said = {**GOOD, "website": "www.saarcloud.example", "why": WHY}
    who = ("Nora Becker", "nora.becker@saarcloud.example", "SaarCloud Betrieb GmbH", "DE")
    joined = _submitted(msp, who, said, then, {"utm_source": "linkedin", "utm_campaign": "msp-spring"})
    services.start_review(application=joined, by=manager, at=then + timedelta(hours=20))
    joined.refresh_from_db()
    if joined.state == "in_review":
        services.approve(application=joined, by=manager, at=then + timedelta(hours=29))
    _accept(joined, then + timedelta(hours=33))

    then = now - timedelta(days=16)
    who = ("Tomás Vega", "tomas.vega@ebrocloud.com", "Ebro Cloud Servicios S.L.", "ES")
    _submitted(msp, who, {**GOOD, "website": "ebrocloud.com", "verticals": ["healthcare"], "why": WHY}, then)

    then = now - timedelta(days=23)
    who = ("Pat Doran", "pat.doran@gmail.com", "Doran Trading", "KE")
    refused = _submitted(resellers, who, {**PLAIN, "website": "dorantrading.com"}, then, {"ref": "directory"})
    services.reject(application=refused, reason="region_not_covered", by=manager, at=then + timedelta(hours=50))

    then = now - timedelta(days=30)
    who = ("Mona Reis", "mona@reis-it.com", "Reis IT Lda", "PT")
    services.withdraw(application=_submitted(resellers, who, {**PLAIN, "website": "reis-it.com"}, then), at=then)


def _never_sent(msp: ApplicationForm, resellers: ApplicationForm, now: datetime) -> None:
    campaign = {"utm_source": "linkedin", "utm_campaign": "msp-spring"}
    half = {"website": "isarnetz.de", "partner_types": ["msp"]}
    _filled(msp, ("Lisa Roth", "roth@isarnetz.de", "Isarnetz GmbH", "DE"), half, now - timedelta(days=12), campaign, 1)
    _filled(msp, ("Jo Lund", "jo@fjorddata.com", "Fjord Data AS", "NO"), {}, now - timedelta(days=9), campaign, 0)
    most = {**GOOD, "seats": "", "website": "montblanc-it.com"}
    _filled(msp, ("Eva Roux", "roux@montblanc-it.com", "Mont Blanc IT SA", "FR"), most, now - timedelta(days=6), {}, 2)
    today = now - timedelta(hours=2)
    _filled(resellers, ("Kim Ito", "ito@nagoya-si.com", "Nagoya SI KK", "JP"), {"staff": "40"}, today, {}, 1)
    sent = now - timedelta(hours=30)
    said = {**PLAIN, "website": "harzsysteme.de", "staff": "25"}
    unsure = _filled(resellers, ("Olaf Kern", "kern@harzsysteme.de", "Harz Systeme GmbH", "DE"), said, sent, {}, 1)
    services.send(application=unsure, consents=["privacy", "terms"], at=sent)


def _waiting(msp: ApplicationForm, resellers: ApplicationForm, now: datetime) -> None:
    manager = _manager()
    said = {**PLAIN, "website": "www.brightwave.example", "staff": "60"}
    who = ("Sven Adler", "sven.adler@brightwave.example", "Brightwave Informationstechnik GmbH", "DE")
    _submitted(resellers, who, said, now - timedelta(hours=21))
    who = ("Marta Zielińska", "marta@pomorze-it.pl", "Pomorze IT sp. z o.o.", "PL")
    _submitted(resellers, who, {**PLAIN, "website": "pomorze-it.pl", "staff": "34"}, now - timedelta(hours=5))
    who = ("Gareth Pugh", "gareth@taff-managed.co.uk", "Taff Managed Services Ltd", "GB")
    late = {**GOOD, "soc": "no", "seats": "800", "website": "taff-managed.co.uk", "why": WHY}
    looked_at = _submitted(msp, who, late, now - timedelta(days=4), {"ref": "pennine-cloud"})
    services.start_review(application=looked_at, by=manager, at=now - timedelta(days=3))
    services.add_note(
        application=looked_at,
        text="Met them at the fair in Cardiff; good people.",
        by=manager,
        at=now - timedelta(days=3),
    )
    who = ("Amélie Caron", "a.caron@rhone-infogerance.fr", "Rhône Infogérance SAS", "FR")
    more = {**GOOD, "soc": "no", "website": "rhone-infogerance.fr", "seats": "2600", "why": WHY}
    asked = _submitted(msp, who, more, now - timedelta(days=2))
    question = "You name security as a service, without a centre of your own. Who watches at night?"
    services.ask(application=asked, text=question, by=manager, at=now - timedelta(days=1))


def _directory(now: datetime) -> None:
    """Switch the directory on, and let the administrators of some partners agree to be in it."""
    kernel.change_setting(key="recruiting.directory", value=True, by=SYSTEM, at=now)
    admins = Person.objects.filter(roles__key="admin", partner__status="active", is_active=True)
    for number, person in enumerate(admins.select_related("partner").order_by("created_at", "pk")[:LISTED]):
        actor = actors.of(person)
        services.change_listing(
            partner=Partner.objects.get(pk=actor.company_id),
            listed=True,
            description=DESCRIPTIONS[number % len(DESCRIPTIONS)],
            show_website=True,
            by=actor,
            at=now,
        )


Who = tuple[str, str, str, str]


def _filled(
    form: ApplicationForm, who: Who, said: Mapping[str, Any], at: datetime, origin: Mapping[str, str], step: int
) -> Application:
    given = dict(zip(("contact_name", "email", "legal_name", "country"), who, strict=True))
    application, _secret = services.start(form=form, given=given, origin=origin, at=at)
    if step:
        asked = [one for one in form.questions if one.key in said]
        services.save(application=application, questions=asked, given=said, step=step, at=at)
        application.refresh_from_db()
    return application


def _submitted(
    form: ApplicationForm, who: Who, said: Mapping[str, Any], at: datetime, origin: Mapping[str, str] | None = None
) -> Application:
    application = _filled(form, who, said, at, origin or {}, len(form.steps))
    services.send(application=application, consents=["privacy", "terms"], proven=True, at=at)
    application.refresh_from_db()
    services.assess(application=application, at=at)
    application.refresh_from_db()
    return application


def _accept(application: Application, at: datetime) -> None:
    """Let the first person of a new partner choose a password."""
    application.refresh_from_db()
    invitation = Invitation.objects.filter(partner=application.partner).first()
    if application.partner is not None and invitation is not None:
        secret = accounts.issue_link(invitation=invitation, at=at).rstrip("/").rpartition("/")[2]
        accounts.accept_invitation(secret=secret, name=application.contact_name, password=PASSWORD, at=at)


def _manager() -> Actor:
    return actors.of(Person.objects.get(name="Maren Vogt"))
