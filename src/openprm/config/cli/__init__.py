"""The command line of the product: `openprm serve`, `worker`, `migrate`, `demo`, `import`, `match`, `user`, `check` ….

Commands are thin and import what they need when they run, so that ``--help`` answers at once. Whatever a person can
mend is told in one line on the standard error with exit code 1 (2 for a wrong command line), never as a traceback.
"""

import os
import sys
from importlib.metadata import PackageNotFoundError, version

import click

from openprm.config import processes
from openprm.config.cli.check import check
from openprm.config.cli.demo import demo, demo_prepare
from openprm.config.cli.intake import import_
from openprm.config.cli.mail import mail
from openprm.config.cli.match import match
from openprm.config.cli.matching import matching
from openprm.config.cli.programme import programme
from openprm.config.cli.receipt import receipt
from openprm.config.cli.run import django, migrate, serve, shell, worker
from openprm.config.cli.user import user
from openprm.config.cli.verify import verify


def _version() -> str:
    try:
        return version("openprm")
    except PackageNotFoundError:
        return "from source"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(_version(), prog_name="openprm")
def openprm() -> None:
    """OpenPRM: partner relationship management on your own server.

    Settings come from environment variables; `openprm check` says which of them are missing or unsafe.
    """


COMMANDS = (
    *(serve, worker, migrate, demo, import_, mail, match, matching, programme, receipt, user, check, verify),
    *(shell, django, demo_prepare),
)

for command in COMMANDS:
    openprm.add_command(command)


def main() -> None:
    """Run the command line and end the process with its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openprm.config.settings")
    processes.follow_parent()
    try:
        openprm.main(standalone_mode=False, prog_name="openprm")
    except click.UsageError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        click.echo(f"openprm: {error.format_message()}", err=True)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception as error:
        line = explain(error)
        if line is None or os.environ.get("OPENPRM_DEBUG") in ("1", "true", "yes", "on"):
            raise
        click.echo(f"openprm: {line}", err=True)
        sys.exit(1)


def explain(error: Exception) -> str | None:
    """Return what a person can do about the error, in one line; None if it is a fault of the program."""
    from openprm.config.environment import WrongSetting

    if isinstance(error, WrongSetting):
        return str(error)
    if "django" in sys.modules and (line := _explain_database(error)):
        return line
    if "openprm.kernel.errors" in sys.modules:
        from openprm.kernel.errors import Problem

        if isinstance(error, Problem):
            return str(error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return None


def _explain_database(error: Exception) -> str | None:
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import CommandError
    from django.db import DatabaseError, OperationalError
    from psycopg import errors

    cause = error.__cause__
    if isinstance(error, CommandError | ImproperlyConfigured):
        return str(error)
    if isinstance(cause, errors.UndefinedTable | errors.UndefinedColumn):
        return "the database is not set up for this version; run `openprm migrate`"
    if isinstance(cause, errors.InsufficientPrivilege) or (
        isinstance(error, DatabaseError) and "permission denied" in str(error)
    ):
        return f"the database refuses: {_first_line(error)}; `openprm migrate` needs the owner (DATABASE_OWNER_URL)"
    if isinstance(error, OperationalError):
        return f"the database cannot be reached: {_first_line(error)}"
    return None


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
