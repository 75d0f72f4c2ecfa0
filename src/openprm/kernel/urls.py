"""The addresses of the kernel's pages: ``root`` for both sides, the engine room in ``console``, webhooks in both."""

from typing import Any

from django.urls import path

from openprm.kernel.console.views import audit, brand, deliveries, jobs, ledger, mail, settings
from openprm.kernel.files import views as files
from openprm.kernel.notifications import views as notifications
from openprm.kernel.webhooks import views as webhooks

root: list[Any] = [
    path("brand.css", brand.css, name="brand_css"),
    path("files/<uuid:pk>/", files.download, name="file"),
    path("notifications/", notifications.messages, name="notifications"),
    path("notifications/bell/", notifications.bell, name="notification_bell"),
    path("notifications/count/", notifications.count, name="notification_count"),
    path("notifications/read/", notifications.read_all, name="notifications_read"),
    path("notifications/<uuid:pk>/", notifications.message, name="notification"),
    path("account/notifications/", notifications.preferences, name="notification_preferences"),
    path("account/notifications/stop/<str:token>/", notifications.stop, name="notification_stop"),
]

console: list[Any] = [
    path("events/", deliveries.listing, name="deliveries"),
    path("events/replay/", deliveries.replay, name="deliveries_replay"),
    path("events/<uuid:pk>/", deliveries.detail, name="delivery"),
    path("events/<uuid:pk>/replay/", deliveries.replay_one, name="delivery_replay"),
    path("jobs/", jobs.listing, name="jobs"),
    path("jobs/<int:pk>/retry/", jobs.retry, name="job_retry"),
    path("jobs/<int:pk>/cancel/", jobs.cancel, name="job_cancel"),
    path("mail/", mail.listing, name="mail"),
    path("mail/<uuid:pk>/", mail.detail, name="mail_item"),
    path("mail/<uuid:pk>/send/", mail.send_again, name="mail_send_again"),
    path("audit/", audit.listing, name="audit"),
    path("audit/<uuid:pk>/", audit.detail, name="audit_entry"),
    path("ledger/", ledger.show, name="ledger"),
    path("ledger/verify/", ledger.verify, name="ledger_verify"),
    path("settings/", settings.settings, name="settings"),
    path("settings/preview/", settings.preview, name="settings_preview"),
    path("settings/<slug:slug>/", settings.settings, name="settings_group"),
    *webhooks.addresses("console"),
]

portal: list[Any] = [*webhooks.addresses("portal")]
