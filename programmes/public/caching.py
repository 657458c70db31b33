"""What a browser and a shared cache may keep of a public page, and for how long; which page a reader is given.

A page is known by its address, the version of the data, the day in Morocco (a status can change at midnight without a
write) and the version of the tracker itself. Whoever holds that very page is told so without it being built. Built
pages are kept, compressed, where all processes find them (kept_pages.py): one process builds a page, the others wait a
moment for it, or give the version before. A process builds one page after the other: were it to build side by side all
that a crowd asks for after a publication, each would take as long as all of them. While the database is away, readers
get what is kept, and are told.
"""

import gzip
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import blake2b

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.html import format_html
from django.utils.http import http_date, parse_etags, quote_etag
from django.utils.translation import gettext as _

from programmes import kept_pages
from programmes.kept_pages import KeptPage
from programmes.models.data_version import DataState, recent_state
from programmes.release import release
from programmes.selectors.wording.formats import moment_words

# A browser asks each time. A shared cache answers for a few seconds alone, and a few more while it asks: long enough
# to carry a crowd, short enough that a publication is seen at once. While the site does not answer, it may give what it
# has for a day.
PUBLIC = "public, max-age=0, s-maxage=2, stale-while-revalidate=3, stale-if-error=86400"
# A page of more bytes is not kept, as it is sent. With the number of pages (settings.CACHES) this bounds the room.
LARGEST = 256 * 1024
# A page is mostly compressed for one reader: a seventh more bytes for a third of the work.
LEVEL = 3
# A shorter answer does not become shorter.
WORTH_PACKING = 200
TAKES_PACKED = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")
# So many seconds a reader waits for a page that somebody else builds, before they get the one before.
WAITED_FOR = 1.0
# So many seconds a reader waits for the turn at building pages where none is kept. Where the page before is, it is
# given as soon as somebody else has the turn or waits for it.
NEW_WAITS = 20.0
# A page that takes longer to build, in seconds, as pages do where more is asked for than the machine can build, is
# built anew by a worker; readers get the one before meanwhile, for so long at most.
SLOW, SLOW_IS_GIVEN = 1.0, timedelta(minutes=5)
_turns, _waiting = threading.Condition(), deque[object]()
DATABASE_AWAY = (OperationalError, InterfaceError)


def validator_of(request: HttpRequest, state: DataState | None = None) -> str:
    """The ETag of an address today, by the state of the data, or a recent one: one query a second.

    Its language is part of the address.
    """
    version = (state or recent_state()).version
    parts = (release(), version, timezone.localdate().isoformat(), request.get_full_path())
    return quote_etag(blake2b("\n".join(parts).encode(), digest_size=16).hexdigest())


def not_modified(request: HttpRequest, validator: str) -> HttpResponseBase | None:
    """The short answer to a reader who already holds this page, else None."""
    held = parse_etags(request.headers.get("If-None-Match", ""))
    if validator not in {one.removeprefix("W/") for one in held}:
        return None
    return with_validator(HttpResponseNotModified(), validator)


def kept_or_built(
    request: HttpRequest, build: Callable[[], tuple[HttpResponseBase, str]]
) -> HttpResponseBase:
    """The page of an address: the reader's own, a kept one, or what `build` makes, with the validator it has.

    Raises:
        OperationalError, InterfaceError: the database is away, and nothing is kept of the address.
    """
    address = request.path
    held: KeptPage | None = None
    try:
        validator = validator_of(request)
        if unchanged := not_modified(request, validator):
            return unchanged
        if is_endless(request):
            with _turn(NEW_WAITS):
                return _sent(request, *build())
        held = kept_pages.kept_page(address)
        if held and (held.validator == validator or _is_left_to_a_worker(request, held)):
            return _given(request, held)
        with kept_pages.building(address) as mine:
            if not mine and (found := _awaited(address, validator)):
                return _given(request, found)
            with _turn(0 if held else NEW_WAITS) as has_turn:
                if held and not has_turn:
                    return _given(request, held)
                start = time.monotonic()
                response, validator = build()
                _keep(address, response, validator, time.monotonic() - start)
        return _sent(request, response, validator)
    except DATABASE_AWAY:
        held = held or (None if is_endless(request) else kept_pages.kept_page(address))
        if held is None:
            raise
        return _given_meanwhile(request, held)


@contextmanager
def _turn(seconds: float) -> Iterator[bool]:
    """The turn at building pages in this process, first come, first served; without it after so many seconds."""
    mine = object()
    with _turns:
        _waiting.append(mine)
        has_turn = _turns.wait_for(lambda: _waiting[0] is mine, timeout=seconds)
        if not has_turn:
            _waiting.remove(mine)
    try:
        yield has_turn
    finally:
        if has_turn:
            with _turns:
                _waiting.popleft()
                _turns.notify_all()


