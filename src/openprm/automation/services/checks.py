"""What names and definitions must look like."""

import re
from copy import deepcopy
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from openprm.automation import rules
from openprm.automation.definition import WAYS, Definition, walk
from openprm.automation.known import known
from openprm.kernel.errors import Invalid

LONGEST_NAME, LONGEST_WORDS, LONGEST_NOTE = 120, 500, 400
_CODE = re.compile(r"^[a-z0-9][a-z0-9_-]{0,79}$")


def code_of(name: str, taken: Any) -> str:
    """Return a lasting code made of a name that no other row has."""
    base = slugify(name).replace("-", "_")[:60].strip("_") or "automation"
    code, number = base, 1
    while taken.filter(code=code).exists():
        number += 1
        code = f"{base}_{number}"
    return code


def names(code: str, name: str, description: str = "") -> dict[str, str]:
    """Return code, name and description in their plain form."""
    wrong = {}
    name, description = " ".join(name.split()), description.strip()
    if not _CODE.match(code):
        wrong["code"] = _("Use small letters, digits, dashes and underscores, at most 80.")
    if not name or len(name) > LONGEST_NAME:
        wrong["name"] = _("Give a name of at most 120 characters.")
    if len(description) > LONGEST_WORDS:
        wrong["description"] = _("Give at most 500 characters.")
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)
    return {"code": code, "name": name, "description": description}


def note(text: str) -> str:
    """Return a note in its plain form."""
    if len(text.strip()) > LONGEST_NOTE:
        raise Invalid(_("Some fields need your attention."), fields={"note": _("At most 400 characters.")})
    return text.strip()


def shaped(definition: Any) -> Definition:
    """Return a definition that can be kept as a draft: rightly built, though it may be unfinished."""
    wrong = rules.shape(definition)
    if wrong:
        raise Invalid(" ".join(wrong.values()), code="definition_invalid", fields=wrong)
    return normalised(definition)


def sound(definition: Any) -> Definition:
    """Return a definition that can go live; raise Invalid that names every step that is wrong."""
    wrong = rules.problems(definition, known())
    if wrong:
        message = _("It cannot go live yet. %(problems)s") % {"problems": " ".join(wrong.values())}
        raise Invalid(message, code="definition_invalid", fields=wrong)
    return normalised(definition)


def normalised(definition: Definition) -> Definition:
    """Return the definition in the one form it is kept in: branches have both ways."""
    made = deepcopy(definition)
    for _number, step in walk(made["steps"]):
        if step["kind"] == "branch":
            for way in WAYS:
                step.setdefault(way, [])
    return made
