"""Whether a definition makes sense: what its shape alone cannot say."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from openprm.kernel import audiences
from openprm.kernel.errors import Invalid
from openprm.program import figures
from openprm.program.definition import Definition, Tier
from openprm.program.services import benefits


def require(definition: Definition) -> None:
    """Raise Invalid that names every place that is wrong."""
    wrong: dict[str, str] = {}
    codes = definition.codes
    if len(set(codes)) < len(codes):
        wrong["tiers"] = _("Each tier needs a code of its own.")
    lowest = definition.tiers[0]
    if lowest.requirements or lowest.score:
        wrong[f"tiers.{lowest.code}"] = _("The lowest tier asks for nothing: every member has it.")
    if sum(line.points for line in definition.scorecard) > 100:
        wrong["scorecard"] = _("The points of all lines together are at most 100.")
    known = figures.known()
    for place, key in _asked(definition):
        if key not in known:
            wrong[f"{place}.kpi"] = _("There is no figure “%(key)s”.") % {"key": key}
    for tier in definition.tiers:
        wrong |= _of_tier(definition, tier)
    if definition.joins is not None:
        audiences.validate(dict(definition.joins), subject="partner")
    if wrong:
        raise Invalid(_("Some fields need your attention."), fields=wrong)


def _asked(definition: Definition) -> Iterator[tuple[str, str]]:
    """Yield each figure that is asked for, with its place."""
    for number, line in enumerate(definition.scorecard):
        yield f"scorecard[{number}]", line.kpi
    for number, tier in enumerate(definition.tiers):
        for place, group in enumerate(tier.requirements):
            for at, one in enumerate(group.criteria):
                yield f"tiers[{number}].requirements[{place}].criteria[{at}]", one.kpi


def read(given: Any) -> Definition:
    """Return a definition from plain values; Invalid names the places that are wrong."""
    try:
        return Definition.model_validate(given)
    except ValidationError as error:
        wrong = {".".join(str(part) for part in one["loc"]) or "definition": one["msg"] for one in error.errors()}
        raise Invalid(_("Some fields need your attention."), fields=wrong) from None


def _of_tier(definition: Definition, tier: Tier) -> dict[str, str]:
    wrong: dict[str, str] = {}
    place = f"tiers.{tier.code}"
    if tier.score:
        categories = {line.category for line in definition.scorecard if line.category}
        if not definition.scorecard:
            wrong[f"{place}.score"] = _("The programme has no scorecard yet. Add its lines first.")
        elif unknown := _listed(name for name in tier.score.minimums if name not in categories):
            wrong[f"{place}.score"] = _("The scorecard has no category %(names)s.") % {"names": unknown}
    codes = [one.code for one in tier.benefits]
    if len(set(codes)) < len(codes):
        wrong[f"{place}.benefits"] = _("Each benefit of a tier needs a code of its own.")
    for one in tier.benefits:
        for field, message in benefits.problems(one).items():
            wrong[f"{place}.benefits.{one.code}.{field}"] = message
    return wrong


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
