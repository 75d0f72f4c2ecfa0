"""Database roles: the login that sees nothing by itself, and the two that a transaction may become.

- ``openprm_app``: what OpenPRM runs as. No superuser, no bypass of row-level security, named by no policy.
- ``openprm_partner``: named by the policies; sees the rows of the partners set for the transaction.
- ``openprm_staff``: bypasses row-level security; for the vendor's people and OpenPRM itself.

The owner (a superuser, or a login with CREATEROLE and BYPASSRLS) makes them, owns the tables and runs migrations. The
application is a member of both roles *without inheriting*: a policy for a role also applies to those who inherit it.
"""

from typing import Any, Protocol

from django.apps import AppConfig
from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

APP, PARTNER, STAFF = "openprm_app", "openprm_partner", "openprm_staff"


class Cursor(Protocol):
    """What Django's and psycopg's cursors have in common."""

    def execute(self, query: Any, params: Any = None) -> Any:
        """Run one statement."""

    def fetchone(self) -> Any:
        """Return the next row."""

    def fetchall(self) -> Any:
        """Return the rows that are left."""


def ensure_roles(cursor: Cursor) -> None:
    """Create the three roles and memberships where missing. Must run inside a transaction, as owner."""
    cursor.execute("select count(*) from pg_roles where rolname in (%s, %s, %s)", [APP, PARTNER, STAFF])
    if cursor.fetchone()[0] < 3:
        _create_roles(cursor)
    for role in (PARTNER, STAFF):
        _join(cursor, role, APP)
    cursor.execute("select current_user")
    owner = cursor.fetchone()[0]
    for role in (APP, PARTNER, STAFF):
        _join(cursor, role, owner)


def _create_roles(cursor: Cursor) -> None:
    # Roles belong to the whole server: two databases being set up at once would create them twice.
    cursor.execute("select rolsuper from pg_roles where rolname = current_user")
    if cursor.fetchone()[0]:
        cursor.execute("lock table pg_catalog.pg_authid in share row exclusive mode")
    else:
        cursor.execute("select pg_advisory_xact_lock(hashtext('openprm roles'))")
    for role, attributes in ((APP, "login"), (PARTNER, "nologin"), (STAFF, "nologin bypassrls")):
        cursor.execute("select 1 from pg_roles where rolname = %s", [role])
        if cursor.fetchone() is None:
            cursor.execute(f"create role {role} with {attributes}")


def _join(cursor: Cursor, role: str, member: str) -> None:
    """Let ``member`` become ``role`` (set role) without having its rights otherwise."""
    if role == member:
        return
    cursor.execute(
        "select u.rolsuper or exists (select 1 from pg_auth_members m where m.member = u.oid and m.set_option"
        " and not m.inherit_option and m.roleid = (select oid from pg_roles where rolname = %s))"
        " from pg_roles u where u.rolname = %s",
        [role, member],
    )
    if not cursor.fetchone()[0]:
        quoted = '"' + member.replace('"', '""') + '"'
        cursor.execute(f"grant {role} to {quoted} with inherit false, set true")


def grant(cursor: Cursor) -> None:
    """Give the three roles what they need on all tables, present and future; run as owner after each migration.

    Row-level security decides about rows. Append-only tables can be changed by nobody but their owner.
    """
    everyone = f"{APP}, {PARTNER}, {STAFF}"
    for statement in (
        f"grant usage on schema public to {everyone}",
        f"grant select, insert, update, delete on all tables in schema public to {everyone}",
        f"grant usage, select on all sequences in schema public to {everyone}",
        f"alter default privileges in schema public grant select, insert, update, delete on tables to {everyone}",
        f"alter default privileges in schema public grant usage, select on sequences to {everyone}",
    ):
        cursor.execute(statement)
    for table in settings.APPEND_ONLY_TABLES:
        cursor.execute("select to_regclass(%s)", [table])
        if cursor.fetchone()[0] is not None:
            cursor.execute(f"revoke update, delete, truncate on {table} from {everyone}")
    _let_partners_only_read_open_tables(cursor)
    cursor.execute("select to_regclass('django_migrations')")
    if cursor.fetchone()[0] is not None:
        cursor.execute(f"revoke insert, update, delete on django_migrations from {everyone}")


def _let_partners_only_read_open_tables(cursor: Cursor) -> None:
    """Keep partners' transactions from changing what no row-level security guards, but for counters."""
    cursor.execute(
        "select quote_ident(relname) from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'"
        " and not relrowsecurity and relname <> all (%s)",
        [list(settings.PARTNERS_MAY_WRITE)],
    )
    for (table,) in cursor.fetchall():
        cursor.execute(f"revoke insert, update, delete, truncate on {table} from {PARTNER}")


def prepare_database(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Before migrations: the roles that policies name must exist."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if _is_owner(cursor):
            ensure_roles(cursor)


def grant_after_migrating(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """After migrations: the new tables are useful to the application's roles."""
    with connections[using].cursor() as cursor:
        if _is_owner(cursor):
            grant(cursor)


def _is_owner(cursor: Cursor) -> bool:
    cursor.execute("select current_user")
    return bool(cursor.fetchone()[0] != APP)


def become(connection: BaseDatabaseWrapper, *, owner: bool) -> None:
    """Let the next connection of this wrapper be the owner's or the application's (tests switch between them)."""
    connection.close()
    source = settings.OWNER_DATABASE if owner else settings.APP_DATABASE
    for key in ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS"):
        connection.settings_dict[key] = source.get(key, "")
