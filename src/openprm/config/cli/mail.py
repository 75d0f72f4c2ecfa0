"""``openprm mail``: mail that a server hands over, a message a time."""

import sys

import click

from openprm.config.cli.setting_up import get_ready

# What mail servers understand (sysexits.h): whether to bounce the message, and with which words, or to try it again.
EXITS = {"550 5.1.1": 67, "550 5.7.1": 77, "552 5.3.4": 77, "554 5.6.0": 65}
TRY_AGAIN = 75


@click.group()
def mail() -> None:
    """Take mail that comes to deals' own addresses."""


@mail.command()
@click.option("--to", "recipient", default="", help="The address of the envelope; the headers are looked at besides.")
def receive(recipient: str) -> None:
    """Log one message from the standard input on the deal whose address it is sent to.

    For a pipe of a mail server, for example in Postfix: flags=Rq argv=openprm mail receive --to ${recipient}. What
    is refused ends with a code that makes the server bounce it with the reason; a failure makes it try again.
    """
    raw = sys.stdin.buffer.read()
    try:
        get_ready()
        from django.utils import timezone

        from openprm.extensions import services
        from openprm.kernel.access import SYSTEM, as_system

        with as_system():
            answer = services.receive(raw=raw, recipient=recipient, by=SYSTEM, at=timezone.now())
    except Exception as error:
        click.echo(f"4.3.0 try again later: {type(error).__name__}", err=True)
        sys.exit(TRY_AGAIN)
    if answer.is_bounce:
        click.echo(f"{answer.smtp} {answer.message}", err=True)
        sys.exit(EXITS.get(answer.smtp, 77))
    click.echo(answer.message)
