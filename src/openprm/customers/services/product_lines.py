"""The verbs of product lines."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from openprm.customers import events as facts
from openprm.customers import policies, registrations, rules
from openprm.customers.models import ProductLine
from openprm.kernel import events
from openprm.kernel.access import Actor
from openprm.kernel.entity import changes
from openprm.kernel.errors import Invalid, Refusal

LONGEST_KEY, LONGEST_NAME = 60, 120


def create_product_line(*, name: str, by: Actor, at: datetime, key: str = "", active: bool = True) -> ProductLine:
    """Add a product line; its key is made of its name unless one is given, and never changes."""
    by.require(policies.PRODUCT_LINES)
    name = _checked_name(name)
    key = slugify(key or name)[:LONGEST_KEY]
    if not key:
        raise _invalid("key", _("Give a key of letters and digits."))
    line, created = ProductLine.objects.get_or_create(
        key=key, defaults={"name": name, "active": active, "created_at": at, "updated_at": at}
    )
    if not created:
        raise _invalid("name", _("There is a product line “%(name)s” with this key already.") % {"name": line.name})
    events.announce(facts.ProductLineCreated(key=key, name=name), about=line, by=by, at=at)
    return line


def edit_product_line(*, line: ProductLine, by: Actor, at: datetime, **details: Any) -> ProductLine:
    """Rename a product line, or take it out of (or back into) what partners can register."""
    by.require(policies.PRODUCT_LINES)
    values = {key: value for key, value in details.items() if key in ("name", "active")}
    if "name" in values:
        values["name"] = _checked_name(values["name"])
    differing = changes({key: getattr(line, key) for key in values}, values)
    if not differing:
        return line
    with transaction.atomic():
        for key, value in values.items():
            setattr(line, key, value)
        line.write(*values, at=at)
        events.announce(facts.ProductLineChanged(key=line.key, changes=differing), about=line, by=by, at=at)
    return line


@transaction.atomic
def remove_product_line(*, line: ProductLine, by: Actor, at: datetime) -> None:
    """Remove a product line that nothing was ever registered or sold for."""
    by.require(policies.PRODUCT_LINES)
    events.announce(facts.ProductLineRemoved(key=line.key, name=line.name), about=line, by=by, at=at)
    try:
        if line.opportunities.exists():
            raise ProtectedError("opportunities", set())
        line.delete()
    except (ProtectedError, RestrictedError):
        message = _("Deals or opportunities are about “%(name)s”. Take it out of use instead: make it inactive.")
        raise Refusal(message % {"name": line.name}, code="product_line_in_use") from None


def _checked_name(name: str) -> str:
    try:
        return rules.name(rules.text(LONGEST_NAME)(name))
    except registrations.Wrong as wrong:
        raise _invalid("name", _("The name %(problem)s") % {"problem": wrong}) from wrong


def _invalid(field: str, message: str) -> Invalid:
    return Invalid(message, fields={field: message})
