"""What is wrong with this configuration for production; each finding says what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from openprm.config.environment import Environment

FAILED_JOBS = "select count(*) from procrastinate_jobs where status = 'failed'"


@dataclass(frozen=True)
class Finding:
    """Something wrong, and its remedy."""

    problem: str
    remedy: str


def findings() -> list[Finding]:
    """Return everything found, the settings first; the database is asked only if it can be."""
    environment: Environment = settings.ENVIRONMENT
    return [*of_settings(environment), *_of_files(environment), *_of_database()]


def of_settings(environment: Environment) -> Iterator[Finding]:
    """Find what the environment variables alone tell."""
    if environment.debug:
        yield Finding("Debugging is on: errors show source code and settings to anybody.", "Unset OPENPRM_DEBUG.")
    if environment.demo:
        yield Finding("Demo mode is on: anybody may sign in as any demo person.", "Unset OPENPRM_DEMO.")
    if not environment.secret_key_given:
        yield Finding(
            f"The secret key was made up and lies in {environment.data / 'secret-key'}; a second server has another.",
            "Set OPENPRM_SECRET_KEY to at least 40 random characters, for example from `openssl rand -base64 48`.",
        )
    if not environment.secure:
        yield Finding(
            f"People reach this server by {environment.url}: passwords and cookies travel readable.",
            "Put a proxy with TLS in front, and set OPENPRM_URL=https://… and OPENPRM_PROXIES=1.",
        )
    elif not environment.proxies:
        yield Finding(
            "OPENPRM_URL is https, but OPENPRM_PROXIES is 0: every visitor seems to come from the proxy's address.",
            "Set OPENPRM_PROXIES to the number of proxies in front (usually 1).",
        )
    if environment.mail is None:
        yield Finding(
            "No mail server: invitations and notices are only kept in the console.",
            "Set OPENPRM_EMAIL_URL=smtp://user:password@mail.example.com:587 and OPENPRM_EMAIL_FROM.",
        )
    if environment.webhook_allow_private:
        yield Finding(
            "Webhooks may call addresses inside your network: whoever sets up a webhook can reach what is there.",
            "Unset OPENPRM_WEBHOOK_ALLOW_PRIVATE.",
        )
    if environment.database is None:
        yield Finding(
            "The database is the embedded one, made for trying: no backups, no replicas, this machine only.",
            "Set DATABASE_URL to a PostgreSQL server (version 16 or newer).",
        )


def _of_files(environment: Environment) -> Iterator[Finding]:
    if environment.object_store is not None:
        return
    folder = Path(settings.MEDIA_ROOT)
    probe = folder / ".probe"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        yield Finding(
            f"Files cannot be kept in {folder}: {error.strerror}.",
            "Let OPENPRM_DATA name a folder that this user may write, or set OPENPRM_S3_BUCKET.",
        )


def _of_database() -> Iterator[Finding]:
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        yield Finding(
            f"The database cannot be reached: {str(error).strip().splitlines()[0]}.",
            "Check DATABASE_URL and that the server accepts this login.",
        )
        return
    yield from _of_roles()
    missing = _missing_migrations()
    if missing:
        yield Finding(f"The database lacks {missing} of this version's migrations.", "Run `openprm migrate`.")
    else:
        yield from _of_jobs()
        yield from _of_receipts()


def _of_roles() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select session_user, rolsuper, rolbypassrls, exists (select 1 from pg_class c join pg_namespace n"
            " on n.oid = c.relnamespace where c.relowner = r.oid and c.relkind in ('r', 'p') and n.nspname = 'public')"
            " from pg_roles r where rolname = session_user"
        )
        name, superuser, bypasses, owns = cursor.fetchone()
    reasons = {"is a superuser": superuser, "bypasses row-level security": bypasses, "owns the tables": owns}
    why = next((reason for reason, true in reasons.items() if true), "")
    if why:
        yield Finding(
            f"The web server signs in to the database as {name}, who {why}: a flaw could show every partner's data.",
            "Give openprm_app a password, let DATABASE_URL sign in as openprm_app, and keep the owner's address in"
            " DATABASE_OWNER_URL for `openprm migrate`.",
        )


def _missing_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _of_jobs() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(FAILED_JOBS)
        failed = cursor.fetchone()[0]
    if failed:
        yield Finding(
            f"{failed} job{'s have' if failed > 1 else ' has'} failed for good.",
            "Look at the failed jobs in the console; run them again or set them aside.",
        )


def _of_receipts() -> Iterator[Finding]:
    from openprm.kernel.access import as_system
    from openprm.kernel.ledger.models import Verification
    from openprm.receipts import queries

    yield from (Finding(problem, remedy) for problem, remedy in queries.problems())
    with as_system():
        last = Verification.objects.first()
    if last is not None and not last.sound:
        yield Finding(
            f"The last verification of the ledger found altered places: {last.problems}.",
            "Run `openprm verify`: it names what was altered. Compare with a backup.",
        )
