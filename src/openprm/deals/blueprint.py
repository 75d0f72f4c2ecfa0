"""Approval rules and protection windows as text."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from openprm.customers.models import ProductLine
from openprm.deals import services
from openprm.deals.models import ApprovalRule, ProtectionWindow
from openprm.kernel import audiences
from openprm.kernel.access import Actor
from openprm.kernel.blueprints import Audience, Document, Section
from openprm.kernel.errors import Invalid

TIER, LINE = "tier.", "line."


class ApprovalRuleDocument(Document):
    """Which deals need nobody to decide: of whom, up to what value, at which verdicts."""

    name: str = Field(min_length=1, max_length=120)
    enabled: bool = True
    audience: Audience = dict(audiences.EVERYBODY)
    most: Decimal = Field(max_digits=14, decimal_places=2)
    currency: str
    levels: list[str]


def read_rules() -> Iterable[ApprovalRuleDocument]:
    """Return the approval rules."""
    for row in ApprovalRule.objects.order_by("code"):
        yield ApprovalRuleDocument(
            code=row.code,
            name=row.name,
            enabled=row.enabled,
            audience=audiences.by_words(row.audience, subject="partner"),
            most=row.most,
            currency=row.currency,
            levels=sorted(row.levels),
        )


def write_rule(document: ApprovalRuleDocument, by: Actor, at: datetime) -> None:
    """Save an approval rule under its code."""
    services.save_rule(
        rule=ApprovalRule.objects.filter(code=document.code).first(),
        code=document.code,
        name=document.name,
        enabled=document.enabled,
        audience=audiences.by_ids(document.audience, subject="partner"),
        most=document.most,
        currency=document.currency,
        levels=document.levels,
        by=by,
        at=at,
    )


def remove_rule(code: str, by: Actor, at: datetime) -> None:
    """Remove an approval rule."""
    services.remove_rule(rule=ApprovalRule.objects.get(code=code), by=by, at=at)


class WindowDocument(Document):
    """For how many days deals are protected.

    The code says for what: ``tier.gold``, ``line.cloud``, or both as ``tier.gold.line.cloud``.
    """

    days: int


def read_windows() -> Iterable[WindowDocument]:
    """Return the protection windows."""
    rows = ProtectionWindow.objects.select_related("product_line")
    return sorted((WindowDocument(code=_code(row), days=row.days) for row in rows), key=lambda window: window.code)


def write_window(document: WindowDocument, by: Actor, at: datetime) -> None:
    """Save the window of a tier, a product line, or both."""
    tier, key = _said(document.code)
    line = ProductLine.objects.filter(key=key).first() if key else None
    if (not tier and not key) or (key and line is None):
        message = (
            _("There is no product line “%(key)s”. Add it to the product lines.") % {"key": key}
            if key
            else _("Call a window tier.gold, line.cloud or tier.gold.line.cloud, after what it is for.")
        )
        raise Invalid(message, fields={"code": message})
    try:
        services.save_window(
            window=ProtectionWindow.objects.filter(tier=tier, product_line=line).first(),
            tier=tier, product_line=line, days=document.days, by=by, at=at,
        )  # fmt: skip
    except Invalid as wrong:
        fields = {"code" if field in ("tier", "product_line") else field: text for field, text in wrong.fields.items()}
        raise Invalid(str(wrong), fields=fields) from wrong


def remove_window(code: str, by: Actor, at: datetime) -> None:
    """Remove a window."""
    tier, key = _said(code)
    rows = ProtectionWindow.objects.filter(tier=tier)
    row = (rows.filter(product_line__key=key) if key else rows.filter(product_line=None)).first()
    if row is not None:  # otherwise it went with its product line
        services.remove_window(window=row, by=by, at=at)


def _code(row: ProtectionWindow) -> str:
    parts = (row.tier and TIER + row.tier, row.product_line and LINE + row.product_line.key)
    return ".".join(part for part in parts if part)


def _said(code: str) -> tuple[str, str]:
    """Return the tier and the key of the product line that a code names, empty where it names none."""
    if code.startswith(LINE):
        return "", code.removeprefix(LINE)
    tier, _joint, line = code.removeprefix(TIER).partition("." + LINE)
    return (tier, line) if code.startswith(TIER) else ("", "")


approval_rules = Section(
    key="approval_rules",
    label=gettext_lazy("Approval rules"),
    order=220,
    shape=ApprovalRuleDocument,
    read=read_rules,
    write=write_rule,
    remove=remove_rule,
)
windows = Section(
    key="protection_windows",
    label=gettext_lazy("Protection windows"),
    order=210,
    shape=WindowDocument,
    read=read_windows,
    write=write_window,
    remove=remove_window,
    together=True,
)
