"""Who covers which regions, two automations at work, one that is still a draft, and what ran."""

from datetime import datetime, timedelta
from typing import Any

from openprm.accounts import actors
from openprm.automation import gallery, running, services, starting
from openprm.automation.models import Automation, Run
from openprm.demo.programme import Programme
from openprm.kernel.access import SYSTEM
from openprm.kernel.events.models import Event
from openprm.partners import services as partners
from openprm.partners.lists import Area
from openprm.partners.models import Partner
from openprm.partners.regions import AREAS, area_of

# Who chose healthcare and managed services, how many days ago. Nobody covers Australia, so the last one fails.
CHOSE = (("Brightwave IT", 16), ("Donau Cloudwerk", 12), ("Thameside Technology", 5), ("Coral Coast IT", 2))
ACTIVATED = ("prospect", "applicant")  # standings of those that become active
UNCOVERED = "anz"


def live(programme: Programme, *, now: datetime) -> None:
    """Let it all have happened in the last weeks."""
    _territories(programme, now - timedelta(days=40))
    _deals_with_healthcare(programme, _begun("healthcare_msp", now - timedelta(days=30)), now)
    _welcome(_begun("partner_activated", now - timedelta(days=30)), now)
    chosen = gallery.find("anniversary")
    assert chosen
    gallery.begin(chosen, by=SYSTEM, at=now - timedelta(days=1))


def _territories(programme: Programme, at: datetime) -> None:
    experts = [programme.vendor["Sven Aldrich"], programme.vendor["Nora Whitfield"]]
    for area, person in programme.managers.items():
        regions = [str(region) for region in AREAS[Area(area)] if region != UNCOVERED]
        for duty in ("regional_director", "channel_manager"):
            partners.set_territory(person=person, duty=duty, regions=regions, by=SYSTEM, at=at)
    everywhere = [str(region) for regions in AREAS.values() for region in regions if region != UNCOVERED]
    for person in experts:
        partners.set_territory(person=person, duty="technical_account_manager", regions=everywhere, by=SYSTEM, at=at)


def _begun(key: str, at: datetime) -> Automation:
    chosen = gallery.find(key)
    assert chosen
    return services.publish(automation=gallery.begin(chosen, by=SYSTEM, at=at), by=SYSTEM, at=at)


def _deals_with_healthcare(programme: Programme, automation: Automation, now: datetime) -> None:
    for name, days in CHOSE:
        at = now - timedelta(days=days)
        partner = Partner.objects.get(trading_name=name)
        area = area_of(partner.region) or Area.EMEA
        changed: dict[str, Any] = {
            "verticals": sorted({*partner.verticals, "healthcare"} - {"energy"} | {"life_sciences"}),
            "partner_types": sorted({*partner.partner_types, "msp"}),
        }
        by = actors.of(programme.managers[str(area)])
        partners.change_profile(partner=partner, by=by, at=at, **changed)
        _lived("partner.profile_changed", partner, at, now)


def _welcome(automation: Automation, now: datetime) -> None:
    waiting = Partner.objects.filter(status__in=ACTIVATED).order_by("name")
    for number, partner in enumerate(list(waiting)[:1]):
        at = now - timedelta(days=3 + number)
        partners.change_status(partner=partner, status="active", reason="approved", by=SYSTEM, at=at)
        _lived("partner.status_changed", partner, at, now)


def _lived(name: str, partner: Partner, at: datetime, now: datetime) -> None:
    """Let the automations that waited for a partner's event run, as they would have then."""
    event = Event.objects.filter(name=name, partner_id=partner.pk).latest("at")
    for run in starting.for_event(event, at=at):
        moment = at
        for _round in range(5):
            running.go(run.pk, at=moment)
            run.refresh_from_db()
            if run.state != Run.State.WAITING or run.due_at is None or run.due_at > now:
                break
            moment = run.due_at
