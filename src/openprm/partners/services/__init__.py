"""The verbs of partners: each asks who may, checks, writes, and announces, in one transaction."""

from openprm.partners.services.audiences import delete_audience, save_audience
from openprm.partners.services.external import set_external_id
from openprm.partners.services.hierarchy import set_parent
from openprm.partners.services.logo import set_logo
from openprm.partners.services.profile import change_profile, create, keep_tier, upsert_by_external_id
from openprm.partners.services.staffing import staff
from openprm.partners.services.standing import change_status
from openprm.partners.services.team import assign_team, remove_from_team
from openprm.partners.services.territories import set_territory

__all__ = [
    "assign_team",
    "change_profile",
    "change_status",
    "create",
    "delete_audience",
    "keep_tier",
    "remove_from_team",
    "save_audience",
    "set_external_id",
    "set_logo",
    "set_parent",
    "set_territory",
    "staff",
    "upsert_by_external_id",
]
