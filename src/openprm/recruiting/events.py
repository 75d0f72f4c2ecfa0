"""The facts of recruiting. Applicants are no partners yet, so these are the vendor's own."""

from dataclasses import dataclass
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events
from openprm.kernel.ui import countries
from openprm.recruiting import words

_Code = Annotated[str, events.Words(_("application form's code"))]
_Changes = Annotated[dict[str, list[Any]], events.Words(_("changed fields"))]
_Programme = Annotated[str, events.Words(_("programme's code"))]
_Source = Annotated[str, events.Words(_("way the applicant came"), words.SOURCES)]
_FileName = Annotated[str, events.Words(_("name of the file"))]


@events.declare("application_form.saved", _("An application form was saved"), shared=False)
@dataclass(frozen=True)
class FormSaved:
    """``changes`` maps each field to its value before and after."""

    code: _Code
    changes: _Changes


@events.declare("application.started", _("An application was started"), shared=False)
@dataclass(frozen=True)
class Started:
    """On which form, and by which way the applicant came."""

    form: _Code
    programme: _Programme
    source: _Source
    campaign: Annotated[str, events.Words(_("campaign"))]


@events.declare("application.verified", _("An applicant's e-mail address was confirmed"), shared=False)
@dataclass(frozen=True)
class Verified:
    """On which form."""

    form: _Code
    programme: _Programme


@events.declare("application.submitted", _("An application was submitted"), shared=False)
@dataclass(frozen=True)
class Submitted:
    """What the applicant said; personal details and files are left out."""

    form: _Code
    programme: _Programme
    company: Annotated[str, events.Words(_("applicant's company"))]
    country: Annotated[str, events.Words(_("applicant's country"), countries.NAMES)]
    source: _Source
    answers: dict[str, Any]


@events.declare("application.assessed", _("An application was assessed"), shared=False)
@dataclass(frozen=True)
class Assessed:
    """The score, and how many companies on file it resembles."""

    score: Annotated[int, events.Words(_("score of the application"))]
    duplicates: Annotated[int, events.Words(_("number of similar companies on file"))]
    waits_because: Annotated[list[str], events.Words(_("points that a person has to decide"))]


@events.declare("application.review_started", _("Somebody looks at an application"), shared=False)
@dataclass(frozen=True)
class ReviewStarted:
    """Nothing more than that."""

    form: _Code


@events.declare("application.asked", _("An applicant was asked something"), shared=False)
@dataclass(frozen=True)
class Asked:
    """The question."""

    text: Annotated[str, events.Words(_("question to the applicant"))]


@events.declare("application.answered", _("An applicant answered"), shared=False)
@dataclass(frozen=True)
class Answered:
    """The answer."""

    text: Annotated[str, events.Words(_("applicant's answer"))]


@events.declare("application.approved", _("An application was approved"), shared=False)
@dataclass(frozen=True)
class Approved:
    """Which programme it was for, and why nobody had to decide where that is so.

    ``new_partner`` says that the company was not on file; ``joined`` that it was no active partner before, be it new,
    a prospect or an applicant.
    """

    form: _Code
    programme: _Programme
    source: _Source
    automatic: Annotated[bool, events.Words(_("approved without a person"))]
    why: Annotated[str, events.Words(_("why nobody had to decide"))]
    new_partner: Annotated[bool, events.Words(_("company was not on file before"))]
    joined: Annotated[bool, events.Words(_("new as an active partner"))] = False


@events.declare("application.rejected", _("An application was rejected"), shared=False)
@dataclass(frozen=True)
class Rejected:
    """The coded reason, and the words that the applicant reads."""

    form: _Code
    programme: _Programme
    reason: Annotated[str, events.Words(_("reason"), words.REASONS)]
    text: Annotated[str, events.Words(_("explanation"))]


@events.declare("application.withdrawn", _("An application was withdrawn"), shared=False)
@dataclass(frozen=True)
class Withdrawn:
    """On which form."""

    form: _Code


@events.declare("application.noted", _("A note was made about an application"), shared=False)
@dataclass(frozen=True)
class Noted:
    """The note."""

    text: Annotated[str, events.Words(_("note"))]


@events.declare("listing.changed", _("A partner's entry in the public directory was changed"))
@dataclass(frozen=True)
class ListingChanged:
    """``changes`` maps each field to its value before and after."""

    changes: _Changes


@events.declare("partner_import.finished", _("A file of partners was brought in"), shared=False)
@dataclass(frozen=True)
class ImportFinished:
    """What became of its rows."""

    file_name: _FileName
    created: Annotated[int, events.Words(_("partners added"))]
    updated: Annotated[int, events.Words(_("partners changed"))]
    unchanged: Annotated[int, events.Words(_("partners left as they were"))]
    failed: Annotated[int, events.Words(_("rows with a problem"))]
    people: Annotated[int, events.Words(_("people added"))]


@events.declare("partner_import.undone", _("An import of partners was taken back"), shared=False)
@dataclass(frozen=True)
class ImportUndone:
    """How many partners went, and how many stayed for a reason."""

    file_name: _FileName
    undone: Annotated[int, events.Words(_("partners taken back"))]
    kept: Annotated[int, events.Words(_("partners that stayed"))]
