"""The command line: help for everything, errors in one line."""

import io
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.management import CommandError
from django.db import OperationalError, ProgrammingError
from psycopg import errors

from openprm.config.cli import explain, openprm
from openprm.config.cli.progress import Progress
from openprm.config.environment import WrongSetting
from openprm.customers import importing


def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line as a person would."""
    environment = {**os.environ, **variables}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "-m", "openprm", *arguments], capture_output=True, text=True, env=environment, check=False
    )


@pytest.mark.parametrize("command", [name for name, command in openprm.commands.items() if not command.hidden])
def test_every_command_explains_itself(command: str) -> None:
    answer = CliRunner().invoke(openprm, [command, "--help"])
    assert answer.exit_code == 0
    assert len(answer.output.split("\n")[2].strip()) > 20


@pytest.mark.django_db
def test_everything_that_features_take_in_can_be_imported(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("name\n", "utf-8")
    answer = CliRunner().invoke(openprm, ["import", "nonsense", str(file)])
    assert answer.exit_code == 2
    assert "There are: accounts, figures, opportunities." in answer.output
    for kind in importing.kinds():
        answer = CliRunner().invoke(openprm, ["import", kind.key, str(file)])
        assert "cannot be imported" not in answer.output


def test_lists_are_matched_without_any_settings(tmp_path: Path) -> None:
    (tmp_path / "pool.csv").write_text("\ufeffID;Name\n7;Müller GmbH\n", "utf-8")
    (tmp_path / "queries.csv").write_text("name\nMueller\nNobody Knows\n", "utf-8")
    files = [f"--{name}={tmp_path / name}.csv" for name in ("pool", "queries")]
    done = run("match", *files, f"--out={tmp_path / 'verdicts.csv'}", DATABASE_URL="postgres://nowhere.invalid/x")
    assert (done.returncode, done.stderr) == (0, "2 queries answered\n")
    lines = (tmp_path / "verdicts.csv").read_text("utf-8").splitlines()
    assert [line.split(",")[:4] for line in lines[1:]] == [
        ["", "Mueller", "7", "Müller GmbH"],
        ["", "Nobody Knows", "", ""],
    ]


def test_a_list_without_names_is_told_in_one_line(tmp_path: Path) -> None:
    for name in ("pool", "queries"):
        (tmp_path / f"{name}.csv").write_text("colour\nred\n")
    files = [f"--{name}={tmp_path / name}.csv" for name in ("pool", "queries")]
    done = run("match", *files, f"--out={tmp_path / 'verdicts.csv'}")
    assert done.returncode == 1
    assert "has no column “name”" in done.stderr
    assert not (tmp_path / "verdicts.csv").exists()


def test_a_wrong_setting_is_one_line_and_no_traceback(tmp_path: Path) -> None:
    done = run("migrate", OPENPRM_DATA=str(tmp_path), OPENPRM_DEBUG="maybe")
    assert done.returncode == 1
    assert done.stderr == "openprm: OPENPRM_DEBUG is 'maybe'; write 1 (on) or 0 (off)\n"


def test_an_unknown_command_is_told_with_exit_code_2() -> None:
    done = run("fly")
    assert done.returncode == 2
    assert "No such command 'fly'" in done.stderr


def test_a_database_that_cannot_be_reached_is_told(tmp_path: Path) -> None:
    done = run("migrate", OPENPRM_DATA=str(tmp_path), DATABASE_URL="postgresql://nobody@127.0.0.1:1/prm")
    assert done.returncode == 1
    assert done.stderr.startswith("openprm: the database cannot be reached: ")
    assert done.stderr.count("\n") == 1


def test_a_taken_port_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "Address already in use; choose another --port" in done.stderr


def caused(error: Exception, cause: Exception) -> Exception:
    """Return the error as Django raises it."""
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (WrongSetting("X", "is wrong"), "X is wrong"),
        (CommandError("No such thing"), "No such thing"),
        (caused(ProgrammingError("relation"), errors.UndefinedTable("relation")), "run `openprm migrate`"),
        (OperationalError("connection refused\nIs it running?"), "cannot be reached: connection refused"),
        (FileNotFoundError(2, "No such file or directory", "list.csv"), "list.csv: No such file or directory"),
    ],
)
def test_what_a_person_can_mend_is_explained(error: Exception, advice: str) -> None:
    assert advice in (explain(error) or "")


def test_a_fault_of_the_program_is_not_hidden() -> None:
    assert explain(ZeroDivisionError()) is None


class Screen(io.StringIO):
    """Where progress is written: a terminal, or a log."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        """Say whether a person looks at it."""
        return self.terminal


def told(*, terminal: bool) -> str:
    """Return what is written of two steps, three minutes long together."""
    screen, moment = Screen(terminal), [0.0]
    progress = Progress(screen, clock=lambda: moment[0])
    progress.begin("Tables")
    for second in range(1, 181):
        moment[0] = float(second)
        if second == 65:
            progress.begin("Deals")
        progress.tick()
    progress.end()
    return screen.getvalue()


def test_what_takes_long_says_what_it_is_doing_and_for_how_long() -> None:
    lines = told(terminal=False).splitlines()
    assert lines[:2] == ["  0:00  Tables …", "  0:10  Tables …"]
    assert "  1:05  Deals …" in lines
    assert lines[-1] == "  2:55  Deals …"
    assert len(lines) == 7 + 12  # no line a second in a log


def test_on_a_terminal_one_line_counts_on_and_each_step_keeps_its_own() -> None:
    first, second, rest = told(terminal=True).split("\n")
    assert first.split("\r")[-1] == "  1:04  Tables …"
    assert second.split("\r")[-1] == "  3:00  Deals …"
    assert rest == ""


@pytest.mark.parametrize("source", ["src/openprm/config/cli/demo.py", "src/openprm/config/supervisor.py", "README.md"])
def test_the_first_start_promises_no_time(source: str) -> None:
    text = (Path(__file__).parents[4] / source).read_text("utf-8")
    assert not re.search(r"takes (up to|about|less than) (a|\w+) (minute|second)", text)
