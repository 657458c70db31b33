"""A site of two addresses, which stream without a length: one ends whole, one fails on the way."""

import os
from collections.abc import Iterator

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import path

django.setup()


def whole(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(b"piece" for _number in range(20))


def fails(request: HttpRequest) -> StreamingHttpResponse:
    def pieces() -> Iterator[bytes]:
        yield b"piece" * 20_000
        raise OSError("the disk went away")

    return StreamingHttpResponse(pieces())


urlpatterns = [path("whole", whole), path("fails", fails)]
if "ALLOWED_HOSTS" in os.environ:
    settings.ROOT_URLCONF = __name__
application = get_wsgi_application()
