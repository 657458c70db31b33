"""Settings, read from the environment. A setting that cannot be used stops the start and says what is accepted.

TRACKER_ENV names files to read them from too, with a colon between: /etc/tracker/env. What stands in the environment
comes before what stands in the first file, and that before the others.

| variable          | default                     | accepted                                              |
|-------------------|-----------------------------|-------------------------------------------------------|
| DEBUG             | false                       | true, false                                           |
| SECRET_KEY        | none                        | at least 50 characters; required unless DEBUG         |
| ALLOWED_HOSTS     | localhost names under DEBUG | host names, comma between; required unless DEBUG      |
| DATABASE_URL      | sqlite:///db.sqlite3        | sqlite:///PATH, postgres://USER:PASSWORD@HOST/NAME    |
| SITE_URL          | http://localhost:8000       | the public address, without a slash at its end        |
| FORCE_SCRIPT_NAME | empty: the root of the host | where the site lies below its host: /PART, without a     |
|                   |                             | slash at its end; never taken from a request          |
| BEHIND_TLS_PROXY  | false                       | true where one proxy in front sets X-Forwarded-Proto  |
|                   |                             | and X-Forwarded-For                                   |
| SECOND_FACTOR_REQUIRED | true; false under DEBUG and DEMO | whether reviewers, editors and administrators |
|                   |                             | need a second factor to sign in                       |
| EMAIL_URL         | smtp://localhost:25         | smtp, smtp+tls or smtp+ssl://USER:PASSWORD@HOST:PORT; |
|                   | consolemail:// under DEBUG  | consolemail:// writes mail to the console             |
| EMAIL_FROM        | noreply@ the host of SITE_URL | the address that mail comes from                    |
| SITE_LANGUAGES    | fr,ar,en                    | language codes, comma between; the first is that of   |
|                   |                             | readers who chose none (CONTRIBUTING.md: one more)    |
| COUNTRY           | MA                          | the country, by its code of two letters: whose numbers|
|                   |                             | and months are written, and where all territories lie |
| REFERENCE_DIR     | programmes/reference        | the folder of the country's reference data, as a      |
|                   |                             | whole path (CONTRIBUTING.md: another country)         |
| LEDGER_WITNESSES  | none                        | addresses, comma between, that send_digest mails      |
| LEDGER_KEPT       | none                        | a file of digests that verify_ledger holds it against |
| ADMINS            | none                        | addresses, comma between, that are mailed of faults   |
| PAGES_CACHE       | kept-pages beside the code  | the full path of a folder, or redis://HOST:PORT/NUMBER|
| PUBLIC_FILES_STORAGE | files of this machine    | a storage of Django, e.g. storages.backends.s3.S3Storage |
| PUBLIC_FILES_OPTIONS | {"location": "public-files" beside the code} | its options, as JSON         |
| PUBLIC_FILES_SENT_BY | tracker                  | tracker; proxy (X-Accel-Redirect to /public-files);   |
|                   |                             | storage (readers are sent to its own addresses)       |
| SOURCE_FILE_MAX_BYTES | 20971520 (20 MB)        | the largest file that may be attached to a source     |
| MEDIA_ROOT        | media/ beside the code      | the folder of attached files, as a whole path         |

Those who operate a site find the others, with what each does, in docs/operator-guide.en.md: DATABASE_POOLED,
DATABASE_REPLICA_URL, SECRET_KEY_FALLBACKS, HSTS_SECONDS, HSTS_SUBDOMAINS, HSTS_PRELOAD, LOG_FORMAT,
SENTRY_DSN, METRICS_TOKEN, BACKUP_DIR, BACKUP_KEY, BACKUP_KEEP, DISK_MIN_BYTES, QUEUE_MAX_MINUTES, SEARCHES_A_MINUTE,
FILES_A_MINUTE, UPLOADS_KEPT_DAYS, WEB_BIND, WEB_PROCESSES, WEB_THREADS.

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

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from babel import Locale, localedata
from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import get_language
from environ.environ import NoValue
from sentry_sdk.utils import BadDsn, Dsn

# fields, forms and screens name the table they are of, as querysets do: ModelAdmin[Series]
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
for _file in filter(None, os.environ.get("TRACKER_ENV", "").split(":")):
    try:
        with Path(_file).open(encoding="utf-8") as _lines:
            env.read_env(_lines)
    except OSError as error:
        raise ImproperlyConfigured(
            f"TRACKER_ENV names {_file}, which cannot be read: {error.strerror}."
        ) from error


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
if len(SECRET_KEY) < 50 or "REPLACE_WITH" in SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY must be set to at least 50 random characters (or set DEBUG=true to develop)."
    )

# Keys of before: what was signed with one of them still holds.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
if any(len(key) < 50 for key in SECRET_KEY_FALLBACKS):
    raise ImproperlyConfigured(
        "SECRET_KEY_FALLBACKS must be earlier values of SECRET_KEY, at least 50 characters each, comma between."
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

# Empty is a value too: Django then never takes the place of the site from a request.
FORCE_SCRIPT_NAME = env.str("FORCE_SCRIPT_NAME", default="")
if FORCE_SCRIPT_NAME and not (
    FORCE_SCRIPT_NAME.startswith("/") and FORCE_SCRIPT_NAME.strip("/") == FORCE_SCRIPT_NAME[1:]
):
    raise ImproperlyConfigured(
        f"FORCE_SCRIPT_NAME={FORCE_SCRIPT_NAME!r} must start with a slash and not end with one, e.g. /suivi."
    )

INSTALLED_APPS = [
    "modeltranslation",  # before the admin, whose forms it extends
    "programmes.admin.config.TrackerAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "ninja",
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
    "operations",
]

MIDDLEWARE = [
    "operations.requests.RequestMiddleware",
    "operations.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "programmes.public.cookies.CookielessMiddleware",  # before all that read cookies
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "operations.limits.LimitMiddleware",  # says what it refuses in the reader's language
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
def _database(name: str, default: str | NoValue = env.NOTSET) -> dict[str, Any]:
    """A database by its address; anything else stops the start."""
    try:
        address = env.str(name, default)
        is_tested = urlsplit(address).scheme in ("sqlite", "postgres", "postgresql")
        found = env.db_url_config(address) if is_tested else {}
    except ValueError:
        found = {}
    if not found.get("NAME"):
        raise ImproperlyConfigured(
            f"{name} is not understood. Accepted: sqlite:///PATH or postgres://USER:PASSWORD@HOST:PORT/NAME."
        )
    if found["ENGINE"] == "django.db.backends.sqlite3":
        # Several processes write one file: readers never wait, writers wait their turn.
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    else:
        found["CONN_MAX_AGE"] = 600
        found["CONN_HEALTH_CHECKS"] = True
        # A pooler may hand a connection to another process after each transaction (PgBouncer in transaction mode):
        # nothing is set on a connection, no statement is prepared on it, and no cursor outlives its transaction.
        found["DISABLE_SERVER_SIDE_CURSORS"] = _boolean("DATABASE_POOLED", default=False)
        # a host that is gone is told within seconds, not when the network gives up
        found.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    return found


DATABASES = {"default": _database("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
if env.str("DATABASE_REPLICA_URL", default=""):
    DATABASES["replica"] = _database("DATABASE_REPLICA_URL")
    DATABASES["replica"]["TEST"] = {"MIRROR": "default"}
    DATABASE_ROUTERS = ["programmes.models.replica.ReplicaRouter"]
    if {one["ENGINE"] for one in DATABASES.values()} != {"django.db.backends.postgresql"}:
        raise ImproperlyConfigured(
            "DATABASE_REPLICA_URL must name a replica on PostgreSQL of the database in DATABASE_URL."
        )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Languages, dates and numbers
# The first is that of readers who chose none. One more: its code in the environment, a catalogue, a migration
# (CONTRIBUTING.md).
SITE_LANGUAGES = env.list("SITE_LANGUAGES", default=["fr", "ar", "en"])
if not SITE_LANGUAGES or not all(
    code.isalpha() and localedata.exists(code) for code in SITE_LANGUAGES
):
    raise ImproperlyConfigured(
        f"SITE_LANGUAGES={','.join(SITE_LANGUAGES)!r} must be codes of languages with commas between, as fr,ar,en."
    )
COUNTRY = env.str("COUNTRY", default="MA")
REFERENCE_DIR = Path(env.str("REFERENCE_DIR", default=str(BASE_DIR / "programmes/reference")))
if not (REFERENCE_DIR / "country.json").is_file():
    raise ImproperlyConfigured(
        f"REFERENCE_DIR={str(REFERENCE_DIR)!r} must be a folder that holds country.json (CONTRIBUTING.md)."
    )
LANGUAGE_CODE = SITE_LANGUAGES[0]
# what people read of their names: programmes/languages.py
LANGUAGES = [(code, Locale.parse(code).english_name) for code in SITE_LANGUAGES]
# Django knows the direction and the names of many languages, not of all.
LANG_INFO |= {
    code: {
        "bidi": Locale.parse(code).text_direction == "rtl",
        "code": code,
        "name": Locale.parse(code).english_name,
        "name_local": Locale.parse(code).get_language_name(code),
    }
    for code in SITE_LANGUAGES
    if code not in LANG_INFO
}
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["tracker.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Africa/Casablanca"
MODELTRANSLATION_DEFAULT_LANGUAGE = LANGUAGE_CODE
MODELTRANSLATION_LANGUAGES = SITE_LANGUAGES
MODELTRANSLATION_FALLBACK_LANGUAGES = SITE_LANGUAGES


def _named_with_language(name: str, code: str) -> str:
    """Name – Français; what migrations keep, where no language is active, is modeltranslation's own: name [fr]."""
    if get_language() is None:
        return f"{name} [{code}]"
    own = Locale.parse(code).get_language_name(code) or code
    return f"{name} – {own[:1].upper()}{own[1:]}"


