"""What each request leaves: a number, a line in the log, a count. Neither address, name nor question is kept."""

import logging
import re
import secrets
from collections.abc import Callable
from time import monotonic

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from operations import metrics
from operations.log import request_number

log = logging.getLogger("tracker.requests")
# A number that the proxy in front gave.
GIVEN = re.compile(r"[0-9A-Za-z-]{8,64}")


class RequestMiddleware:
    """Gives each request a number, which the answer carries as X-Request-ID and every line of its log has."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        number = given if GIVEN.fullmatch(given) else secrets.token_hex(16)
        token, started = request_number.set(number), monotonic()
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = number
            if request.method == "HEAD":
                _take_body_away(response)
            seconds, kind = monotonic() - started, kind_of(request)
            fields = {
                "method": request.method,
                "route": request.resolver_match.route if request.resolver_match else None,
                "status": response.status_code,
                "ms": round(seconds * 1000),
            }
            log.info("answered", extra={"fields": fields})
            metrics.count_request(request.method or "", kind, response.status_code, seconds)
            return response
        finally:
            request_number.reset(token)


def _take_body_away(response: HttpResponseBase) -> None:
    """What is asked for with HEAD is told by its headers alone: servers warn of a body."""
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = ()
    elif isinstance(response, HttpResponse):
        response.setdefault("Content-Length", str(len(response.content)))
        response.content = b""


def kind_of(request: HttpRequest) -> str:
    """What answered: pages and files of the public, the staff's pages, those of an account, or something else."""
    match = request.resolver_match
    if match is None:
        return "other"
    if match.namespaces:
        return match.namespaces[0]
    return "account" if "account/" in match.route else "other"
