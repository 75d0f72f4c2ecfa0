"""The e-mails that accounts send: subject and text from one template each."""

from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from openprm.kernel import settings_store


def send(letter: str, *, to: str, locale: str = "", **values: Any) -> None:
    """Send ``accounts/mail/<letter>.txt``; its first line is the subject. Called by jobs only."""
    brand = settings_store.many("brand.name", "brand.vendor")
    names = {"programme": brand["brand.name"], "vendor": brand["brand.vendor"] or brand["brand.name"]}
    with translation.override(locale or settings.LANGUAGE_CODE):
        text = render_to_string(f"accounts/mail/{letter}.txt", {**names, **values, "url_home": settings.BASE_URL})
    subject, _line, body = text.strip().partition("\n")
    send_mail(" ".join(subject.split()), body.strip() + "\n", settings.DEFAULT_FROM_EMAIL, [to])
