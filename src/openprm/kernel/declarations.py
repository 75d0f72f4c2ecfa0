"""What a feature gives to the others, told once in its ``declarations.py``.

Navigation, permission settings, audience builder, automations, requirements of tiers, notification settings and
programme settings are made from these, so a new feature appears in all of them without touching any.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal
from uuid import UUID

from django.apps import apps
from django.db.models import QuerySet
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext_lazy as _

from openprm.kernel import audiences, settings_store
from openprm.kernel.access import Actor, Permission
from openprm.kernel.access.permissions import register as register_permission
from openprm.kernel.actions import Action
from openprm.kernel.actions import register as register_action
from openprm.kernel.blueprints import Section
from openprm.kernel.blueprints import register as register_section
from openprm.kernel.contests import Contest
from openprm.kernel.contests import register as register_contest
from openprm.kernel.kpis import Kpi
from openprm.kernel.kpis import register as register_kpi
from openprm.kernel.ledger import chaining
from openprm.kernel.task_kinds import TaskKind
from openprm.kernel.task_kinds import register as register_task_kind

Side = Literal["console", "portal"]


@dataclass(frozen=True, slots=True)
class Nav:
    """An entry in the console's or the portal's navigation.

    ``waiting`` gives the rows whose number stands on its badge, if any; all badges of a page are counted together.
    """

    side: Side
    label: Any
    url: str
    icon: str
    permission: str
    order: int = 100
    group: Any = ""
    waiting: Callable[[Actor], QuerySet[Any, Any]] | None = None


GROUPS = (
    "", _("Deals"), _("Trust"), _("Partners"), _("Recruiting"), _("Onboarding"), _("Programme"), _("Customers"),
    _("Automation"), _("Insight"), _("Engine room"),
)  # fmt: skip
"""The groups of the console's sidebar, from top to bottom: what is looked at daily first, what is set up last."""


@dataclass(frozen=True, slots=True)
class NotificationKind:
    """A kind of message a person can turn on and off; ``default`` names its channels (``app``, ``email``)."""

    key: str
    label: Any
    side: Literal["vendor", "partner"]
    default: Sequence[str] = ("app", "email")


@dataclass(frozen=True, slots=True)
class HomeCard:
    """A part of the home page: ``template`` is rendered with what ``context`` returns; None leaves it out."""

    side: Side
    key: str
    template: str
    context: Callable[[Actor], dict[str, Any] | None]
    permission: str
    order: int = 100
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of another feature's page, at one of the places that ``kernel/panels.py`` names.

    ``template`` is rendered with what ``context`` returns for the actor and the page's row; None leaves it out.
    ``aside`` puts it in the narrow column.
    """

    place: str
    key: str
    template: str
    context: Callable[[Actor, Any], dict[str, Any] | None]
    permission: str
    order: int = 100
    aside: bool = False


@dataclass(frozen=True, slots=True)
class FileOwner:
    """Tells the file store who may read the files of one kind of row."""

    model_label: str
    may_read: Callable[[Actor, UUID], bool]


@dataclass(frozen=True, slots=True)
class Feature:
    """Everything one feature declares."""

    name: str
    label: Any
    permissions: Sequence[Permission] = ()
    navigation: Sequence[Nav] = ()
    subjects: Sequence[audiences.Subject] = ()
    audience_fields: Sequence[audiences.Field] = ()
    notifications: Sequence[NotificationKind] = ()
    settings: Sequence[settings_store.Setting] = ()
    home: Sequence[HomeCard] = ()
    panels: Sequence[Panel] = ()
    files: Sequence[FileOwner] = ()
    actions: Sequence[Action] = ()
    kpis: Sequence[Kpi] = ()
    blueprints: Sequence[Section] = ()
    completed: Callable[[], None] | None = None  # called once, when every feature is declared
    task_kinds: Sequence[TaskKind] = ()
    contests: Sequence[Contest] = ()
    chained: Sequence[str] = ()  # labels of the models whose facts form a hash chain (kernel/ledger)


features: dict[str, Feature] = {}


def discover() -> None:
    """Read the declarations, events and receivers of every feature, in the order of INSTALLED_APPS.

    Django may ask again, with another registry of apps; what is known already is not completed twice.
    """
    known = set(features)
    for config in apps.get_app_configs():
        if not config.name.startswith("openprm."):
            continue
        for module in ("events", "receivers"):
            if module_has_submodule(config.module, module):
                import_module(f"{config.name}.{module}")
        if module_has_submodule(config.module, "declarations"):
            declared = getattr(import_module(f"{config.name}.declarations"), "feature", None)
            if declared is not None:
                register(declared)
    for name, feature in features.items():
        if name not in known and feature.completed is not None:
            feature.completed()


def register(feature: Feature) -> None:
    """Make a feature known."""
    if feature.name in features:
        return
    features[feature.name] = feature
    for permission in feature.permissions:
        register_permission(permission)
    audiences.fields.register(new_subjects=feature.subjects, new_fields=feature.audience_fields)
    chaining.chained.update(feature.chained)
    for setting in feature.settings:
        settings_store.register(setting)
    for action in feature.actions:
        register_action(action)
    for kpi in feature.kpis:
        register_kpi(kpi)
    for section in feature.blueprints:
        register_section(section)
    for kind in feature.task_kinds:
        register_task_kind(kind)
    for contest in feature.contests:
        register_contest(contest)


def navigation(side: Side) -> list[Nav]:
    """Return the declared entries of one side, in order; those of a group stand together, groups as ``GROUPS`` says.

    A group that is not named there comes before the last; entries without a group come first.
    """
    entries = [entry for feature in features.values() for entry in feature.navigation if entry.side == side]
    ranks = {str(name): rank for rank, name in enumerate(GROUPS)}
    first: dict[str, int] = {}
    for entry in entries:
        first[str(entry.group)] = min(entry.order, first.get(str(entry.group), entry.order))
    unknown = ranks[str(GROUPS[-1])] - 0.5
    return sorted(
        entries,
        key=lambda entry: (
            ranks.get(str(entry.group), unknown), first[str(entry.group)], str(entry.group), entry.order,
        ),
    )  # fmt: skip


def notification_kinds(side: str | None = None) -> dict[str, NotificationKind]:
    """Return the declared kinds of messages, by key."""
    kinds = (kind for feature in features.values() for kind in feature.notifications)
    return {kind.key: kind for kind in kinds if side in (None, kind.side)}


def home_cards(side: Side) -> list[HomeCard]:
    """Return the parts of one side's home page, in order."""
    cards = [card for feature in features.values() for card in feature.home if card.side == side]
    return sorted(cards, key=lambda card: card.order)
