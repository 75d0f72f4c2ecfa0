"""Row-level security, proven in SQL: what the database itself keeps from a partner, whatever the code forgets."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, ProgrammingError, connection, transaction

from openprm.config.roles import APP, PARTNER, STAFF
from openprm.kernel.access import as_system, enter
from openprm.kernel.notifications.models import Preference
from openprm.partners.models import TeamMember
from tests.isolation import things
from tests.world import World

pytestmark = pytest.mark.django_db

PEOPLE = {"partner_id", "person_id", "user_id", "email", "actor"}  # columns that make a table somebody's

OPEN = {  # tables without row security, each with the reason why it needs none
    "auth_group": "unused: roles are in accounts_role",
    "auth_group_permissions": "unused: roles are in accounts_role",
    "auth_permission": "unused: permissions are declared in code",
    "customers_productline": "the vendor's price list, shown to every partner",
    "django_content_type": "names of models",
    "django_migrations": "names of migrations",
    "kernel_counter": "counts by hashes of addresses and tokens",
    "kernel_storedsetting": "settings of the programme, read by every page",
    "procrastinate_events": "when a job began and ended",
    "procrastinate_periodic_defers": "when the clock last started a job",
    "procrastinate_workers": "when a worker last said that it lives",
}
BY_THE_LOGIN = {  # tables that the login role works with outside of any scope
    "django_session": "sessions are stored after the request's transaction",
    "procrastinate_jobs": "the worker fetches jobs before it knows whose they are",
}


class Catalogue:
    """What the database says about its own tables."""

    @cached_property
    def tables(self) -> dict[str, bool]:
        """Every table, and whether row security is on."""
        return dict(
            rows(
                "select relname, relrowsecurity from pg_class where relkind in ('r', 'p') and "
                + IN_PUBLIC
                + " order by 1"
            )
        )

    @cached_property
    def protected(self) -> list[str]:
        """The tables with row security."""
        return [table for table, secured in self.tables.items() if secured]

    @cached_property
    def columns(self) -> dict[str, set[str]]:
        """The columns of each table."""
        found: dict[str, set[str]] = {table: set() for table in self.tables}
        for table, column in rows(
            "select table_name, column_name from information_schema.columns where table_schema = 'public'"
        ):
            found.get(table, set()).add(column)
        return found

    def writable(self, table: str) -> list[str]:
        """The columns of a table that are not computed."""
        return column(
            "select column_name from information_schema.columns where table_name = %s and is_generated = 'NEVER'"
            " and table_schema = 'public'",
            [table],
        )

    @cached_property
    def references(self) -> list[tuple[str, str, str, str]]:
        """Every foreign key: table, column, and what it points to."""
        return rows(
            "select c.conrelid::regclass::text, a.attname, c.confrelid::regclass::text, b.attname from pg_constraint c"
            " join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]"
            " join pg_attribute b on b.attrelid = c.confrelid and b.attnum = c.confkey[1] where c.contype = 'f'"
        )

    @cached_property
    def carrying(self) -> set[str]:
        """The tables that hold a partner's or a person's data, and all that point to them."""
        found = {table for table, columns in self.columns.items() if columns & PEOPLE} | {"partners_partner"}
        while grown := {table for table, _, target, _ in self.references if target in found} - found:
            found |= grown
        return found

    def owned(self, partner: Any) -> dict[str, list[str]]:
        """Return the addresses (ctid) of a partner's rows in each table; the caller sees everything."""
        found: dict[str, list[str]] = {}
        waiting = sorted(self.carrying)
        while waiting:
            ready = [table for table in waiting if not self._parents(table) & set(waiting)] or waiting[:1]
            for table in ready:
                found[table] = self._owned(table, partner, found)
            waiting = [table for table in waiting if table not in ready]
        return {table: addresses for table, addresses in found.items() if addresses}

    def _parents(self, table: str) -> set[str]:
        if table == "partners_partner" or "partner_id" in self.columns[table]:
            return set()
        return {target for source, _, target, _ in self.references if source == table and target != table}

    def _owned(self, table: str, partner: Any, found: dict[str, list[str]]) -> list[str]:
        own = "id" if table == "partners_partner" else "partner_id" if "partner_id" in self.columns[table] else ""
        if own:
            return column(f"select ctid::text from {table} where {own} = %s", [partner])
        return [
            address
            for source, key, target, target_key in self.references
            if source == table and found.get(target)
            for address in column(
                f"select ctid::text from {table} where {key} in"
                f" (select {target_key} from {target} where ctid = any (%s::tid[]))",
                [found[target]],
            )
        ]


