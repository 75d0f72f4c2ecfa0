"""Two onboarding journeys, and partners at every stage: one is stuck, some wait for approval, some are through."""

from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from openprm.accounts import actors
from openprm.accounts.models import Person
from openprm.demo.personas import BELOW, RESELLER
from openprm.demo.programme import Programme
from openprm.journeys import services
from openprm.journeys.content import PARTNER, Kind, StageDoc, TaskDoc, Work
from openprm.journeys.lifecycle import State
from openprm.journeys.models import Journey, JourneyTemplate, Task
from openprm.kernel import events
from openprm.kernel.access import SYSTEM, Actor
from openprm.partners.models import Partner

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
CONDUCT = (
    "Register a deal before you quote it. Say only what is true about competitors. Keep what customers tell you to"
    " yourselves. Tell your channel manager when something goes wrong, before the customer does."
)
RESELLING: list[dict[str, Any]] = [
    {"key": "contract", "name": "Contract and profile", "text": "What we need from each other first.", "tasks": [
        {"key": "profile", "title": "Complete your company profile", "kind": "form", "due_days": 5,
         "profile_fields": ["website", "verticals"],
         "questions": [{"key": "sellers", "label": "How many people sell?", "kind": "number"},
                       {"key": "focus", "label": "Whom do you sell to most?", "kind": "choice",
                        "choices": ["Small companies", "Mid-size companies", "Enterprises", "Public sector"]}]},
        {"key": "nda", "title": "Upload the signed NDA", "kind": "document", "approval": True, "due_days": 10,
         "text": "Sign the agreement that we sent you and upload it here, as a PDF or a scan."},
        {"key": "conduct", "title": "Read our code of conduct", "kind": "confirm", "text": CONDUCT, "due_days": 10}]},
    {"key": "ready", "name": "Ready to sell", "text": "Know the products, the prices, and each other.", "tasks": [
        {"key": "kickoff", "title": "Agree on a kick-off meeting", "kind": "meeting", "due_days": 7,
         "due_from": "dependencies", "depends_on": ["profile", "nda"],
         "text": "One hour with your channel manager: targets, customers, who does what."},
        {"key": "access", "title": "Give access to the demo environment", "kind": "confirm", "due_days": 14,
         "owner": "technical_account_manager", "text": "Create the tenant and send the credentials.",
         "depends_on": ["nda"]},
        {"key": "kit", "title": "Look through the sales kit", "kind": "link", "link": "https://halden.example/sales-kit",
         "due_days": 14, "text": "Battle cards, price list and the ten slides that customers ask for."},
        {"key": "news", "title": "Subscribe to product news", "kind": "link", "link": "https://halden.example/news",
         "optional": True}]},
    {"key": "first", "name": "First deals", "text": "From the first plan to the first registration.", "tasks": [
        {"key": "plan", "title": "Hand in your plan for 90 days", "kind": "document", "approval": True, "due_days": 21,
         "due_from": "dependencies", "depends_on": ["kickoff"], "text": "One page: customers, products, dates."},
        {"key": "release", "title": "Release as an authorised reseller", "kind": "approval", "owner": "channel_manager",
         "due_days": 5, "due_from": "dependencies", "depends_on": ["plan", "access", "conduct"]}]},
]  # fmt: skip
TECHNICAL: list[dict[str, Any]] = [
    {"key": "people", "name": "People", "tasks": [
        {"key": "team", "title": "Tell us who runs the service", "kind": "form", "due_days": 7, "approval": True,
         "questions": [{"key": "engineers", "label": "Engineers on the service desk", "kind": "number"},
                       {"key": "hours", "label": "Hours of service", "kind": "choice",
                        "choices": ["Business hours", "24/7"]},
                       {"key": "since", "label": "In operation since", "kind": "date", "required": False},
                       {"key": "iso", "label": "Certified after ISO 27001?", "kind": "yes_no"}]},
        {"key": "security", "title": "Read the security baseline", "kind": "confirm", "due_days": 7,
         "text": "Second factor for everybody, one account per person, logs for 180 days, backups tried monthly."}]},
    {"key": "platform", "name": "Platform", "tasks": [
        {"key": "tenant", "title": "Set up the multi-tenant console", "kind": "confirm", "due_days": 5,
         "due_from": "dependencies", "owner": "technical_account_manager", "depends_on": ["team"],
         "text": "Create the partner's tenant, with delegated administration."},
        {"key": "workshop", "title": "Architecture workshop", "kind": "meeting", "due_days": 14,
         "due_from": "dependencies", "depends_on": ["team", "security"],
         "text": "Two hours with your technical account manager."},
        {"key": "runbook", "title": "Upload your runbook", "kind": "document", "approval": True, "due_days": 14,
         "due_from": "dependencies", "depends_on": ["workshop"]}]},
    {"key": "live", "name": "Live", "tasks": [
        {"key": "golive", "title": "Release for managed services", "kind": "approval",
         "owner": "technical_account_manager", "depends_on": ["tenant", "runbook"]}]},
]  # fmt: skip
# trading name, days ago that it began, tasks done, days between two of them
ON_THE_WAY = (
    ("Hanse Netzwerke", 26, 3, 3),
    ("Rheinwerk IT", 12, 1, 3),
    ("Donau Cloudwerk", 41, 2, 4),  # the stuck one: nothing since a month
    ("Limmat Informatik", 30, 6, 4),
    ("Thameside Technology", 9, 1, 2),
    ("Polder ICT", 19, 5, 3),
    ("Tramontana IT", 4, 0, 1),
    ("Björk Systems", 7, 1, 2),  # still an applicant
    ("Liffey Systems", 33, 7, 4),
)
THROUGH = (("Loire Informatique", 150, 3), ("Norrsken Data", 210, 4), (BELOW, 120, 2), ("Banyan Infotech", 95, 5))
MANAGING = (
    ("Graz Data", 16, 2, 4),
    ("Pennine Cloud", 28, 4, 5),
    ("Windmolen Cloud", 6, 0, 1),
    ("Deccan Cloud", 22, 1, 2),
)


