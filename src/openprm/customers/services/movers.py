"""What belongs to accounts, and how it moves when two of them are merged.

Every feature whose rows point at an account enters a mover for them (see ``deals/apps.py``); a test holds that none is
forgotten. Movers run as the system, inside the merge's transaction.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openprm.customers import events as facts
from openprm.customers.models import Account, Merge, Opportunity
from openprm.kernel import events
from openprm.kernel.access import Actor
from openprm.kernel.errors import Refusal

Tell = Callable[[Collection[UUID], Account, Account, Actor, datetime], None]


@dataclass(frozen=True)
class Mover:
    """Rows of ``model`` that belong to the account in ``field``.

    ``once`` says that an account has at most one: where both have one, the merge is refused. ``tell`` announces what
    moved (ids, from which account, to which one) in the rows' own histories. ``unseen`` says that readers of the rows
    are not shown their account: their version stays (see ``Entity.UNSEEN``).
    """

    name: str
    label: Any
    model: type[models.Model]
    field: str = "account"
    once: bool = False
    tell: Tell | None = None
    unseen: bool = False

    def rows(self, account: UUID) -> "models.QuerySet[Any]":
        """Return the rows of an account."""
        return self.model._default_manager.filter(**{self.field: account})

    def move(
        self, source: Account, target: Account, *, only: Collection[UUID] | None = None, at: datetime
    ) -> list[UUID]:
        """Move the rows of ``source`` (``only`` these of them) to ``target``; return which."""
        rows = self.rows(source.pk) if only is None else self.rows(source.pk).filter(pk__in=only)
        keys = list(rows.exclude(pk=target.pk).order_by("pk").values_list("pk", flat=True))
        if keys and self.once and self.rows(target.pk).exists():
            raise Refusal(
                _("Both accounts have this: %(what)s. Take it away from one of them first.") % {"what": self.label},
                code="merge_both_have",
            )
        there = self.model._default_manager.filter(pk__in=keys)
        risen = {} if self.unseen else {"version": F("version") + 1, "updated_at": at}
        there.update(**{self.field: target.pk}, **risen)
        return keys


def _tell_opportunities(keys: Collection[UUID], source: Account, target: Account, by: Actor, at: datetime) -> None:
    for row in Opportunity.objects.filter(pk__in=keys):
        fact = facts.OpportunityChanged({"account_id": [str(source.pk), str(target.pk)]})
        events.announce(fact, about=row, by=by, at=at)


def _tell_subsidiaries(keys: Collection[UUID], source: Account, target: Account, by: Actor, at: datetime) -> None:
    for row in Account.objects.filter(pk__in=keys):
        fact = facts.AccountChanged({"parent_id": [str(source.pk), str(target.pk)]})
        events.announce(fact, about=row, by=by, at=at)


movers: list[Mover] = [
    Mover("opportunities", gettext_lazy("Opportunities"), Opportunity, tell=_tell_opportunities),
    Mover("subsidiaries", gettext_lazy("Subsidiaries"), Account, "parent", tell=_tell_subsidiaries),
    Mover("merges", gettext_lazy("Accounts merged into it before"), Merge, "into"),
]
