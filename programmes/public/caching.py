"""What a browser and a shared cache may keep of a public page, and for how long.

A page is known by its address, the version of the data, the day in Morocco (a status can change at midnight without a
write) and the version of the tracker itself. Whoever holds that very page is told so without it being built, and each
process keeps the pages it built last, compressed.
"""

import gzip
import re
from functools import cache
from hashlib import blake2b

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags, quote_etag

from programmes.models.data_version import recent_version

# A browser asks each time. A shared cache answers for a few seconds alone: long enough to carry a crowd, short enough
# that a publication is seen at once.
PUBLIC = "public, max-age=0, s-maxage=5, must-revalidate"
# A page of more bytes is not kept, as it is sent. With the number of pages (settings.CACHES) this bounds the memory.
LARGEST = 256 * 1024
# A page is mostly compressed for one reader: a seventh more bytes for a third of the work.
LEVEL = 3
# A shorter answer does not become shorter.
WORTH_PACKING = 200
TAKES_PACKED = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")
CODE = ("programmes", "templates", "locale", "tracker")
KINDS = (".py", ".html", ".mo", ".css", ".csv")


@cache
def release() -> str:
    """The version of the tracker: a digest of what makes the pages. Worked out once by each process."""
    digest = blake2b(settings.SITE_URL.encode(), digest_size=12)
    for folder in CODE:
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            if path.suffix in KINDS:
                digest.update(path.read_bytes())
    return digest.hexdigest()


def validator_of(request: HttpRequest) -> str:
    """The ETag of an address today. Its language is part of the address. One query a second."""
    parts = (release(), recent_version(), timezone.localdate().isoformat(), request.get_full_path())
    return quote_etag(blake2b("\n".join(parts).encode(), digest_size=16).hexdigest())


def not_modified(request: HttpRequest, validator: str) -> HttpResponse | None:
    """The short answer to a reader who already holds this page, else None."""
    held = parse_etags(request.headers.get("If-None-Match", ""))
    if validator not in {one.removeprefix("W/") for one in held}:
        return None
    return with_validator(HttpResponseNotModified(), validator)


def kept_page(request: HttpRequest, validator: str) -> HttpResponse | None:
    """The page that this process built before under the same validator, else None."""
    if is_endless(request) or (found := caches["pages"].get(validator)) is None:
        return None
    content, headers = found
    return HttpResponse(content, headers=headers)


def keep_page(request: HttpRequest, validator: str, response: HttpResponse) -> None:
    """Keeps a page that was found, unless it is large, or one of endlessly many."""
    if response.status_code != 200 or response.streaming or response.cookies:
        return
    if not is_endless(request) and len(response.content) <= LARGEST:
        caches["pages"].set(validator, (response.content, dict(response.items())))


def packed(response: HttpResponse) -> HttpResponse:
    """An answer compressed, as nearly every reader takes it; files that are streamed stay as they are.

    Public pages hold nothing secret that could be guessed from how well it compresses beside a reader's question.
    """
    if not response.streaming and len(response.content) >= WORTH_PACKING:
        response.content = gzip.compress(response.content, LEVEL, mtime=0)
        response["Content-Encoding"] = "gzip"
    return response


def as_taken(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer as it is, or unpacked for a reader who does not take it compressed."""
    takes = TAKES_PACKED.search(request.headers.get("Accept-Encoding", ""))
    if response.get("Content-Encoding") == "gzip" and not takes:
        response.content = gzip.decompress(response.content)
        del response["Content-Encoding"]
    return response


def is_endless(request: HttpRequest) -> bool:
    """Whether the address asks a question, of which there is no end: days, searches, filters."""
    return bool(request.META.get("QUERY_STRING"))


def with_validator(response: HttpResponse, validator: str) -> HttpResponse:
    """Says how long an answer may be kept; only a page that was found has a validator."""
    response["Cache-Control"] = PUBLIC
    patch_vary_headers(response, ("Accept-Encoding",))
    if response.status_code in (200, 304):
        # The bytes depend on what the reader takes: a weak validator is the same for both.
        response["ETag"] = f"W/{validator}"
    return response
