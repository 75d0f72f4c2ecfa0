"""What the pages of extensions share."""

from uuid import UUID

from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from openprm.kernel.errors import Invalid
from openprm.kernel.http import Request

MOST_AT_ONCE = 200


def back_to(request: Request, otherwise: str) -> str:
    """Return where a form wants to go afterwards, if that is on this server."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe and target.startswith("/") else otherwise


def chosen_ids(request: Request) -> list[UUID]:
    """Return the ids that were ticked."""
    ticked = request.POST.getlist("ids")
    if len(ticked) > MOST_AT_ONCE:
        raise Invalid(_("Choose at most %d at once.") % MOST_AT_ONCE)
    try:
        return [UUID(text) for text in ticked]
    except ValueError:
        raise Invalid("These are no ids.") from None
