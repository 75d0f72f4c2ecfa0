"""Ready automations to begin with: each a draft that somebody looks at before it goes live."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.automation import services
from openprm.automation.definition import Definition, condition, walk
from openprm.automation.models import Automation, EmailTemplate
from openprm.kernel import actions, events
from openprm.kernel.access import Actor

ADMINS, MANAGER = "partner_admins", "team:channel_manager"


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail template that a ready automation brings, unless there is one with its code."""

    code: str
    name: Any
    subject: Any
    body: Any
    button: Any = ""
    button_url: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    """A ready automation."""

    key: str
    name: Any
    text: Any
    icon: str
    definition: Callable[[], Definition]
    letters: tuple[Letter, ...] = ()


def find(key: str) -> Ready | None:
    """Return a ready automation that is offered."""
    return next((one for one in offered() if one.key == key), None)


def offered() -> list[Ready]:
    """Return the ready automations whose events and actions there are."""
    known = {kind.name for kind in events.event_types()}
    able = {action.key for action in actions.actions()}
    found = []
    for one in READY:
        made = one.definition()
        trigger = made["trigger"]
        acts = {step["action"] for _number, step in walk(made["steps"]) if step["kind"] == "action"}
        if acts <= able and (trigger["kind"] != "event" or trigger["event"] in known):
            found.append(one)
    return found


def shown(ready: Ready) -> Definition:
    """Return a ready automation as it reads: what e-mail templates it would bring go by their names."""
    made = ready.definition()
    names = {letter.code: str(letter.name) for letter in ready.letters}
    for _number, step in walk(made["steps"]):
        if step["kind"] == "action" and step["values"].get("template") in names:
            step["values"]["template"] = names[step["values"]["template"]]
    return made


@transaction.atomic
def begin(ready: Ready, *, by: Actor, at: datetime) -> Automation:
    """Make a draft of a ready automation, with the e-mail templates it sends."""
    for letter in ready.letters:
        if not EmailTemplate.objects.filter(code=letter.code).exists():
            services.save_template(
                code=letter.code,
                name=str(letter.name),
                subject=str(letter.subject),
                body=str(letter.body),
                button=str(letter.button),
                button_url=letter.button_url,
                by=by,
                at=at,
            )
    return services.create(
        name=str(ready.name), description=str(ready.text), definition=ready.definition(), by=by, at=at
    )


def _act(key: str, action: str, **values: Any) -> dict[str, Any]:
    return {"key": key, "kind": "action", "action": action, "values": values}


def _mail(key: str, template: str, sender: str = MANAGER) -> dict[str, Any]:
    return _act(key, "automation.send_email", template=template, to=ADMINS, sender=sender)


def _tell(key: str, title: Any, to: str = MANAGER) -> dict[str, Any]:
    return _act(key, "automation.notify", to=to, title=str(title))


def _assign(key: str, role: str) -> dict[str, Any]:
    return _act(key, "partners.assign_team", role=role, way="region_and_load", keep=True)


def _wait(key: str, days: int) -> dict[str, Any]:
    return {"key": key, "kind": "wait", "unit": "days", "amount": days}


def _on(event: str) -> dict[str, Any]:
    return {"kind": "event", "event": event}


def _has(name: str, operator: str, *values: str) -> dict[str, Any]:
    return {"field": f"partner.{name}", "op": operator, "value": list(values)}


def _changed(name: str) -> dict[str, Any]:
    return {"field": "changes", "op": "includes", "value": name}


def _made(trigger: dict[str, Any], held: dict[str, Any], *steps: dict[str, Any]) -> Definition:
    return {"trigger": trigger, "condition": held, "steps": list(steps)}


def _healthcare() -> Definition:
    both = {"all": [_has("vertical", "any_of", "healthcare"), _has("type", "any_of", "msp")]}
    return _made(
        _on("partner.profile_changed"),
        condition(both, _changed("verticals"), _changed("partner_types"), match="any"),
        _mail("welcome", "healthcare_welcome", "regional_director"),
        _assign("tam", "technical_account_manager"),
        _tell("tell", _("{{ partner.name }} sells managed services to healthcare now"), "team"),
        _wait("two_weeks", 14),
        _tell("call", _("Ask {{ partner.name }} how healthcare is going"), "team:technical_account_manager"),
    )


