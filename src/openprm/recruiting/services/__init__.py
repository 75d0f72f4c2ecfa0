"""The verbs of recruiting; nothing else writes to its tables."""

from openprm.recruiting.services.applying import (
    answer,
    attach,
    confirm,
    detach,
    forget_due,
    reopen,
    resend_links,
    save,
    send,
    start,
    withdraw,
)
from openprm.recruiting.services.assessing import assess
from openprm.recruiting.services.forms import (
    FormValues,
    close_form,
    publish_form,
    remove_form,
    save_form,
    unpublish_form,
)
from openprm.recruiting.services.imports import (
    choose_columns,
    discard_import,
    preview_import,
    start_import,
    upload_import,
)
from openprm.recruiting.services.links import open_link
from openprm.recruiting.services.listing import change_listing
from openprm.recruiting.services.reviewing import add_note, approve, ask, reject, start_review
from openprm.recruiting.services.undoing import undo_import

__all__ = [
    "FormValues",
    "add_note",
    "answer",
    "approve",
    "ask",
    "assess",
    "attach",
    "change_listing",
    "choose_columns",
    "close_form",
    "confirm",
    "detach",
    "discard_import",
    "forget_due",
    "open_link",
    "preview_import",
    "publish_form",
    "reject",
    "remove_form",
    "reopen",
    "resend_links",
    "save",
    "save_form",
    "send",
    "start",
    "start_import",
    "start_review",
    "undo_import",
    "unpublish_form",
    "upload_import",
    "withdraw",
]
