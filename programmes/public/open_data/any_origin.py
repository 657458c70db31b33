"""What programs of other sites may read in a browser: open data, which holds nothing of the reader."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase


def for_any_origin(response: HttpResponseBase) -> HttpResponseBase:
    """The answer, readable by the scripts of any site."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Link, Content-Disposition, Retry-After"
    return response


def any_origin(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The same for a view, whatever it answers."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return for_any_origin(view(request, *args, **kwargs))

    return answer