MODELTRANSLATION_BUILD_LOCALIZED_VERBOSE_NAME = _named_with_language

# Accounts
# Argon2 first: a password that was hashed otherwise is hashed anew when its owner signs in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
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
    "login_webauthn": "programmes.admin.signin.forms.SignInKeyForm",
    "authenticate_webauthn": "programmes.admin.signin.forms.SecondFactorKeyForm",
    "reauthenticate_webauthn": "programmes.admin.signin.forms.ConfirmingKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = urlsplit(SITE_URL).hostname
# `make run` signs its accounts in with a password, on this machine.
SECOND_FACTOR_REQUIRED = _boolean(
    "SECOND_FACTOR_REQUIRED", default=not (DEBUG or _boolean("DEMO", default=False))
)


def _pages_cache(place: str) -> dict[str, object]:
    """Where built pages are kept: a folder of this machine, or a Redis server that several machines share."""
    if place.startswith(("redis://", "rediss://", "unix://")):
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": place}
    if not Path(place).is_absolute():
        raise ImproperlyConfigured(
            f"PAGES_CACHE={place!r} is not understood. Accepted: the full path of a folder, or redis://HOST:PORT/NUMBER."
        )
    return {
        "BACKEND": "programmes.page_files.PageFiles",
        "LOCATION": place,
        "OPTIONS": {"MAX_ENTRIES": 10_000, "CULL_FREQUENCY": 10},
    }


