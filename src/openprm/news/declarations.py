"""What news gives to the others."""

from django.utils.translation import gettext_lazy as _

from openprm.kernel.access import Permission, Scope
from openprm.kernel.declarations import Feature, HomeCard, Nav, NotificationKind
from openprm.news import home, policies

_VENDOR = dict.fromkeys(("channel_manager", "marketing", "enablement"), Scope.ALL)
_PARTNER = dict.fromkeys(("sales", "technical", "marketing", "viewer"), Scope.COMPANY)

feature = Feature(
    name="news",
    label=_("News"),
    permissions=[
        Permission(policies.VIEW, _("Read news"), vendor=_VENDOR, partner=_PARTNER),
        Permission(policies.WRITE, _("Write and publish news for partners"), vendor=_VENDOR),
    ],
    navigation=[
        Nav("console", _("News"), "console:news", "news", policies.VIEW, order=46, group=_("Partners")),
        Nav("portal", _("News"), "portal:news", "news", policies.VIEW, order=70),
    ],
    notifications=[NotificationKind("news.post", _("News from the programme"), side="partner")],
    home=[HomeCard("portal", "news", "news/home.html", home.portal_card, policies.VIEW, order=12)],
)
