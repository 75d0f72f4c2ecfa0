"""Codes: lasting names of what people set up, by which files and other servers speak of it.

A name can be changed; the code stays what it was made of at first.
"""

from typing import Any

from django.db import migrations, models
from django.utils.text import slugify

from openprm.kernel.entity import Entity

LONGEST = 80
_ROOM = 8  # for the number that tells two of one name apart


class Coded(Entity):
    """A row with a code; it is made of the row's name unless one is given, and never changes."""

    code = models.SlugField(max_length=LONGEST, unique=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give the row its code before it is stored for the first time."""
        if not self.code:
            self.code = free(str(self), type(self)._default_manager.values_list("code", flat=True))
        super().save(*args, **kwargs)


def free(name: str, taken: "models.QuerySet[Any, str]") -> str:
    """Return the code for a name that none of ``taken`` is: the name in plain letters, with a number if needed."""
    wanted = slugify(name, allow_unicode=False).replace("_", "-")[: LONGEST - _ROOM].strip("-") or "unnamed"
    known = set(taken.filter(code__startswith=wanted))
    number, code = 1, wanted
    while code in known:
        number += 1
        code = f"{wanted}-{number}"
    return code


def added(app: str, model: str) -> list[Any]:
    """Return the operations of a migration that gives the rows of a table their codes."""

    def fill(apps: Any, _schema_editor: Any) -> None:
        rows = apps.get_model(app, model)._default_manager
        for pk, name in rows.filter(code="").order_by("created_at", "pk").values_list("pk", "name"):
            rows.filter(pk=pk).update(code=free(name, rows.values_list("code", flat=True)))

    code: dict[str, Any] = {"max_length": LONGEST, "editable": False}
    empty = models.SlugField(**code, default="", db_index=False)
    return [
        migrations.AddField(model, "code", empty, preserve_default=False),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(model, "code", models.SlugField(**code, unique=True)),
    ]