# Attempts to sign in are counted here, by all processes together. A migration makes its
# table. So many entries that an attack cannot push the counts out.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "programmes_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
    # Public pages that were built, for all processes (programmes/kept_pages.py): so many of 256 kB, mostly of 8.
    "pages": {
        **_pages_cache(env.str("PAGES_CACHE", default=str(BASE_DIR / "kept-pages"))),
        "TIMEOUT": 14 * 24 * 60 * 60,
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

LEDGER_WITNESSES = env.list("LEDGER_WITNESSES", default=[])
LEDGER_KEPT = env.str("LEDGER_KEPT", default="")
# Whoever runs the tracker: told of work that was given up.
ADMINS = [("", address) for address in env.list("ADMINS", default=[])]

# Spreadsheets: what is read of a file at most
SOURCE_FILE_MAX_BYTES = _whole("SOURCE_FILE_MAX_BYTES", default=20 * 1024**2)
IMPORT_MAX_BYTES = _whole("IMPORT_MAX_BYTES", default=25 * 1024**2)
IMPORT_MAX_UNPACKED_BYTES = _whole("IMPORT_MAX_UNPACKED_BYTES", default=300 * 1024**2)
IMPORT_MAX_ROWS = _whole("IMPORT_MAX_ROWS", default=200_000)
IMPORT_MAX_COLUMNS = _whole("IMPORT_MAX_COLUMNS", default=500)
IMPORT_MAX_CELLS = _whole("IMPORT_MAX_CELLS", default=5_000_000)
IMPORT_MAX_SHEETS = _whole("IMPORT_MAX_SHEETS", default=100)
IMPORT_MAX_SECONDS = _whole("IMPORT_MAX_SECONDS", default=60)
IMPORT_MAX_MEMORY_BYTES = _whole("IMPORT_MAX_MEMORY_BYTES", default=1024**3, least=100 * 1024**2)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# Work that a worker does beside the web server: manage.py worker
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Static files
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
# the pictures of the staff guide
STATICFILES_DIRS = [("guide", BASE_DIR / "docs" / "images")]
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "media")))
if not MEDIA_ROOT.is_absolute():
    raise ImproperlyConfigured(
        f"MEDIA_ROOT={str(MEDIA_ROOT)!r} must be a whole path, e.g. /srv/tracker/media."
    )

# Public files that a worker made: where they lie, and who sends them.
try:
    _OPTIONS = env.json(
        "PUBLIC_FILES_OPTIONS", default={"location": str(BASE_DIR / "public-files")}
    )
except ValueError:
    _OPTIONS = None
if not isinstance(_OPTIONS, dict):
    raise ImproperlyConfigured(
        "PUBLIC_FILES_OPTIONS is not understood. Accepted: the storage's options as JSON, e.g. "
        '{"location": "/srv/files"}.'
    )
