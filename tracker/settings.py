"""Settings, read from the environment. A setting that cannot be used stops the start and says what is accepted.

| variable          | default                     | accepted                                              |
|-------------------|-----------------------------|-------------------------------------------------------|
| DEBUG             | false                       | true, false                                           |
| SECRET_KEY        | none                        | at least 50 characters; required unless DEBUG         |
| ALLOWED_HOSTS     | localhost names under DEBUG | host names, comma between; required unless DEBUG      |
| DATABASE_URL      | sqlite:///db.sqlite3        | sqlite:///PATH, postgres://USER:PASSWORD@HOST/NAME    |
| SITE_URL          | http://localhost:8000       | the public address, without a slash at its end        |
| BEHIND_TLS_PROXY  | false                       | true where one proxy in front sets X-Forwarded-Proto  |
|                   |                             | and X-Forwarded-For                                   |
| SECOND_FACTOR_REQUIRED | true; false under DEBUG and DEMO | whether reviewers and administrators need a  |
|                   |                             | second factor to sign in                              |
| EMAIL_URL         | smtp://localhost:25         | smtp, smtp+tls or smtp+ssl://USER:PASSWORD@HOST:PORT; |
|                   | consolemail:// under DEBUG  | consolemail:// writes mail to the console             |
| EMAIL_FROM        | noreply@ the host of SITE_URL | the address that mail comes from                    |

What is read of a spreadsheet that is sent in, as whole numbers above zero:

| variable                  | default | limits                                                            |
|---------------------------|---------|-------------------------------------------------------------------|
| IMPORT_MAX_BYTES          | 25 MB   | the file                                                          |
| IMPORT_MAX_UNPACKED_BYTES | 300 MB  | what an XLSX or ODS unpacks to                                    |
| IMPORT_MAX_ROWS           | 200000  | filled rows below the header                                      |
| IMPORT_MAX_COLUMNS        | 500     | columns of the sheet, those that are not read included            |
| IMPORT_MAX_CELLS          | 5000000 | cells of the sheet, empty ones included                           |
| IMPORT_MAX_SHEETS         | 100     | sheets of a workbook                                              |
| IMPORT_MAX_SECONDS        | 60      | the time that reading may take, without checking and writing      |
| IMPORT_MAX_MEMORY_BYTES   | 1 GB    | the memory of the process that opens a workbook; at least 100 MB  |
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def _boolean(name: str, *, default: bool) -> bool:
    """Reads a yes/no variable; anything but the accepted words stops the start."""
    text = env.str(name, default=str(default)).strip().lower()
    accepted = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    if text not in accepted:
        raise ImproperlyConfigured(
            f"{name}={text!r} is not understood. Accepted: {', '.join(accepted)}."
        )
    return accepted[text]


def _whole(name: str, *, default: int, least: int = 1) -> int:
    """Reads a whole number; anything else, or less than the least, stops the start."""
    text = env.str(name, default=str(default)).strip()
    if not (text.isascii() and text.isdecimal()) or int(text) < least:
        raise ImproperlyConfigured(
            f"{name}={text!r} is not understood. Accepted: a whole number from {least}."
        )
    return int(text)


DEBUG = _boolean("DEBUG", default=False)

SECRET_KEY = env.str("SECRET_KEY", default="only-for-development-" + "x" * 40 if DEBUG else "")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured(
        "SECRET_KEY must be set to at least 50 random characters (or set DEBUG=true to develop)."
    )

ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else []
)
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS must name the hosts served, separated by commas, e.g. suivi.example.ma."
    )

SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
if not SITE_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(f"SITE_URL={SITE_URL!r} must start with http:// or https://.")

INSTALLED_APPS = [
    "modeltranslation",  # before the admin, whose forms it extends
    "programmes.admin.config.TrackerAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "import_export",
    "simple_history",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
    "programmes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "programmes.admin.signin.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ]
        },
    }
]

# Databases
try:
    DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
except (environ.ImproperlyConfigured, ValueError, KeyError) as error:
    raise ImproperlyConfigured(
        "DATABASE_URL is not understood. Accepted: sqlite:///PATH or postgres://USER:PASSWORD@HOST:PORT/NAME."
    ) from error
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Several processes write one file: readers never wait, writers wait their turn.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Compiling a statement that runs for a few milliseconds takes a hundred. What is planned once for many runs
    # (selectors/prepared.py) is planned for any values: the first five would be planned anew, each in its own way.
    # Tables and indexes are in memory: a page of an index costs no more than the next page of a table.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
        "options", "-c jit=off -c plan_cache_mode=force_generic_plan -c random_page_cost=1"
    )
else:
    raise ImproperlyConfigured(
        "DATABASE_URL must name sqlite or postgres; no other database is tested."
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Languages, dates and numbers
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("ar", _("Arabic")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["tracker.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Africa/Casablanca"
MODELTRANSLATION_DEFAULT_LANGUAGE = "fr"
MODELTRANSLATION_LANGUAGES = ("fr", "ar", "en")
MODELTRANSLATION_FALLBACK_LANGUAGES = ("fr",)

# Accounts
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Sign-in of the staff: programmes/admin/signin
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
PASSWORD_RESET_TIMEOUT = 4 * 60 * 60
ACCOUNT_ADAPTER = "programmes.admin.signin.adapter.StaffAdapter"
ACCOUNT_FORMS = {
    "login": "programmes.admin.signin.forms.SignInForm",
    "reset_password": "programmes.admin.signin.forms.ResetForm",
}
ACCOUNT_SESSION_REMEMBER = True
# Administrators give accounts their address: it is the account's own column, never confirmed or kept elsewhere.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_ADAPTER = "programmes.admin.signin.adapter.FactorAdapter"
MFA_FORMS = {
    "add_webauthn": "programmes.admin.signin.forms.NewKeyForm",
    "edit_webauthn": "programmes.admin.signin.forms.KeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = urlsplit(SITE_URL).hostname
# `make run` signs its accounts in with a password, on this machine.
SECOND_FACTOR_REQUIRED = _boolean(
    "SECOND_FACTOR_REQUIRED", default=not (DEBUG or _boolean("DEMO", default=False))
)

# Attempts to sign in are counted here, by all processes together. A migration makes its
# table. So many entries that an attack cannot push the counts out.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "programmes_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    # The public pages that each process built last; compressed; at most so many of 256 kB, and
    # mostly of 8 (public/caching.py).
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "TIMEOUT": 24 * 60 * 60,
        "OPTIONS": {"MAX_ENTRIES": 300, "CULL_FREQUENCY": 10},
    },
}

# Mail
try:
    _MAIL = env.email_url("EMAIL_URL", default="consolemail://" if DEBUG else "smtp://localhost:25")
except (environ.ImproperlyConfigured, ValueError, KeyError) as error:
    raise ImproperlyConfigured(
        "EMAIL_URL is not understood. Accepted: smtp://, smtp+tls:// or smtp+ssl://USER:PASSWORD@HOST:PORT, "
        "or consolemail://."
    ) from error
EMAIL_BACKEND = _MAIL["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = _MAIL["EMAIL_HOST"] or "localhost", _MAIL["EMAIL_PORT"] or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL["EMAIL_HOST_USER"], _MAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL.get("EMAIL_USE_TLS", False), _MAIL.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str(
    "EMAIL_FROM", default=f"noreply@{urlsplit(SITE_URL).hostname}"
)

# Spreadsheets: both are open to every member of staff unless these are set.
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"
IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_MAX_BYTES = _whole("IMPORT_MAX_BYTES", default=25 * 1024**2)
IMPORT_MAX_UNPACKED_BYTES = _whole("IMPORT_MAX_UNPACKED_BYTES", default=300 * 1024**2)
IMPORT_MAX_ROWS = _whole("IMPORT_MAX_ROWS", default=200_000)
IMPORT_MAX_COLUMNS = _whole("IMPORT_MAX_COLUMNS", default=500)
IMPORT_MAX_CELLS = _whole("IMPORT_MAX_CELLS", default=5_000_000)
IMPORT_MAX_SHEETS = _whole("IMPORT_MAX_SHEETS", default=100)
IMPORT_MAX_SECONDS = _whole("IMPORT_MAX_SECONDS", default=60)
IMPORT_MAX_MEMORY_BYTES = _whole("IMPORT_MAX_MEMORY_BYTES", default=1024**3, least=100 * 1024**2)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Work that a worker does beside the web server: manage.py db_worker
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Static files
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = BASE_DIR / "media"

# What a browser may load: this site and nothing else, no inline script or style.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []

# Secure by default: only a site whose own address is plain http (development, tests) goes without TLS.
_TLS = not DEBUG and not SITE_URL.startswith("http://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _TLS
SECURE_HSTS_SECONDS = 31536000 if _TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _TLS
if _boolean("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # the reader's address is the last one of X-Forwarded-For

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
