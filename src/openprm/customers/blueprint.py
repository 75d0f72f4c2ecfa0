"""Product lines as text."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from openprm.customers import services
from openprm.customers.models import ProductLine
from openprm.kernel.access import Actor
from openprm.kernel.blueprints import Document, Section


class ProductLineDocument(Document):
    """A product line; its code is its key."""

    name: str = Field(min_length=1, max_length=120)
    active: bool = True


def read() -> Iterable[ProductLineDocument]:
    """Return the product lines."""
    for line in ProductLine.objects.order_by("key"):
        yield ProductLineDocument(code=line.key, name=line.name, active=line.active)


def write(document: ProductLineDocument, by: Actor, at: datetime) -> None:
    """Add a product line, or change the one with this key."""
    line = ProductLine.objects.filter(key=document.code).first()
    if line is None:
        services.create_product_line(name=document.name, key=document.code, active=document.active, by=by, at=at)
    else:
        services.edit_product_line(line=line, name=document.name, active=document.active, by=by, at=at)


def remove(code: str, by: Actor, at: datetime) -> None:
    """Remove a product line that nothing is about."""
    services.remove_product_line(line=ProductLine.objects.get(key=code), by=by, at=at)


product_lines = Section(
    key="product_lines",
    label=_("Product lines"),
    order=30,
    shape=ProductLineDocument,
    read=read,
    write=write,
    remove=remove,
    together=True,
)
