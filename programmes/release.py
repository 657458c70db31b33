"""The version of the tracker: what makes its pages and files."""

from functools import cache
from hashlib import blake2b

from django.conf import settings

CODE = ("programmes", "templates", "locale", "tracker")
KINDS = (".py", ".html", ".mo", ".css", ".csv")


@cache
def release() -> str:
    """A digest of what makes the pages. Worked out once by each process."""
    digest = blake2b(settings.SITE_URL.encode(), digest_size=12)
    for folder in CODE:
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            if path.suffix in KINDS:
                digest.update(path.read_bytes())
    return digest.hexdigest()
