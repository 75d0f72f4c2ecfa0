"""The same request sent twice is done once: ``Idempotency-Key``.

The key's row is written in the transaction of what the request does. A second request with the key waits on that row
until the first has committed, then gets the first one's answer; if the first was undone, the second does the work.
Answers may hold what is shown once (a token), so they are kept encrypted under the key itself, for two days.
"""

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from openprm.kernel.access import Actor, as_system
from openprm.kernel.api.models import KeptAnswer
from openprm.kernel.api.screening import FORMS
from openprm.kernel.errors import Invalid

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=48)
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
LONGEST = 255


def once(request: HttpRequest, actor: Actor, *, at: datetime, run: Callable[[], HttpResponse]) -> HttpResponse:
    """Return what ``run`` answers, or what it answered when this key was sent first."""
    key = request.headers.get(HEADER, "")
    if request.method != "POST" or not key:
        return run()
    if len(key) > LONGEST or not key.isprintable():
        raise Invalid(_("Use an Idempotency-Key of at most 255 visible characters."), code="idempotency_key_invalid")
    name, cipher = f"{actor.kind}:{actor.id}", _cipher(actor, key)
    hashed = hashlib.sha256(key.encode()).hexdigest()
    mine = KeptAnswer(actor=name, key=hashed, fingerprint=_fingerprint(request), created_at=at)
    with as_system():
        KeptAnswer.objects.filter(actor=name, key=hashed, created_at__lt=at - KEPT_FOR).delete()
        KeptAnswer.objects.bulk_create([mine], ignore_conflicts=True)  # waits for a first request still running
        kept = KeptAnswer.objects.get(actor=name, key=hashed)
    if kept.pk != mine.pk:
        return _replayed(kept, mine, cipher)
    response = run()
    if response.status_code < 500:
        _keep(kept, response, cipher)
    return response


def _replayed(kept: KeptAnswer, mine: KeptAnswer, cipher: Fernet) -> HttpResponse:
    if kept.fingerprint != mine.fingerprint:
        raise Invalid(
            _("This Idempotency-Key was used for another request. Use a new key for a new request."),
            code="idempotency_key_reused",
        )
    response = HttpResponse(cipher.decrypt(bytes(kept.body)), status=kept.status, headers=kept.headers)
    response["Idempotency-Replayed"] = "true"
    return response


def _keep(kept: KeptAnswer, response: HttpResponse, cipher: Fernet) -> None:
    kept.status = response.status_code
    kept.headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    kept.body = cipher.encrypt(response.content)
    with as_system():
        kept.save(update_fields=["status", "headers", "body"])


def _cipher(actor: Actor, key: str) -> Fernet:
    material = f"openprm.answer:{settings.SECRET_KEY}:{actor.kind}:{actor.id}:{key}"
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(material.encode()).digest()))


def _fingerprint(request: HttpRequest) -> str:
    """Return what makes two requests the same; the boundaries of a multipart body do not count."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type not in FORMS:
        digest.update(request.body)
        return digest.hexdigest()
    for name, values in sorted(request.POST.lists()):
        digest.update(repr((name, values)).encode())
    for name, uploads in sorted(request.FILES.lists()):
        for upload in uploads:
            digest.update(repr((name, upload.name, upload.size)).encode())
            for chunk in upload.chunks():
                digest.update(hashlib.sha256(chunk).digest())
            upload.seek(0)
    return digest.hexdigest()
