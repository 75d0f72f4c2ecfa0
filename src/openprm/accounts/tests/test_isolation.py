"""What a partner's transaction can read and write of people, by raw SQL."""

from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction

from openprm.accounts import services
from openprm.accounts.tests.conftest import NOW, act, browser
from openprm.kernel.access import SYSTEM, enter

SHUT = (
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
    "usersessions_usersession",
    "socialaccount_socialaccount",
    "socialaccount_socialapp",
    "socialaccount_socialtoken",
    "django_session",
)


def rows(statement: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {row[0] for row in cursor.fetchall()}


def changed(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.rowcount


def test_a_partner_reads_the_people_of_the_companies_it_sees(cast: SimpleNamespace) -> None:
    with enter(act(cast.anna)):
        assert rows("select name from accounts_person") == {"Anna", "Sam"}
    with enter(act(cast.dora)):
        assert rows("select name from accounts_person") == {"Dora", "Emil"}


def test_outside_of_any_scope_nobody_is_seen(cast: SimpleNamespace) -> None:
    assert rows("select name from accounts_person") == set()


@pytest.mark.parametrize(
    "statement",
    [
        "update accounts_person set is_active = false",
        "delete from accounts_person_roles",
        "update accounts_role set grants = '{}'",
        "update accounts_apitoken set revoked_at = null",
        "delete from accounts_invitation",
    ],
)
def test_a_partner_writes_nothing_about_people(cast: SimpleNamespace, statement: str) -> None:
    with enter(act(cast.anna)):
        assert changed(statement) == 0


def test_a_partner_cannot_make_itself_an_administrator(cast: SimpleNamespace) -> None:
    grab = (
        "insert into accounts_person_roles (person_id, role_id)"
        f" select '{cast.sam.pk}', id from accounts_role where key = 'admin' and side = 'partner'"
    )
    with enter(act(cast.sam)), pytest.raises(DatabaseError), transaction.atomic():
        changed(grab)


def test_a_partner_reads_who_holds_what_among_its_own_people(cast: SimpleNamespace) -> None:
    with enter(act(cast.anna)):
        held = rows("select person_id from accounts_person_roles")
    assert held == {cast.anna.pk, cast.sam.pk}


def test_tokens_and_invitations_of_others_are_not_seen(cast: SimpleNamespace) -> None:
    services.create_token(name="Bert's", verbs=["*"], expires_at=None, by=act(cast.bert), at=NOW)
    with enter(SYSTEM):
        services.invite(email="x@beta.example", roles=["sales"], partner=cast.beta, by=SYSTEM, at=NOW)
    with enter(act(cast.anna)):
        assert rows("select name from accounts_apitoken") | rows("select email from accounts_invitation") == set()


@pytest.mark.parametrize("table", SHUT)
def test_what_sign_in_keeps_is_out_of_every_partners_reach(cast: SimpleNamespace, table: str) -> None:
    browser(cast.vera)
    with enter(act(cast.anna)):
        assert rows(f"select count(*) from {table}") == {0}


def test_a_role_of_the_other_side_is_refused_by_the_database(cast: SimpleNamespace) -> None:
    with enter(SYSTEM), pytest.raises(DatabaseError, match="other side"), transaction.atomic():
        changed(
            "insert into accounts_person_roles (person_id, role_id)"
            f" select '{cast.sam.pk}', id from accounts_role where key = 'admin' and side = 'vendor'"
        )
