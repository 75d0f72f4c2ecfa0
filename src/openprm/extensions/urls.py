"""Where the pages of activities and extensions are."""

from django.urls import path

from openprm.extensions.views import deal, expiring, inbox, mail, rules

portal = [
    path("deals/<uuid:pk>/activity/", deal.portal_log, name="deal_activity"),
    path("deals/<uuid:pk>/extension/", deal.ask, name="deal_extension"),
    path("extensions/<uuid:pk>/withdraw/", deal.withdraw, name="extension_withdraw"),
]

console = [
    path("deals/<uuid:pk>/activity/", deal.console_log, name="deal_activity"),
    path("deals/<uuid:pk>/extend/", deal.extend, name="deal_extend"),
    path("extensions/", inbox.show, name="extensions"),
    path("extensions/all/", inbox.history, name="extension_history"),
    path("extensions/grant/", inbox.grant_many, name="extension_grant_many"),
    path("extensions/decline/", inbox.decline_many, name="extension_decline_many"),
    path("extensions/<uuid:pk>/grant/", deal.grant, name="extension_grant"),
    path("extensions/<uuid:pk>/decline/", deal.decline, name="extension_decline"),
    path("expiring/", expiring.show, name="expiring"),
    path("protection-rules/", rules.show, name="protection_rules"),
    path("protection-rules/windows/new/", rules.new_window, name="protection_window_new"),
    path("protection-rules/windows/<uuid:pk>/", rules.window, name="protection_window"),
    path("protection-rules/windows/<uuid:pk>/remove/", rules.remove_window, name="protection_window_remove"),
    path("protection-rules/extensions/new/", rules.new_rule, name="extension_rule_new"),
    path("protection-rules/extensions/<uuid:pk>/", rules.rule, name="extension_rule"),
    path("protection-rules/extensions/<uuid:pk>/remove/", rules.remove_rule, name="extension_rule_remove"),
    path("inbound-mail/", mail.show, name="inbound_mail"),
]
