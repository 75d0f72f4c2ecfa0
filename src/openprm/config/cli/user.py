"""``openprm user``: people, for those who have the server but no sign-in yet."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from openprm.config.cli.setting_up import get_ready

if TYPE_CHECKING:
    from openprm.accounts.models import Person
    from openprm.partners.models import Partner

role_option = click.option(
    "--role", "roles", multiple=True, help="Role, for example admin; may be given several times."
)
partner_option = click.option(
    "--partner", help="Name or id of the partner they belong to; the vendor's own by default."
)


@click.group()
def user() -> None:
    """Create, invite, reset or deactivate people.

    The first administrator: openprm user create you@example.com --name "Your Name" --role admin
    """


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="Full name.")
@role_option
@partner_option
@click.option("--password-stdin", is_flag=True, help="Read the password from the standard input instead of asking.")
def create(email: str, name: str, roles: tuple[str, ...], partner: str | None, password_stdin: bool) -> None:
    """Let somebody in at once, with a password that is asked for."""
    get_ready()
    from django.utils import timezone

    from openprm.accounts import services
    from openprm.kernel.access import SYSTEM, as_system

    password = _password(ask=not password_stdin)
    with as_system():
        services.passwords.check_strength(password)
        person = services.create_person(
            email=email, name=name, roles=_roles(roles), partner=_partner(partner),
            password=password, by=SYSTEM, at=timezone.now(),
        )  # fmt: skip
    click.echo(f"{person.email} can sign in.")


@user.command()
@click.argument("email")
@click.option("--name", default="", help="Full name; they can change it.")
@role_option
@partner_option
@click.option("--show-link", is_flag=True, help="Print a link to hand over yourself; the letter's link stops working.")
def invite(email: str, name: str, roles: tuple[str, ...], partner: str | None, show_link: bool) -> None:
    """Invite somebody by e-mail; they choose their password."""
    get_ready()
    from django.utils import timezone

    from openprm.accounts import services
    from openprm.kernel.access import SYSTEM, as_system

    with as_system():
        invitation = services.invite(
            email=email, name=name, roles=_roles(roles), partner=_partner(partner), by=SYSTEM, at=timezone.now()
        )
        if show_link:
            click.echo(services.issue_link(invitation=invitation, at=timezone.now()))
    if not show_link:
        click.echo(f"{invitation.email} is invited; a worker sends the letter.")


@user.command()
@click.argument("email")
def reset(email: str) -> None:
    """Print a link with which this person sets a new password; it works once."""
    get_ready()
    from openprm.accounts import services
    from openprm.kernel.access import SYSTEM, as_system

    with as_system():
        click.echo(services.reset_link(person=_person(email), by=SYSTEM))


@user.command()
@click.argument("email")
def deactivate(email: str) -> None:
    """End somebody's access: their sessions and tokens end at the next request."""
    get_ready()
    from django.utils import timezone

    from openprm.accounts import services
    from openprm.kernel.access import SYSTEM, as_system

    with as_system():
        person = services.deactivate(person=_person(email), by=SYSTEM, at=timezone.now())
    click.echo(f"{person.email} has no access any more.")


def _password(*, ask: bool) -> str:
    if not ask:
        return sys.stdin.readline().rstrip("\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _roles(roles: tuple[str, ...]) -> list[str]:
    if not roles:
        raise click.UsageError("give at least one --role, for example --role admin")
    return list(roles)


def _person(email: str) -> Person:
    from openprm.accounts.models import Person, normalised

    person = Person.objects.filter(email=normalised(email)).first()
    if person is None:
        raise click.ClickException(f"there is nobody with the address {email}")
    return person


def _partner(wanted: str | None) -> Partner | None:
    """Return the partner by id, or by a name that only one has."""
    from uuid import UUID

    from django.db.models import Q

    from openprm.partners.models import Partner

    if wanted is None:
        return None
    try:
        found = Partner.objects.filter(pk=UUID(wanted))
    except ValueError:
        found = Partner.objects.filter(Q(legal_name__iexact=wanted) | Q(trading_name__iexact=wanted))
    partners = list(found[:2])
    if not partners:
        raise click.ClickException(f"there is no partner {wanted}")
    if len(partners) > 1:
        raise click.ClickException(f"several partners are called {wanted}; give the id")
    return partners[0]
