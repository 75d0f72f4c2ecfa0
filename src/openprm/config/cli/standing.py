"""``openprm programme replay`` and ``assess``: the standing of partners, for those who have the server."""

from __future__ import annotations

from uuid import UUID

import click

from openprm.config.cli.setting_up import get_ready


@click.command()
@click.option("--partner", default="", help="Name or id of one partner; all by default.")
def replay(partner: str) -> None:
    """Recompute the tier history from the facts, and tell where it is not the stored one.

    Exit code 0 if both are the same, 1 if they differ.
    """
    get_ready()
    from openprm.kernel.access import as_system
    from openprm.program import replay as history
    from openprm.program.models import TierMove

    with as_system():
        found = list(history.check(_partner(partner)))
        click.echo(f"{TierMove.objects.count()} steps in the stored history")
    for one in found[:50]:
        click.echo(f"{one.programme} {one.partner_id}: from the facts {one.recomputed}, stored {one.stored}", err=True)
    if found:
        raise click.ClickException(f"{len(found)} steps differ")
    click.echo("The history recomputed from the facts is the stored one.")


@click.command()
def assess() -> None:
    """Assess every member of every programme now, as the clock does each night."""
    get_ready()
    from django.utils import timezone

    from openprm.kernel.access import as_system
    from openprm.program import services
    from openprm.program.models import Programme

    with as_system():
        for programme in Programme.objects.in_force():
            moved = services.assess_all(programme, at=timezone.now())
            click.echo(f"{programme}: {moved} of {programme.members.count()} members moved")


def _partner(given: str) -> UUID | None:
    if not given:
        return None
    from openprm.partners.models import Partner

    by = {"pk": given} if _is_id(given) else {"name__iexact": given}
    found = list(Partner.objects.filter(**by)[:2])
    if len(found) != 1:
        raise click.ClickException(f"there is no single partner “{given}”")
    return found[0].pk


def _is_id(given: str) -> bool:
    try:
        UUID(given)
    except ValueError:
        return False
    return True
