"""Where receipts are."""

from typing import Any

from django.urls import path

from openprm.kernel.web import Side, page
from openprm.receipts import policies, views


def _downloads(side: Side) -> list[Any]:
    guard = page(policies.VIEW, side=side)
    return [
        path("receipts/<uuid:pk>.json", guard(views.as_json), name="receipt_json"),
        path("receipts/<uuid:pk>.pdf", guard(views.as_pdf), name="receipt_pdf"),
    ]


portal = _downloads("portal")
console = [
    *_downloads("console"),
    path("receipt-keys/", views.key_list, name="receipt_keys"),
    path("receipt-keys/rotate/", views.rotate, name="receipt_key_rotate"),
]
root = [
    path("verify/", views.verify, name="receipt_verify"),
    path(".well-known/openprm-receipt-keys.json", views.keys, name="receipt_key_set"),
]
