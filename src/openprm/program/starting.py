"""The programme that OpenPRM begins with: four tiers that are given by hand, as long as nobody asks for more."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.utils import timezone

from openprm.kernel.access import as_system
from openprm.partners.lists import Tier as Beginning
from openprm.program import definition as plain
from openprm.program.definition import Definition, Tier
from openprm.program.models import Programme, ProgrammeVersion

CODE = "partner-programme"
STARTING = Definition(
    name="Partner programme",
    description="Four tiers, given by hand. Add requirements, and partners move by themselves.",
    tiers=tuple(Tier(code=one.value, name=str(one.name).capitalize()) for one in Beginning),
)


def after_migrate(sender: AppConfig, using: str, **_details: Any) -> None:
    """Store the starting programme where there is none; the table may not be there when one goes back."""
    with connections[using].cursor() as cursor:
        tables = connections[using].introspection.table_names(cursor)
    if ProgrammeVersion._meta.db_table not in tables:
        return
    with as_system():
        if Programme.objects.exists():
            return
        now = timezone.now()
        programme = Programme.objects.create(code=CODE, name=STARTING.name, place=STARTING.place)
        ProgrammeVersion.objects.create(
            programme=programme, number=1, definition=plain.dump(STARTING), published_by="OpenPRM", created_at=now
        )
