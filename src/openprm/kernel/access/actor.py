"""The one who acts: a person, an API client, the system, or a guest. Plain values, no database."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext as _

from openprm.kernel.errors import Forbidden


class Scope(StrEnum):
    """How far a permission reaches, narrowest first.

    ``own``: what I made or am responsible for; ``team``: also that of the people who report to me; ``company``: all of
    my company; ``all``: the whole programme (vendor side only).
    """

    OWN = "own"
    TEAM = "team"
    COMPANY = "company"
    ALL = "all"

    @property
    def breadth(self) -> int:
        """Return 0 for the narrowest scope, growing with reach."""
        return list(Scope).index(self)


Kind = Literal["person", "client", "system", "guest"]
Side = Literal["vendor", "partner", "system", "guest"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts.

    ``partner_id`` is the company a partner's person belongs to; ``partner_ids`` are the companies they see (their own,
    and those below a distributor where the programme says so). ``viewer`` is the vendor's person behind a "view as
    partner"; such an actor only reads.
    """

    kind: Kind
    id: UUID | None
    name: str
    side: Side
    email: str = ""
    partner_id: UUID | None = None
    partner_name: str = ""
    partner_ids: frozenset[UUID] = frozenset()
    grants: Mapping[str, Scope] = field(default_factory=lambda: MappingProxyType({}))
    roles: frozenset[str] = frozenset()
    team_ids: frozenset[UUID] = frozenset()
    viewer: "Actor | None" = None
    locale: str = ""
    timezone: str = ""

    @property
    def is_vendor(self) -> bool:
        """Say whether this is the vendor's person, client, or the system itself."""
        return self.side in ("vendor", "system")

    @property
    def is_partner(self) -> bool:
        """Say whether this actor belongs to a partner."""
        return self.side == "partner"

    @property
    def is_signed_in(self) -> bool:
        """Say whether somebody is known to be there."""
        return self.kind in ("person", "client")

    @property
    def company_id(self) -> UUID:
        """Return the partner whose person this is; Forbidden for everybody else."""
        if self.partner_id is None:
            raise Forbidden(_("This is for partners."))
        return self.partner_id

    @property
    def read_only(self) -> bool:
        """Say whether this actor may only look."""
        return self.viewer is not None

    def scope(self, verb: str) -> Scope | None:
        """Return how far ``verb`` reaches for this actor, or None where it is not held."""
        if self.kind == "system":
            return Scope.ALL
        return self.grants.get(verb)

    def may(self, verb: str) -> bool:
        """Say whether this actor holds ``verb`` at all."""
        return self.scope(verb) is not None

    def require(self, verb: str) -> Scope:
        """Return the scope of ``verb``, or raise Forbidden."""
        scope = self.scope(verb)
        if scope is None:
            raise Forbidden(_("Your role does not include this. Ask an administrator of your company for it."))
        return scope

    def limited_to(self, verbs: frozenset[str]) -> "Actor":
        """Return this actor holding only ``verbs`` (a token's scopes can narrow, never widen)."""
        return replace(self, grants={verb: scope for verb, scope in self.grants.items() if verb in verbs})


SYSTEM = Actor(kind="system", id=None, name="OpenPRM", side="system")
ANONYMOUS = Actor(kind="guest", id=None, name="", side="guest")
