"""The database as the tests and the application meet it."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_application_is_neither_owner_nor_superuser() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_user, session_user, rolsuper, rolbypassrls from pg_roles where rolname = session_user"
        )
        assert cursor.fetchone() == ("openprm_app", "openprm_app", False, False)


@pytest.mark.django_db
def test_the_application_inherits_nothing_from_the_roles_it_may_become() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_has_role('openprm_app', 'openprm_partner', 'usage'),"
            " pg_has_role('openprm_app', 'openprm_staff', 'set')"
        )
        assert cursor.fetchone() == (False, True)


@pytest.mark.django_db
def test_a_transaction_may_become_staff_and_returns_to_the_application_after_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('role', 'openprm_staff', true), current_user")
        cursor.execute("select current_user")
        assert cursor.fetchone() == ("openprm_staff",)
        cursor.execute("reset role")
        cursor.execute("select current_user")
        assert cursor.fetchone() == ("openprm_app",)
