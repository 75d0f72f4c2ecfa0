"""A form to apply on, and applications in any state."""

from datetime import datetime
from typing import Any

import pytest

from openprm.kernel.access import SYSTEM, as_system
from openprm.recruiting import services
from openprm.recruiting.models import Application, ApplicationForm
from openprm.recruiting.services.forms import FormValues
from openprm.recruiting.shapes import (
    Approval,
    Choice,
    Comparison,
    Condition,
    Consent,
    FormDefinition,
    FormQuestion,
    ScoreRule,
)
from tests.world import NOW

QUESTIONS = [
    FormQuestion(key="website", field="website", required=True, step="Company"),
    FormQuestion(key="verticals", field="verticals", step="Company"),
    FormQuestion(
        key="services",
        kind="choices",
        label="What do you offer?",
        choices=[Choice(value="resale", label="Resale"), Choice(value="managed", label="Managed services")],
        required=True,
        step="Business",
    ),
    FormQuestion(
        key="seats",
        kind="number",
        label="How many seats do you manage?",
        required=True,
        step="Business",
        when=Condition(question="services", values=["managed"]),
    ),
    FormQuestion(key="profile", kind="file", label="Company profile", step="Business"),
]
CONSENTS = [Consent(key="terms", label="I agree to the partner terms", text="The terms.", edition=2)]
SCORE = [
    ScoreRule(points=30, tests=[Comparison(field="services", op="is", values=["managed"])]),
    ScoreRule(points=20, tests=[Comparison(field="fact.own_domain", op="is", values=["yes"])]),
    ScoreRule(points=10, tests=[Comparison(field="seats", op="at_least", values=["500"])]),
]
WHO = {
    "contact_name": "Ines Costa",
    "email": "Ines@Costa-IT.example.org",
    "legal_name": "Costa Informatica Lda",
    "country": "PT",
}
SAID = {"website": "costa-it.com", "verticals": ["healthcare"], "services": ["managed"], "seats": "1200"}


class Recruiting:
    """Makes a form and applications."""

    def form(self, *, approval: Approval | None = None, code: str = "msp", **values: Any) -> ApplicationForm:
        """Return a published form."""
        definition = FormDefinition(
            questions=QUESTIONS, consents=CONSENTS, score=SCORE, approval=approval or Approval(enabled=False)
        )
        with as_system():
            form = services.save_form(
                form=None,
                code=code,
                values=FormValues(title="Become a service partner", definition=definition, **values),
                by=SYSTEM,
                at=NOW,
            )
            return services.publish_form(form=form, by=SYSTEM, at=NOW)

    def started(self, form: ApplicationForm, *, at: datetime = NOW, origin: Any = None, **who: str) -> Application:
        """Return an application that was just begun."""
        with as_system():
            return services.start(form=form, given=WHO | who, origin=origin, at=at)[0]

    def filled(self, form: ApplicationForm, *, at: datetime = NOW, said: Any = None, **who: str) -> Application:
        """Return one that is filled in."""
        application = self.started(form, at=at, **who)
        with as_system():
            services.save(application=application, questions=form.questions, given=SAID | (said or {}), step=2, at=at)
            application.refresh_from_db()
        return application

    def submitted(self, form: ApplicationForm, *, at: datetime = NOW, assess: bool = True, **more: Any) -> Application:
        """Return one that was sent with a confirmed address, and looked over."""
        application = self.filled(form, at=at, **more)
        with as_system():
            services.send(application=application, consents=["terms"], proven=True, at=at)
            application.refresh_from_db()
            if assess:
                services.assess(application=application, at=at)
                application.refresh_from_db()
        return application


@pytest.fixture
def recruiting(db: None) -> Recruiting:
    """Return the maker of forms and applications."""
    return Recruiting()
