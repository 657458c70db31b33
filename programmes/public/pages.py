"""How a public page is put together: its frame, its refusals, no cookie and no session."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.views.decorators.http import require_safe

from programmes.public.asked import Asked, RefusedError, read_asked
from programmes.public.caching import (
    as_taken,
    keep_page,
    kept_page,
    not_modified,
    packed,
    validator_of,
    with_validator,
)
from programmes.public.links import Links, in_language, links_for
from programmes.selectors.formats import language

OWN_NAMES = {"fr": "Français", "ar": "العربية", "en": "English"}


class NotFoundError(Exception):
    """No public record has that code."""


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language of the site and the same page in it."""

    code: str
    name: str
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every page. kept: what was asked besides the day, which another day keeps."""

    language: str
    direction: str
    tongues: tuple[Tongue, ...]
    site: str
    asked: Asked
    links: Links
    path: str
    kept: tuple[tuple[str, str], ...] = ()

    @property
    def today_address(self) -> str:
        """This page today, with what else was asked of it."""
        return f"{self.path}?{urlencode(self.kept)}" if self.kept else self.path

    @property
    def locale(self) -> str:
        """The language as Open Graph names it."""
        return {"fr": "fr_MA", "ar": "ar_MA"}.get(self.language, "en_GB")

    @property
    def is_rtl(self) -> bool:
        return self.direction == "rtl"


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives a view the day asked for, and turns what it refuses into a page in the reader's language.

    A reader who already holds the page of this address is told so, and nothing is built; nor is a page that this
    process built before.
    """

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # The version is read before the rows: a page is never newer than its validator says.
        validator = validator_of(request)
        if held := not_modified(request, validator):
            return held
        if kept := kept_page(request, validator):
            return with_validator(as_taken(request, kept), validator)
        response = packed(_answer(view, request, *args, **kwargs))
        keep_page(request, validator, response)
        return with_validator(as_taken(request, response), validator)

    return answer


def _answer(
    view: Callable[..., HttpResponse], request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponse:
    try:
        return view(request, read_asked(request), *args, **kwargs)
    except RefusedError as refusal:
        return render_page(
            request, "public/refused.html", today_only(), {"reason": str(refusal)}, status=400
        )
    except NotFoundError:
        return not_found_page(request)


def today_only() -> Asked:
    """Today, where the page is not one of figures."""
    today = timezone.localdate()
    return Asked(today, today)


def not_found_page(request: HttpRequest) -> HttpResponse:
    """The page for an unknown address or code."""
    return render_page(request, "404.html", today_only(), {}, status=404)


def found(page: Any) -> Any:
    """What a selector found.

    Raises:
        NotFoundError: it found nothing.
    """
    if page is None:
        raise NotFoundError
    return page


def render_page(
    request: HttpRequest,
    template: str,
    asked: Asked,
    context: dict[str, Any],
    *,
    status: int = 200,
    kept: Iterable[tuple[str, str]] = (),
) -> HttpResponse:
    """A page in its frame. The request itself stays outside the template: no session is touched."""
    frame = Frame(
        language=language(),
        direction="rtl" if get_language_bidi() else "ltr",
        tongues=tuple(
            Tongue(code, OWN_NAMES[code], in_language(request, code), code == language())
            for code, _name in settings.LANGUAGES
        ),
        site=settings.SITE_URL,
        asked=asked,
        links=links_for(asked.query),
        path=request.path,
        kept=tuple(kept),
    )
    html = render_to_string(template, {**context, "frame": frame, "links": frame.links})
    return HttpResponse(html, status=status)