def _healthcare_joined() -> Definition:
    both = {"all": [_has("vertical", "any_of", "healthcare"), _has("type", "any_of", "msp")]}
    return _made(
        _on("application.approved"),
        condition(both, {"field": "joined", "op": "is", "value": True}),
        _assign("tam", "technical_account_manager"),
        _mail("welcome", "healthcare_welcome", "regional_director"),
        _tell("tell", _("{{ partner.name }} is new: a managed service provider for healthcare"), "team"),
    )


def _activated() -> Definition:
    return _made(
        _on("partner.status_changed"),
        condition(_has("status", "in", "active"), _changed("status")),
        _mail("welcome", "partner_welcome"),
        _wait("week", 7),
        _mail("first_steps", "partner_first_steps"),
        _tell("call", _("Call {{ partner.name }}: a week as our partner")),
    )


def _staffed() -> Definition:
    return _made(
        _on("partner.created"),
        condition(),
        _assign("manager", "channel_manager"),
        _assign("tam", "technical_account_manager"),
        _tell("tell", _("{{ partner.name }} is new and yours to look after"), "team"),
    )


def _waiting() -> Definition:
    return _made(
        {"kind": "date", "field": "partner.status_since", "days": 5, "direction": "after", "hour": 8},
        condition(_has("status", "in", "applicant")),
        _tell("tell", _("{{ partner.name }} has waited five days for an answer to its application")),
    )


def _anniversary() -> Definition:
    return _made(
        {"kind": "date", "field": "partner.since", "days": 365, "direction": "after", "hour": 9},
        condition(_has("status", "in", "active")),
        _mail("thanks", "partner_anniversary"),
        _tell("tell", _("A year with {{ partner.name }}: a good day to call")),
    )


def _won() -> Definition:
    return _made(
        _on("deal.won"),
        condition(),
        _mail("congratulate", "deal_won"),
        _tell("tell", _("{{ partner.name }} won a deal"), "team"),
    )


def _rejected() -> Definition:
    return _made(
        _on("deal.rejected"),
        condition(_has("tier", "in", "gold", "platinum")),
        _tell("tell", _("A deal of {{ partner.name }} was rejected: explain it in person")),
    )


def _prospects() -> Definition:
    return _made(
        {"kind": "schedule", "every": "week", "weekday": 0, "hour": 8},
        condition(_has("status", "in", "prospect")),
        _tell("tell", _("{{ partner.name }} is still a prospect: what comes next?")),
    )


def _suspended() -> Definition:
    return _made(
        _on("partner.status_changed"),
        condition(_has("status", "in", "suspended"), _changed("status")),
        _tell("tell", _("{{ partner.name }} is suspended: its people cannot sign in"), "team"),
        _wait("month", 30),
        {
            "key": "still",
            "kind": "branch",
            "condition": condition(_has("status", "in", "suspended")),
            "then": [_tell("decide", _("{{ partner.name }} has been suspended for a month: reinstate or end?"))],
            "else": [],
        },
    )


_HEALTHCARE_WELCOME = Letter(
    "healthcare_welcome",
    gettext_lazy("Healthcare welcome"),
    gettext_lazy("Healthcare with {{ vendor.name }}: glad that you are with us"),
    gettext_lazy(
        "Dear {{ person.first_name | partner }},\n\n"
        "{{ partner.name }} serves healthcare as a managed service provider. That is where we want to be"
        " strong together. A technical account manager who knows hospitals and practices will write to you"
        " within days.\n\nIf something is missing until then, answer this letter: it reaches me.\n\n"
        "{{ sender.name }}\n{{ sender.title }}"
    ),
    gettext_lazy("Open the portal"),
    "/portal/",
)

