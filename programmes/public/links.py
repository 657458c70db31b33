"""The addresses of pages. Links keep the language, the day and the moment asked for."""

import re
from functools import cache
from importlib import import_module

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.translation import get_language

ANY, SECOND = "CODE", "OTHER"
_PART = re.compile(r"<(?:\w+:)?\w+>")


@cache
def patterns() -> dict[tuple[str, str], str]:
    """The address of each page in each language, with marks where its codes go.

    Made of the routes and the settings alone, when the server starts: what a request brings cannot enter it.
    """
    # the views that it names make links themselves
    pages = import_module("programmes.public.urls").urlpatterns
    root = (settings.FORCE_SCRIPT_NAME or "").rstrip("/")
    return {
        (language, page.name): f"{root}/{language}/{_marked(str(page.pattern))}"
        for language, _name in settings.LANGUAGES
        for page in pages
    }


def _marked(route: str) -> str:
    """A route with the mark of a code in place of its first part that varies, and the other mark for the second."""
    return _PART.sub(SECOND, _PART.sub(ANY, route, count=1), count=1)


class Links:
    """Addresses in one language, of one day and moment."""

    def __init__(self, language: str, query: str = "") -> None:
        self.language = language
        self.query = query

    @property
    def plain(self) -> "Links":
        """The same of no day: for what has none."""
        return Links(self.language)

    def to(self, page: str, code: str = "", second: str = "") -> str:
        """The address of a page (`target`, `programmes`), of a record where it takes a code, or of a pair of them."""
        path = patterns()[self.language, page].replace(ANY, code)
        return (path.replace(SECOND, second) if second else path) + self.query


def links_for(query: str = "") -> Links:
    """Addresses in the language of the page."""
    return Links(get_language() or settings.LANGUAGE_CODE, query)


def in_language(request: HttpRequest, language: str) -> str:
    """The same page, query included, in another language. An address without a language leads home."""
    _empty, first, *rest = request.path_info.split("/", 2)
    known = first in dict(settings.LANGUAGES)
    path = f"{get_script_prefix()}{language}/{rest[0] if known and rest else ''}"
    query = request.META.get("QUERY_STRING", "")
    return f"{path}?{query}" if known and query else path


def numbered_page(address: str, number: int) -> str:
    """The address of one page of a long list; the first needs no number."""
    if number <= 1:
        return address
    return f"{address}{'&' if '?' in address else '?'}page={number}"
