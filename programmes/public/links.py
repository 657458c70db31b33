"""The addresses of pages. Links keep the language and the day asked for."""

from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, override

ANY, SECOND = "CODE", "OTHER"


@cache
def _pattern(language: str, page: str) -> str:
    """The address of a page in a language, with marks where its codes go. Worked out once."""
    with override(language):
        for codes in ([ANY], [ANY, SECOND]):
            try:
                return reverse(f"public:{page}", args=codes)
            except NoReverseMatch:  # a page with no code or with two
                continue
        return reverse(f"public:{page}")


class Links:
    """Addresses in one language and on one day."""

    def __init__(self, language: str, query: str = "") -> None:
        self.language = language
        self.query = query

    def to(self, page: str, code: str = "", second: str = "") -> str:
        """The address of a page (`target`, `programmes`), of a record where it takes a code, or of a pair of them."""
        path = _pattern(self.language, page).replace(ANY, code)
        return (path.replace(SECOND, second) if second else path) + self.query


def links_for(query: str = "") -> Links:
    """Addresses in the language of the page."""
    return Links(get_language() or settings.LANGUAGE_CODE, query)


def in_language(request: HttpRequest, language: str) -> str:
    """The same page, query included, in another language. An address without a language leads home."""
    _empty, first, *rest = request.path.split("/", 2)
    known = first in dict(settings.LANGUAGES)
    path = f"/{language}/{rest[0] if known and rest else ''}"
    query = request.META.get("QUERY_STRING", "")
    return f"{path}?{query}" if known and query else path


def numbered(address: str, number: int) -> str:
    """The address of one page of a long list; the first needs no number."""
    if number <= 1:
        return address
    return f"{address}{'&' if '?' in address else '?'}page={number}"
