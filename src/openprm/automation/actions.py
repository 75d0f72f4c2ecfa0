"""Actions that automations bring themselves: e-mail, notices, messages to other systems."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from openprm.accounts.models import Invitation, Person
from openprm.automation import events, fields, mailing, merging
from openprm.automation.models import Automation, EmailTemplate
from openprm.kernel import notifications
from openprm.kernel.actions import Action, Occasion, Parameter
from openprm.kernel.errors import Invalid, Refusal
from openprm.kernel.events import announce, silently
from openprm.kernel.events.models import Event
from openprm.kernel.mail import letters
from openprm.kernel.webhooks import services as webhooks
from openprm.kernel.webhooks.models import Endpoint
from openprm.partners.models import Partner

Found = TypeVar("Found")

TO_PARTNER, TO_VENDOR = "automation.message_partner", "automation.message_vendor"


def _templates() -> list[tuple[str, str]]:
    return list(EmailTemplate.objects.values_list("code", "name"))


def _endpoints() -> list[tuple[str, str]]:
    ours = Endpoint.objects.filter(partner_id=None, is_active=True).order_by("description", "url")
    return [(endpoint.url, str(endpoint)) for endpoint in ours]


def _partner(occasion: Occasion) -> Partner:
    return Partner.objects.get(pk=occasion.partner_id)


def _template(given: Mapping[str, Any]) -> EmailTemplate:
    found = EmailTemplate.objects.filter(code=given["template"]).first()
    if found is None:
        raise Invalid(_("There is no template “%(code)s” (any more).") % {"code": given["template"]})
    return found


def _readers(partner: Partner, given: Mapping[str, Any], at: datetime) -> list[Person | Invitation]:
    return _somebody(mailing.readers(partner, str(given["to"]), at=at), given)


def _people(partner: Partner, given: Mapping[str, Any]) -> list[Person]:
    return _somebody(mailing.people(partner, str(given["to"])), given)


def _somebody(found: list[Found], given: Mapping[str, Any]) -> list[Found]:
    if not found:
        who = dict(mailing.receivers()).get(str(given["to"]), given["to"])
        raise mailing.NobodyThere(_("There is nobody to write to: %(who)s.") % {"who": who})
    return found


def _send_email(occasion: Occasion, given: Mapping[str, Any]) -> str:
    partner, template = _partner(occasion), _template(given)
    sender = mailing.sender(partner, str(given["sender"]))
    readers = _readers(partner, given, occasion.at)
    about = fields.of_partner(partner)
    for reader in readers:
        written = mailing.filled(template, about, reader, by=sender, told=occasion.payload, event=occasion.event)
        letters.send(written.letter(), to=reader.email)
    return _mail_words(template, readers, sender, _("sent “%(name)s” to %(who)s"))


def _foresee_email(occasion: Occasion, given: Mapping[str, Any]) -> str:
    try:
        partner, template = _partner(occasion), _template(given)
        sender = mailing.sender(partner, str(given["sender"]))
        readers = _readers(partner, given, occasion.at)
    except (Refusal, Invalid) as problem:
        return _("cannot send an e-mail: %(why)s") % {"why": problem}
    return _mail_words(template, readers, sender, _("send “%(name)s” to %(who)s"))


def _mail_words(template: EmailTemplate, readers: list[Person | Invitation], sender: Any, words: str) -> str:
    names = ", ".join(reader.name or reader.email for reader in readers[:3])
    if len(readers) > 3:
        more = len(readers) - 3
        names = ngettext("%(names)s and one more", "%(names)s and %(n)s more", more) % {"names": names, "n": more}
    said = words % {"name": template.name, "who": names}
    return _("%(said)s in the name of %(sender)s") % {"said": said, "sender": sender.name} if sender else said


def _notify(occasion: Occasion, given: Mapping[str, Any]) -> str:
    partner = _partner(occasion)
    readers = _people(partner, given)
    title, body = _filled(partner, occasion, given["title"]), _filled(partner, occasion, given.get("body") or "")
    vendor = readers[0].partner_id is None
    notifications.notify(
        kind=TO_VENDOR if vendor else TO_PARTNER,
        to=[reader.pk for reader in readers],
        title=title,
        body=body,
        url=f"/console/partners/{partner.pk}/" if vendor else "/portal/",
        event=Event.objects.filter(pk=occasion.event_id).first() if occasion.event_id else None,
        at=occasion.at,
    )
    return ngettext("told one person: %(title)s", "told %(n)s people: %(title)s", len(readers)) % {
        "n": len(readers),
        "title": title,
    }


def _foresee_notice(occasion: Occasion, given: Mapping[str, Any]) -> str:
    partner = _partner(occasion)
    try:
        readers = _people(partner, given)
    except Refusal as problem:
        return _("cannot tell anybody: %(why)s") % {"why": problem}
    title = _filled(partner, occasion, given["title"])
    return ngettext("tell one person: %(title)s", "tell %(n)s people: %(title)s", len(readers)) % {
        "n": len(readers),
        "title": title,
    }


def _filled(partner: Partner, occasion: Occasion, text: str) -> str:
    values = {**fields.of_partner(partner), **fields.of_event(occasion.event, occasion.payload, text)}
    return merging.render(text, values).strip()


def _post(occasion: Occasion, given: Mapping[str, Any]) -> str:
    partner = _partner(occasion)
    endpoint = Endpoint.objects.filter(partner_id=None, is_active=True, url=given["endpoint"]).first()
    if endpoint is None:
        raise Invalid(_("The webhook %(url)s is switched off or gone.") % {"url": given["endpoint"]})
    automation = Automation.objects.filter(pk=occasion.by.id).first() if occasion.by.id else None
    fact = events.Posted(
        automation=automation.code if automation else "",
        message=_filled(partner, occasion, given.get("message") or ""),
        partner=_told_of(partner),
        event=occasion.event,
        data=dict(occasion.payload or {}),
    )
    with silently():  # to the one endpoint that was chosen, not to all that hear of everything
        event = announce(fact, about=partner, by=occasion.by, at=occasion.at)
    webhooks.queue(event, [endpoint], at=occasion.at)
    return _("put a message to %(endpoint)s on its way") % {"endpoint": endpoint}


def _foresee_post(occasion: Occasion, given: Mapping[str, Any]) -> str:
    words = dict(_endpoints())
    return _("send a message to %(endpoint)s") % {"endpoint": words.get(given["endpoint"], given["endpoint"])}


def _told_of(partner: Partner) -> dict[str, Any]:
    return {
        "id": str(partner.pk),
        "name": partner.name,
        "country": partner.country,
        "region": partner.region,
        "tier": partner.tier,
        "status": partner.status,
        "partner_types": list(partner.partner_types),
        "business_models": list(partner.business_models),
        "verticals": list(partner.verticals),
    }


_GROUP = gettext_lazy("Messages")
_FIELDS_HELP = gettext_lazy("Merge fields such as {{ partner.name }} are filled in.")

ACTIONS = [
    Action(
        "automation.send_email",
        gettext_lazy("Send an e-mail"),
        sentence=gettext_lazy("send the e-mail “{template}” to {to} in the name of {sender}"),
        parameters=[
            Parameter("template", gettext_lazy("Template"), "choice", choices=_templates),
            Parameter("to", gettext_lazy("To"), "choice", choices=mailing.receivers, default=mailing.ADMINS),
            Parameter(
                "sender",
                gettext_lazy("In the name of"),
                "choice",
                choices=mailing.senders,
                default=mailing.PROGRAMME,
                help=gettext_lazy("Answers go to this person. Regional directors are named under Territories."),
            ),
        ],
        run=_send_email,
        foresee=_foresee_email,
        icon="mail",
        group=_GROUP,
    ),
    Action(
        "automation.notify",
        gettext_lazy("Tell people in the app"),
        sentence=gettext_lazy("tell {to}: {title}"),
        parameters=[
            Parameter("to", gettext_lazy("Whom"), "choice", choices=mailing.receivers, default=mailing.TEAM),
            Parameter("title", gettext_lazy("Message"), "text", help=_FIELDS_HELP),
            Parameter("body", gettext_lazy("More"), "long_text", required=False),
        ],
        run=_notify,
        foresee=_foresee_notice,
        icon="bell",
        group=_GROUP,
    ),
    Action(
        "automation.post_webhook",
        gettext_lazy("Send to a webhook"),
        sentence=gettext_lazy("send a message to the webhook {endpoint}"),
        parameters=[
            Parameter(
                "endpoint",
                gettext_lazy("Webhook"),
                "choice",
                choices=_endpoints,
                help=gettext_lazy("One of your own endpoints, made under Webhooks; it is signed like all of them."),
            ),
            Parameter("message", gettext_lazy("Words"), "text", required=False, help=_FIELDS_HELP),
        ],
        run=_post,
        foresee=_foresee_post,
        icon="webhook",
        group=_GROUP,
    ),
]
