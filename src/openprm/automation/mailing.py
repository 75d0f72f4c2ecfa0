"""Letters of automations: to whom, in whose name, and what they say."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.accounts.models import ADMIN, Invitation, Person, Role
from openprm.automation import fields, merging
from openprm.automation.models import EmailTemplate
from openprm.kernel.errors import Invalid, Refusal
from openprm.kernel.mail.letters import Letter, Part
from openprm.partners.lists import Duty, Region, TeamRole
from openprm.partners.models import Partner, TeamMember

PROGRAMME, DIRECTOR, TEAM = "programme", "regional_director", "team"
EVERYBODY, ADMINS = "partner_everybody", "partner_admins"
TAKEN_IN = (Partner.Status.APPLICANT, Partner.Status.ACTIVE)


class NobodyThere(Refusal):
    """There is nobody to write to, or in whose name."""

    code = "nobody_there"


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as its reader gets it."""

    subject: str
    body: str
    button: str
    button_url: str
    sender: Person | None

    def letter(self) -> Letter:
        """Return it as the outbox takes it."""
        part = Part(self.subject, self.body, self.button_url)
        headers = {"Reply-To": self.sender.email} if self.sender else {}
        return Letter(
            subject=self.subject,
            parts=[part],
            button=self.button,
            headers=headers,
            sender_name=self.sender.name if self.sender else "",
        )


def senders() -> list[tuple[str, Any]]:
    """Return in whose name one can write."""
    return [
        (PROGRAMME, gettext_lazy("the programme")),
        (DIRECTOR, gettext_lazy("the regional director")),
        *((f"{TEAM}:{role}", gettext_lazy("the partner's {}").format(role.label)) for role in TeamRole),
    ]


def receivers() -> list[tuple[str, Any]]:
    """Return to whom one can write."""
    roles = Role.objects.filter(side="partner").exclude(key=ADMIN).order_by("order", "name")
    return [
        (ADMINS, gettext_lazy("the partner's administrators")),
        (EVERYBODY, gettext_lazy("everybody at the partner")),
        *((f"partner:{role.key}", _("at the partner: %(role)s") % {"role": role}) for role in roles),
        (TEAM, gettext_lazy("the account team")),
        *((f"{TEAM}:{role}", gettext_lazy("the partner's {}").format(role.label)) for role in TeamRole),
    ]


def people(partner: Partner, to: str) -> list[Person]:
    """Return whom a choice means for a partner, by name."""
    kind, _colon, role = to.partition(":")
    able = Person.objects.able().order_by("name", "pk")
    if kind == TEAM:
        members = TeamMember.objects.filter(partner=partner)
        return list(able.filter(pk__in=(members.filter(role=role) if role else members).values("person_id")))
    ours = able.filter(partner=partner)
    if to == EVERYBODY:
        return list(ours)
    key = ADMIN if to == ADMINS else role
    return list(ours.filter(pk__in=Person.roles.through.objects.filter(role__key=key).values("person_id")))


def readers(partner: Partner, to: str, *, at: datetime) -> list[Person | Invitation]:
    """Return who gets a letter: the same people; where nobody of the partner has joined yet, those invited.

    An invitation counts while it is open and its partner is active or being taken in.
    """
    found = people(partner, to)
    kind, _colon, role = to.partition(":")
    if found or kind == TEAM or partner.status not in TAKEN_IN or Person.objects.filter(partner=partner).exists():
        return [*found]
    invited = Invitation.objects.filter(partner=partner, accepted_at=None, revoked_at=None, expires_at__gt=at)
    if to != EVERYBODY:
        invited = invited.filter(roles__key=ADMIN if to == ADMINS else role)
    return [*invited.order_by("name", "email")]


def example(partner: Partner, *, at: datetime) -> Person | Invitation | None:
    """Return somebody who would get a letter now, as previews address it."""
    found = readers(partner, ADMINS, at=at) or readers(partner, EVERYBODY, at=at)
    return found[0] if found else None


def sender(partner: Partner, name: str) -> Person | None:
    """Return in whose name it is; None for the programme's own. Refuses where nobody is that for the partner."""
    if name == PROGRAMME:
        return None
    kind, _colon, role = name.partition(":")
    if name != DIRECTOR and (kind != TEAM or role not in TeamRole.values):
        raise Invalid(_("Choose in whose name to write."), fields={"sender": _("Choose from the list.")})
    if name == DIRECTOR:
        there = Q(territories__duty=Duty.REGIONAL_DIRECTOR, territories__regions__contains=[partner.region])
        found = Person.objects.filter(there, is_active=True).order_by("name", "pk").first() if partner.region else None
        words = {"region": dict(Region.choices).get(partner.region, partner.country)}
        problem = _("Nobody is regional director for %(region)s. Say under Territories who is.") % words
    else:
        found = Person.objects.filter(
            team_memberships__partner=partner, team_memberships__role=role, is_active=True
        ).first()
        problem = _("The partner has no %(role)s in whose name to write.") % {"role": TeamRole(role).label}
    if found is None:
        raise NobodyThere(problem)
    return found


def write(
    template: EmailTemplate,
    partner: Partner,
    reader: Person | Invitation | None,
    *,
    by: Person | None,
    told: Any = None,
    event: str = "",
) -> Written:
    """Return the letter for one reader, its fields filled."""
    return filled(template, fields.of_partner(partner), reader, by=by, told=told, event=event)


def filled(
    template: EmailTemplate,
    of_partner: Mapping[str, str],
    reader: Person | Invitation | None,
    *,
    by: Person | None,
    told: Mapping[str, Any] | None,
    event: str = "",
) -> Written:
    """Return the letter, given what the fields hold for the partner, and what the event told that led to it."""
    text = "\n".join([template.subject, template.body, template.button, template.button_url])
    values = {
        **of_partner,
        "sender.name": of_partner["programme.name"],
        "sender.first_name": of_partner["programme.name"],
        **fields.of_sender(by),
        **fields.of_reader(reader),
        **fields.of_event(event, told, text),
    }
    return Written(
        subject=" ".join(merging.render(template.subject, values).split())[:200],
        body=merging.render(template.body, values),
        button=merging.render(template.button, values),
        button_url=merging.render(template.button_url, values),
        sender=by,
    )
