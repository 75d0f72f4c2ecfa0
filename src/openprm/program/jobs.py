"""What the clock does: ends of grace, of tiers and benefits given by hand, windows that move with the calendar."""

from datetime import UTC, datetime
from uuid import UUID

from openprm.kernel.jobs import job
from openprm.program import queries, services
from openprm.program.services import benefits, members, together


@job("program.assess_member", queue="events")
def assess_member(member: str, at: str) -> None:
    """Assess one member at a time that was known before: the end of its grace, or of a tier set by hand."""
    services.assess(UUID(member), at=datetime.fromisoformat(at))


@job("program.due", every="* * * * *")
def due(timestamp: int) -> None:
    """Announce the ends of benefits given until a time.

    And assess those whose grace, or tier set by hand, has ended, should their own job have been lost.
    """
    at = datetime.fromtimestamp(timestamp, UTC)
    for grant in queries.ran_out(at):
        benefits.run_out(grant_id=grant, at=at)
    for member, when in queries.due(at):
        services.assess(member, at=when)


@job("program.every_day", every="20 0 * * *", scoped=False, attempts=3)
def every_day(timestamp: int) -> None:
    """Assess everybody, and take in who joins by itself: windows roll on, recorded figures run out."""
    at = datetime.fromtimestamp(timestamp, UTC)
    together.assess_everybody(at)
    members.join_everybody(at=at)
