"""The facts of programmes. Moves carry what was measured, so that the history can be recomputed from them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events
from openprm.program.models import CustomKpi, Proposal
from openprm.program.words import KINDS

Measured = list[list[Any]]  # KPI, months, value

_Programme = Annotated[str, events.Words(_("programme's code"))]
_ProgrammeName = Annotated[str, events.Words(_("name of the programme"))]
_Reason = Annotated[str, events.Words(_("reason"))]
_ByReview = Annotated[bool, events.Words(_("approved by a person"))]
_Kpi = Annotated[str, events.Words(_("figure's code"))]
_Label = Annotated[str, events.Words(_("name of the figure"))]
_Value = Annotated[str, events.Words(_("value"))]
_Source = Annotated[str, events.Words(_("where the figure comes from"))]


@dataclass(frozen=True)
class _Move:
    """In which programme, from which tier to which, by which version, with which figures and why."""

    programme: _Programme
    programme_name: _ProgrammeName
    before: Annotated[str, events.Words(_("tier's code before"))]
    after: Annotated[str, events.Words(_("tier's code now"))]
    after_name: Annotated[str, events.Words(_("tier now"))]
    version: Annotated[int, events.Words(_("version of the programme"))]
    step: Annotated[int, events.Words(_("step in the partner's history"))]
    measured: Measured = field(default_factory=list)
    why: Annotated[list[str], events.Words(_("reasons in words"))] = field(default_factory=list)


@events.declare("member.enrolled", _("A partner joined a programme"))
@dataclass(frozen=True)
class Enrolled(_Move):
    """``after`` is the tier it begins with."""


@events.declare("member.left", _("A partner left a programme"))
@dataclass(frozen=True)
class Left(_Move):
    """``reason`` in words."""

    reason: _Reason = ""


@events.declare("tier.raised", _("A partner rose to a higher tier"))
@dataclass(frozen=True)
class Raised(_Move):
    """``by_review`` says that somebody approved it."""

    by_review: _ByReview = False


@events.declare("tier.lowered", _("A partner fell to a lower tier"))
@dataclass(frozen=True)
class Lowered(_Move):
    """``by_review`` says that somebody approved it."""

    by_review: _ByReview = False


@events.declare("tier.set", _("A partner's tier was set by hand"))
@dataclass(frozen=True)
class Held(_Move):
    """Why, and until when (None: until somebody ends it)."""

    reason: _Reason = ""
    until: Annotated[datetime | None, events.Words(_("date until which it is set"))] = None


@events.declare("tier.released", _("A partner's tier is no longer set by hand"))
@dataclass(frozen=True)
class Released(_Move):
    """From now on the requirements count again."""


@events.declare("grace.started", _("A partner fell below its tier's requirements; grace began"))
@dataclass(frozen=True)
class GraceStarted(_Move):
    """``until`` is when the tier falls, unless the requirements are met again."""

    until: Annotated[datetime | None, events.Words(_("date on which grace ends"))] = None


@events.declare("grace.ended", _("A partner meets its tier's requirements again"))
@dataclass(frozen=True)
class GraceEnded(_Move):
    """Nothing was lost."""


@dataclass(frozen=True)
class _Benefit:
    """Which benefit, in words and as programs read it."""

    programme: _Programme
    programme_name: _ProgrammeName
    code: Annotated[str, events.Words(_("benefit's code"))]
    kind: Annotated[str, events.Words(_("kind of benefit"), KINDS)]
    words: Annotated[str, events.Words(_("benefit in words"))]
    tier: Annotated[str, events.Words(_("tier's code"))] = ""
    reason: _Reason = ""


@events.declare("benefit.granted", _("A partner got a benefit"))
@dataclass(frozen=True)
class BenefitGranted(_Benefit):
    """With a tier, or by hand."""


@events.declare("benefit.withdrawn", _("A partner lost a benefit"))
@dataclass(frozen=True)
class BenefitWithdrawn(_Benefit):
    """With a tier, or by hand."""


@events.declare("tier.proposed", _("A move to another tier waits for approval"), shared=False)
@dataclass(frozen=True)
class Proposed(_Move):
    """A programme under review proposes it."""


@events.declare("tier_proposal.decided", _("A proposed move to another tier was decided"), shared=False)
@dataclass(frozen=True)
class ProposalDecided:
    """``outcome`` is approved, rejected or outdated."""

    programme: _Programme
    after: Annotated[str, events.Words(_("proposed tier's code"))]
    outcome: Annotated[str, events.Words(_("decision"), Proposal.State.choices[1:])]
    note: Annotated[str, events.Words(_("note"))] = ""


@events.declare("programme.created", _("A programme was created"), shared=False)
@dataclass(frozen=True)
class Created:
    """Its code and name."""

    code: _Programme
    name: _ProgrammeName


@events.declare("programme.published", _("A new version of a programme came into force"), shared=False)
@dataclass(frozen=True)
class Published:
    """Its number, why, and what changed, in words."""

    code: _Programme
    number: Annotated[int, events.Words(_("version number"))]
    note: Annotated[str, events.Words(_("note on the version"))]
    changes: Annotated[list[str], events.Words(_("changes in words"))]


@events.declare("programme.draft_discarded", _("A draft of a programme was thrown away"), shared=False)
@dataclass(frozen=True)
class DraftDiscarded:
    """Of which programme."""

    code: _Programme


@events.declare("programme.archived", _("A programme was archived or taken up again"), shared=False)
@dataclass(frozen=True)
class Archived:
    """Whether it is archived now."""

    code: _Programme
    archived: Annotated[bool, events.Words(_("archived now"))]


@events.declare("kpi.recorded", _("A figure about a partner was recorded"))
@dataclass(frozen=True)
class KpiRecorded:
    """Which figure, its value, from where, and how long it holds."""

    kpi: _Kpi
    label: _Label
    value: _Value
    source: _Source
    valid_from: Annotated[datetime, events.Words(_("date from which it holds"))]
    valid_until: Annotated[datetime | None, events.Words(_("date until which it holds"))] = None


@events.declare("kpi.removed", _("A recorded figure about a partner was removed"), shared=False)
@dataclass(frozen=True)
class KpiRemoved:
    """As it was."""

    kpi: _Kpi
    value: _Value
    source: _Source


@events.declare("kpi.defined", _("A figure of the vendor's own was defined"), shared=False)
@dataclass(frozen=True)
class KpiDefined:
    """Its code and words."""

    code: _Kpi
    label: _Label
    unit: Annotated[str, events.Words(_("unit"), CustomKpi.Unit.choices)]


@events.declare("exchange_rate.changed", _("An exchange rate to the reporting currency was changed"), shared=False)
@dataclass(frozen=True)
class RateChanged:
    """The rate before and after; None where there was, or is, none."""

    currency: Annotated[str, events.Words(_("currency"))]
    changes: Annotated[dict[str, list[Any]], events.Words(_("changed rates"))]