REFUSED = "42501"  # insufficient privilege
UNFIT = "23514"  # a trigger did not find what the row belongs to, because it may not see it
IN_PUBLIC = "relnamespace = 'public'::regnamespace"


def rows(sql: str, values: Any = None) -> list[Any]:
    """Return what a query finds."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def column(sql: str, values: Any = None) -> list[Any]:
    """Return the first column of what a query finds."""
    return [first for first, *_rest in rows(sql, values)]


def touched(sql: str, values: Any = None) -> int:
    """Return how many rows a statement touched; a refused one touches none. It is undone."""
    with transaction.atomic(), connection.cursor() as cursor:
        try:
            with transaction.atomic():
                cursor.execute(sql, values)
                found = cursor.rowcount
        except DatabaseError as error:
            if sqlstate(error) not in (REFUSED, UNFIT):
                raise
            return 0
        transaction.set_rollback(True)
        return found


@pytest.fixture
def catalogue(db: None) -> Catalogue:
    return Catalogue()


@pytest.fixture
def betas(world: World, catalogue: Catalogue) -> dict[str, list[str]]:
    """The rows of Beta in every table; Alfa has some too."""
    things.secrets_of(world, world.beta)
    deal = world.approved(world.alfa)
    other = world.approved(world.beta, customer="Fabrikam AG")
    with as_system():
        person = world.person("viewer", world.beta)
        Preference.objects.create(person_id=person.pk, partner_id=world.beta.pk, kind="-", channel="app", mode="off")
        TeamMember.objects.create(partner=world.beta, person=world.person("admin"), role="channel_manager")
        for owned in (deal, other):
            owned.comments.create(partner_id=owned.partner_id, author_name="-", author_side="vendor", text="-")
            owned.internal_notes.create(partner_id=owned.partner_id, author_name="-", text="-")
        return catalogue.owned(world.beta.pk)


def as_role(role: str) -> Iterator[None]:
    """Be one of the roles that the application may become."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('role', %s, true)", [role])
        yield
        transaction.set_rollback(True)


@pytest.fixture(params=[APP, PARTNER, STAFF])
def runtime_role(request: pytest.FixtureRequest, db: None) -> Iterator[str]:
    """Each role in turn, taken on."""
    for _taken in as_role(request.param):
        yield request.param


def test_every_table_is_protected_or_open_for_a_reason(catalogue: Catalogue) -> None:
    unprotected = {table for table, secured in catalogue.tables.items() if not secured}
    assert unprotected == set(OPEN), "protect the table in its migration: access.Protect(table)"


def test_a_partners_transaction_changes_no_open_table_but_counters(db: None) -> None:
    writable = [
        table
        for table in OPEN
        for deed in ("insert", "update", "delete")
        if rows("select has_table_privilege(%s, %s, %s)", [PARTNER, table, deed]) == [(True,)]
    ]
    assert set(writable) == {"kernel_counter"}


def test_no_open_table_holds_a_partners_or_a_persons_data(catalogue: Catalogue) -> None:
    assert catalogue.carrying & set(OPEN) == set()


def test_every_model_of_every_app_has_its_table_there(catalogue: Catalogue) -> None:
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    assert tables <= set(catalogue.tables)


def test_policies_name_the_partners_role_alone(catalogue: Catalogue) -> None:
    named = rows("select tablename, roles::text[] from pg_policies")
    assert {table for table, roles in named if roles == [APP]} == set(BY_THE_LOGIN)
    assert {tuple(roles) for _table, roles in named} == {(PARTNER,), (APP,)}


def test_nothing_reads_on_behalf_of_the_owner(db: None) -> None:
    assert rows("select relname from pg_class where relkind in ('v', 'm') and " + IN_PUBLIC) == []
    assert rows("select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace") == []


def test_the_proof_has_something_of_beta_in_every_table_a_partner_can_read(betas: dict[str, list[str]]) -> None:
    readable = set(column("select distinct tablename from pg_policies where %s = any (roles::text[])", [PARTNER]))
    assert readable - set(betas) == {"accounts_role"}  # roles are everybody's


def test_alfa_sees_no_row_of_beta(world: World, betas: dict[str, list[str]]) -> None:
    with enter(world.actor("admin", world.alfa)):
        for table, addresses in betas.items():
            seen = rows(f"select count(*) from {table} where ctid = any (%s::tid[])", [addresses])
            assert seen == [(0,)], table
        assert rows("select count(*) from deals_dealregistration") == [(1,)]
        assert column("select trading_name from partners_partner") == ["Alfa"]


