"""Requirements, benefits and moves as people read them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from openprm.customers.models import ProductLine
from openprm.kernel.access import as_system
from openprm.kernel.kpis import Kpi
from openprm.kernel.ui import money
from openprm.program import figures
from openprm.program.definition import Benefit, Criterion, Definition, Group, Score, ScoreLine, Tier
from openprm.program.models import TierMove
from openprm.program.rules import Judged, JudgedTier

KINDS: Mapping[str, Any] = {
    "discount": gettext_lazy("Discount points"),
    "protection": gettext_lazy("Protection window"),
    "funds": gettext_lazy("Market development funds"),
    "content": gettext_lazy("Content"),
    "support": gettext_lazy("Support level"),
    "badge": gettext_lazy("Badge"),
    "text": gettext_lazy("Something else"),
}
ICONS: Mapping[str, str] = {
    "discount": "percentage",
    "protection": "shield-check",
    "funds": "coin",
    "content": "file-text",
    "support": "lifebuoy",
    "badge": "award",
    "text": "gift",
}
TONES: Mapping[str, str] = {
    TierMove.Kind.JOINED: "info",
    TierMove.Kind.RAISED: "clear",
    TierMove.Kind.LOWERED: "blocked",
    TierMove.Kind.GRACE: "possible",
    TierMove.Kind.RECOVERED: "clear",
    TierMove.Kind.HELD: "info",
    TierMove.Kind.RELEASED: "info",
    TierMove.Kind.LEFT: "neutral",
}


class Speaker:
    """Says figures, criteria and benefits; reads KPIs and product lines once."""

    def __init__(self) -> None:
        self.kpis: dict[str, Kpi] = figures.known()
        self.currency = figures.currency()
        self._lines: dict[str, str] | None = None

    @property
    def lines(self) -> dict[str, str]:
        """Return the product lines' names by key."""
        if self._lines is None:
            with as_system():
                self._lines = dict(ProductLine.objects.values_list("key", "name"))
        return self._lines

    def label(self, key: str) -> str:
        """Return a KPI's words."""
        return str(self.kpis[key].label) if key in self.kpis else key

    def window(self, key: str, months: int | None) -> str:
        """Return the window of a figure in words; what is recorded has none."""
        rolling = self.kpis[key].rolling if key in self.kpis else True
        return figures.window(months) if rolling else _("as recorded")

    def amount(self, key: str, value: Decimal) -> str:
        """Return a value of a KPI in its unit."""
        unit = self.kpis[key].unit if key in self.kpis else "count"
        if unit == "money":
            return money.show(value, self.currency)
        plain = number(value)
        return f"{plain}%" if unit == "percent" else plain

    def criterion(self, one: Criterion) -> str:
        """Return a criterion: Won revenue: at least €100,000 (last 12 months)."""
        said = {"kpi": self.label(one.kpi), "amount": self.amount(one.kpi, one.at_least)}
        return _("%(kpi)s: at least %(amount)s") % said + f" ({self.window(one.kpi, one.months)})"

    def group(self, group: Group) -> str:
        """Return a group of criteria."""
        joint = _(" and ") if group.need == "all" else _(" or ")
        return joint.join(self.criterion(one) for one in group.criteria)

    def score(self, score: Score) -> str:
        """Return what is asked of the scorecard."""
        said = _("at least %(n)s points of the scorecard") % {"n": score.least}
        parts = [_("%(n)s in %(category)s") % {"n": least, "category": name} for name, least in score.minimums.items()]
        return f"{said} ({', '.join(parts)})" if parts else said

    def line(self, line: ScoreLine) -> str:
        """Return a line of the scorecard."""
        said = {"n": line.points, "kpi": self.label(line.kpi), "full": self.amount(line.kpi, line.full_at)}
        return _("up to %(n)s points for %(kpi)s, all of them from %(full)s") % said + (
            f" ({self.window(line.kpi, line.months)})"
        )

    def requirements(self, tier: Tier) -> list[str]:
        """Return what a tier asks for, a sentence for each group."""
        found = [self.group(group) for group in tier.requirements]
        return found + ([self.score(tier.score)] if tier.score else [])

    def benefit(self, one: Benefit) -> str:
        """Return a benefit: 5 points discount on Halden Cloud."""
        line = self.lines.get(one.line, one.line) if one.line else ""
        amount = number(one.amount) if one.amount is not None else ""
        match one.kind:
            case "discount":
                said = ngettext("%(n)s point discount", "%(n)s points discount", int(one.amount or 0)) % {"n": amount}
            case "protection":
                said = _("%(n)s days of protection for deals") % {"n": amount}
            case "funds" if one.per == "year":
                said = _("%(sum)s of funds a year") % {"sum": money.show(one.amount or Decimal(0), self.currency)}
            case "funds":
                said = _("funds of %(n)s%% of won revenue") % {"n": amount}
            case _:
                return one.text or str(KINDS[one.kind])
        where = _("%(what)s on %(line)s") % {"what": said, "line": line} if line else said
        return f"{where}: {one.text}" if one.text else where

    def judged(self, one: Judged) -> str:
        """Return a criterion with its value, as the reason of a move."""
        said = {
            "kpi": self.label(one.criterion.kpi),
            "value": self.amount(one.criterion.kpi, one.value),
            "needed": self.amount(one.criterion.kpi, one.criterion.at_least),
        }
        window = self.window(one.criterion.kpi, one.criterion.months)
        return _("%(kpi)s: %(value)s of %(needed)s needed") % said + f" ({window})"

    def why(self, judged: JudgedTier, *, met: bool) -> list[str]:
        """Return the criteria that speak for (or against) a tier."""
        found = []
        for group in judged.groups:
            if group.met == met:
                found += [self.judged(one) for one in group.criteria if one.met == met]
        if judged.tier.score and judged.score_met == met:
            said = {"n": number(judged.score), "needed": judged.tier.score.least}
            found.append(_("Score: %(n)s of %(needed)s points needed") % said)
            found += [
                _("%(category)s: %(n)s of %(needed)s points needed")
                % {"category": name, "n": number(had), "needed": least}
                for name, (had, least) in judged.categories.items()
                if (had >= least) == met
            ]
        return found


