"""Moves of an application from state to state, by the table in ``lifecycle.py``, and what is said on the way."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from openprm.kernel.access import ANONYMOUS, Actor
from openprm.kernel.errors import Refusal
from openprm.recruiting.lifecycle import after
from openprm.recruiting.models import Application, ApplicationMessage


class NotNow(Refusal):
    """The application does not stand where this could be done."""

    code = "application_state"


def locked(application: Application) -> Application:
    """Return the application as it is now; nobody else changes it until the transaction ends."""
    rows = Application.objects.select_for_update(of=("self",)).select_related("form", "partner")
    return rows.get(pk=application.pk)


def go(application: Application, move: str, *, at: datetime, **values: Any) -> None:
    """Move an application, storing ``values`` with it; refuse a move that is not open."""
    state = after(application.state, move)
    if state is None:
        words = {"name": application, "state": application.state_label}
        raise NotNow(_("The application of %(name)s is at “%(state)s”, so that cannot be done now.") % words)
    application.state, application.state_since = state.value, at
    for name, value in values.items():
        setattr(application, name, value)
    application.write("state", "state_since", *values, at=at)


def guest(application: Application) -> Actor:
    """Return the applicant as the one who acts: a guest with a name."""
    return replace(ANONYMOUS, name=application.contact_name or application.email)


def say(application: Application, kind: str, text: str, by: Actor, at: datetime) -> ApplicationMessage:
    """Keep something that was said."""
    message = ApplicationMessage(
        application=application, kind=kind, text=text.strip(), author_name=by.name, created_at=at, updated_at=at
    )
    message.save(force_insert=True)
    return message
