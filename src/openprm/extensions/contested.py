"""What of a deal's extensions its partner can contest: the latest request, where it was declined."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from openprm.deals.models import DealRegistration
from openprm.extensions import policies, queries, services
from openprm.extensions.models import ExtensionRequest
from openprm.kernel.access import Actor
from openprm.kernel.contests import Contest, Ruling

SHOWN = 6


def declined(deal: DealRegistration) -> list[Ruling]:
    """Return the latest request about a deal if it was declined: whoever asked again accepted the answer before."""
    latest = deal.extensions.exclude(state=ExtensionRequest.State.WITHDRAWN).order_by("-created_at", "-pk").first()
    if latest is None or latest.state != ExtensionRequest.State.DECLINED or latest.decided_at is None:
        return []
    return [Ruling(latest.pk, latest.decided_at)]


def reverse(row: UUID, *, days: int | None, reference: str, by: Actor, at: datetime) -> None:
    """Grant a declined request after all."""
    request = ExtensionRequest.objects.select_related("deal__partner").get(pk=row)
    services.grant_after_all(request=request, days=days, reference=reference, by=by, at=at)


def facts(actor: Actor, row: UUID) -> dict[str, Any] | None:
    """Return what both sides argue about: what was asked, what was answered, and what was done until then."""
    asked = policies.visible_to(actor).filter(pk=row).first()
    if asked is None:
        return None
    logged = queries.activities_of(asked.deal, until=asked.created_at)[:SHOWN]
    unnamed = asked.automatic and actor.is_partner  # what the vendor calls its rule is the vendor's own
    return {
        "asked": asked,
        "logged": logged,
        "answered_by": _("a rule of the programme") if unnamed else asked.decided_by,
    }


contest = Contest("extension", rulings=declined, reverse=reverse, template="extensions/_contested.html", context=facts)
