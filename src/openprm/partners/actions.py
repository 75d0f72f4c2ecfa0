"""What can be made to happen to a partner by the services of partners."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.accounts.models import Person
from openprm.kernel.access import as_system
from openprm.kernel.actions import Action, Occasion, Parameter
from openprm.kernel.errors import Refusal
from openprm.partners import services
from openprm.partners.choosing import Way
from openprm.partners.lists import STATUS_REASONS, BusinessModel, PartnerType, Region, TeamRole, Vertical
from openprm.partners.models import Partner, TeamMember
from openprm.partners.services.staffing import chosen_for

WAYS = [
    (Way.REGION_AND_LOAD.value, gettext_lazy("by region, then whoever has the fewest partners")),
    (Way.REGION.value, gettext_lazy("by region, in turns")),
    (Way.LOAD.value, gettext_lazy("whoever has the fewest partners")),
    (Way.ROUND_ROBIN.value, gettext_lazy("in turns")),
    (Way.FIXED.value, gettext_lazy("always the one person chosen below")),
]
_LISTS = {
    "verticals": (gettext_lazy("vertical"), Vertical),
    "business_models": (gettext_lazy("business model"), BusinessModel),
    "partner_types": (gettext_lazy("partner type"), PartnerType),
}


def _changes() -> list[tuple[str, Any]]:
    """Return every change of a field that can be chosen, as a lasting code with its words."""
    found: list[tuple[str, Any]] = []
    for field, (noun, choices) in _LISTS.items():
        for value, label in choices.choices:
            words = {"noun": noun, "value": label}
            found.append((f"{field}+{value}", _("add the %(noun)s %(value)s") % words))
            found.append((f"{field}-{value}", _("remove the %(noun)s %(value)s") % words))
    found += [
        (f"region={value}", _("set the region to %(value)s") % {"value": label}) for value, label in Region.choices
    ]
    return found


def _colleagues() -> list[tuple[str, str]]:
    ours = Person.objects.filter(partner=None, is_active=True).order_by("name")
    return [
        (person.email, f"{person.name} ({person.job_title})" if person.job_title else person.name) for person in ours
    ]


def _partner(occasion: Occasion) -> Partner:
    return Partner.objects.get(pk=occasion.partner_id)


def _set_field(occasion: Occasion, given: Mapping[str, Any]) -> str:
    partner = _partner(occasion)
    field, value = _changed(partner, str(given["change"]))
    if getattr(partner, field) == value:
        return _("nothing to change: it was so already")
    services.change_profile(partner=partner, by=occasion.by, at=occasion.at, **{field: value})
    return str(dict(_changes())[str(given["change"])])


def _foresee_field(occasion: Occasion, given: Mapping[str, Any]) -> str:
    partner = _partner(occasion)
    field, value = _changed(partner, str(given["change"]))
    if getattr(partner, field) == value:
        return _("nothing to change: it is so already")
    return str(dict(_changes())[str(given["change"])])


def _changed(partner: Partner, change: str) -> tuple[str, Any]:
    for sign in "=+-":
        field, found, value = change.partition(sign)
        if found and field.isidentifier():
            break
    now = getattr(partner, field)
    if sign == "+":
        return field, [*now, value] if value not in now else now
    if sign == "-":
        return field, [one for one in now if one != value]
    return field, value


def _assign(occasion: Occasion, given: Mapping[str, Any]) -> str:
    partner = _partner(occasion)
    before = _holder(partner, str(given["role"]))
    member = services.staff(partner=partner, by=occasion.by, at=occasion.at, **_team(given))
    words = {"role": member.get_role_display(), "person": member.person.name}
    if before == member.person_id:
        return _("%(person)s stays %(role)s") % words
    return _("%(person)s is %(role)s now") % words


def _foresee_assignment(occasion: Occasion, given: Mapping[str, Any]) -> str:
    partner, wanted = _partner(occasion), _team(given)
    label = TeamRole(wanted["role"]).label
    there = TeamMember.objects.filter(partner=partner, role=wanted["role"], person__is_active=True).first()
    if there and wanted.pop("keep"):
        return _("%(person)s stays %(role)s") % {"person": there.person.name, "role": label}
    wanted.pop("keep", None)
    try:
        with as_system():
            chosen = chosen_for(partner, **wanted)
    except Refusal as problem:
        return str(problem)
    return _("make %(person)s %(role)s") % {"person": chosen.name, "role": label}


def _team(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "role": str(given["role"]),
        "way": str(given["way"]),
        "people": list(given.get("people") or ()),
        "keep": bool(given.get("keep", True)),
    }


def _holder(partner: Partner, role: str) -> Any:
    return TeamMember.objects.filter(partner=partner, role=role).values_list("person_id", flat=True).first()


def _change_status(occasion: Occasion, given: Mapping[str, Any]) -> str:
    partner, status = _partner(occasion), str(given["status"])
    words = {"status": Partner.Status(status).label}
    if partner.status == status:
        return _("it is %(status)s already") % words
    services.change_status(
        partner=partner,
        status=status,
        reason=str(given["reason"]),
        note=str(given.get("note") or ""),
        by=occasion.by,
        at=occasion.at,
    )
    return _("it is %(status)s now") % words


def _foresee_status(occasion: Occasion, given: Mapping[str, Any]) -> str:
    status = str(given["status"])
    words = {"status": Partner.Status(status).label}
    if _partner(occasion).status == status:
        return _("it is %(status)s already") % words
    return _("change the status to %(status)s") % words


_GROUP = gettext_lazy("Partner")

ACTIONS = [
    Action(
        "partners.assign_team",
        gettext_lazy("Assign somebody to the account team"),
        sentence=gettext_lazy("assign a {role}, {way}"),
        parameters=[
            Parameter("role", gettext_lazy("Role in the account team"), "choice", choices=TeamRole.choices),
            Parameter("way", gettext_lazy("Whom"), "choice", choices=WAYS, default=Way.REGION_AND_LOAD.value),
            Parameter(
                "people",
                gettext_lazy("Choose from"),
                "choices",
                required=False,
                choices=_colleagues,
                help=gettext_lazy("Without a choice: everybody who has this duty under Territories."),
            ),
            Parameter(
                "keep", gettext_lazy("Whoever has the role already keeps it"), "boolean", required=False, default=True
            ),
        ],
        run=_assign,
        foresee=_foresee_assignment,
        icon="user-plus",
        group=_GROUP,
    ),
    Action(
        "partners.set_field",
        gettext_lazy("Change a field of the partner"),
        sentence=gettext_lazy("{change}"),
        parameters=[Parameter("change", gettext_lazy("What to change"), "choice", choices=_changes)],
        run=_set_field,
        foresee=_foresee_field,
        icon="edit",
        group=_GROUP,
    ),
    Action(
        "partners.change_status",
        gettext_lazy("Change the status of the partner"),
        sentence=gettext_lazy("change the status to {status} ({reason})"),
        parameters=[
            Parameter("status", gettext_lazy("Status"), "choice", choices=Partner.Status.choices),
            Parameter("reason", gettext_lazy("Reason"), "choice", choices=list(STATUS_REASONS.items())),
            Parameter(
                "note",
                gettext_lazy("Note"),
                "long_text",
                required=False,
                help=gettext_lazy("The partner can read it. Needed where the reason is “Other”."),
            ),
        ],
        run=_change_status,
        foresee=_foresee_status,
        icon="refresh",
        group=_GROUP,
    ),
]