READY = (
    Ready(
        "healthcare_msp",
        gettext_lazy("Welcome managed service providers for healthcare"),
        gettext_lazy("Welcomed by the regional director, with a technical account manager by region and load."),
        "heart-handshake",
        _healthcare,
        (_HEALTHCARE_WELCOME,),
    ),
    Ready(
        "healthcare_msp_joined",
        gettext_lazy("Take in new managed service providers for healthcare"),
        gettext_lazy(
            "When their application is approved and they were no active partner before. Add the journey and the price"
            " book that they get."
        ),
        "user-plus",
        _healthcare_joined,
        (_HEALTHCARE_WELCOME,),
    ),
    Ready(
        "partner_activated",
        gettext_lazy("Welcome new partners"),
        gettext_lazy("A letter on the first day, first steps after a week, and a reminder to call."),
        "rocket",
        _activated,
        (
            Letter(
                "partner_welcome",
                gettext_lazy("Welcome"),
                gettext_lazy("Welcome to {{ programme.name }}"),
                gettext_lazy(
                    "Dear {{ person.first_name | partner }},\n\n"
                    "{{ partner.name }} is our partner as of today. In the portal you register deals, see who looks"
                    " after you and invite your colleagues.\n\nI am glad to work with you.\n\n"
                    "{{ sender.name }}\n{{ sender.title }}"
                ),
                gettext_lazy("Open the portal"),
                "/portal/",
            ),
            Letter(
                "partner_first_steps",
                gettext_lazy("First steps"),
                gettext_lazy("Three things that pay off in the first weeks"),
                gettext_lazy(
                    "Dear {{ person.first_name | partner }},\n\n"
                    "1. Invite the colleagues who sell.\n2. Register your first deal before you quote: you see at once"
                    " whether the customer is free.\n3. Tell us the industries you sell into.\n\n"
                    "{{ sender.name }}"
                ),
                gettext_lazy("Open the portal"),
                "/portal/",
            ),
        ),
    ),
    Ready(
        "partner_staffed",
        gettext_lazy("Give new partners their account team"),
        gettext_lazy("Channel manager and technical account manager by region and load; both are told."),
        "users-group",
        _staffed,
    ),
    Ready(
        "application_waiting",
        gettext_lazy("Applications that wait"),
        gettext_lazy("The channel manager is told when an applicant has waited for five days."),
        "hourglass",
        _waiting,
    ),
    Ready(
        "deal_won",
        gettext_lazy("Congratulate on a deal won"),
        gettext_lazy("A letter in the channel manager's name, and a word to the account team."),
        "trophy",
        _won,
        (
            Letter(
                "deal_won",
                gettext_lazy("Deal won"),
                gettext_lazy("Well done: a deal won"),
                gettext_lazy(
                    "Dear {{ person.first_name | partner }},\n\n"
                    "{{ partner.name }} has won a deal. Congratulations to everybody who worked on it.\n\n"
                    "{{ sender.name }}"
                ),
                gettext_lazy("See your deals"),
                "/portal/deals/",
            ),
        ),
    ),
    Ready(
        "deal_rejected",
        gettext_lazy("Explain rejected deals to the best partners"),
        gettext_lazy("The channel manager is told to call when a deal of a gold or platinum partner is rejected."),
        "phone",
        _rejected,
    ),
    Ready(
        "anniversary",
        gettext_lazy("A year together"),
        gettext_lazy("Thanks after a year, and a good day to call."),
        "calendar-event",
        _anniversary,
        (
            Letter(
                "partner_anniversary",
                gettext_lazy("A year together"),
                gettext_lazy("A year together, {{ partner.name }}"),
                gettext_lazy(
                    "Dear {{ person.first_name | partner }},\n\n"
                    "a year ago {{ partner.name }} joined {{ programme.name }}. Thank you for what we did together."
                    "\n\n{{ sender.name }}"
                ),
            ),
        ),
    ),
    Ready(
        "prospects_weekly",
        gettext_lazy("Prospects every Monday"),
        gettext_lazy("Channel managers are reminded of prospects that nobody has moved on."),
        "user-search",
        _prospects,
    ),
    Ready(
        "suspended",
        gettext_lazy("Look after suspended partners"),
        gettext_lazy("The account team is told at once, and asked again after a month if nothing changed."),
        "shield-off",
        _suspended,
    ),
)
