"""Those concerned are told of requests and decisions; requests about closed deals are closed."""

from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext as _

from openprm.deals import policies as deals
from openprm.deals.models import DealRegistration
from openprm.extensions import events as facts
from openprm.extensions import services, words
from openprm.extensions.models import ExtensionRequest
from openprm.kernel.access import as_system
from openprm.kernel.events import on
from openprm.kernel.events.models import Event
from openprm.kernel.notifications import notify
from openprm.kernel.ui import times


@on("deal.extension_asked", name="extensions.tell_vendor")
def tell_vendor(event: Event) -> None:
    """Tell those who decide that a request waits, unless a rule has decided already."""
    deal = _deal(event)
    waits = ExtensionRequest.objects.filter(deal=deal, state=ExtensionRequest.State.PENDING)
    if deal is not None and waits.exists():
        fact = event.fact
        say: Any = lazy(lambda: _("%(partner)s asks for %(days)s more days for %(customer)s")
                   % {"partner": deal.partner, "days": fact.days, "customer": fact.customer}, str)  # fmt: skip
        _tell("extensions.to_decide", deals.who_may_decide(deal), event, say(), fact.text, deal.console_url)


@on("deal.extension_granted", "deal.extension_declined", name="extensions.tell_partner")
def tell_partner(event: Event) -> None:
    """Tell the deal's owner what was decided."""
    deal = _deal(event)
    if deal is not None:
        say: Any = lazy(lambda place: _decided(event.fact)[place], str)
        _tell("extensions.decided", deals.who_follows(deal), event, say(0), say(1), deal.get_absolute_url())


@on("deal.won", "deal.lost", "deal.withdrawn", "deal.reopened", name="extensions.drop_requests")
def drop_requests(event: Event) -> None:
    """Close what is asked for about a deal that is closed, or decided anew."""
    deal = _deal(event)
    if deal is not None:
        with as_system():
            services.drop(deal=deal, at=event.at)


def _decided(fact: Any) -> tuple[str, str]:
    name = {"customer": fact.customer}
    if isinstance(fact, facts.Granted):
        until = _("Protected until %(date)s.") % {"date": times.exact(fact.protected_until)}
        return _("%(customer)s: extension granted") % name, f"{until} {fact.text}".strip()
    why = f"{words.CODES.get(fact.code, fact.code)}. {fact.text}".strip()
    return _("%(customer)s: extension declined") % name, why


def _deal(event: Event) -> DealRegistration | None:
    return DealRegistration.objects.select_related("partner").filter(pk=event.subject_id).first()


def _tell(kind: str, people: Any, event: Event, title: Any, body: Any, url: str) -> None:
    to = [pk for pk in people.values_list("pk", flat=True) if pk != event.actor_id]
    notify(kind=kind, to=to, title=title, body=body, url=url, event=event)
