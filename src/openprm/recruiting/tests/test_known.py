"""Whom an applicant resembles is asked of an index that follows what is on file, to the second."""

from typing import Any

import pytest
from django.db import connection, transaction

from openprm.kernel.access import SYSTEM, as_system
from openprm.matching import Query
from openprm.partners import services as partners
from openprm.partners.models import Partner
from openprm.recruiting.known import Kept, identity, known
from tests.world import NOW

pytestmark = pytest.mark.django_db


def made(name: str, **details: Any) -> Partner:
    with as_system():
        return partners.create(legal_name=name, country="DE", status="active", by=SYSTEM, at=NOW, **details)


def found(name: str) -> list[str]:
    return [match.name for match in known.find(Query(name, country="DE"), 3) if match.probability > 0.5]


def test_a_partner_created_a_second_ago_is_found() -> None:
    assert found("Quellwasser Systeme") == []
    made("Quellwasser Systeme GmbH")
    assert found("Quellwasser Systeme") == ["Quellwasser Systeme GmbH"]


def test_a_partner_is_found_by_what_it_is_called_now() -> None:
    partner = made("Quellwasser Systeme GmbH")
    assert found("Quellwasser Systeme")
    with as_system():
        partners.change_profile(partner=partner, legal_name="Kieselstein Technik GmbH", by=SYSTEM, at=NOW)
    assert found("Quellwasser Systeme") == []
    assert found("Kieselstein Technik") == ["Kieselstein Technik GmbH"]


def test_what_was_rolled_back_is_forgotten() -> None:
    partner = made("Kieselstein Technik GmbH")
    with transaction.atomic():
        made("Quellwasser Systeme GmbH")
        with as_system():
            partners.change_profile(partner=partner, legal_name="Morgenrot Energie GmbH", by=SYSTEM, at=NOW)
        assert found("Quellwasser Systeme")
        assert found("Morgenrot Energie")
        transaction.set_rollback(True)
    assert found("Quellwasser Systeme") == []
    assert found("Morgenrot Energie") == []
    assert found("Kieselstein Technik") == ["Kieselstein Technik GmbH"]


def test_a_partner_that_was_removed_is_not_found() -> None:
    partner = made("Quellwasser Systeme GmbH")
    assert found("Quellwasser Systeme")
    with as_system():
        Partner.objects.filter(pk=partner.pk).delete()
    assert found("Quellwasser Systeme") == []


def test_partners_that_were_removed_take_nobodys_place() -> None:
    gone = [made("Quellwasser Systeme GmbH").pk for _again in range(4)]
    assert found("Quellwasser Systeme")
    with as_system():
        Partner.objects.filter(pk__in=gone).delete()
    made("Quellwasser GmbH")
    assert [match.name for match in known.find(Query("Quellwasser Systeme", country="DE"), 3)] == ["Quellwasser GmbH"]


def test_who_asks_does_not_stand_in_the_way_of_whom_it_resembles() -> None:
    asks, other = made("Brightwave Informationstechnik GmbH"), made("Brightwave IT GmbH")
    query = Query(asks.legal_name, country="DE")
    best = known.find(query, 1, leaving_out=identity(Partner, asks.pk))[0]
    assert best.company_id == identity(Partner, other.pk)
    assert best.probability > known.find(query, 2)[1].probability


@pytest.mark.django_db(transaction=True)
def test_what_was_settled_is_not_read_again() -> None:
    for number in range(30):
        made(f"Firma Nummer {number} GmbH")
    with connection.cursor() as cursor:
        cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text::xid")
        horizon = cursor.fetchone()[0]  # somebody else's long transaction may keep rows from being settled
        cursor.execute("select id from partners_partner where age(xmin) > age(%s::text::xid)", [horizon])
        settled = {identity(Partner, pk) for (pk,) in cursor.fetchall()}
    kept = Kept(known._tables)
    kept.find(Query("Firma"), 1)
    taken: list[Any] = []
    kept._take = lambda model, pk, company: taken.append(identity(model, pk))  # type: ignore[method-assign]
    one = made("Quellwasser Systeme GmbH")
    kept.find(Query("Firma"), 1)
    kept.find(Query("Firma"), 1)
    assert identity(Partner, one.pk) in taken
    assert settled.isdisjoint(taken)
