"""The events that each figure counts. Nothing else is counted, so whoever has the log can count again."""

from collections.abc import Callable
from typing import Any

from django.db.models import BooleanField, Case, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from openprm.conduct.rules import (
    DECISIONS,
    DECLINED,
    GRANTED,
    LONGEST_TARGET,
    TURNED_DOWN,
    UNSPECIFIC,
    Figure,
    Period,
)
from openprm.kernel.events.models import Event

Rows = QuerySet[Event, Any]


def _about(*names: str) -> Rows:
    """Return the events of these names about the same deal as the outer row."""
    return Event.objects.filter(subject_id=OuterRef("subject_id"), name__in=names)


def _earlier(*names: str) -> Rows:
    """Return those that were before the outer row."""
    before = Q(at__lt=OuterRef("at")) | Q(at=OuterRef("at"), id__lt=OuterRef("id"))
    return _about(*names).filter(before)


def _within(period: Period, *names: str) -> Rows:
    return Event.objects.filter(name__in=names, at__gt=period.since, at__lte=period.until)


def decided(period: Period) -> Rows:
    """Return the first decision about each deal, in the period, with what it is for the figures.

    ``waited`` is the time since the submission; ``by_people`` says that no rule decided.
    """
    submitted = Subquery(_about("deal.submitted").order_by("at").values("at")[:1])
    rows = _within(period, *DECISIONS).filter(~Exists(_earlier(*DECISIONS)))
    return rows.annotate(
        waited=F("at") - submitted,
        by_people=_is(~Q(actor_kind="system")),
        counts=_is(Q(name__in=TURNED_DOWN)),
    )


def timed(period: Period) -> Rows:
    """Return the first decisions that people made."""
    return decided(period).filter(Q(by_people=True, waited__isnull=False))


def turned_down(period: Period) -> Rows:
    """Return the first decisions that were rejections; those with a specific reason count."""
    rows = decided(period).filter(name__in=TURNED_DOWN).annotate(code=KT("payload__code"))
    return rows.annotate(counts=_is(~Q(code__in=["", UNSPECIFIC]) & Q(code__isnull=False)))


def due(period: Period) -> Rows:
    """Return the registrations whose promised date fell into the period; those decided by then count.

    What the partner withdrew before anybody decided, and before that date, was never late.
    """
    begun = Event.objects.filter(
        name="deal.submitted", at__gt=period.since - LONGEST_TARGET, at__lte=period.until, payload__due_at__isnull=False
    ).exclude(payload__due_at=None)
    promised = begun.annotate(due_at=Cast(KT("payload__due_at"), DateTimeField()))
    within = promised.filter(due_at__gt=period.since, due_at__lte=period.until)
    in_time = Exists(_about(*DECISIONS).filter(at__lte=OuterRef("due_at")))
    withdrawn = Exists(_about("deal.withdrawn").filter(at__lte=OuterRef("due_at")))
    return within.annotate(counts=in_time).filter(Q(counts=True) | ~withdrawn)


def approved(period: Period) -> Rows:
    """Return the deals' first approvals, in the period; those count that the vendor closed itself by its end."""
    closed = _about("deal.closed_directly").filter(at__lte=period.until)
    rows = _within(period, "deal.approved").filter(~Exists(_earlier("deal.approved")))
    return rows.annotate(counts=Exists(closed))


def extensions(period: Period) -> Rows:
    """Return the decisions about extensions; those granted count."""
    return _within(period, *GRANTED, *DECLINED).annotate(counts=_is(Q(name__in=GRANTED)))


ROWS: dict[Figure, Callable[[Period], Rows]] = {
    Figure.TIME: timed,
    Figure.TARGET: due,
    Figure.TURNED_DOWN: decided,
    Figure.REASONED: turned_down,
    Figure.CLOSED_DIRECTLY: approved,
    Figure.EXTENSIONS: extensions,
}


def _is(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
