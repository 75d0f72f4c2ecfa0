"""What holds when two people write at the same moment, each on a connection of their own."""

import pytest
from django.db import transaction

from openprm.kernel.access import SYSTEM, as_system
from openprm.kernel.errors import Invalid
from openprm.program import services
from openprm.program.definition import Definition
from openprm.program.models import Membership, Programme, ProgrammeDraft, ProgrammeVersion
from openprm.program.services.editing import TierHasMembers
from openprm.program.tests.conftest import LADDER, ladder
from tests.beside import beside
from tests.world import NOW, World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def db(transactional_db: None) -> None:
    """Commit for real, so that other connections see the world."""


def test_what_is_put_into_the_draft_while_it_is_published_is_not_lost(reseller: Programme) -> None:
    with transaction.atomic(), as_system():
        services.edit(programme=reseller, definition=ladder(review=True), by=SYSTEM, at=NOW)
    with beside(lambda: services.publish(programme=reseller, by=SYSTEM, at=NOW)):
        services.edit(programme=reseller, definition=ladder(name="Another"), by=SYSTEM, at=NOW)
    with as_system():
        assert ProgrammeVersion.objects.filter(programme=reseller).first().says.name == "Another"


def test_of_two_who_begin_a_draft_at_once_the_later_goes_on_with_it(reseller: Programme) -> None:
    with beside(lambda: services.edit(programme=reseller, definition=ladder(name="Later"), by=SYSTEM, at=NOW)):
        services.edit(programme=reseller, definition=ladder(name="Earlier"), by=SYSTEM, at=NOW)
    with as_system():
        assert ProgrammeDraft.objects.get(programme=reseller).says.name == "Later"


def test_a_tier_does_not_go_while_somebody_is_being_put_into_it(reseller: Programme, alfa: Membership) -> None:
    with transaction.atomic(), as_system():
        services.edit(programme=reseller, definition=without_gold(), by=SYSTEM, at=NOW)
    with (
        pytest.raises(TierHasMembers),
        beside(lambda: services.publish(programme=reseller, by=SYSTEM, at=NOW)),
    ):
        services.set_tier(member=alfa, tier="gold", reason="Launch partner", by=SYSTEM, at=NOW)


def test_nobody_is_put_into_a_tier_that_is_just_going(world: World, reseller: Programme) -> None:
    with transaction.atomic(), as_system():
        services.edit(programme=reseller, definition=without_gold(), by=SYSTEM, at=NOW)

    def enroll() -> object:
        return services.enroll(partner=world.alfa, programme=reseller, tier="gold", by=SYSTEM, at=NOW)

    with pytest.raises(Invalid), beside(enroll):
        services.publish(programme=reseller, by=SYSTEM, at=NOW)


def without_gold() -> Definition:
    """Return the tests' programme with its lower two tiers."""
    return ladder(tiers=LADDER["tiers"][:2])
