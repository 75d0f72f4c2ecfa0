"""What this deployment learnt from its own decisions: kept in the database, so that upgrades leave it alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from openprm.customers import learning, pairs
from openprm.customers.learning import Correction, Example, Report
from openprm.customers.models import CompanyDecision, LearntWeights
from openprm.customers.services.accounts import company_of
from openprm.customers.services.decisions import Verdict
from openprm.kernel.access import as_system
from openprm.matching import Match, Query, compare

TINY = 0.005  # figures that fall by less than this are not worse


@dataclass(frozen=True, slots=True)
class Trained:
    """What training came to: the figures before and after, and whether it is in force now."""

    before: Report
    after: Report
    correction: Correction
    kept: bool

    @property
    def is_better(self) -> bool:
        """Say whether nothing got worse."""
        return all(new >= old - TINY for old, new in zip(self.before, self.after, strict=True))


def in_force() -> Correction | None:
    """Return what this deployment's own decisions correct, if there is anything. Call it as the system."""
    key = LearntWeights.objects.filter(in_force=True).values_list("pk", flat=True).first()
    return None if key is None else _read(key)


def corrected(matches: Sequence[Match], by: Correction | None) -> list[Match]:
    """Return matches with a correction, likeliest first. It is made of their reasons."""
    return sorted(map(by.applied, matches), key=lambda one: -one.probability) if by else list(matches)


def train(*, data: Path | None, at: datetime, most: int, dry_run: bool = False, anyway: bool = False) -> Trained:
    """Learn from the decisions in force, and from labelled pairs in ``data``; keep it where nothing gets worse."""
    with as_system():
        examples = [*_decided(), *(pairs.examples(data, most) if data else ())]
    before, after = learning.judged(examples)
    correction = learning.learn(examples)
    found = Trained(before, after, correction, kept=False)
    if dry_run or not examples or not (anyway or found.is_better):
        return found
    report = {"before": before._asdict(), "after": after._asdict()}
    with as_system():
        keep(correction, report=report, decisions=after.decisions, at=at)
    return Trained(before, after, correction, kept=True)


@transaction.atomic
def keep(correction: Correction, *, report: Mapping[str, Any], decisions: int, at: datetime) -> LearntWeights:
    """Put a correction in force in place of the one before, which stays on record."""
    LearntWeights.objects.filter(in_force=True).update(in_force=False, updated_at=at)
    row = LearntWeights(weights=correction.plain(), report=report, decisions=decisions, created_at=at, updated_at=at)
    row.save(force_insert=True)
    return row


def go_back(*, at: datetime) -> bool:
    """Go back to what comes with the program; say whether anything else was in force."""
    with as_system():
        return bool(LearntWeights.objects.filter(in_force=True).update(in_force=False, updated_at=at))


def _decided() -> Iterable[Example]:
    """Yield the decisions in force as pairs that matching judges without knowing of them."""
    for row in CompanyDecision.objects.select_related("account", "other").order_by("pk"):
        company = company_of(row.account)
        if row.other is not None:
            query = Query(row.other.name, row.other.domain or None, row.other.country or None)
        else:
            query = Query(row.name, row.domain or None)
        same = row.verdict == Verdict.SAME
        yield Example(compare(query, company), same, True, str(row.account_id), decided=True)


@lru_cache(maxsize=4)
def _read(key: UUID) -> Correction:
    return Correction.read(LearntWeights.objects.get(pk=key).weights)
