"""The facts of recruiting. Applicants are no partners yet, so these are the vendor's own."""

from dataclasses import dataclass
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from openprm.kernel import events


@events.declare("application_form.saved", _("An application form was saved"), shared=False)
@dataclass(frozen=True)
class FormSaved:
    """``changes`` maps each field to its value before and after."""

    code: str
    changes: dict[str, list[Any]]


@events.declare("application.started", _("An application was started"), shared=False)
@dataclass(frozen=True)
class Started:
    """On which form, and by which way the applicant came."""

    form: str
    programme: str
    source: str
    campaign: str


@events.declare("application.verified", _("An applicant's e-mail address was confirmed"), shared=False)
@dataclass(frozen=True)
class Verified:
    """On which form."""

    form: str
    programme: str


@events.declare("application.submitted", _("An application was submitted"), shared=False)
@dataclass(frozen=True)
class Submitted:
    """What the applicant said; personal details and files are left out."""

    form: str
    programme: str
    company: str
    country: str
    source: str
    answers: dict[str, Any]


@events.declare("application.assessed", _("An application was assessed"), shared=False)
@dataclass(frozen=True)
class Assessed:
    """The score, and how many companies on file it resembles."""

    score: int
    duplicates: int
    waits_because: list[str]


@events.declare("application.review_started", _("Somebody looks at an application"), shared=False)
@dataclass(frozen=True)
class ReviewStarted:
    """Nothing more than that."""

    form: str


@events.declare("application.asked", _("An applicant was asked something"), shared=False)
@dataclass(frozen=True)
class Asked:
    """The question."""

    text: str


@events.declare("application.answered", _("An applicant answered"), shared=False)
@dataclass(frozen=True)
class Answered:
    """The answer."""

    text: str


@events.declare("application.approved", _("An application was approved"), shared=False)
@dataclass(frozen=True)
class Approved:
    """Which programme it was for, and why nobody had to decide where that is so.

    ``new_partner`` says that the company was not on file; ``joined`` that it was no active partner before, be it new,
    a prospect or an applicant.
    """

    form: str
    programme: str
    source: str
    automatic: bool
    why: str
    new_partner: bool
    joined: Annotated[bool, Field(title="new as an active partner")] = False


@events.declare("application.rejected", _("An application was rejected"), shared=False)
@dataclass(frozen=True)
class Rejected:
    """The coded reason, and the words that the applicant reads."""

    form: str
    programme: str
    reason: str
    text: str


@events.declare("application.withdrawn", _("An application was withdrawn"), shared=False)
@dataclass(frozen=True)
class Withdrawn:
    """On which form."""

    form: str


@events.declare("application.noted", _("A note was made about an application"), shared=False)
@dataclass(frozen=True)
class Noted:
    """The note."""

    text: str


@events.declare("listing.changed", _("A partner's entry in the public directory was changed"))
@dataclass(frozen=True)
class ListingChanged:
    """``changes`` maps each field to its value before and after."""

    changes: dict[str, list[Any]]


@events.declare("partner_import.finished", _("A file of partners was brought in"), shared=False)
@dataclass(frozen=True)
class ImportFinished:
    """What became of its rows."""

    file_name: str
    created: int
    updated: int
    unchanged: int
    failed: int
    people: int


@events.declare("partner_import.undone", _("An import of partners was taken back"), shared=False)
@dataclass(frozen=True)
class ImportUndone:
    """How many partners went, and how many stayed for a reason."""

    file_name: str
    undone: int
    kept: int
