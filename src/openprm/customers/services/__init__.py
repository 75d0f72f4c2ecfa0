"""The verbs of accounts, opportunities, product lines and imports."""

from openprm.customers.services.accounts import create_account, edit_account, remove_account
from openprm.customers.services.decisions import decide, undo_decision
from openprm.customers.services.family import covers_family, hold, kin
from openprm.customers.services.imports import (
    choose_columns,
    discard_import,
    import_file,
    preview_import,
    resume_import,
    run_import,
    run_undo,
    start_import,
    undo_import,
    upload_import,
)
from openprm.customers.services.lookups import find, identify, rebuild_index, recognise, shelve_blind
from openprm.customers.services.merged import by_external_id, stayed
from openprm.customers.services.merging import UNDO_FOR, may_undo, merge_accounts, preview_merge, undo_merge
from openprm.customers.services.opportunities import create_opportunity, edit_opportunity
from openprm.customers.services.product_lines import create_product_line, edit_product_line, remove_product_line
from openprm.customers.services.upsert import upsert_accounts, upsert_opportunities

__all__ = [
    "UNDO_FOR",
    "by_external_id",
    "choose_columns",
    "covers_family",
    "create_account",
    "create_opportunity",
    "create_product_line",
    "decide",
    "discard_import",
    "edit_account",
    "edit_opportunity",
    "edit_product_line",
    "find",
    "hold",
    "identify",
    "import_file",
    "kin",
    "may_undo",
    "merge_accounts",
    "preview_import",
    "preview_merge",
    "rebuild_index",
    "recognise",
    "remove_account",
    "remove_product_line",
    "resume_import",
    "run_import",
    "run_undo",
    "shelve_blind",
    "start_import",
    "stayed",
    "undo_decision",
    "undo_import",
    "undo_merge",
    "upload_import",
    "upsert_accounts",
    "upsert_opportunities",
]