def test_alfa_changes_no_row_of_beta(world: World, betas: dict[str, list[str]], catalogue: Catalogue) -> None:
    with enter(world.actor("admin", world.alfa)):
        for table, addresses in betas.items():
            changed = sorted(catalogue.columns[table])[0]
            assert touched(f"update {table} set {changed} = {changed} where ctid = any (%s::tid[])", [addresses]) == 0
            assert touched(f"delete from {table} where ctid = any (%s::tid[])", [addresses]) == 0


def test_alfa_adds_no_row_to_beta(world: World, betas: dict[str, list[str]], catalogue: Catalogue) -> None:
    with as_system():
        copies = {
            table: column(f"select to_jsonb(t)::text from {table} t where ctid = %s::tid", [addresses[0]])[0]
            for table, addresses in betas.items()
        }
    with enter(world.actor("admin", world.alfa)):
        for table, copy in copies.items():
            names = ", ".join(catalogue.writable(table))
            insert = f"insert into {table} ({names}) overriding system value select {names}"
            assert touched(f"{insert} from jsonb_populate_record(null::{table}, %s::jsonb)", [copy]) == 0, table


def test_alfa_cannot_give_its_own_rows_to_beta(world: World, betas: dict[str, list[str]], catalogue: Catalogue) -> None:
    with enter(world.actor("admin", world.alfa)):
        for table in catalogue.protected:
            if "partner_id" in catalogue.columns[table]:
                assert touched(f"update {table} set partner_id = %s", [world.beta.pk]) == 0, table


def test_outside_of_any_scope_every_protected_table_is_empty(betas: dict[str, list[str]], catalogue: Catalogue) -> None:
    assert rows("select current_user") == [(APP,)]
    for table in set(catalogue.protected) - set(BY_THE_LOGIN):
        assert rows(f"select count(*) from {table}") == [(0,)], table
        assert touched(f"delete from {table}") == 0, table


def test_a_partner_without_a_company_sees_nothing(betas: dict[str, list[str]], catalogue: Catalogue) -> None:
    for _taken in as_role(PARTNER):
        for table in set(catalogue.protected) - {"accounts_role"}:
            assert rows(f"select count(*) from {table}") == [(0,)], table


def test_no_runtime_role_can_open_a_table(runtime_role: str, catalogue: Catalogue) -> None:
    for table in catalogue.protected:
        refused(f"alter table {table} disable row level security")
        refused(f"alter table {table} owner to {STAFF}")
        refused(f"create policy everybody on {table} using (true)")
    for table, policy in rows("select tablename, policyname from pg_policies"):
        refused(f"drop policy {policy} on {table}")
        refused(f"alter policy {policy} on {table} using (true)")


def test_no_runtime_role_can_become_more(runtime_role: str) -> None:
    owner = settings.OWNER_DATABASE["USER"]
    refused(f'set local role "{owner}"')
    refused(f'set session authorization "{owner}"')
    refused(f'grant "{owner}" to {runtime_role}')
    refused(f"alter role {APP} bypassrls")
    refused(f"alter role {PARTNER} superuser")
    refused("create table public.kept (id int)")


def test_no_runtime_role_can_rewrite_history(runtime_role: str, catalogue: Catalogue) -> None:
    for table in settings.APPEND_ONLY_TABLES:
        for name in catalogue.columns[table]:
            refused(f"update {table} set {name} = {name}")
        refused(f"delete from {table}")
        refused(f"truncate {table} cascade")


def test_no_runtime_role_is_superuser_and_only_staff_bypasses(db: None) -> None:
    found = rows(
        "select rolname, rolsuper, rolbypassrls, rolcreaterole, rolcanlogin from pg_roles where rolname = any (%s)"
        " order by 1",
        [[APP, PARTNER, STAFF]],
    )
    assert found == [
        (APP, False, False, False, True),
        (PARTNER, False, False, False, False),
        (STAFF, False, True, False, False),
    ]


def refused(sql: str) -> None:
    """Assert that the database does not allow a statement."""
    with pytest.raises(ProgrammingError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert sqlstate(caught.value) == REFUSED, sql


def sqlstate(error: DatabaseError) -> str:
    """Return PostgreSQL's code for what went wrong."""
    return str(getattr(error.__cause__, "sqlstate", ""))
