"""The verbs of imports: bring a file, say how to read it, run it, take it back."""

from openprm.customers.services.imports import kinds  # noqa: F401  # makes them known
from openprm.customers.services.imports.bringing import (
    PREVIEWED,
    Preview,
    PreviewRow,
    choose_columns,
    discard_import,
    forget_files,
    preview_import,
    upload_import,
)
from openprm.customers.services.imports.running import import_file, resume_import, run_import, start_import
from openprm.customers.services.imports.undoing import run_undo, undo_import

__all__ = [
    "PREVIEWED",
    "Preview",
    "PreviewRow",
    "choose_columns",
    "discard_import",
    "forget_files",
    "import_file",
    "preview_import",
    "resume_import",
    "run_import",
    "run_undo",
    "start_import",
    "undo_import",
    "upload_import",
]
