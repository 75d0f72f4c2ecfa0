"""One thing of every kind that has an address: Alfa's where partners have it, the vendor's otherwise."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from openprm.accounts import services as accounts
from openprm.accounts.models import ApiToken, Invitation, Role
from openprm.automation import services as automation
from openprm.automation.models import Rehearsal, Run
from openprm.blueprint import starters
from openprm.blueprint.models import Upload
from openprm.customers import services as customers
from openprm.customers.models import Import
from openprm.deals import services as deals
from openprm.deals.models import RulesPreview
from openprm.disputes import services as disputes
from openprm.disputes.models import Dispute, Hearing, Review
from openprm.engagement.models import RuleSet
from openprm.extensions import services as extensions
from openprm.extensions.models import ExtensionRequest, ExtensionRule
from openprm.journeys import services as journeys
from openprm.journeys.content import StageDoc, TaskDoc
from openprm.journeys.models import Journey, JourneyTemplate, Task
from openprm.kernel.access import SYSTEM, Actor, as_system, enter
from openprm.kernel.audiences import EVERYBODY
from openprm.kernel.events.models import Delivery, Event
from openprm.kernel.files.models import StoredFile
from openprm.kernel.mail.models import Mail
from openprm.kernel.notifications.models import Notification
from openprm.kernel.webhooks.models import Endpoint, Message
from openprm.news import services as news
from openprm.news.models import Post, Reading
from openprm.partners import services as partners
from openprm.partners.models import Partner
from openprm.pricing import services as pricing
from openprm.pricing.models import PriceImport
from openprm.pricing.rules import Term
from openprm.program import services as program
from openprm.program.definition import Benefit
from openprm.program.models import (
    BenefitGrant,
    Figure,
    KpiValue,
    Membership,
    Programme,
    ProgrammeVersion,
    Proposal,
    TrialRun,
)
from openprm.program.starting import CODE as STARTING_PROGRAMME
from openprm.receipts import services as receipts
from openprm.recruiting import services as recruiting
from openprm.recruiting.models import Application, PartnerImport, PartnerOrigin
from openprm.recruiting.services.forms import FormValues
from tests.world import NOW, World

SECRET = "Zyxwv"  # stands in everything that only Alfa and the vendor may read


def secrets_of(world: World, owner: Partner) -> SimpleNamespace:
    """Make a thing of each kind that belongs to a partner."""
    deal = world.submitted(owner, customer=f"{SECRET} Industries")
    actor = world.actor("admin", owner)
    dispute = _dispute(world, owner, actor)
    with as_system():
        extensions.log(deal=deal, kind="call", title=f"{SECRET} call", by=SYSTEM, at=NOW)
        person = world.person("viewer", owner)
        event = Event.objects.filter(subject_id=deal.pk).order_by("id")[0]
        endpoint = _endpoint(owner)
        receipts.issue(event=event, by=SYSTEM, at=NOW)
        PartnerOrigin.objects.create(partner=owner, source="direct", campaign=SECRET)
        recruiting.change_listing(
            partner=owner, listed=False, description=f"{SECRET} sells.", show_website=True, by=SYSTEM, at=NOW
        )
        member = _member(owner)
        return SimpleNamespace(
            deal=deal.pk,
            dispute=dispute.pk,
            review=_review(dispute).pk,
            extension=_extension(deal, dispute).pk,
            journey=(journey := _journey(owner)).pk,
            task=Task.objects.get(journey=journey).pk,
            partner=owner.pk,
            membership=member.pk,
            benefit_grant=BenefitGrant.objects.get(partner=owner).pk,
            tier_proposal=_proposal(member).pk,
            kpi_value=_figure(owner).pk,
            reseller=owner.pk,
            person=person.pk,
            invitation=_invitation(owner, actor),
            client=_client(owner),
            token=_token(person.pk),
            webhook=endpoint.pk,
            message=_message(endpoint, event).pk,
            notification=_notification(person.pk, owner).pk,
            file=_file(owner).pk,
            event=event.pk,
            post=_post(owner, person.pk).pk,
            **_prices(owner),
        )


def _member(owner: Partner) -> Membership:
    """Make a standing with everything that belongs to one."""
    programme = Programme.objects.get(code=STARTING_PROGRAMME)
    member = program.enroll(partner=owner, programme=programme, by=SYSTEM, at=NOW)
    program.set_tier(member=member, tier="gold", reason=f"{SECRET} launch", by=SYSTEM, at=NOW)
    badge = Benefit(code="secret", kind="badge", text=f"{SECRET} badge")
    program.grant(member=member, benefit=badge, reason=f"{SECRET} launch", by=SYSTEM, at=NOW)
    Figure.objects.get_or_create(partner=owner, kpi="deals.won", defaults={"value": 1})
    return member


def _proposal(member: Membership) -> Proposal:
    return Proposal.objects.create(
        partner_id=member.partner_id, membership=member, before="gold", after="platinum", why=[SECRET]
    )


def _figure(owner: Partner) -> KpiValue:
    return program.record_value(
        partner=owner, kpi="program.satisfaction", value=Decimal(80), source=f"{SECRET} survey", by=SYSTEM, at=NOW
    )


def of_the_vendor(world: World) -> SimpleNamespace:
    """Make a thing of each kind that is the vendor's alone."""
    account = world.account(f"{SECRET} Group", country="DE")
    with as_system():
        opportunity = customers.create_opportunity(account=account, name=f"{SECRET} Renewal", by=SYSTEM, at=NOW)
        audience = partners.save_audience(
            name=f"{SECRET} audience", subject="partner", predicate=dict(EVERYBODY), by=SYSTEM, at=NOW
        )
        rule = deals.save_rule(
            name=f"{SECRET} rule", audience=dict(EVERYBODY), most=1, currency="EUR", levels=["clear"],  # type: ignore[arg-type]
            by=SYSTEM, at=NOW,
        )  # fmt: skip
        automatic = _automation()
        return SimpleNamespace(
            automation=automatic.pk,
            automation_run=Run.objects.create(
                automation=automatic, of_version=automatic.current, partner=world.alfa, occasion=SECRET, state="failed"
            ).pk,
            rehearsal=Rehearsal.objects.create(
                automation=automatic, definition=automatic.edited, days=90, until=NOW, state="done"
            ).pk,
            email_template=automation.save_template(
                name=f"{SECRET} letter", subject="Hello", body="Hello", by=SYSTEM, at=NOW
            ).pk,
            account=account.pk,
            opportunity=opportunity.pk,
            audience=audience.pk,
            rule=rule.pk,
            post_draft=news.write(title=f"{SECRET} draft", text=SECRET, by=SYSTEM, at=NOW).pk,
            ended_post=Post.objects.create(**_filled(Post, title=f"{SECRET} post", starts_at=NOW, ends_at=NOW)).pk,
            window=deals.save_window(product_line=world.cloud, days=60, by=SYSTEM, at=NOW).pk,
            extension_rule=ExtensionRule.objects.create(**_filled(ExtensionRule, name=f"{SECRET} extension")).pk,
            journey_template=_template().pk,
            engagement_kind="direct",
            engagement_rule="named_account",
            upload=Upload.objects.create(name=f"{SECRET}.zip", files=dict(starters.starter("reseller").files)).pk,
            starter="reseller",
            engagement_version=RuleSet.objects.get(number=1).pk,
            rules_preview=_preview(),
            product_line=world.cloud.pk,
            programme=Programme.objects.get(code=STARTING_PROGRAMME).pk,
            programme_version=ProgrammeVersion.objects.filter(number=1)[0].pk,
            trial=TrialRun.objects.create(programme=Programme.objects.all()[0], definition={}, total=0).pk,
            exchange_rate=program.set_rate(currency="USD", rate=Decimal("0.9"), by=SYSTEM, at=NOW).pk,
            role=Role.objects.get(side="vendor", key="analyst").pk,
            delivery=Delivery.objects.order_by("id")[0].pk,
            mail=Mail.objects.create(**_filled(Mail, subject=SECRET, recipients=["zyxwv@example.com"])).pk,
            application_form=(form := _application_form()).pk,
            application=_application(form).pk,
            partner_import=PartnerImport.objects.create(**_filled(PartnerImport, file_name=SECRET)).pk,
            **{"import": Import.objects.create(**_filled(Import, kind="accounts", file_name=SECRET)).pk},
        )


