"""Public pages know nothing of cookies: none is read, none is sent, whatever a request brings."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# where people sign in and work; every other address is the public's
STAFF = re.compile(
    rf"/(?:{'|'.join(code for code, _name in settings.LANGUAGES)})/(?:admin|account)/"
)


class CookielessMiddleware:
    """Takes the cookies of a request to a public address away, before anything could read them.

    A broken one would make the parts of Django that keep sessions, tokens and messages answer with another.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not STAFF.match(request.path_info):
            request.META.pop("HTTP_COOKIE", None)
            request.COOKIES = {}
        return self.get_response(request)
