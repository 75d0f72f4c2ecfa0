"""The questions that pages ask about recruiting: the funnel, by source and campaign, and where applicants stop."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.kernel.events.models import Event
from openprm.recruiting import words
from openprm.recruiting.lifecycle import EDITABLE
from openprm.recruiting.models import Application, ApplicationForm

REACHED: Mapping[str, tuple[Any, Q]] = {  # how far an application came, each part of the one before
    "started": (gettext_lazy("Started"), Q()),
    "verified": (gettext_lazy("E-mail confirmed"), Q(verified_at__isnull=False)),
    "submitted": (gettext_lazy("Submitted"), Q(submitted_at__isnull=False)),
    "reviewed": (gettext_lazy("In review"), Q(reviewed_at__isnull=False)),
    "approved": (gettext_lazy("Approved"), Q(state="approved")),
    "active": (
        gettext_lazy("Active"),
        Q(state="approved", partner__status="active", partner__people__isnull=False),
    ),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the funnel, with the list behind it. ``kept`` is the share of the stage before, in percent."""

    key: str
    label: str
    count: int
    kept: int | None
    share: int
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """A source (or campaign) with its count for each stage."""

    key: str
    label: str
    cells: list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Drop:
    """Where applicants stopped, and how many."""

    label: str
    where: str
    count: int
    share: int
    url: str


def chosen(
    rows: QuerySet[Application], *, form: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[Application]:
    """Return the applications begun in a time, on a form."""
    if form:
        rows = rows.filter(form__code=form)
    if since:
        rows = rows.filter(created_at__date__gte=since)
    if until:
        rows = rows.filter(created_at__date__lte=until)
    return rows


def funnel(rows: QuerySet[Application], query: Mapping[str, str]) -> list[Stage]:
    """Return the stages with their counts."""
    counts = _counted(rows)
    found: list[Stage] = []
    first = counts["started"]
    for key, (label, _where) in REACHED.items():
        before = found[-1].count if found else None
        kept = None if before is None else round(100 * counts[key] / before) if before else 0
        share = round(100 * counts[key] / first) if first else 0
        found.append(Stage(key, str(label), counts[key], kept, share, listing_url({**query, "reached": key})))
    return found


def by(name: str, rows: QuerySet[Application], query: Mapping[str, str], *, most: int = 12) -> list[Row]:
    """Return the funnel by ``source`` or ``campaign``, the busiest first."""
    counted = _annotated(rows.order_by().values(name)).order_by("-started", name)[:most]
    found = []
    for one in counted:
        value = one[name]
        label = str(words.SOURCES.get(value, value)) if name == "source" else value or _("(none)")
        cells = [
            (one[key], listing_url({**query, "reached": key, name: value or "-"}) if one[key] else "")
            for key in REACHED
        ]
        found.append(Row(value, label, cells))
    return found


def drops(rows: QuerySet[Application], query: Mapping[str, str], *, at: datetime) -> list[Drop]:
    """Return where those stopped who began more than a day ago and never sent it, by form, step and question."""
    stopped = rows.filter(
        Q(state__in=sorted(EDITABLE)) | Q(state="forgotten", submitted_at__isnull=True),
        updated_at__lt=at - timedelta(days=1),
    )
    total = stopped.count()
    counted = stopped.order_by().values("form_id", "state", "stopped_at").annotate(count=Count("pk")).order_by("-count")
    forms = {form.pk: form for form in ApplicationForm.objects.all()}
    merged: dict[tuple[Any, str, bool], int] = {}
    for one in counted:
        key = (one["form_id"], one["stopped_at"], one["state"] == "unverified")
        merged[key] = merged.get(key, 0) + one["count"]
    found = []
    for (form_id, stopped_at, unverified), count in sorted(merged.items(), key=lambda pair: -pair[1])[:20]:
        form = forms[form_id]
        label, where = _place(form, stopped_at, unverified)
        more = {"state": "unverified"} if unverified else {"stopped": stopped_at or "-"}
        url = listing_url({**query, "form": form.code, **more})
        found.append(Drop(label, where, count, round(100 * count / total) if total else 0, url))
    return found


def times(rows: QuerySet[Application]) -> dict[str, float | None]:
    """Return the median hours from submission to decision, and the share decided in time, in percent."""
    decided = list(
        rows.filter(decided_at__isnull=False, submitted_at__isnull=False)
        .order_by("-decided_at")
        .values_list("submitted_at", "decided_at", "due_at")[:1000]
    )
    if not decided:
        return {"median_hours": None, "in_time": None}
    hours = sorted((ended - sent).total_seconds() / 3600 for sent, ended, _due in decided if sent and ended)
    in_time = sum(1 for _sent, ended, due in decided if ended and (due is None or ended <= due))
    return {"median_hours": round(hours[len(hours) // 2], 1), "in_time": round(100 * in_time / len(decided))}


def reached(rows: QuerySet[Application], key: str) -> QuerySet[Application]:
    """Return those that came as far as a stage of the funnel."""
    where = REACHED[key][1]
    return rows.filter(pk__in=Application.objects.filter(where).values("pk")) if where else rows


def listing_url(query: Mapping[str, str]) -> str:
    """Return the list of applications, narrowed."""
    kept = {name: value for name, value in query.items() if value}
    return f"{reverse('console:applications')}?{urlencode({'all': '1', **kept})}"


def timeline(application: Application, most: int = 50) -> list[Event]:
    """Return the facts of an application, newest first."""
    return list(Event.objects.filter(subject_id=application.pk).order_by("-at", "-id")[:most])


def waited(application: Application, at: datetime | None = None) -> timedelta:
    """Return how long an application has waited since it was submitted, or did until it was decided."""
    end = application.decided_at or at or timezone.now()
    return end - application.submitted_at if application.submitted_at else timedelta()


def _counted(rows: QuerySet[Application]) -> dict[str, int]:
    return dict(rows.order_by().aggregate(**_aggregates()))


def _annotated(rows: Any) -> Any:
    return rows.annotate(**_aggregates())


def _aggregates() -> dict[str, Count]:
    return {key: Count("pk", filter=where or None, distinct=True) for key, (_label, where) in REACHED.items()}


def _place(form: ApplicationForm, stopped_at: str, unverified: bool) -> tuple[str, str]:
    if unverified:
        return _("E-mail address not confirmed"), form.title
    for name, questions in form.steps:
        for one in questions:
            if one.key == stopped_at:
                return one.label, f"{form.title} · {name}" if name else form.title
    return _("Filled in, not sent"), form.title
