"""Whom an applicant resembles: partners and other applications, by the matching engine, with its evidence."""

from collections.abc import Iterable, Iterator
from typing import Any

from openprm.matching import Company, Decision, Evidence, Match, MemoryIndex, Query, find
from openprm.partners.models import Partner
from openprm.recruiting.lifecycle import State
from openprm.recruiting.models import Application

SHOWN = 5
COUNTED = frozenset({State.SUBMITTED, State.IN_REVIEW, State.ASKED, State.REJECTED})  # approved ones are partners


def resembles(application: Application) -> list[dict[str, Any]]:
    """Return partners and applications that may be the same company, the most likely first, as plain values."""
    names = [application.company, str(application.answers.get("trading_name") or "")]
    index = MemoryIndex(_known(application))
    found: dict[str, Match] = {}
    for name in filter(None, names):
        query = Query(name, domain=_site(application), country=application.country, phone=application.contact_phone)
        for match in find(query, index, SHOWN):
            best = found.get(match.company_id)
            if match.decision is not Decision.DIFFERENT and (best is None or best.probability < match.probability):
                found[match.company_id] = match
    ordered = sorted(found.values(), key=lambda match: -match.probability)[:SHOWN]
    return [_told(match) for match in ordered]


def evidence(told: Iterable[dict[str, Any]]) -> list[Evidence]:
    """Return kept evidence as the engine's own."""
    return [Evidence(one["kind"], one["points"], one["params"]) for one in told]


def _known(application: Application) -> Iterator[Company]:
    values = ("pk", "legal_name", "trading_name", "domain", "country")
    for pk, legal, trading, domain, country in Partner.objects.values_list(*values).iterator():
        yield Company(f"partner:{pk}", legal, (trading,) if trading else (), domain or None, country)
    others = Application.objects.exclude(pk=application.pk).filter(state__in=COUNTED).exclude(company="")
    for other in others.only("company", "answers", "email", "country", "contact_phone").iterator():
        trading = str(other.answers.get("trading_name") or "")
        yield Company(
            f"application:{other.pk}",
            other.company,
            (trading,) if trading else (),
            _site(other),
            other.country,
            other.contact_phone or None,
        )


def _site(application: Application) -> str | None:
    return str(application.answers.get("website") or "") or application.email or None


def _told(match: Match) -> dict[str, Any]:
    kind, _colon, pk = match.company_id.partition(":")
    return {
        "kind": kind,
        "id": pk,
        "name": match.name,
        "percent": round(match.probability * 100),
        "decision": match.decision.value,
        "evidence": [
            {"kind": one.kind, "points": round(one.points, 2), "params": dict(one.params)} for one in match.evidence
        ],
    }
