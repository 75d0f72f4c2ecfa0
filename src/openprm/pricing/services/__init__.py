"""The verbs of price books: each asks who may, checks, writes, and announces, in one transaction."""

from openprm.pricing.services.assigning import assign, lapse, sync_all, sync_partner, unassign
from openprm.pricing.services.books import change_book, create_book, delete_book, restore, retire
from openprm.pricing.services.editions import (
    discard_draft,
    publish,
    set_terms,
    start_draft,
    take_back,
    write_draft,
)
from openprm.pricing.services.importing import apply_import, read_file
from openprm.pricing.services.spreading import spread

__all__ = [
    "apply_import",
    "assign",
    "change_book",
    "create_book",
    "delete_book",
    "discard_draft",
    "lapse",
    "publish",
    "read_file",
    "restore",
    "retire",
    "set_terms",
    "spread",
    "start_draft",
    "sync_all",
    "sync_partner",
    "take_back",
    "unassign",
    "write_draft",
]
