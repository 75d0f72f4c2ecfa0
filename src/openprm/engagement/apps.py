"""The feature as Django knows it."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class EngagementConfig(AppConfig):
    """Rules of engagement."""

    name = "openprm.engagement"
    label = "engagement"

    def ready(self) -> None:
        """Have a first version after each migration: the rules that OpenPRM ships; and let holds move with accounts."""
        from django.utils.translation import gettext_lazy as _

        from openprm.customers.services import movers
        from openprm.engagement import versions
        from openprm.engagement.models import Hold

        movers.movers.append(movers.Mover("hold", _("Hold"), Hold, once=True))
        post_migrate.connect(versions.after_migrate, sender=self, dispatch_uid="openprm.engagement.first")
