"""Who acts, what they may do, and what the database shows them.

Three layers, each of which refuses on its own: a *permission* (a verb such as ``deals.approve``, held with a scope), a
feature's *policy* (which rows), and PostgreSQL *row-level security* (a partner's transaction sees that partner's rows).
"""

from openprm.kernel.access.actor import ANONYMOUS, SYSTEM, Actor, Scope
from openprm.kernel.access.permissions import Permission, granted_by_default, permissions
from openprm.kernel.access.rls import Protect
from openprm.kernel.access.scope import as_system, current, enter

__all__ = [
    "ANONYMOUS",
    "SYSTEM",
    "Actor",
    "Permission",
    "Protect",
    "Scope",
    "as_system",
    "current",
    "enter",
    "granted_by_default",
    "permissions",
]
