"""``openprm check``: what is wrong with a production configuration, in words."""

import sys

import click

from openprm.config.cli.setting_up import get_ready


@click.command()
def check() -> None:
    """Say what is wrong with this configuration for production, and what to do about it.

    Exit code 0 if nothing is, 1 if something is.
    """
    get_ready()
    from openprm.config import readiness

    findings = readiness.findings()
    for number, finding in enumerate(findings, 1):
        click.echo(f"{number}. {finding.problem}\n   → {finding.remedy}")
    if findings:
        count = len(findings)
        click.echo(f"\n{count} thing{'s' if count > 1 else ''} to mend before this server is fit for production.")
        sys.exit(1)
    click.echo("Nothing found: this configuration is fit for production.")
