"""Django as a WSGI application: pages and API. Servers run ``asgi.py``, which hands on to this."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openprm.config.settings")
application = get_wsgi_application()
