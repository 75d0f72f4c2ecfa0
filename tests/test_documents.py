"""The documents say what the code says."""

import re
from pathlib import Path

import pytest
from django.urls import get_resolver

from tools import documents

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
WALKED_THROUGH = "src/openprm/visits/"  # the feature that a document makes step by step
DOCUMENTS = sorted([*ROOT.glob("*.md"), *documents.DOCS.glob("*.md")])


def test_drawn_parts_are_current() -> None:
    assert not documents.stale(), "run `make docs`"


def test_every_environment_variable_is_explained() -> None:
    code = "".join((ROOT / "src/openprm/config" / name).read_text() for name in ("environment.py", "asgi.py"))
    variables = set(re.findall(r'"((?:OPENPRM|DATABASE)_[A-Z0-9_]+)"', code))
    assert variables == set(re.findall(r"^\| `((?:OPENPRM|DATABASE)_[A-Z0-9_]+)`", _operating(), re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    targets = {target for target in LINK.findall(document.read_text()) if "screenshots/" not in target}
    assert not {target for target in targets if not (document.parent / target).exists()}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_source_files_that_documents_name_exist(document: Path) -> None:
    named = re.findall(r"`((?:src|tests|tools|setup|benchmarks)/[\w./-]+)`", document.read_text())
    missing = {path for path in named if not (ROOT / path).exists()}
    assert not {path for path in missing if not path.startswith(WALKED_THROUGH)}


def test_api_addresses_in_the_documents_exist() -> None:
    api = get_resolver()
    paths = set(re.findall(r"/api/v1(/[a-z/-]+?)/?(?=[\s\"'?`]|$)", (documents.DOCS / "api.md").read_text()))
    assert not {path for path in paths if path.count("/") == 1 and api.resolve(f"/api/v1{path}").url_name is None}


def _operating() -> str:
    return (documents.DOCS / "operating.md").read_text()
