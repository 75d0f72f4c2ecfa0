"""Facts move tiers: whatever can change a figure has its partner assessed at once. Those concerned are told."""

from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from openprm.kernel import kpis as declared
from openprm.kernel.access import as_system
from openprm.kernel.events import on
from openprm.kernel.events.models import Event
from openprm.kernel.notifications import notify
from openprm.kernel.ui import times
from openprm.program import figures, jobs, kpis, policies, services
from openprm.program.models import Membership, Proposal
from openprm.program.services.members import follow_profile

TOLD = ("tier.raised", "tier.lowered", "grace.started", "grace.ended", "tier.set")


def listen() -> None:
    """Subscribe to every fact that moves a figure; called when all features are declared."""
    on(*_followed(), name="program.follow")(follow)


def follow(event: Event) -> None:
    """Measure what the fact moved, and assess its partner; a fact that arrives late, together with those since."""
    if event.partner_id is None:
        return
    later = Event.objects.filter(partner_id=event.partner_id, name__in=_followed(), at__gt=event.at)
    at = later.order_by("-at").values_list("at", flat=True).first() or event.at
    moved = [key for key, one in figures.known().items() if event.name in one.moved_by]
    figures.keep(moved, [event.partner_id], at)
    services.assess_partner(event.partner_id, at=at)


@cache
def _followed() -> list[str]:
    return sorted({name for one in declared.kpis() for name in one.moved_by} | set(kpis.MOVED_BY))


@on("partner.created", "partner.profile_changed", "partner.status_changed", name="program.follow_partner")
def follow_partner(event: Event) -> None:
    """Take partners into the programmes that they belong to; let a tier set on the profile count."""
    partner = event.subject_id
    if event.name == "partner.profile_changed" and "tier" in event.payload["changes"]:
        follow_profile(partner, who=event.actor_name, at=event.at)
    services.join_by_itself(partner, at=event.at)


@on("grace.started", "tier.set", name="program.wait_for_end")
def wait_for_end(event: Event) -> None:
    """Assess a member again at the very moment its grace, or a tier set by hand, ends."""
    if event.fact.until is not None:
        jobs.assess_member.defer_at(event.fact.until, member=str(event.subject_id), at=event.fact.until.isoformat())


@on(*TOLD, name="program.tell")
def tell(event: Event) -> None:
    """Tell the partner's people and its account team of a move."""
    member = Membership.objects.select_related("partner").filter(pk=event.subject_id).first()
    if member is None:
        return
    fact = event.fact
    say: Any = lazy(lambda place: _to_partner(event.name, fact)[place], str)
    _notify(
        "program.moved", policies.who_celebrates(member.partner), event, say(0), say(1), reverse("portal:programme")
    )
    said: Any = lazy(lambda: f"{member.partner}: {_to_partner(event.name, fact)[0]}", str)
    why: Any = lazy(lambda: "; ".join(fact.why) or fact.reason if hasattr(fact, "reason") else "; ".join(fact.why), str)
    _notify("program.moved_vendor", policies.who_is_told(member.partner), event, said(), why(), _console(member))


@on("tier.proposed", name="program.tell_proposed")
def tell_proposed(event: Event) -> None:
    """Tell those who look after a partner that a move waits for approval."""
    row = Proposal.objects.select_related("partner").filter(pk=event.subject_id).first()
    if row is None or row.state != Proposal.State.OPEN:
        return
    fact = event.fact
    said: Any = lazy(
        lambda: (
            _("%(partner)s: move to %(tier)s waits for approval") % {"partner": row.partner, "tier": fact.after_name}
        ),
        str,
    )
    with as_system():
        people = policies.who_is_told(row.partner)
        _notify("program.proposed", people, event, said(), "; ".join(fact.why), reverse("console:tier_proposals"))


def _to_partner(name: str, fact: Any) -> tuple[str, str]:
    tier = {"tier": fact.after_name, "programme": fact.programme_name}
    why = "; ".join(fact.why)
    if name == "tier.raised":
        return _("Congratulations: %(tier)s in %(programme)s") % tier, why
    if name == "tier.lowered":
        return _("Now %(tier)s in %(programme)s") % tier, why
    if name == "grace.started":
        until = times.exact(fact.until) if fact.until else ""
        return _("%(tier)s in %(programme)s is at risk") % tier, _("Until %(when)s. Missing: %(why)s") % {
            "when": until, "why": why,
        }  # fmt: skip
    if name == "grace.ended":
        return _("%(tier)s in %(programme)s is safe again") % tier, why
    return _("%(tier)s in %(programme)s, set by hand") % tier, fact.reason


def _console(member: Membership) -> str:
    return member.get_absolute_url()


def _notify(kind: str, people: Any, event: Event, title: Any, body: Any, url: str) -> None:
    to = [pk for pk in people.values_list("pk", flat=True) if pk != event.actor_id]
    notify(kind=kind, to=to, title=title, body=body, url=url, event=event)
