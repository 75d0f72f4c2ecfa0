"""A partner's logo."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from openprm.kernel.access import SYSTEM
from openprm.kernel.errors import Forbidden, Invalid
from openprm.kernel.files.models import StoredFile
from openprm.partners import services
from openprm.partners.tests.makers import NOW, actor, partner

pytestmark = pytest.mark.django_db


def picture(name: str = "logo.png") -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (4, 4), "teal").save(made, "PNG")
    return SimpleUploadedFile(name, made.getvalue())


def test_a_new_logo_takes_the_place_of_the_old() -> None:
    alfa = partner()
    for name in ("old.png", "new.png"):
        services.set_logo(partner=alfa, upload=picture(name), by=SYSTEM, at=NOW)
    assert [file.name for file in StoredFile.objects.all()] == ["new.png"]
    assert alfa.logo_url.startswith("/files/")
    services.set_logo(partner=alfa, upload=None, by=SYSTEM, at=NOW)
    assert alfa.logo_url == ""


def test_only_pictures_are_logos() -> None:
    with pytest.raises(Invalid):
        services.set_logo(
            partner=partner(), upload=SimpleUploadedFile("logo.svg", b"<svg onload='x'/>"), by=SYSTEM, at=NOW
        )


def test_nobody_changes_another_companys_logo() -> None:
    with pytest.raises(Forbidden):
        services.set_logo(
            partner=partner(), upload=picture(), by=actor("b@beta.example", "admin", partner("Beta")), at=NOW
        )