def _automation() -> Any:
    """Make a live automation that is being edited."""
    step = {"key": "s1", "kind": "action", "action": "partners.set_field", "values": {"change": "verticals+media"}}
    definition = {
        "trigger": {"kind": "event", "event": "partner.created"},
        "condition": {"audience": dict(EVERYBODY), "payload": {"match": "all", "conditions": []}},
        "steps": [step],
    }
    made = automation.create(name=f"{SECRET} automation", definition=definition, by=SYSTEM, at=NOW)
    automation.publish(automation=made, by=SYSTEM, at=NOW)
    wait = {"key": "s2", "kind": "wait", "unit": "days", "amount": 3}
    return automation.edit(automation=made, definition={**definition, "steps": [step, wait]}, by=SYSTEM, at=NOW)


def counterparts(world: World) -> dict[str, UUID]:
    """Make the vendor's own of what partners have too."""
    with as_system():
        endpoint = Endpoint.objects.create(**_filled(Endpoint, url="https://northwind.example/"))
        event = Event.objects.order_by("id")[0]
        client = ApiToken.objects.create(**_filled(ApiToken, name="Northwind", secret_hash="3" * 64))
        return {"webhook": endpoint.pk, "message": _message(endpoint, event).pk, "client": client.pk}


def _preview() -> UUID:
    base = RuleSet.objects.get(number=1)
    return RulesPreview.objects.create(
        since=NOW.date(), until=NOW.date(), base=base, rules=[], asked_by=SECRET, state="finished"
    ).pk


