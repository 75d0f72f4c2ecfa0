"""Protections follow who their customer is: in the transaction in which companies are found to be one, or a family."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from openprm.customers.services import family
from openprm.deals.models import Protection
from openprm.kernel.errors import Refusal

_FOLLOW = """
update deals_protection set identity = customers_identity(account_id) where id = any(%s)
"""


class ProtectionsMeet(Refusal):
    """Two partners' protections would be for one customer. For the vendor's eyes: it names both."""

    code = "protections_would_overlap"


def follow(accounts: Collection[UUID], at: datetime) -> None:
    """Give the running protections of these accounts the identity that the accounts have now, or refuse the change."""
    protections = Protection.objects.filter(account_id__in=accounts)
    running = list(protections.filter(period__endswith__gt=at).values_list("pk", flat=True))
    protections.exclude(pk__in=running).update(identity=None)  # what has ended stands in nobody's way
    if not running:
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            Protection.objects.filter(pk__in=running).update(identity=None)  # all leave before the first arrives
            cursor.execute(_FOLLOW, [running])
    except IntegrityError as error:
        if "protection_never_overlaps" not in str(error):
            raise
        raise ProtectionsMeet(_meeting(running, at)) from None


def _meeting(running: Collection[UUID], at: datetime) -> str:
    """Say which two protections would be for one customer."""
    held: dict[tuple[UUID, UUID], Protection] = {}
    rows = Protection.objects.filter(pk__in=running).select_related("deal", "partner", "account", "product_line")
    for row in rows.order_by("period"):
        first = held.setdefault((family.identity_of(row.account_id), row.product_line_id), row)
        if first.pk != row.pk and first.deal_id != row.deal_id:
            return _(
                "%(one)s (%(partner)s, %(customer)s) and %(other)s (%(other_partner)s, %(other_customer)s) are both"
                " protected for %(line)s, and would be for one customer. End one of them first."
            ) % {
                "one": first.deal.reference,
                "partner": first.partner,
                "customer": first.account,
                "other": row.deal.reference,
                "other_partner": row.partner,
                "other_customer": row.account,
                "line": row.product_line,
            }
    return _("Two running protections would be for one customer. End one of them first.")
