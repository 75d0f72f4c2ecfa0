"""Looking an application over before anybody reads it: what is known, whom it resembles, its score."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from openprm.kernel import settings_store
from openprm.kernel.access import SYSTEM, Actor
from openprm.kernel.errors import Problem
from openprm.kernel.events import announce
from openprm.kernel.jobs import job
from openprm.recruiting import enrichment, events, resembling, rules, sentences, words
from openprm.recruiting.lifecycle import OPEN, State
from openprm.recruiting.models import Application
from openprm.recruiting.services import reviewing
from openprm.recruiting.services.moving import locked
from openprm.recruiting.shapes import Answers


def assess_soon(application: Application) -> None:
    """Have a worker look an application over."""
    _assess.defer(application=str(application.pk))


@job("recruiting.assess")
def _assess(application: str) -> None:
    row = Application.objects.filter(pk=UUID(application)).first()
    if row is not None:
        assess(application=row, at=timezone.now())


@transaction.atomic
def assess(*, application: Application, at: datetime) -> Application:
    """Look an open application over (again); approve one that was just submitted where the form's rule says so."""
    application = locked(application)
    if application.state not in OPEN:
        return application
    before = (application.assessed_at is None, application.score, application.duplicate_count)
    found = resembling.resembles(application)
    findings = enrichment.findings(application)
    answers = everything(application, findings)
    lines = rules.score(application.form.asks.score, answers)
    application.findings, application.duplicates = findings, found
    application.duplicate_count = len(found)
    application.score = rules.total(lines)
    told = [
        {"points": line.rule.points, "held": line.held, "words": sentences.tests(application.form, line.rule.tests)}
        for line in lines
    ]
    application.score_lines, application.assessed_at = told, at
    application.write("findings", "duplicates", "duplicate_count", "score", "score_lines", "assessed_at", at=at)
    waits = _waits_because(application, answers)
    if before != (False, application.score, application.duplicate_count):
        fact = events.Assessed(application.score, application.duplicate_count, waits)
        announce(fact, about=application, by=SYSTEM, at=at)
    if not waits and application.state == State.SUBMITTED:
        _approve_alone(application, at)
    return application


def everything(application: Application, findings: dict[str, Any]) -> Answers:
    """Return what rules look at: the answers that were asked for, and the facts that were found."""
    answers = rules.heard(application.form.questions, application.answers)
    return {**answers, **{f"fact.{name}": "yes" if findings.get(name) else "no" for name in enrichment.FACTS}}


def _waits_because(application: Application, answers: Answers) -> list[str]:
    approval = application.form.asks.approval
    found = rules.obstacles(
        approval,
        points=application.score,
        duplicates=application.duplicate_count,
        own_domain=bool(application.findings.get("own_domain")),
        answers=answers,
    )
    tests = [sentences.test(application.form, test) for test in approval.tests]
    return [words.obstacle(code, detail, tests) for code, detail in found]


def _approve_alone(application: Application, at: datetime) -> None:
    why = sentences.approval(application.form, application.score)
    try:
        with transaction.atomic():
            reviewing.approve(application=application, by=on_its_own(), at=at, automatic=True, why=why)
    except Problem as problem:  # a person has to look: the address is somebody's already, say
        reviewing.add_note(application=application, text=str(problem), by=SYSTEM, at=at)


def on_its_own() -> Actor:
    """Return the system under the vendor's name, which is what an invitation shows."""
    brand = settings_store.many("brand.name", "brand.vendor")
    return replace(SYSTEM, name=brand["brand.vendor"] or brand["brand.name"])
