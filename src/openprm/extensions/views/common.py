"""What the pages of extensions share."""

from uuid import UUID

from django.utils.http import url_has_allowed_host_and_scheme

from openprm.kernel.errors import Invalid
from openprm.kernel.http import Request


def back_to(request: Request, otherwise: str) -> str:
    """Return where a form wants to go afterwards, if that is on this server."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe and target.startswith("/") else otherwise


def chosen_ids(request: Request) -> list[UUID]:
    """Return the ids that were ticked."""
    try:
        return [UUID(text) for text in request.POST.getlist("ids")[:200]]
    except ValueError:
        raise Invalid("These are no ids.") from None
