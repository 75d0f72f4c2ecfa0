"""The weights that matching works with: those this deployment learnt, or else those that come with the program."""

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction

from openprm.customers.models import LearntWeights
from openprm.matching.score import Weights

log = logging.getLogger(__name__)


def weights() -> Weights | None:
    """Return the learnt weights in force; None for those that come with the program. Call it as the system."""
    key = LearntWeights.objects.filter(in_force=True).values_list("pk", flat=True).first()
    return _read(key) if key else None


@transaction.atomic
def keep(*, weights: Mapping[str, Any], report: Mapping[str, Any], decisions: int, at: datetime) -> LearntWeights:
    """Put weights in force in place of those before, which stay on record."""
    go_back(at=at)
    row = LearntWeights(weights=weights, report=report, decisions=decisions, created_at=at, updated_at=at)
    row.save(force_insert=True)
    return row


def go_back(*, at: datetime) -> bool:
    """Go back to the weights that come with the program; say whether others were in force."""
    return bool(LearntWeights.objects.filter(in_force=True).update(in_force=False, updated_at=at))


@lru_cache(maxsize=4)
def _read(key: UUID) -> Weights | None:
    """Read weights; those of another version of the program do not fit any more and are left aside."""
    try:
        return Weights.read(json.dumps(LearntWeights.objects.get(pk=key).weights))
    except (ValueError, KeyError, TypeError):
        log.warning("learnt weights do not fit this version of the program; train again (openprm matching train)")
        return None
