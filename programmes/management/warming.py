"""After a publication: the pages that are asked for most are built before somebody asks."""

import logging
from time import monotonic
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils import translation

from programmes.kept_pages import most_asked

log = logging.getLogger(__name__)
PAGES = 60
SECONDS = 20.0
ALWAYS = ("home", "programmes", "regions", "status")


def warm_pages() -> None:
    """Builds the pages asked for most that are not kept in their present version; for a while, most asked first."""
    until = monotonic() + SECONDS
    for address in dict.fromkeys([*most_asked(PAGES), *_first_pages()]):
        if monotonic() > until:
            return
        try:
            _build(address)
        except Resolver404:
            log.info("No page stands any more at %s", address)
        except Exception:
            # the pages after it are built all the same
            log.exception("Not built before it is asked for: %s", address)


def _first_pages() -> list[str]:
    found = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            found += [reverse(f"public:{page}") for page in ALWAYS]
    return found


def _build(address: str) -> None:
    """Asks for a page as a reader would, without a server in between, and waits for it however long it takes."""
    request: Any = HttpRequest()
    request.is_warming = True
    request.method = "GET"
    request.path = address
    request.path_info = address.removeprefix((settings.FORCE_SCRIPT_NAME or "").rstrip("/"))
    request.META = {"QUERY_STRING": "", "HTTP_ACCEPT_ENCODING": "gzip"}
    with translation.override(translation.get_language_from_path(request.path_info)):
        match = resolve(request.path_info)
        match.func(request, *match.args, **match.kwargs)
