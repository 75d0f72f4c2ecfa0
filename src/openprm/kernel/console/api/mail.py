"""The outbox, for programs."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone

from openprm.kernel.api import Field, Page, PageQuery, Query, Router, Schema, Status, operation, paginate
from openprm.kernel.http import Request
from openprm.kernel.mail import services
from openprm.kernel.mail.models import Mail

OPERATE = "kernel.operate"
State = Literal["kept", "waiting", "sent", "failed"]
router = Router(tags=["Engine room"])


class MailOut(Schema):
    """An e-mail that OpenPRM wrote. `kept` ones wait for a mail server to be configured."""

    id: UUID
    subject: str
    recipients: list[str] = Field(examples=[["anna@alfa.example"]])
    state: State
    attempts: int
    error: str
    created_at: datetime
    sent_at: datetime | None


class MailWithText(MailOut):
    """The same with its words, which are shown only while it is kept here for want of a mail server."""

    text: str

    @staticmethod
    def resolve_text(row: Mail) -> str:
        """Return the words of a letter that nobody could be sent."""
        return row.text if row.state == Mail.State.KEPT else ""


class MailFilter(PageQuery):
    """Which e-mail is wanted."""

    state: State | None = None


@router.get("/mail", response=Page[MailOut], operation_id="list_mail")
@operation(OPERATE)
def list_mail(request: Request, wanted: Query[MailFilter]) -> Any:
    """List e-mail, newest first."""
    rows = Mail.objects.all()
    return paginate(rows.filter(state=wanted.state) if wanted.state else rows, wanted)


@router.get("/mail/{uuid:mail_id}", response=MailWithText, operation_id="get_mail")
@operation(OPERATE)
def get_mail(request: Request, mail_id: UUID) -> Any:
    """Read an e-mail."""
    return get_object_or_404(Mail, pk=mail_id)


@router.post("/mail/{uuid:mail_id}/send", response={202: MailOut}, operation_id="send_mail_again")
@operation(OPERATE)
def send_mail_again(request: Request, mail_id: UUID) -> Any:
    """Try to send an e-mail that failed, or was kept before there was a server."""
    mail = get_object_or_404(Mail, pk=mail_id)
    services.send_again(mail, at=timezone.now())
    return Status(202, mail)
