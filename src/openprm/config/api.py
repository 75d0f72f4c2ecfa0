"""The API of OpenPRM, version 1: each feature brings its own router."""

from importlib import import_module

from django.conf import settings
from django.utils.module_loading import module_has_submodule

from openprm.kernel.api import create_api
from openprm.kernel.console.api import routers as engine_room
from openprm.kernel.ledger.api import router as ledger
from openprm.kernel.notifications.api import router as notifications
from openprm.kernel.webhooks.api import router as webhooks

api = create_api()
for _of_kernel in (webhooks, *engine_room, ledger, notifications):
    api.add_router("", _of_kernel)

for _feature in settings.FEATURES:
    if module_has_submodule(import_module(f"openprm.{_feature}"), "api"):
        _router = getattr(import_module(f"openprm.{_feature}.api"), "router", None)
        if _router is not None:
            api.add_router("", _router)
