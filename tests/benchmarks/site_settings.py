"""The tracker's settings, with the addresses that are measured beside its own."""

from tracker.settings import *  # noqa: F403
from tracker.settings import BASE_DIR, TEMPLATES

ROOT_URLCONF = "tests.benchmarks.site"
TEMPLATES[0]["DIRS"].append(BASE_DIR / "tests" / "benchmarks" / "templates")
USE_THOUSAND_SEPARATOR = True
STATIC_ROOT = BASE_DIR / "build" / "bench-static"
