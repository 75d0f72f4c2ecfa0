"""Whom an applicant resembles: partners and other applications, by the matching engine, with its evidence."""

from collections.abc import Iterable
from typing import Any

from openprm.matching import Decision, Evidence, Match, Query
from openprm.recruiting.known import identity, known, site, trading
from openprm.recruiting.models import Application

SHOWN = 5


def resembles(application: Application) -> list[dict[str, Any]]:
    """Return partners and applications that may be the same company, the most likely first, as plain values."""
    own = identity(Application, application.pk)
    found: dict[str, Match] = {}
    for name in filter(None, [application.company, trading(application)]):
        query = Query(name, domain=site(application), country=application.country, phone=application.contact_phone)
        for match in known.find(query, SHOWN, leaving_out=own):
            best = found.get(match.company_id)
            if match.decision is not Decision.DIFFERENT and (best is None or best.probability < match.probability):
                found[match.company_id] = match
    ordered = sorted(found.values(), key=lambda match: -match.probability)[:SHOWN]
    return [_told(match) for match in ordered]


def evidence(told: Iterable[dict[str, Any]]) -> list[Evidence]:
    """Return kept evidence as the engine's own."""
    return [Evidence(one["kind"], one["points"], one["params"]) for one in told]


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