def _dispute(world: World, owner: Partner, by: Actor) -> Dispute:
    """Make a decided dispute, with everything that belongs to one."""
    deal = world.submitted(owner, customer=f"{SECRET} Works", country="AT")
    judge = world.actor("admin")
    with enter(judge):
        deals.reject(deal=deal, code="not_qualified", by=judge, at=NOW)
    with enter(by):
        dispute = disputes.contest(deal=deal, subject="rejection", text=f"{SECRET} asked us first.", by=by, at=NOW)
    with enter(judge):
        disputes.add_note(dispute=dispute, text=f"{SECRET} note", by=judge, at=NOW)
        disputes.decide(dispute=dispute, outcome="rejected", code="other", text=f"{SECRET} was not.", by=judge, at=NOW)
    return dispute


def _review(dispute: Dispute) -> Review:
    """Make a review of the registration, as another partner's dispute would ask for one."""
    review = Review.objects.create(deal_id=dispute.deal_id, partner_id=dispute.partner_id, text=SECRET)
    Hearing.objects.create(dispute=dispute, review=review, asked_by_name=SECRET)
    return review


def _prices(owner: Partner) -> dict[str, UUID]:
    """Make a price book that this partner alone has, a planned change of it, and a file that waits."""
    book = pricing.create_book(
        code=f"book-{owner.pk}", name=f"{SECRET} book", currency="EUR", priority=77, reach="named", by=SYSTEM, at=NOW
    )
    pricing.write_draft(book=book, terms=[Term(name=SECRET, points=Decimal(7))], by=SYSTEM, at=NOW)
    pricing.publish(book=book, by=SYSTEM, at=NOW)
    pricing.assign(partner=owner, book=book, by=SYSTEM, at=NOW)
    pricing.write_draft(book=book, terms=[Term(name=SECRET, points=Decimal(9))], by=SYSTEM, at=NOW)
    planned = pricing.publish(book=book, starts_on=date(2999, 1, 1), by=SYSTEM, at=NOW)
    read = PriceImport.objects.create(**_filled(PriceImport, book=book, file_name=SECRET, terms=[], problems=[]))
    return {"price_book": book.pk, "price_edition": planned.pk, "price_import": read.pk}


def _post(owner: Partner, person: UUID) -> Post:
    """Make a live post that is for this partner alone, and that somebody there has read."""
    post = news.write(
        title=f"{SECRET} news", text=f"{SECRET} is told something.", to_confirm=True, by=SYSTEM, at=NOW,
        audience={"field": "partner.name", "op": "is", "value": owner.name},
    )  # fmt: skip
    news.publish(post=post, by=SYSTEM, at=NOW)
    Reading.objects.create(post=post, partner=owner, person_id=person, told_at=NOW)
    return post


