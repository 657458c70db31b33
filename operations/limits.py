"""How often one address may search and take files in a minute: what costs most is not given away without end.

The counts stand with the built pages (settings.CACHES), under a digest of the address, for two minutes: the database is
asked nothing.
"""

from collections.abc import Callable
from hashlib import blake2b
from time import time
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

FILES = frozenset({"table_file", "target_file", "status_history", "ledger_file", "package"})
MINUTE = 60


class LimitMiddleware:
    """Answers 429 with a sentence, and when to come back, to an address that asks too often."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, options: Any
    ) -> HttpResponse | None:
        kind, most = _limit_of(request)
        if not most or not is_over(f"{kind}:{_reader(request)}", most):
            return None
        page = render_to_string("limited.html", {"most": most, "kind": kind}, request)
        return HttpResponse(
            page, status=429, headers={"Retry-After": str(MINUTE), "Cache-Control": "no-store"}
        )


def _limit_of(request: HttpRequest) -> tuple[str, int]:
    """What is counted of an address, and how many a minute; 0: no limit."""
    match = request.resolver_match
    name = (match.url_name or "") if match else ""
    if name == "search" and request.GET:
        return "search", settings.SEARCHES_A_MINUTE
    if (match and match.namespace == "public" and name in FILES) or name.endswith("_export"):
        return "file", settings.FILES_A_MINUTE
    return "", 0


def is_over(name: str, most: int) -> bool:
    """Counts one more, and tells whether there were too many in this minute. Two at once may count as one."""
    key = f"limit:{name}:{int(time() // MINUTE)}"
    count: int = caches["pages"].get(key, 0) + 1
    caches["pages"].set(key, count, 2 * MINUTE)
    return count > most


def _reader(request: HttpRequest) -> str:
    address = get_adapter(request).get_client_ip(request)
    return blake2b(f"{settings.SECRET_KEY}{address}".encode(), digest_size=16).hexdigest()
