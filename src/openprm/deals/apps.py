"""The Django app of deal registration."""

from django.apps import AppConfig


class DealsConfig(AppConfig):
    """Deal registration."""

    name = "openprm.deals"
    label = "deals"

    def ready(self) -> None:
        """Let protections follow when accounts turn out to be one customer."""
        from openprm.customers.services import family
        from openprm.deals.services import identities

        family.followers.append(identities.follow)
