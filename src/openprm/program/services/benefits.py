"""Benefits by hand or by an action, beside those that come with the tier."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import ValidationError

from openprm.customers.models import ProductLine
from openprm.kernel.access import SYSTEM, Actor, as_system
from openprm.kernel.errors import Forbidden, Invalid, Missing, Refusal
from openprm.program import policies
from openprm.program.definition import Benefit
from openprm.program.models import BenefitGrant, Membership
from openprm.program.services import assessing, moving
from openprm.program.versions import in_force

NEEDS_AMOUNT = ("discount", "protection", "funds")


@transaction.atomic
def grant(
    *, member: Membership, benefit: Benefit, reason: str, until: datetime | None = None, by: Actor, at: datetime,
    key: str = "",
) -> BenefitGrant:  # fmt: skip
    """Give a partner a benefit beside those of its tier, until a time or until somebody ends it."""
    _require(member, by)
    reason = _said(reason)
    if wrong := problems(benefit):
        raise Invalid(_("Some fields need your attention."), fields=wrong)
    if until is not None and until <= at:
        message = _("Give a time that is still to come, or none.")
        raise Invalid(message, fields={"until": message})
    with as_system():
        if key and (known := BenefitGrant.objects.filter(key=key).first()):
            return known
        row = BenefitGrant.objects.create(
            partner_id=member.partner_id, programme_id=member.programme_id, code=benefit.code,
            benefit=benefit.model_dump(mode="json"), reason=reason, given_by=by.name, since=at, until=until, key=key,
            created_at=at, updated_at=at,
        )  # fmt: skip
        moving.tell_benefit(benefit, member, came=True, by=by, at=at, reason=reason)
    return row


@transaction.atomic
def withhold(*, member: Membership, code: str, reason: str, by: Actor, at: datetime, key: str = "") -> BenefitGrant:
    """Withhold a benefit that the partner's tier gives, until somebody ends that."""
    _require(member, by)
    reason = _said(reason)
    with as_system():
        if key and (known := BenefitGrant.objects.filter(key=key).first()):
            return known
        found = assessing.locked(member.pk)
        benefit = in_force(found.programme_id).says.tier(found.tier).benefit(code) if found else None
        if benefit is None:
            raise Missing(_("The partner's tier gives no such benefit."))
        if _withheld(member, code).exists():
            raise Refusal(_("This benefit is withheld already."))
        row = BenefitGrant.objects.create(
            partner_id=member.partner_id, programme_id=member.programme_id, code=code, withheld=True, reason=reason,
            benefit=benefit.model_dump(mode="json"), given_by=by.name, since=at, key=key, created_at=at, updated_at=at,
        )  # fmt: skip
        moving.tell_benefit(benefit, member, came=False, by=by, at=at, reason=reason)
    return row


@transaction.atomic
def revoke(*, grant: BenefitGrant, reason: str, by: Actor, at: datetime) -> None:
    """End what was given, or withheld, by hand."""
    with as_system():
        row = BenefitGrant.objects.select_for_update(of=("self",)).select_related("partner").get(pk=grant.pk)
        member = Membership.objects.select_related("partner", "programme").filter(
            partner_id=row.partner_id, programme_id=row.programme_id
        ).first()  # fmt: skip
    if not policies.may_move(by, row.partner):
        raise Forbidden(_("You do not look after this partner's standing. Ask its channel manager."))
    reason = _said(reason)
    if row.until is not None and row.until <= at:
        raise Refusal(_("This has ended already."))
    with as_system():
        row.until, row.over = max(at, row.since), True
        row.write("until", "over", at=at)
        if member is not None:
            _tell_end(row, member, reason, by=by, at=at)


@transaction.atomic
def run_out(*, grant_id: UUID, at: datetime) -> None:
    """Announce, once, that what was given until a time has ended, as of that time."""
    with as_system():
        row = BenefitGrant.objects.select_for_update().filter(pk=grant_id, over=False, until__lte=at).first()
        if row is None or row.until is None:
            return
        row.over = True
        row.write_unseen("over")
        rows = Membership.objects.select_related("programme")
        member = rows.filter(partner_id=row.partner_id, programme_id=row.programme_id).first()
        if member is not None:
            _tell_end(row, member, _("The time it was given for is over."), by=SYSTEM, at=row.until)


def problems(benefit: Benefit) -> dict[str, str]:
    """Return what is wrong with a benefit, by field."""
    wrong: dict[str, str] = {}
    if benefit.kind in NEEDS_AMOUNT and benefit.amount is None:
        wrong["amount"] = _("Give a number.")
    if benefit.kind == "protection" and benefit.amount is not None and not 1 <= benefit.amount <= 730:
        wrong["amount"] = _("Give from 1 to 730 days.")
    if benefit.kind == "discount" and benefit.amount is not None and benefit.amount > 100:
        wrong["amount"] = _("Give at most 100 points.")
    if benefit.kind not in NEEDS_AMOUNT and not benefit.text.strip():
        wrong["text"] = _("Say in a few words what the partner gets.")
    if benefit.line and not ProductLine.objects.filter(key=benefit.line).exists():
        wrong["line"] = _("There is no product line “%(key)s”.") % {"key": benefit.line}
    return wrong


def read(given: dict[str, object]) -> Benefit:
    """Return a benefit from plain values; Invalid names the fields that are wrong."""
    try:
        return Benefit.model_validate(given)
    except ValidationError as error:
        wrong = {str(one["loc"][0]) if one["loc"] else "benefit": one["msg"] for one in error.errors()}
        raise Invalid(_("Some fields need your attention."), fields=wrong) from None


def _require(member: Membership, by: Actor) -> None:
    if not policies.may_move(by, member.partner):
        raise Forbidden(_("You do not look after this partner's standing. Ask its channel manager."))


def _said(reason: str) -> str:
    if not reason.strip() or len(reason.strip()) > 400:
        message = _("Say why, in at most 400 characters. The partner reads it.")
        raise Invalid(message, fields={"reason": message})
    return reason.strip()


def _tell_end(row: BenefitGrant, member: Membership, reason: str, *, by: Actor, at: datetime) -> None:
    benefit = Benefit.model_validate(row.benefit)
    moving.tell_benefit(benefit, member, came=row.withheld, by=by, at=at, reason=reason)


def _withheld(member: Membership, code: str):  # type: ignore[no-untyped-def]
    return BenefitGrant.objects.filter(
        partner_id=member.partner_id, programme_id=member.programme_id, code=code, withheld=True, until=None
    )
