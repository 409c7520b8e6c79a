"""The portal's settings with what only tests need; every test process has its own Redis numbers."""

import os
from pathlib import Path

from portal.settings import *  # noqa: F403 - settings modules extend each other this way
from portal.settings import DATABASES, MIDDLEWARE, REDIS_CACHE_URL, REDIS_URL, TEMPLATES, env

DEMO = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

# The live server brings the static files out of their sources; nothing is collected for tests.
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise.")]

# Servers on other threads must leave the test database when they have answered.
DATABASES["default"]["CONN_MAX_AGE"] = 0

_process = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
CELERY_BROKER_URL = f"{REDIS_URL}?virtual_host={2 * _process}"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": f"{REDIS_CACHE_URL}?db={2 * _process + 1}",
        "KEY_PREFIX": "portal",
    }
}

# Each test gets a folder of its own from conftest; a worker started by a test is told it here.
MEDIA_ROOT = env("TEST_MEDIA_ROOT", default="/nonexistent")
PACKAGES_ROOT = str(Path(MEDIA_ROOT).parent / "packages")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TEMPLATES[0]["OPTIONS"]["debug"] = True
# A test that wants a scanner starts one.
CLAMD_ADDRESS = ""
SEAL_KEYS: list[str] = ["ZGVtby1rZXktZm9yLXRlc3RzLW9ubHktMzItYnl0ZXM="]
TSA_URL = ""
TRUST_ROOTS: list[str] = []
FETCH_REVOCATIONS = False
# Pages are drawn anew each time; that they may be kept is tested where it is done.
PUBLIC_PAGE_SECONDS = 0
