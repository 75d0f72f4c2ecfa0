"""Django's settings, made of the environment (see ``environment.py``); nothing here is edited by hand on a server."""

from typing import Any

import django_stubs_ext
from django.utils.translation import gettext_lazy as _

from openprm.config import databases, environment

django_stubs_ext.monkeypatch()  # lets code say ``ArrayField[...]`` where the type checker wants to know

ENVIRONMENT = environment.load()

FEATURES = [
    *("kernel", "accounts", "partners", "customers", "program", "pricing", "checks", "engagement", "deals"),
    *("disputes", "extensions", "receipts", "conduct", "journeys", "news", "recruiting", "automation", "blueprint"),
    "demo",
]

SECRET_KEY = ENVIRONMENT.secret_key
SECRET_KEY_FALLBACKS = list(ENVIRONMENT.old_secret_keys)
DEBUG = ENVIRONMENT.debug
DEMO = ENVIRONMENT.demo
ALLOWED_HOSTS = ["*"] if ENVIRONMENT.debug or ENVIRONMENT.demo else list(ENVIRONMENT.hosts)
BASE_URL = ENVIRONMENT.url
DATA_FOLDER = ENVIRONMENT.data
CSRF_TRUSTED_ORIGINS = [BASE_URL]
ROOT_URLCONF = "openprm.config.urls"
WSGI_APPLICATION = "openprm.config.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    *(f"openprm.{feature}" for feature in FEATURES),
    "openprm.config.apps.Config",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "csp",
    "ninja",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "openprm.kernel.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "openprm.kernel.middleware.HtmxMiddleware",
    "openprm.kernel.middleware.ScopeMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": ["template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "openprm.kernel.context.page",
            ],
        },
    }
]
if DEBUG:
    # Without the cache, a changed template is seen at once.
    TEMPLATES[0]["OPTIONS"]["loaders"][0][1][:] = TEMPLATES[0]["OPTIONS"]["loaders"][0][1][0][1]  # type: ignore[index]

# --- database: see databases.py, roles.py and embedded.py ---

APP_DATABASE = databases.database(ENVIRONMENT, owner=False)
OWNER_DATABASE = databases.database(ENVIRONMENT, owner=True)
DATABASES = {"default": dict(OWNER_DATABASE if ENVIRONMENT.db_owner else APP_DATABASE)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PARTNERS_MAY_WRITE = ["kernel_counter"]  # of the tables without row-level security
APPEND_ONLY_TABLES = ["kernel_event", "kernel_link", "kernel_anchor", "engagement_ruleset"]

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# --- signing in ---

OPENPRM_ACTOR_RESOLVER = "openprm.accounts.actors.resolve"
OPENPRM_HOLDERS = "openprm.accounts.queries.holders"
OPENPRM_SHUT_OUT = "openprm.accounts.queries.shut_out"
WEBHOOK_ALLOW_PRIVATE = ENVIRONMENT.webhook_allow_private
OPENPRM_SIGN_IN_PREFIXES = ("/sign-in/", "/account/")
AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["openprm.accounts.backends.PersonBackend"]
PASSWORD_HASHERS = [
    "openprm.accounts.hashers.Argon2",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_ADAPTER = "openprm.accounts.adapters.SignInAdapter"
ACCOUNT_FORMS = {"login": "openprm.accounts.forms.SignIn", "reset_password": "openprm.accounts.forms.AskReset"}
ACCOUNT_RATE_LIMITS = False  # theirs count by network address and per process; ours are in accounts/limits.py
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # people come by an invitation sent to that address
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_ADAPTER = "openprm.accounts.adapters.SecondStepAdapter"
MFA_FORMS = {
    "authenticate": "openprm.accounts.forms.SecondStep",
    "reauthenticate": "openprm.accounts.forms.SecondStepAgain",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENVIRONMENT.secure
MFA_TOTP_ISSUER = "OpenPRM"
USERSESSIONS_TRACK_ACTIVITY = False
ALLAUTH_TRUSTED_PROXY_COUNT = ENVIRONMENT.proxies
SOCIALACCOUNT_ADAPTER = "openprm.accounts.adapters.SingleSignOnAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10  # seconds
SOCIALACCOUNT_PROVIDERS = {}
if sso := ENVIRONMENT.single_sign_on:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "sso",
                "name": sso.name,
                "client_id": sso.client_id,
                "secret": sso.client_secret,
                "settings": {"server_url": sso.issuer, "oauth_pkce_enabled": True},
            }
        ]
    }
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = ENVIRONMENT.secure
CSRF_COOKIE_SECURE = ENVIRONMENT.secure
CSRF_COOKIE_SAMESITE = "Lax"

# --- what browsers are told ---

SECURE_SSL_REDIRECT = False  # the proxy in front redirects; health checks speak plain http
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if ENVIRONMENT.secure else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if ENVIRONMENT.proxies:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'", *([environment.origin(sso.issuer)] if sso else [])],
    }
}

# --- language, time ---

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- files ---

STATIC_URL = "/static/"
STATIC_ROOT = DATA_FOLDER / "static"
MEDIA_ROOT = DATA_FOLDER / "files"
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
STORAGES: dict[str, Any] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "openprm.config.static_files.HashedFiles"
    },
}
if store := ENVIRONMENT.object_store:
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": store.bucket,
            "endpoint_url": store.endpoint or None,
            "region_name": store.region or None,
            "access_key": store.access_key or None,
            "secret_key": store.secret_key or None,
            "default_acl": None,
            "querystring_auth": True,
            "file_overwrite": False,
        },
    }

# --- mail: without a server it is kept, and read in the console ---

DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENVIRONMENT.mail_from
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = "openprm.kernel.mail.backend.Outbox"
MAIL_GOES_OUT = ENVIRONMENT.mail is not None
if mail := ENVIRONMENT.mail:
    EMAIL_HOST, EMAIL_PORT = mail.host, mail.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = mail.user, mail.password
    EMAIL_USE_SSL, EMAIL_USE_TLS = mail.ssl, mail.starttls

# --- logs: one line each, to the standard error ---

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": ENVIRONMENT.log_level},
    "loggers": {
        "django": {"handlers": [], "level": ENVIRONMENT.log_level, "propagate": True},
        "django.server": {"handlers": [], "level": ENVIRONMENT.log_level, "propagate": True},
        "httpx": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
    },
}
