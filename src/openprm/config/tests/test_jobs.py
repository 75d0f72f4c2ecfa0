"""A worker knows every job. What it does not know, it could never do, and nobody would be told."""

import re
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[2]
NAMED = re.compile(r'@(?:jobs\.)?job\(\s*"([a-z_]+\.[a-z_]+)"')
# As the worker's process begins: nothing of its own is imported before.
BEGIN = "import django; django.setup(); from procrastinate.contrib.django import app; print(*app.tasks)"


def test_a_worker_knows_every_job_wherever_it_stands() -> None:
    files = [file for file in SOURCE.rglob("*.py") if "tests" not in file.parts]
    named = {name for file in files for name in NAMED.findall(file.read_text("utf-8"))}
    assert len(named) > 40
    known = subprocess.run([sys.executable, "-c", BEGIN], capture_output=True, text=True, check=True).stdout.split()
    assert named - set(known) == set()
