"""The vendor's colour and logo as files of their own, so that pages need no inline style."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from openprm.kernel import settings_store
from openprm.kernel.ui.brand import brand_css

A_DAY = 24 * 3600


@require_safe
def css(request: HttpRequest) -> HttpResponse:
    """Return the style sheet of the brand's colour; pages ask for it by colour, so a change shows at once."""
    asked = request.GET.get("colour", "")
    style = brand_css(asked or settings_store.get("brand.colour"))
    caching = f"public, max-age={A_DAY}, immutable" if asked else "no-cache"
    return HttpResponse(style, content_type="text/css; charset=utf-8", headers={"Cache-Control": caching})
