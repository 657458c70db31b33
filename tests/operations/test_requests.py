"""What leaves for every request, whatever answers it."""

from collections.abc import Iterator

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from operations.requests import RequestMiddleware


def pieces() -> Iterator[bytes]:
    yield b"the page"


@pytest.mark.parametrize("whole", [True, False])
def test_what_is_asked_for_with_head_has_no_body_and_the_headers_of_the_page(whole: bool) -> None:
    def answer(_request: object) -> HttpResponse | StreamingHttpResponse:
        return HttpResponse(b"the page") if whole else StreamingHttpResponse(pieces())

    middleware = RequestMiddleware(answer)  # type: ignore[arg-type]
    asked, told = (middleware(getattr(RequestFactory(), one)("/")) for one in ("get", "head"))
    assert (asked.getvalue(), told.getvalue()) == (b"the page", b"")
    assert told.get("Content-Length") == ("8" if whole else None)
    assert told["Content-Type"] == asked["Content-Type"]
