"""What rules and people can make happen to a partner's standing."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.kernel import days
from openprm.kernel.access import as_system
from openprm.kernel.actions import Action, Occasion, Parameter
from openprm.kernel.errors import Invalid
from openprm.partners import tiers
from openprm.partners.models import Partner
from openprm.program import services, words
from openprm.program.models import BenefitGrant, Membership, Programme
from openprm.program.services.benefits import read

STANDING = gettext_lazy("Standing")


def programmes() -> list[tuple[str, str]]:
    """Return the programmes in force."""
    with as_system():
        rows = Programme.objects.in_force()
        return [(row.code, str(row)) for row in rows]


def benefit_kinds() -> list[tuple[str, str]]:
    """Return the kinds of benefits."""
    return [(key, str(label)) for key, label in words.KINDS.items()]


def _enroll(occasion: Occasion, given: Mapping[str, Any]) -> str:
    programme = _programme(given["programme"])
    partner = _partner(occasion)
    said = {"programme": programme}
    if Membership.objects.filter(partner=partner, programme=programme).exists():
        return _("was in %(programme)s already") % said
    services.enroll(partner=partner, programme=programme, by=occasion.by, at=occasion.at)
    return _("took it into %(programme)s") % said


def _set_tier(occasion: Occasion, given: Mapping[str, Any]) -> str:
    member = _member(occasion, given["programme"])
    tier, until = given["tier"], _end(occasion, given)
    said = {"tier": tiers.label(tier)}
    if member.held and member.tier == tier and member.held_until == until:
        return _("was %(tier)s already") % said
    services.set_tier(member=member, tier=tier, reason=given["reason"], until=until, by=occasion.by, at=occasion.at)
    return _("set the tier to %(tier)s") % said


def _grant(occasion: Occasion, given: Mapping[str, Any]) -> str:
    member = _member(occasion, given["programme"])
    plain = {
        "code": f"by-{given['kind']}",
        "kind": given["kind"],
        "text": given.get("text", ""),
        "amount": given.get("amount"),
        "line": given.get("line") or None,
    }
    row = services.grant(
        member=member, benefit=read(plain), reason=given["reason"], until=_end(occasion, given), by=occasion.by,
        at=occasion.at, key=occasion.key,
    )  # fmt: skip
    return _("gave %(benefit)s") % {"benefit": words.Speaker().benefit(read(row.benefit))}


def _revoke(occasion: Occasion, given: Mapping[str, Any]) -> str:
    member = _member(occasion, given["programme"])
    code = f"by-{given['kind']}"
    with as_system():
        rows = BenefitGrant.objects.filter(
            partner_id=member.partner_id, programme_id=member.programme_id, code=code, withheld=False, until=None
        )
        running = list(rows)
    for row in running:
        services.revoke(grant=row, reason=given["reason"], by=occasion.by, at=occasion.at)
    kind = {"kind": words.KINDS[given["kind"]]}
    return (_("ended the benefit %(kind)s") if running else _("had no benefit %(kind)s")) % kind


def _partner(occasion: Occasion) -> Partner:
    return Partner.objects.get(pk=occasion.partner_id)


def _programme(code: str) -> Programme:
    with as_system():
        found = Programme.objects.filter(code=code, archived=False).first()
    if found is None:
        raise Invalid(_("There is no programme “%(code)s”.") % {"code": code})
    return found


def _member(occasion: Occasion, code: str) -> Membership:
    with as_system():
        rows = Membership.objects.filter(partner_id=occasion.partner_id, programme__code=code)
        found = rows.select_related("partner", "programme").first()
    if found is None:
        raise Invalid(_("The partner is not in this programme. Take it in first."))
    return found


def _end(occasion: Occasion, given: Mapping[str, Any]) -> datetime | None:
    """Return the end of the last of so many days, today not counted: as price books count them."""
    many = given.get("days")
    return days.end(timezone.localdate(occasion.at) + timedelta(days=many)) if many else None


_PROGRAMME = Parameter("programme", gettext_lazy("Programme"), "choice", choices=programmes)
_REASON = Parameter("reason", gettext_lazy("Reason"), "text", help=gettext_lazy("The partner reads it."))
_DAYS = Parameter("days", gettext_lazy("For so many days"), "days", required=False)
_KIND = Parameter("kind", gettext_lazy("Benefit"), "choice", choices=benefit_kinds)

DECLARED = (
    Action(
        "program.enroll",
        gettext_lazy("Add to a programme"),
        gettext_lazy("add the partner to {programme}"),
        _enroll,
        [_PROGRAMME],
        icon="medal",
        group=STANDING,
    ),
    Action(
        "program.set_tier",
        gettext_lazy("Set the tier"),
        gettext_lazy("set the tier in {programme} to {tier}"),
        _set_tier,
        [_PROGRAMME, Parameter("tier", gettext_lazy("Tier"), "choice", choices=tiers.choices), _REASON, _DAYS],
        icon="trophy",
        group=STANDING,
    ),
    Action(
        "program.grant_benefit",
        gettext_lazy("Give a benefit"),
        gettext_lazy("give {kind} in {programme}"),
        _grant,
        [
            _PROGRAMME,
            _KIND,
            Parameter("amount", gettext_lazy("Points, days or sum"), "number", required=False),
            Parameter("text", gettext_lazy("In words"), "text", required=False),
            Parameter("line", gettext_lazy("Product line (its key)"), "text", required=False),
            _REASON,
            _DAYS,
        ],
        icon="gift",
        group=STANDING,
    ),
    Action(
        "program.revoke_benefit",
        gettext_lazy("End a benefit that was given"),
        gettext_lazy("end {kind} that was given in {programme}"),
        _revoke,
        [_PROGRAMME, _KIND, _REASON],
        icon="gift",
        group=STANDING,
    ),
)
