"""What a reviewer does: looks, asks, notes, approves, rejects. Approval makes the partner in the same transaction."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from openprm.accounts import services as accounts
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Forbidden, Invalid
from openprm.kernel.events import announce
from openprm.partners import services as partners
from openprm.partners.models import Partner
from openprm.recruiting import enrolling, events, policies, words
from openprm.recruiting.lifecycle import NEEDS_WORDS, SILENT
from openprm.recruiting.models import Application, ApplicationMessage, PartnerOrigin
from openprm.recruiting.services import writing
from openprm.recruiting.services.moving import go, locked, say

LONGEST = 5000
FIRST_ROLE = "admin"
YET_TO_JOIN = (Partner.Status.PROSPECT, Partner.Status.APPLICANT)


@transaction.atomic
def start_review(*, application: Application, by: Actor, at: datetime) -> Application:
    """Say that somebody looks at it; the applicant sees that."""
    application = _mine(application, by)
    go(application, "review", at=at, reviewed_at=application.reviewed_at or at)
    announce(events.ReviewStarted(application.form.code), about=application, by=by, at=at)
    return application


@transaction.atomic
def ask(*, application: Application, text: str, by: Actor, at: datetime) -> Application:
    """Ask the applicant something; the clock stands still until they answer."""
    application = _mine(application, by)
    _require_words(text)
    go(application, "ask", at=at, asked_at=at, reviewed_at=application.reviewed_at or at)
    message = say(application, ApplicationMessage.Kind.QUESTION, text, by, at)
    announce(events.Asked(message.text), about=application, by=by, at=at)
    writing.write(application, "asked")
    return application


@transaction.atomic
def add_note(*, application: Application, text: str, by: Actor, at: datetime) -> ApplicationMessage:
    """Write something for the vendor's own people."""
    application = _mine(application, by)
    _require_words(text)
    message = say(application, ApplicationMessage.Kind.NOTE, text, by, at)
    announce(events.Noted(message.text), about=application, by=by, at=at)
    return message


@transaction.atomic
def approve(
    *,
    application: Application,
    by: Actor,
    at: datetime,
    text: str = "",
    partner: Partner | None = None,
    automatic: bool = False,
    why: str = "",
) -> Application:
    """Make the applicant a partner (or ``partner`` the one it is) and invite its first person as administrator."""
    application = _mine(application, by)
    _fits(text)
    new = partner is None
    with as_system():
        joined = partner is None or _is_yet_to_join(partner)
        partner = _made(application, by, at) if partner is None else _taken_in(partner, application, by, at)
        _note_origin(partner, application, at)
        accounts.invite(
            email=application.email, name=application.contact_name, roles=[FIRST_ROLE], partner=partner, by=by, at=at
        )
        enrolling.enrol(partner, application.form.programme, by=by, at=at)
        application.partner = partner
        go(
            application,
            "approve",
            at=at,
            partner=partner,
            decided_at=at,
            decided_by_name=by.name,
            automatic=automatic,
            decision_why=why[:500],
            note=text.strip(),
            reviewed_at=application.reviewed_at or at,
        )
    form = application.form
    fact = events.Approved(form.code, form.programme, application.source, automatic, why, new, joined)
    announce(fact, about=application, by=by, at=at)
    writing.write(application, "approved")
    return application


@transaction.atomic
def reject(*, application: Application, reason: str, text: str = "", by: Actor, at: datetime) -> Application:
    """Close the application for a coded reason; the letter says it in the reviewer's words, or in the usual ones."""
    application = _mine(application, by)
    if reason not in words.REASONS:
        message = _("Give a reason, one of: %(reasons)s.") % {"reasons": ", ".join(words.REASONS)}
        raise Invalid(message, fields={"reason": message})
    _fits(text)
    said = text.strip() or str(words.LETTERS[reason])
    if reason in NEEDS_WORDS and not said:
        message = _("Say in a few words why; the applicant will read it.")
        raise Invalid(message, fields={"text": message})
    go(
        application,
        "reject",
        at=at,
        decided_at=at,
        decided_by_name=by.name,
        reason=reason,
        note="" if reason in SILENT else said,
        reviewed_at=application.reviewed_at or at,
    )
    form = application.form
    announce(events.Rejected(form.code, form.programme, reason, application.note), about=application, by=by, at=at)
    if reason not in SILENT:
        writing.write(application, "rejected")
    return application


def profile(application: Application) -> dict[str, Any]:
    """Return what the answers say about the partner."""
    return {one["field"]: one["value"] for one in application.asked if one["field"] and one["value"]}


def _mine(application: Application, by: Actor) -> Application:
    by.require(policies.REVIEW)
    if not by.is_vendor or by.read_only:
        raise Forbidden(_("Your role does not include deciding applications."))
    return locked(application)


def _made(application: Application, by: Actor, at: datetime) -> Partner:
    return partners.create(**profile(application), status=application.form.approve_as, by=by, at=at)


def _is_yet_to_join(partner: Partner) -> bool:
    """Say whether a company that is on file is only a prospect or an applicant; it stays so until this ends."""
    return Partner.objects.select_for_update().get(pk=partner.pk).status in YET_TO_JOIN


def _taken_in(partner: Partner, application: Application, by: Actor, at: datetime) -> Partner:
    """Let a company that is on file already become active, if it was only a prospect or an applicant."""
    partner = Partner.objects.select_for_update().get(pk=partner.pk)
    if partner.status in YET_TO_JOIN and partner.status != application.form.approve_as:
        reason = "approved" if application.form.approve_as == "active" else "applied"
        partners.change_status(partner=partner, status=application.form.approve_as, reason=reason, by=by, at=at)
    return partner


def _note_origin(partner: Partner, application: Application, at: datetime) -> None:
    if not PartnerOrigin.objects.filter(partner=partner).exists():
        PartnerOrigin(
            partner=partner,
            source=application.source,
            campaign=application.campaign,
            created_at=at,
            updated_at=at,
        ).save(force_insert=True)


def _require_words(text: str) -> None:
    if not text.strip():
        message = _("Write something first.")
        raise Invalid(message, fields={"text": message})
    _fits(text)


def _fits(text: str) -> None:
    if len(text) > LONGEST or "\x00" in text:
        message = _("Write at most 5,000 characters.")
        raise Invalid(message, fields={"text": message})
