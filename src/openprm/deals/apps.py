"""The Django app of deal registration."""

from django.apps import AppConfig


class DealsConfig(AppConfig):
    """Deal registration."""

    name = "openprm.deals"
    label = "deals"

    def ready(self) -> None:
        """Let protections follow when accounts turn out to be one customer; tell programmes what partners sold."""
        from openprm.customers.services import family
        from openprm.deals import kpis
        from openprm.deals.services import identities
        from openprm.program import turnover

        family.followers.append(identities.follow)
        turnover.register(kpis.sold)
