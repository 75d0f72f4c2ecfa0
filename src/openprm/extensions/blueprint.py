"""The rules of extensions as text."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from openprm.extensions import services
from openprm.extensions.models import ExtensionRule
from openprm.kernel import audiences
from openprm.kernel.access import Actor
from openprm.kernel.blueprints import Audience, Document, Section


class ExtensionRuleDocument(Document):
    """Which partners may extend their deals how often, and when nobody has to decide; the first that fits counts."""

    name: str = Field(min_length=1, max_length=120)
    enabled: bool = True
    position: int = 10
    audience: Audience = dict(audiences.EVERYBODY)
    allowed: str
    most_days: int = 30
    grant_from: int = 0
    grant_days: int = 30
    kinds: list[str] = []
    quiet_days: int = 0


def read() -> Iterable[ExtensionRuleDocument]:
    """Return the rules."""
    for row in ExtensionRule.objects.order_by("code"):
        yield ExtensionRuleDocument(
            code=row.code,
            name=row.name,
            enabled=row.enabled,
            position=row.position,
            audience=audiences.by_words(row.audience, subject="partner"),
            allowed=row.allowed,
            most_days=row.most_days,
            grant_from=row.grant_from,
            grant_days=row.grant_days,
            kinds=sorted(row.kinds),
            quiet_days=row.quiet_days,
        )


def write(document: ExtensionRuleDocument, by: Actor, at: datetime) -> None:
    """Save a rule under its code."""
    values = document.model_dump()
    values["audience"] = audiences.by_ids(document.audience, subject="partner")
    rule = ExtensionRule.objects.filter(code=document.code).first()
    services.save_rule(rule=rule, by=by, at=at, **values)


def remove(code: str, by: Actor, at: datetime) -> None:
    """Remove a rule."""
    services.remove_rule(rule=ExtensionRule.objects.get(code=code), by=by, at=at)


rules = Section(
    key="extension_rules",
    label=_("Rules of extensions"),
    order=230,
    shape=ExtensionRuleDocument,
    read=read,
    write=write,
    remove=remove,
)
