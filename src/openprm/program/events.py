"""The facts of programmes. Moves carry what was measured, so that the history can be recomputed from them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from openprm.kernel import events

Measured = list[list[Any]]  # KPI, months, value


@dataclass(frozen=True)
class _Move:
    """In which programme, from which tier to which, by which version, with which figures and why."""

    programme: str
    programme_name: str
    before: str
    after: str
    after_name: str
    version: int
    step: int
    measured: Measured = field(default_factory=list)
    why: list[str] = field(default_factory=list)


@events.declare("member.enrolled", _("A partner joined a programme"))
@dataclass(frozen=True)
class Enrolled(_Move):
    """``after`` is the tier it begins with."""


@events.declare("member.left", _("A partner left a programme"))
@dataclass(frozen=True)
class Left(_Move):
    """``reason`` in words."""

    reason: str = ""


@events.declare("tier.raised", _("A partner rose to a higher tier"))
@dataclass(frozen=True)
class Raised(_Move):
    """``by_review`` says that somebody approved it."""

    by_review: bool = False


@events.declare("tier.lowered", _("A partner fell to a lower tier"))
@dataclass(frozen=True)
class Lowered(_Move):
    """``by_review`` says that somebody approved it."""

    by_review: bool = False


@events.declare("tier.set", _("A partner's tier was set by hand"))
@dataclass(frozen=True)
class Held(_Move):
    """Why, and until when (None: until somebody ends it)."""

    reason: str = ""
    until: datetime | None = None


@events.declare("tier.released", _("A partner's tier is no longer set by hand"))
@dataclass(frozen=True)
class Released(_Move):
    """From now on the requirements count again."""


@events.declare("grace.started", _("A partner fell below its tier's requirements; grace began"))
@dataclass(frozen=True)
class GraceStarted(_Move):
    """``until`` is when the tier falls, unless the requirements are met again."""

    until: datetime | None = None


@events.declare("grace.ended", _("A partner meets its tier's requirements again"))
@dataclass(frozen=True)
class GraceEnded(_Move):
    """Nothing was lost."""


@dataclass(frozen=True)
class _Benefit:
    """Which benefit, in words and as programs read it."""

    programme: str
    programme_name: str
    code: str
    kind: str
    words: str
    tier: str = ""
    reason: str = ""


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

    programme: str
    after: str
    outcome: str
    note: str = ""


@events.declare("programme.created", _("A programme was created"), shared=False)
@dataclass(frozen=True)
class Created:
    """Its code and name."""

    code: str
    name: str


@events.declare("programme.published", _("A new version of a programme came into force"), shared=False)
@dataclass(frozen=True)
class Published:
    """Its number, why, and what changed, in words."""

    code: str
    number: int
    note: str
    changes: list[str]


@events.declare("programme.draft_discarded", _("A draft of a programme was thrown away"), shared=False)
@dataclass(frozen=True)
class DraftDiscarded:
    """Of which programme."""

    code: str


@events.declare("programme.archived", _("A programme was archived or taken up again"), shared=False)
@dataclass(frozen=True)
class Archived:
    """Whether it is archived now."""

    code: str
    archived: bool


@events.declare("kpi.recorded", _("A figure about a partner was recorded"))
@dataclass(frozen=True)
class KpiRecorded:
    """Which figure, its value, from where, and how long it holds."""

    kpi: str
    label: str
    value: str
    source: str
    valid_from: datetime
    valid_until: datetime | None = None


@events.declare("kpi.removed", _("A recorded figure about a partner was removed"), shared=False)
@dataclass(frozen=True)
class KpiRemoved:
    """As it was."""

    kpi: str
    value: str
    source: str


@events.declare("kpi.defined", _("A figure of the vendor's own was defined"), shared=False)
@dataclass(frozen=True)
class KpiDefined:
    """Its code and words."""

    code: str
    label: str
    unit: str


@events.declare("exchange_rate.changed", _("An exchange rate to the reporting currency was changed"), shared=False)
@dataclass(frozen=True)
class RateChanged:
    """The rate before and after; None where there was, or is, none."""

    currency: str
    changes: dict[str, list[Any]]