def _awaited(address: str, validator: str) -> KeptPage | None:
    """The page that somebody else builds, once it is there; after a second the one before, if there is one."""
    until = time.monotonic() + WAITED_FOR
    found = None
    while time.monotonic() < until:
        time.sleep(0.02)
        found = kept_pages.kept_page(address)
        if (found and found.validator == validator) or not kept_pages.is_being_built(address):
            break
    is_current = found is not None and found.validator == validator
    return found if is_current or kept_pages.is_being_built(address) else None


def _is_left_to_a_worker(request: HttpRequest, page: KeptPage) -> bool:
    is_reader = not getattr(request, "is_warming", False)
    return is_reader and page.seconds > SLOW and timezone.now() - page.built_at < SLOW_IS_GIVEN


def _keep(address: str, response: HttpResponseBase, validator: str, seconds: float) -> None:
    """Keeps a page that was found, unless it is large, or a file: of these a worker makes what is kept."""
    if response.status_code != 200 or response.cookies or not isinstance(response, HttpResponse):
        return
    if "Content-Disposition" in response or response.get("Cache-Control") == "no-store":
        return
    if len(response.content) <= LARGEST:
        page = KeptPage(
            validator, response.content, dict(response.items()), timezone.now(), seconds
        )
        kept_pages.keep_page(address, page)
        kept_pages.count(address)


def _given(request: HttpRequest, page: KeptPage) -> HttpResponseBase:
    kept_pages.count(request.path)
    return _sent(request, HttpResponse(page.content, headers=page.headers), page.validator)


def _given_meanwhile(request: HttpRequest, page: KeptPage) -> HttpResponseBase:
    """A kept page that may no longer be what the database would say: it says of when it is."""
    response = HttpResponse(page.content, headers=page.headers)
    if response["Content-Type"].startswith("text/html"):
        notice = _(
            "The database cannot be reached at the moment. This page is as it was on %(moment)s."
        )
        told = format_html(
            '<main id="main"><p class="as-of-day" role="note">{}</p>',
            notice % {"moment": moment_words(page.built_at)},
        )
        is_packed = response.get("Content-Encoding") == "gzip"
        plain = gzip.decompress(page.content) if is_packed else page.content
        plain = plain.replace(b'<main id="main">', told.encode(), 1)
        response.content = gzip.compress(plain, LEVEL, mtime=0) if is_packed else plain
    response["Warning"] = '110 - "Response is Stale"'
    response["Last-Modified"] = http_date(page.built_at.timestamp())
    response["Cache-Control"] = "no-store"
    patch_vary_headers(response, ("Accept-Encoding",))
    return as_taken(request, response)


def _sent(request: HttpRequest, response: HttpResponseBase, validator: str) -> HttpResponseBase:
    return with_validator(as_taken(request, response), validator)


def packed(response: HttpResponseBase) -> HttpResponseBase:
    """An answer compressed, as nearly every reader takes it; files that are streamed stay as they are.

    Public pages hold nothing secret that could be guessed from how well it compresses beside a reader's question.
    """
    if isinstance(response, HttpResponse) and len(response.content) >= WORTH_PACKING:
        response.content = gzip.compress(response.content, LEVEL, mtime=0)
        response["Content-Encoding"] = "gzip"
    return response


def as_taken(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The answer as it is, or unpacked for a reader who does not take it compressed."""
    takes = TAKES_PACKED.search(request.headers.get("Accept-Encoding", ""))
    is_packed = response.get("Content-Encoding") == "gzip"
    if is_packed and not takes and isinstance(response, HttpResponse):
        response.content = gzip.decompress(response.content)
        del response["Content-Encoding"]
    return response


def is_endless(request: HttpRequest) -> bool:
    """Whether the address asks a question, of which there is no end: days, searches, filters."""
    return bool(request.META.get("QUERY_STRING"))


def with_validator(response: HttpResponseBase, validator: str) -> HttpResponseBase:
    """Says how long an answer may be kept; only a page that was found has a validator. A file has its own."""
    response.setdefault("Cache-Control", PUBLIC)
    patch_vary_headers(response, ("Accept-Encoding",))
    is_kept = response["Cache-Control"] != "no-store"
    if response.status_code in (200, 304) and "ETag" not in response and is_kept:
        # The bytes depend on what the reader takes: a weak validator is the same for both.
        response["ETag"] = f"W/{validator}"
    return response