def live(made: Programme, *, now: datetime) -> None:
    """Draw both journeys, and let partners go through them."""
    at = made.at
    reselling = _template(
        "reseller-onboarding", "Reseller onboarding", "From the contract to your first deal.", RESELLING, at
    )
    technical = _template(
        "msp-technical", "MSP technical onboarding", "What it takes to run our products as a service.", TECHNICAL, at
    )
    with events.silently():
        for name, ago, done, pause in ON_THE_WAY:
            _go(reselling, made.partner(name), now, ago, done, pause)
        for name, ago, pause in THROUGH:
            _go(reselling, made.partner(name), now, ago, 99, pause)
        for name, ago, done, pause in MANAGING:
            _go(technical, made.partner(name), now, ago, done, pause)
        _waiting(made.partner("Rheinwerk IT"), "nda", now - timedelta(hours=30))
        _waiting(made.partner("Hanse Netzwerke"), "kickoff", now - timedelta(hours=5))
        _ours(made, reselling, now)
        services.tell_stuck(at=now)


def _ours(made: Programme, template: JourneyTemplate, now: datetime) -> None:
    """Let the visitor's own partner be in the middle of it: some done, one sent back, one by itself."""
    partner, manager = made.partner(RESELLER), actors.of(made.managers["emea"])
    journey = _go(template, partner, now, 9, 3, 2)
    kit = _waiting(partner, "kickoff", now - timedelta(days=2))
    text = "That day is a public holiday here. Could you propose one in the week after?"
    services.send_back(task=kit, text=text, by=manager, at=now - timedelta(hours=20))
    doc = TaskDoc.model_validate(
        {"key": "insurance", "title": "Certificate of liability insurance", "kind": "document", "approval": True,
         "text": "For our yearly review. A scan is fine.", "due_days": 6}
    )  # fmt: skip
    services.assign_task(partner=journey.partner, task=doc, by=manager, at=now - timedelta(days=1))


def _template(code: str, name: str, about: str, raw: list[dict[str, Any]], at: datetime) -> JourneyTemplate:
    with events.silently():
        stages = [StageDoc.model_validate(stage) for stage in raw]
        drawn = services.save_template(code=code, name=name, description=about, stages=stages, by=SYSTEM, at=at)
        return services.publish(template=drawn, by=SYSTEM, at=at)


def _go(template: JourneyTemplate, partner: Partner, now: datetime, ago: int, done: int, pause: int) -> Journey:
    """Start a journey some days ago, and let so many of its tasks be done, one every few days."""
    at = now - timedelta(days=ago)
    journey = services.start(template=template, partner=partner, by=_of_team(partner, "channel_manager"), at=at)
    for _number in range(done):
        at = min(at + timedelta(days=pause, hours=3), now - timedelta(hours=2))
        task = _next(journey)
        if task is None:
            break
        _do(task, at)
    return Journey.objects.select_related("partner").get(pk=journey.pk)


def _next(journey: Journey) -> Task | None:
    opened = Task.objects.filter(journey=journey, opened_at__isnull=False, optional=False)
    waiting = opened.exclude(state__in=[State.COMPLETED, State.SKIPPED])
    return waiting.select_related("partner", "journey").order_by("position").first() or (
        Task.objects.filter(journey=journey, optional=True, state=State.PENDING)
        .select_related("partner", "journey")
        .first()
    )


def _do(task: Task, at: datetime) -> None:
    """Do a task to its end, whoever has a part in it."""
    manager = _of_team(task.partner, "channel_manager")
    if task.kind != Kind.APPROVAL:
        task = _hand_in(task, at)
    if task.state == State.WAITING:
        services.approve(task=task, by=manager, at=at + timedelta(hours=1))


def _waiting(partner: Partner, key: str, at: datetime) -> Task:
    """Let a task of a running journey be handed in, and wait."""
    task = Task.objects.select_related("partner", "journey").get(partner=partner, key=key, journey__state="running")
    return _hand_in(task, at) if task.state != State.WAITING else task


def _hand_in(task: Task, at: datetime) -> Task:
    by = _admin(task.partner) if task.owner == PARTNER else _of_team(task.partner, task.owner)
    if task.kind == Kind.DOCUMENT:
        upload = SimpleUploadedFile(f"{task.key}-signed.pdf", PDF, "application/pdf")
        services.attach(task=task, upload=upload, by=by, at=at)
    return services.hand_in(task=task, work=_work(task, at), by=by, at=at)


def _work(task: Task, at: datetime) -> Work:
    answers = {"number": 6, "date": "2021-04-01", "yes_no": True, "text": "Yes", "long_text": "Yes"}
    doc = task.drawn
    filled = {q.key: q.choices[0] if q.kind == "choice" else answers[q.kind] for q in doc.questions}
    known = {"website": task.partner.website, "verticals": task.partner.verticals or ["technology"]}
    return Work(
        answers=filled,
        profile={name: known[name] for name in doc.profile_fields},
        confirmed=True,
        meeting_at=(at + timedelta(days=5)).replace(minute=0, second=0, microsecond=0).isoformat(),
        note="",
    )


def _admin(partner: Partner) -> Actor:
    admins = Person.objects.filter(partner=partner, roles__key="admin").select_related("partner")
    return actors.of(admins.order_by("pk")[0])


def _of_team(partner: Partner, role: str) -> Actor:
    return actors.of(Person.objects.get(team_memberships__partner=partner, team_memberships__role=role))
