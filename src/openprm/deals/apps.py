"""The Django app of deal registration."""

from django.apps import AppConfig


class DealsConfig(AppConfig):
    """Deal registration."""

    name = "openprm.deals"
    label = "deals"

    def ready(self) -> None:
        """Let protections follow when accounts turn out to be one customer, and deals move when accounts are merged.

        Programmes are told what partners sold.
        """
        from openprm.customers.services import family, movers
        from openprm.deals import kpis
        from openprm.deals.services import identities, merging
        from openprm.program import turnover

        family.followers.append(identities.follow)
        movers.movers.extend(merging.movers())
        turnover.register(kpis.sold)
