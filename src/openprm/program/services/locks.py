"""A version stays in force under who moves members by it: publishing the next one waits for them, and they for that.

Taken before any member is locked, so that nobody waits in a circle.
"""

from uuid import UUID

from django.db import connection

_NUMBER = "hashtextextended('openprm programme ' || %s, 0)"
_OF_MEMBERS = (
    f"select pg_advisory_xact_lock_shared({_NUMBER % 'programme_id'}) from program_membership"  # noqa: S608 (constant)
    " where {} = %s order by programme_id"
)


def keep_version(programme_id: UUID) -> None:
    """Let no version of a programme be published until the transaction ends."""
    _run(f"select pg_advisory_xact_lock_shared({_NUMBER})", str(programme_id))


def keep_version_of(*, member: UUID) -> None:
    """The same for the programme of a member."""
    _run(_OF_MEMBERS.format("id"), member)


def keep_versions_of(*, partner: UUID) -> None:
    """The same for all programmes of a partner, in one order everywhere."""
    _run(_OF_MEMBERS.format("partner_id"), partner)


def publish_alone(programme_id: UUID) -> None:
    """Wait until nobody is moving members of a programme, and let nobody begin until the transaction ends."""
    _run(f"select pg_advisory_xact_lock({_NUMBER})", str(programme_id))


def _run(statement: str, value: UUID | str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [value])