_FILE_SYSTEM = "django.core.files.storage.FileSystemStorage"
STORAGES["public_files"] = {
    "BACKEND": env.str("PUBLIC_FILES_STORAGE", default=_FILE_SYSTEM),
    "OPTIONS": _OPTIONS,
}
if STORAGES["public_files"]["BACKEND"] == _FILE_SYSTEM:
    # whatever the account of the worker leaves closed: a web server that is nobody's sends them
    _OPTIONS.setdefault("directory_permissions_mode", 0o755)
PUBLIC_FILES_SENT_BY = env.str("PUBLIC_FILES_SENT_BY", default="tracker")
if PUBLIC_FILES_SENT_BY not in ("tracker", "proxy", "storage"):
    raise ImproperlyConfigured(
        f"PUBLIC_FILES_SENT_BY={PUBLIC_FILES_SENT_BY!r} is not understood. Accepted: tracker, proxy, storage."
    )
PUBLIC_FILES_PLACE = "/public-files"  # where the proxy finds them: an internal location of its own

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
CSRF_FAILURE_VIEW = "programmes.admin.refused.stale_form"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []

# Secure by default: only a site whose own address is plain http (development, tests) goes without TLS.
_TLS = not DEBUG and not SITE_URL.startswith("http://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _TLS
SECURE_HSTS_SECONDS = _whole("HSTS_SECONDS", default=31536000, least=0) if _TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _TLS and _boolean("HSTS_SUBDOMAINS", default=True)
# Being on the browsers' list is for the owner of the whole domain to ask for.
SECURE_HSTS_PRELOAD = _TLS and _boolean("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W021"]
if _boolean("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # the reader's address is the last one of X-Forwarded-For

# How gunicorn serves: deploy/gunicorn.conf.py
WEB_BIND = env.str("WEB_BIND", default="127.0.0.1:8000")
WEB_PROCESSES = _whole("WEB_PROCESSES", default=max(2, min(8, os.cpu_count() or 2)))
# most of them wait: for the database, for a slow reader, for a turn at building a page
WEB_THREADS = _whole("WEB_THREADS", default=16)

# Operating: operations/
LOG_FORMAT = env.str(
    "LOG_FORMAT", default="text" if DEBUG or _boolean("DEMO", default=False) else "json"
)
if LOG_FORMAT not in ("json", "text"):
    raise ImproperlyConfigured(
        f"LOG_FORMAT={LOG_FORMAT!r} is not understood. Accepted: json, text."
    )
if any("@" not in address for _name, address in ADMINS):
    raise ImproperlyConfigured("ADMINS must be mail addresses, comma between.")
SENTRY_DSN = env.str("SENTRY_DSN", default="")
if SENTRY_DSN:
    try:
        Dsn(SENTRY_DSN)
    except BadDsn as error:
        raise ImproperlyConfigured(
            f"SENTRY_DSN is not understood ({error}). Accepted: https://KEY@HOST/PROJECT."
        ) from error
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
if METRICS_TOKEN and len(METRICS_TOKEN) < 20:
    raise ImproperlyConfigured("METRICS_TOKEN must have at least 20 random characters.")
BACKUP_DIR = env.str("BACKUP_DIR", default="")
BACKUP_KEY = env.str("BACKUP_KEY", default="")
if BACKUP_KEY and (len(BACKUP_KEY) < 40 or "REPLACE_WITH" in BACKUP_KEY):
    raise ImproperlyConfigured("BACKUP_KEY must have at least 40 random characters.")
BACKUP_KEEP = _whole("BACKUP_KEEP", default=14)
DISK_MIN_BYTES = _whole("DISK_MIN_BYTES", default=500 * 1024**2, least=0)
QUEUE_MAX_MINUTES = _whole("QUEUE_MAX_MINUTES", default=10)
# by each address; 0: no limit
SEARCHES_A_MINUTE = _whole("SEARCHES_A_MINUTE", default=60, least=0)
FILES_A_MINUTE = _whole("FILES_A_MINUTE", default=600, least=0)
UPLOADS_KEPT_DAYS = _whole("UPLOADS_KEPT_DAYS", default=365, least=30)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "operations.log.JsonFormatter"},
        "text": {"format": "%(levelname)s %(name)s: %(message)s"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT},
        "mail": {"class": "operations.log.ErrorMail"},
    },
    "root": {"handlers": ["console", *(["mail"] if ADMINS else [])], "level": "WARNING"},
    "loggers": {
        # Django's own handlers would write each line twice, and mail what a request holds
        "django": {"handlers": [], "level": "INFO" if LOG_FORMAT == "json" else "WARNING"},
        "django.server": {"handlers": [], "propagate": True},
        "tracker": {"level": "INFO" if LOG_FORMAT == "json" else "WARNING"},
    },
}
