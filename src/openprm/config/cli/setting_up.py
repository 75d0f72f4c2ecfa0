"""What commands share: getting Django ready, with the rights that the command needs."""

import os


def get_ready(*, owner: bool = False) -> None:
    """Load settings and applications; as the owner of the database for migrations."""
    import django

    if owner:
        os.environ["OPENPRM_DB_OWNER"] = "1"
    django.setup()
