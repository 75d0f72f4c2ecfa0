"""Files are what they hold, and are read by those who may read their owner."""

import io
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from openprm.kernel import declarations, files
from openprm.kernel.access import enter
from openprm.kernel.declarations import Feature, FileOwner
from openprm.kernel.errors import Invalid, Stale
from openprm.kernel.files import leftovers
from openprm.kernel.files.kinds import kind_of
from openprm.kernel.files.models import StoredFile
from openprm.kernel.files.services import fit_name
from openprm.kernel.jobs import job
from openprm.kernel.notifications.models import Notification
from openprm.kernel.settings_store import StoredSetting
from openprm.kernel.tests.cast import ALFA, ANNA, BEN, CLERK
from openprm.kernel.webhooks.models import Endpoint

pytestmark = pytest.mark.django_db


def picture() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (2, 2)).save(stream, "PNG")
    return stream.getvalue()


def archive(**parts: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as opened:
        for name, text in parts.items():
            opened.writestr(name.replace("__", "/").replace("_", "."), text)
    return stream.getvalue()


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.png", picture(), "image/png"),
        ("a.png", picture()[:30], None),
        ("a.pdf", PDF, "application/pdf"),
        ("a.csv", "Name;Größe\n".encode("latin-1"), "text/csv"),
        ("a.txt", b"plain words", "text/plain"),
        ("a.txt", b"nul\0", None),
        (
            "a.docx",
            archive(word__document_xml="<w/>"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("a.docx", archive(word__document_xml="<w/>", word__vbaProject_bin="x"), None),
        ("a.zip", archive(anything_txt="x"), None),
        ("a.exe", b"MZ\x90\0" + b"\0" * 100, None),
        ("a.svg", SVG, "text/plain"),
    ],
)
def test_a_file_is_what_it_holds(name: str, content: bytes, media_type: str | None) -> None:
    kind = kind_of(io.BytesIO(content), name)
    assert (kind and kind.media_type) == media_type


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\report.pdf", "report.pdf"),
        ("a\nb\u202egpj.exe", "a_b_gpj.exe"),
        ("", "file"),
        ("x" * 400 + ".pdf", "x" * 251 + ".pdf"),
    ],
)
def test_a_name_is_made_harmless(given: str, kept: str) -> None:
    assert fit_name(given) == kept


@pytest.fixture
def message(as_system: None, monkeypatch: pytest.MonkeyPatch) -> Notification:
    owner = FileOwner("kernel.Notification", lambda actor, pk: Notification.objects.filter(pk=pk).exists())
    monkeypatch.setitem(declarations.features, "tests", Feature(name="tests", label="Tests", files=[owner]))
    return Notification.objects.create(person_id=ANNA.id, partner_id=ALFA, kind="k", title="t")


def keep(owner: Any, name: str, content: bytes, **more: Any) -> StoredFile:
    return files.store(SimpleUploadedFile(name, content), owner=owner, by=ANNA, at=timezone.now(), **more)


@pytest.mark.parametrize(
    ("name", "content", "allow", "said"),
    [
        ("a.html", b"<script>alert(1)</script>", files.DOCUMENTS, "should end with .txt"),
        ("a.svg", SVG, files.IMAGES, "cannot be kept"),
        ("a.png", PDF, files.DOCUMENTS, "should end with .pdf"),
        ("a.pdf", PDF, files.IMAGES, "Use one of"),
        ("a.PNG", picture()[:30], files.IMAGES, "ends with .png, but what it holds is something else, is damaged"),
        ("a.pdf", b"MZ\x90\0", files.DOCUMENTS, "ends with .pdf, but what it holds is something else"),
        ("a.docx", archive(word__document_xml="<w/>", word__vbaProject_bin="x"), files.DOCUMENTS, "macros"),
        ("a.exe", b"MZ\x90\0", files.DOCUMENTS, "Files of this kind"),
        ("a.txt", b"", files.DOCUMENTS, "empty"),
        ("a.txt", b"x" * (1024 * 1024 + 1), files.DOCUMENTS, "larger than 1 MB"),
    ],
)
def test_what_is_not_allowed_is_refused_with_what_would_be(
    message: Notification, name: str, content: bytes, allow: Any, said: str
) -> None:
    StoredSetting.objects.create(key="files.most_megabytes", value=1)
    with pytest.raises(Invalid, match=said) as refused:
        keep(message, name, content, allow=allow)
    assert refused.value.fields["file"].startswith(f"{name}: ")  # several may have been sent at once


def test_a_file_is_read_by_those_who_may_read_its_owner(message: Notification, signed_in: Any) -> None:
    file = keep(message, "Quote.pdf", PDF)
    answers = {actor.name: signed_in(actor).get(file.url).status_code for actor in (ANNA, BEN, CLERK)}
    assert answers == {"Anna": 200, "Ben": 404, "Carl": 200}
    assert Client().get(file.url).status_code == 302


def test_a_download_runs_nothing(message: Notification, signed_in: Any) -> None:
    file = keep(message, "Quote.pdf", PDF)
    response = signed_in(ANNA).get(file.url)
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="Quote.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert signed_in(ANNA).get(file.url, headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_only_pictures_are_shown_in_place(message: Notification, signed_in: Any) -> None:
    file = keep(message, "logo.png", picture())
    assert signed_in(ANNA).get(file.url)["Content-Disposition"].startswith("inline")


def test_a_file_nobody_speaks_for_is_nobodys(as_system: None, signed_in: Any) -> None:
    file = keep(Endpoint.objects.create(url="https://x", event_types=[]), "a.txt", b"words")
    assert signed_in(CLERK).get(file.url).status_code == 404


def test_a_company_keeps_and_sees_its_own_files_only(message: Notification) -> None:
    with enter(ANNA):
        file = keep(message, "a.txt", b"words")
    with enter(BEN):
        assert not StoredFile.objects.exists()
    with enter(ANNA):
        assert StoredFile.objects.get() == file


def test_a_file_that_is_removed_is_gone_with_its_bytes(
    message: Notification, django_capture_on_commit_callbacks: Any
) -> None:
    file = keep(message, "a.txt", b"words")
    path = file.path
    with django_capture_on_commit_callbacks(execute=True):
        files.remove(file)
    assert not default_storage.exists(path)


# --- bytes whose row is undone ---


def test_what_is_undone_takes_its_bytes_along_and_what_is_kept_keeps_them(message: Notification) -> None:
    with leftovers.cleared():
        stays = keep(message, "a.txt", b"kept")
        with suppress(Stale), transaction.atomic():
            goes = keep(message, "b.txt", b"undone")
            raise Stale("Somebody else was faster.")
        assert default_storage.exists(goes.path)  # nobody knows yet whether it stays
    assert default_storage.exists(stays.path)
    assert not default_storage.exists(goes.path)


def test_within_a_larger_whole_its_end_decides(message: Notification) -> None:
    with leftovers.cleared(), suppress(Stale), transaction.atomic():
        with leftovers.cleared():
            file = keep(message, "a.txt", b"inside")
        assert default_storage.exists(file.path)
        raise Stale("Somebody else was faster.")
    assert not default_storage.exists(file.path)


def test_a_job_that_fails_leaves_no_bytes(message: Notification) -> None:
    stored: list[StoredFile] = []

    @job("tests.store_and_fail")
    def fail() -> None:
        with transaction.atomic():
            stored.append(keep(message, "a.txt", b"a job's"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail.run()
    assert not default_storage.exists(stored[0].path)