def _extension(deal: Any, dispute: Dispute) -> ExtensionRequest:
    """Make a request that waits; and one that was declined and is contested in the dispute's deal."""
    declined = ExtensionRequest.objects.create(
        **_filled(
            ExtensionRequest, deal_id=dispute.deal_id, partner_id=deal.partner_id, reason=f"{SECRET} needed time",
            days=9, state="declined", code="other", text=f"{SECRET} has had enough", decided_at=NOW,
        )
    )  # fmt: skip
    Dispute.objects.filter(pk=dispute.pk).update(subject="extension", contested_id=declined.pk)
    return ExtensionRequest.objects.create(
        **_filled(ExtensionRequest, deal=deal, partner_id=deal.partner_id, reason=f"{SECRET} needs time", days=30)
    )


def _template() -> JourneyTemplate:
    """Make a published journey of one task, once."""
    task = TaskDoc.model_validate({"key": "t", "title": f"{SECRET} task", "kind": "document", "optional": True})
    stage = StageDoc.model_validate({"key": "s", "name": f"{SECRET} stage", "tasks": [task]})
    known = JourneyTemplate.objects.filter(code=SECRET.lower()).first()
    if known is not None:
        return known
    drawn = journeys.save_template(code=SECRET.lower(), name=f"{SECRET} way", stages=[stage], by=SYSTEM, at=NOW)
    return journeys.publish(template=drawn, by=SYSTEM, at=NOW)


def _journey(owner: Partner) -> Journey:
    return journeys.start(template=_template(), partner=owner, by=SYSTEM, at=NOW)


def _application_form() -> Any:
    form = recruiting.save_form(form=None, code="secret", values=FormValues(title=SECRET), by=SYSTEM, at=NOW)
    return recruiting.publish_form(form=form, by=SYSTEM, at=NOW)


def _application(form: Any) -> Application:
    """Make a submitted application."""
    who = {"email": "a@zyxwv.example", "contact_name": SECRET, "legal_name": f"{SECRET} Partners", "country": "DE"}
    application, _secret = recruiting.start(form=form, given=who, at=NOW)
    return recruiting.send(application=application, consents=[], proven=True, at=NOW)


def _endpoint(owner: Partner) -> Endpoint:
    return Endpoint.objects.create(**_filled(Endpoint, partner_id=owner.pk, url=f"https://{SECRET.lower()}.example/"))


def _message(endpoint: Endpoint, event: Event) -> Message:
    return Message.objects.create(**_filled(Message, endpoint=endpoint, event=event, partner_id=endpoint.partner_id))


def _notification(person: UUID, owner: Partner) -> Notification:
    return Notification.objects.create(**_filled(Notification, person_id=person, partner_id=owner.pk, title=SECRET))


def _file(owner: Partner) -> StoredFile:
    details = {"partner_id": owner.pk, "name": f"{SECRET}.pdf", "owner_type": "partners.Partner", "owner_id": owner.pk}
    return StoredFile.objects.create(**_filled(StoredFile, **details))


def _invitation(owner: Partner, by: Actor) -> UUID:
    accounts.invite(email=f"{SECRET.lower()}@example.com", name=SECRET, roles=["viewer"], partner=owner, by=by, at=NOW)
    return Invitation.objects.get(email=f"{SECRET.lower()}@example.com").pk


def _client(owner: Partner) -> UUID:
    return ApiToken.objects.create(**_filled(ApiToken, partner_id=owner.pk, name=SECRET, secret_hash="1" * 64)).pk


def _token(person: UUID) -> UUID:
    return ApiToken.objects.create(**_filled(ApiToken, person_id=person, name=SECRET, secret_hash="2" * 64)).pk


def _filled(model: Any, **values: Any) -> dict[str, Any]:
    """Return ``values`` with something for each other field of the model that has no default."""
    for field in model._meta.concrete_fields:
        if field.has_default() or field.null or field.blank or field.name in values or field.attname in values:
            continue
        if field.get_internal_type() == "DateTimeField":
            values[field.name] = NOW + timedelta(days=1)
        elif field.get_internal_type() in ("CharField", "TextField"):
            values[field.name] = (field.choices or [(SECRET, "")])[0][0][: field.max_length]
        elif "Integer" in field.get_internal_type():
            values[field.name] = 1
        elif field.get_internal_type() == "ArrayField":
            values[field.name] = []
        elif field.get_internal_type() == "JSONField":
            values[field.name] = {}
    return values
