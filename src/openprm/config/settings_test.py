"""Settings of the tests: a throw-away cluster that waits for no disk, a quick password hash, plain static files."""

import hashlib
import os
from pathlib import Path

from openprm.config import databases
from openprm.config.settings import *  # noqa: F403
from openprm.config.settings import APP_DATABASE, DATA_FOLDER, ENVIRONMENT, OWNER_DATABASE, STORAGES

# Checkouts that share a server must not share a test database.
_suffix = hashlib.sha256(str(Path(__file__).resolve()).encode()).hexdigest()[:8]
_test = {"TEST": {"NAME": f"test_openprm_{_suffix}"}}
if ENVIRONMENT.database is None:
    APP_DATABASE = databases.embedded(DATA_FOLDER / "postgres-test", owner=False, durable=False)
    OWNER_DATABASE = databases.embedded(DATA_FOLDER / "postgres-test", owner=True, durable=False)
DATABASES = {"default": {**APP_DATABASE, **_test}}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
MEDIA_ROOT = DATA_FOLDER / "test-files" / str(os.getpid())
ALLOWED_HOSTS = ["*"]
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True  # files are served from where they lie
