"""All settings of the portal; what differs between machines is read from the environment."""

from pathlib import Path

import django_stubs_ext
import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from kombu import Queue

django_stubs_ext.monkeypatch()

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env("DATA_DIR", default=str(BASE_DIR / "var")))
# bin/run writes it, so that manage.py works beside it; what is set already wins.
if (DATA_DIR / "environment").exists():
    env.read_env(DATA_DIR / "environment")

# DEMO: example people, second factor shown on the page, PORTAL_NOW moves the clock.
DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "portal",
    "documents",
    "notifications",
    "supervision",
    "publicity",
    "applications",
    "quotas",
    "nurseries",
    "scoring",
    # Before accounts, which takes their devices out of the back office.
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "accounts",
    "files",
    "workflow",
    "axes",
    "django_filters",
    "django_fsm",
    "django_htmx",
    "guardian",
    "pgtrigger",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "publicity.public_pages.KeptPagesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.RequestIdMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.ReadOnlyGetMiddleware",
    "accounts.middleware.FirstPasswordMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

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
                "portal.context.site",
            ],
            "builtins": ["portal.templatetags.portal_ui"],
        },
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL")
# redis-py names a socket `unix://`, kombu `redis+socket://`; the cache and the broker share one.
REDIS_CACHE_URL = REDIS_URL.replace("redis+socket://", "unix://")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_CACHE_URL,
        "KEY_PREFIX": "portal",
    }
}
# Sessions live in Redis: a GET then never writes to the database.
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
SESSION_COOKIE_AGE = env.int("IDLE_MINUTES", default=30) * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "portal.views.errors.csrf_failure"

AUTH_USER_MODEL = "accounts.User"
WORKFLOW_POST_MODEL = "accounts.Appointment"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "front"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "accounts.backends.CodeBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "accounts.passwords.LongEnoughValidator",
        "OPTIONS": {"min_length": 10},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "phone", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.passwords.ThreeClassesValidator"},
    {"NAME": "accounts.passwords.NotRecentValidator"},
]
# Nobody acts without a name: guardian's anonymous user is not created.
ANONYMOUS_USER_NAME = None

# Five failures lock for thirty minutes, by account as well as by address (等保 2.0).
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
# In the database, so that the security administrator can list what is locked.
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_ENABLE_ADMIN = False
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code"]
AXES_CLIENT_IP_CALLABLE = "accounts.addresses.client_address"
# How many proxies of our own stand between the browsers and the portal.
PROXY_COUNT = env.int("PROXY_COUNT", default=0)

# Officials give a second factor (等保 2.0); only a demo may do without, for automated tests.
SECOND_FACTOR = env.bool("SECOND_FACTOR", default=True) if DEMO else True
OTP_TOTP_ISSUER = "示范托育评选"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(DATA_DIR / "static"))
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Of the npm packages only the files that pages load: address → (folder in the package, files).
STATIC_PACKAGES = {
    "tabler": ("@tabler/core/dist", ["css/tabler.min.css"]),
    "htmx": ("htmx.org/dist", ["htmx.min.js"]),
    "echarts": ("echarts/dist", ["echarts.min.js"]),
}
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.statics.PackageFinder",
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(DATA_DIR / "files"), "file_permissions_mode": 0o640},
    },
    "staticfiles": {"BACKEND": "portal.statics.Storage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_ROOT = DATA_DIR / "files"
# Packages of papers to take away; web and workers share it, and what lies there can be made anew.
PACKAGES_ROOT = env("PACKAGES_ROOT", default=str(DATA_DIR / "packages"))
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
# Under these keys (Fernet) seals and signing certificates lie in the database: the first encrypts,
# all of them decrypt.
SEAL_KEYS: list[str] = env.list("SEAL_KEYS", default=[])
# The time-stamp server (RFC 3161) for signatures; empty when there is none.
TSA_URL = env("TSA_URL", default="")
# Files (PEM) with the authorities of time stamps and of certificates from elsewhere.
TRUST_ROOTS: list[str] = env.list("TRUST_ROOTS", default=[])
# Whether a time-stamped signature asks the authorities on the net for revocations.
FETCH_REVOCATIONS = env.bool("FETCH_REVOCATIONS", default=True)
# The virus scanner (clamd): host:port or the path of its socket; empty when there is none.
CLAMD_ADDRESS = env("CLAMD_ADDRESS", default="")

CELERY_BROKER_URL = REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_connect_timeout": 3}
# People look at the page while a file is inspected; a worker takes turns between the two lines, so
# that hundreds of papers after a deadline do not stand before it.
CELERY_TASK_QUEUES = [
    Queue("celery", routing_key="celery"),
    Queue("inspections", routing_key="inspections"),
]
CELERY_TASK_ROUTES = {"files.tasks.*": {"queue": "inspections"}}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "redeliver": {"task": "workflow.tasks.redeliver", "schedule": 60.0},
    "settle-appointments": {
        "task": "accounts.tasks.settle_appointments",
        "schedule": crontab(minute=5, hour=0),
    },
    "lapse-applications": {
        "task": "applications.tasks.lapse_overdue",
        "schedule": crontab(minute="*/10"),
    },
    "resume-batches": {"task": "applications.tasks.resume_batches", "schedule": 60.0},
    "resume-plans": {"task": "applications.tasks.resume_plans", "schedule": 60.0},
    "publish-notices": {"task": "publicity.tasks.publish_due", "schedule": 60.0},
    "settle-notices": {"task": "publicity.tasks.settle", "schedule": crontab(minute="*/10")},
    "remind": {"task": "notifications.tasks.remind", "schedule": crontab(minute=0, hour="8-18")},
    "inspect-uploads": {"task": "files.tasks.sweep", "schedule": 60.0},
    "resume-papers": {"task": "documents.tasks.resume", "schedule": 60.0},
    "resume-packages": {"task": "documents.tasks.resume_packages", "schedule": 60.0},
    "drop-packages": {"task": "documents.tasks.drop_packages", "schedule": crontab(minute=30)},
    "send-mail": {"task": "notifications.tasks.send_waiting_mail", "schedule": 60.0},
}

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="dummymail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="portal@localhost")
# The address that links in messages and papers begin with.
SITE_URL = env("SITE_URL", default="http://localhost:8000").rstrip("/")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# TLS ends at the proxy; TLS=1 says that there is one.
TLS = env.bool("TLS", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
SECURE_SSL_REDIRECT = TLS
# A load balancer asks these past the proxy.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SESSION_COOKIE_SECURE = TLS
CSRF_COOKIE_SECURE = TLS
SECURE_HSTS_SECONDS = 31536000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
SECURE_HSTS_PRELOAD = TLS

# The numbers of the site's registrations, shown in the footer when set.
ICP_NUMBER = env("ICP_NUMBER", default="")
POLICE_NUMBER = env("POLICE_NUMBER", default="")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "portal.middleware.RequestIdFilter"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} [{request_id}] {message}", "style": "{"}
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["request_id"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "axes": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "weasyprint": {"level": "ERROR"},
    },
}
