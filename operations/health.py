"""What machines ask: whether a process lives, whether it can answer readers, and its figures.

Answered before hosts, redirections and sessions: a probe knows a process by its address alone.
"""

from collections.abc import Callable
from time import monotonic

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST

from operations import metrics
from operations.conditions import READY, Condition

# How long, in seconds, a process answers with what it found last: a probe is no load.
LIFETIME = 5.0


class HealthMiddleware:
    """Answers /health/live, /health/ready and /metrics; passes everything else on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._found: tuple[float, list[Condition]] | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = {
            "/health/live": self._live,
            "/health/ready": self._ready,
            "/metrics": self._metrics if settings.METRICS_TOKEN else None,
        }.get(request.path_info)
        if answer is None or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        response = answer(request)
        response["Cache-Control"] = "no-store"
        return response

    def _live(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("ok\n", content_type="text/plain")

    def _ready(self, request: HttpRequest) -> HttpResponse:
        """503 where no page can be answered for. What only holds up the work behind is told beside it."""
        if self._found is None or monotonic() - self._found[0] > LIFETIME:
            self._found = monotonic(), _conditions()
        found = self._found[1]
        ready = all(one.good for one in found if one.stops)
        body = {"ready": ready, **{one.name: "good" if one.good else "bad" for one in found}}
        return JsonResponse(body, status=200 if ready else 503)

    def _metrics(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("Authorization", "")
        if not constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}"):
            return HttpResponse("The token in METRICS_TOKEN is asked for.\n", "text/plain", 401)
        try:
            return HttpResponse(metrics.text(), content_type=CONTENT_TYPE_LATEST)
        except Error:
            return HttpResponse("The database does not answer.\n", "text/plain", 503)


def _conditions() -> list[Condition]:
    found: list[Condition] = []
    for check in READY:
        found.append(check())
        if check is READY[0] and not found[0].good:
            break
    return found
