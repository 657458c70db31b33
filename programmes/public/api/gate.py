"""The one door of the API: who may ask how often, what is held already, and what every answer bears."""

from time import monotonic
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, URLResolver
from django.urls.resolvers import RegexPattern
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import ValidationError

from programmes.models.data_version import recent_state
from programmes.models.replica import reading_replica
from programmes.public.api.limits import SECONDS, refuse_too_many
from programmes.public.api.problems import ProblemError, problem
from programmes.public.api.tables import api, openapi
from programmes.public.caching import kept_or_built, packed, validator_of
from programmes.public.open_data.any_origin import for_any_origin
from programmes.public.page_request import CLOCKS

METHODS = "GET, HEAD, OPTIONS"
_ADDRESSES = URLResolver(RegexPattern(r"^/"), api.urls[0])


@api.exception_handler(ProblemError)
def _refused(request: HttpRequest, error: ProblemError) -> HttpResponse:
    return problem(request, error)


@api.exception_handler(ValidationError)
def _unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    name = str(error.errors[0]["loc"][-1]) if error.errors else ""
    return problem(
        request, ProblemError(400, _("The value of the parameter cannot be read."), name)
    )


@csrf_exempt  # what would write is refused as all else: it has no session to abuse
def gate(request: HttpRequest, rest: str) -> HttpResponseBase:
    """Any address of the API: its answer, or a problem document."""
    if request.method == "OPTIONS":
        response = HttpResponse(status=204)
        response["Allow"] = response["Access-Control-Allow-Methods"] = METHODS
        response["Access-Control-Allow-Headers"] = "If-None-Match"
        response["Access-Control-Max-Age"] = "86400"
        return for_any_origin(response)
    try:
        return for_any_origin(_answer(request, rest))
    except ProblemError as error:
        response = problem(request, error)
        if error.status == 405:
            response["Allow"] = METHODS
        if error.status == 429:
            response["Retry-After"] = str(SECONDS)
        return for_any_origin(response)


def _answer(request: HttpRequest, rest: str) -> HttpResponseBase:
    if request.method not in ("GET", "HEAD"):
        raise ProblemError(405, _("The data are read only."))
    started = monotonic()
    view, options = _found(rest)

    def build() -> tuple[HttpResponseBase, str]:
        refuse_too_many(request)
        # the state is read before the rows: an answer is never newer than its validator says
        state = recent_state(since=started)
        validator = validator_of(request, state)
        request.method = "GET"
        with reading_replica(state.version):
            response = packed(view(request, **options))
        if not request.GET.keys().isdisjoint(CLOCKS):
            response["X-Robots-Tag"] = "noindex"
        return response, validator

    return kept_or_built(request, build)


def _found(rest: str) -> tuple[Any, dict[str, Any]]:
    if rest in ("", "openapi.json"):
        return _openapi, {}
    try:
        match = _ADDRESSES.resolve(f"/{rest}")
    except (Resolver404, Http404):
        raise ProblemError(
            404, _("There is no such address. What there is stands in openapi.json.")
        ) from None
    return match.func, match.kwargs


def _openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse(openapi())