def number(value: Decimal | int) -> str:
    """Return a number without idle zeros."""
    plain = Decimal(value)
    return f"{plain:,.0f}" if plain == plain.to_integral_value() else f"{plain:,.2f}".rstrip("0")


def tier_name(definition: Definition, code: str) -> str:
    """Return a tier's name; its code where the version does not know it."""
    found = next((tier.name for tier in definition.tiers if tier.code == code), code)
    return _(found) if found else ""


def changes(before: Definition | None, after: Definition) -> list[str]:
    """Return what changed from one definition to the next, one sentence for each change."""
    if before is None:
        return []
    say = Speaker()
    found = []
    labels = {
        "name": _("The name"),
        "description": _("The description"),
        "reporting": _("What partners report"),
        "place": _("The place among programmes"),
        "joins": _("Who joins by itself"),
    }
    for field, label in labels.items():
        if getattr(before, field) != getattr(after, field):
            found.append(_("%(what)s changed.") % {"what": label})
    if before.review != after.review:
        found.append(_("Moves wait for approval now.") if after.review else _("Moves are made at once now."))
    found += _listed(
        [say.line(one) for one in before.scorecard], [say.line(one) for one in after.scorecard], _("Scorecard")
    )
    found += _tiers(say, before, after)
    return found


def _tiers(say: Speaker, before: Definition, after: Definition) -> list[str]:
    old, new = {one.code: one for one in before.tiers}, {one.code: one for one in after.tiers}
    found = [_("Tier added: %(tier)s") % {"tier": new[code].name} for code in new if code not in old]
    found += [_("Tier removed: %(tier)s") % {"tier": old[code].name} for code in old if code not in new]
    for code in [code for code in new if code in old]:
        a, b = old[code], new[code]
        if a.name != b.name:
            found.append(_("Tier %(old)s is called %(new)s now.") % {"old": a.name, "new": b.name})
        if a.grace_days != b.grace_days:
            said = {"tier": b.name, "old": a.grace_days, "new": b.grace_days}
            found.append(_("%(tier)s: %(new)s days of grace instead of %(old)s") % said)
        found += _listed(say.requirements(a), say.requirements(b), _("%(tier)s asks for") % {"tier": b.name})
        found += _listed(
            [say.benefit(one) for one in a.benefits],
            [say.benefit(one) for one in b.benefits],
            _("%(tier)s gives") % {"tier": b.name},
        )
    kept_old, kept_new = [code for code in old if code in new], [code for code in new if code in old]
    return found + ([_("The order of the tiers changed.")] if kept_old != kept_new else [])


def _listed(before: Iterable[str], after: Iterable[str], label: str) -> list[str]:
    old, new = list(before), list(after)
    found = [f"{label} + {one}" for one in new if one not in old]
    found += [f"{label} − {one}" for one in old if one not in new]
    if not found and old != new:
        found.append(_("%(what)s: the order changed.") % {"what": label})
    return found
