"""The addresses of the kernel's pages: ``root`` for both sides, ``console`` for the engine room."""

from typing import Any

from django.urls import path

from openprm.kernel.console import brand
from openprm.kernel.files import views as files
from openprm.kernel.notifications import views as notifications

root: list[Any] = [
    path("brand.css", brand.css, name="brand_css"),
    path("files/<uuid:pk>/", files.download, name="file"),
    path("notifications/", notifications.messages, name="notifications"),
    path("notifications/bell/", notifications.bell, name="notification_bell"),
    path("notifications/read/", notifications.read_all, name="notifications_read"),
    path("notifications/<uuid:pk>/", notifications.message, name="notification"),
    path("account/notifications/", notifications.preferences, name="notification_preferences"),
    path("account/notifications/stop/<str:token>/", notifications.stop, name="notification_stop"),
]

console: list[Any] = []
portal: list[Any] = []
