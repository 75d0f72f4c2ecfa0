"""Logging what was done about a deal."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from openprm.deals.lifecycle import OPEN, State
from openprm.deals.models import DealRegistration
from openprm.extensions import events, policies
from openprm.extensions.models import Activity
from openprm.extensions.rules import Kind
from openprm.kernel import files
from openprm.kernel.access import Actor, as_system
from openprm.kernel.errors import Forbidden, Invalid, Refusal
from openprm.kernel.events import announce

MOST_FILES = 10
LONGEST_TEXT, LONGEST_TITLE = 20_000, 200
SKEW = timedelta(minutes=5)  # clocks of programs differ
OLDEST = timedelta(days=3653)  # ten years; a year that was mistyped is no time that a reader's clock can show
OPEN_FOR_LOGGING = OPEN | {State.EXPIRED}


class NotOpen(Refusal):
    """Nothing is logged on drafts and on deals that are closed."""

    code = "deal_not_open"


class LoggedAlready(Refusal):
    """The message was logged before."""

    code = "logged_already"


@transaction.atomic
def log(
    *,
    deal: DealRegistration,
    kind: str,
    title: str,
    by: Actor,
    at: datetime,
    happened_at: datetime | None = None,
    text: str = "",
    uploads: Sequence[Any] = (),
    source: str = Activity.Source.PAGE,
    message_id: str = "",
    tolerant: bool = False,
) -> Activity:
    """Log an activity with what was attached. It stays as it was logged; both sides read it.

    A file that cannot be kept is refused; ``tolerant`` logs the activity without it and names it.
    """
    if not policies.may_log(by, deal):
        raise Forbidden(_("Your role does not include logging activities on this deal."))
    if deal.state not in OPEN_FOR_LOGGING:
        raise NotOpen(_("Activities are logged on deals that are submitted and not closed."))
    when = happened_at or at
    _require_sound(kind, title, text, when, len(uploads), at)
    row = Activity(
        deal=deal,
        partner_id=deal.partner_id,
        kind=kind,
        happened_at=when,
        title=title.strip()[:LONGEST_TITLE],
        text=text.strip(),
        source=source,
        author_id=by.id,
        author_name=by.name,
        author_side=by.side,
        message_id=message_id,
        created_at=at,
        updated_at=at,
    )
    _insert(row)
    kept = _attach(row, uploads, by, at, tolerant=tolerant)
    fact = events.ActivityLogged(deal.reference, kind, when, row.title, source, kept)
    announce(fact, about=deal, by=by, at=at)
    return row


def _insert(row: Activity) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "activity_once_per_message" not in str(error):
            raise
        raise LoggedAlready(_("This message is in the log already.")) from None


def _attach(row: Activity, uploads: Sequence[Any], by: Actor, at: datetime, *, tolerant: bool) -> int:
    """Keep the files, and return how many were kept."""
    left_out = []
    with as_system():
        for upload in uploads:
            try:
                files.store(upload, owner=row, by=by, at=at)
            except Invalid:
                if not tolerant:
                    raise
                left_out.append(str(upload.name)[:200])
        if left_out:
            row.left_out = left_out
            row.write("left_out", at=at)
    return len(uploads) - len(left_out)


def _require_sound(kind: str, title: str, text: str, when: datetime, uploads: int, at: datetime) -> None:
    wrong: dict[str, str] = {}
    if kind not in set(Kind):
        wrong["kind"] = _("Choose what it was.")
    if not title.strip() or len(title.strip()) > LONGEST_TITLE:
        wrong["title"] = _("Say in up to 200 characters what happened.")
    if len(text) > LONGEST_TEXT:
        wrong["text"] = _("Write at most 20,000 characters; attach what is longer.")
    if when > at + SKEW:
        wrong["happened_at"] = _("Give a time that has come already.")
    elif when < at - OLDEST:
        wrong["happened_at"] = _("Give a time within the last ten years.")
    if uploads > MOST_FILES:
        wrong["files"] = _("Attach at most %s files.") % MOST_FILES
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)
