"""Every list of the product: columns, search, filters, sorting, pages, bulk actions and CSV from one declaration.

    deals = Table(
        columns=[
            Column("customer", _("Customer"), sort="customer_name", cell="customer_name", link=True),
            Column("value", _("Value"), sort="value", cell=lambda deal: money.show(deal.value, deal.currency)),
            Column("state", _("Status"), cell="deals/_state.html"),
            Column("created", _("Registered"), sort="created_at", cell="created_at"),
        ],
        filters=[
            Filter("state", _("Status"), choices=STATES),
            DateRange("created", _("Registered"), field="created_at"),
        ],
        search=["customer_name__icontains"],
        default_sort="-created",
        row_url=lambda deal: reverse("portal:deal", args=[deal.pk]),
        empty=Empty("briefcase", _("No deals yet"), _("Register your first deal to protect it.")),
    )

    def deals_page(request):
        return deals.response(request, policies.visible_to(request.actor), "deals/list.html")

with ``{% table table %}`` in the template. Search, filters, sorting and the page live in the address, so every view of
a list can be linked, saved and shared. A list runs a bounded number of queries and reads one page of rows, however
many there are: counting stops at ``COUNT_LIMIT``.
"""

from openprm.kernel.ui.table.bound import BoundTable
from openprm.kernel.ui.table.columns import BulkAction, Column, Empty, Preset
from openprm.kernel.ui.table.declaration import COUNT_LIMIT, Table
from openprm.kernel.ui.table.filters import DateRange, Filter, NumberRange, Toggle

__all__ = [
    "COUNT_LIMIT",
    "BoundTable",
    "BulkAction",
    "Column",
    "DateRange",
    "Empty",
    "Filter",
    "NumberRange",
    "Preset",
    "Table",
    "Toggle",
]
