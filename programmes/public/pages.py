"""How a public page is put together: its frame, its refusals, no cookie and no session."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import wraps
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.views.decorators.http import require_safe

from programmes import languages
from programmes.models.data_version import DataState, recent_state
from programmes.models.replica import reading_replica
from programmes.public.caching import kept_or_built, packed, validator_of
from programmes.public.links import Links, in_language, links_for
from programmes.public.page_request import CLOCKS, PageRequest, RefusedError, read_asked
from programmes.public.reporting import report_address
from programmes.selectors.wording.formats import language
from programmes.selectors.wording.site import SiteWords, remembered_name, site_words


class NotFoundError(Exception):
    """No public record has that code."""


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """A language of the site and the same page in it."""

    code: str
    name: str
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds every page. kept: what was asked besides the day, which another day keeps.

    who: the site as its publisher describes it. page: what the selector gave, for the mail that reports an error.
    """

    language: str
    direction: str
    language_links: tuple[LanguageLink, ...]
    site: str
    asked: PageRequest
    links: Links
    path: str
    who: SiteWords
    page: Any = None
    kept: tuple[tuple[str, str], ...] = ()

    @property
    def today_address(self) -> str:
        """This page today, with what else was asked of it."""
        return self._address()

    @property
    def known_today_address(self) -> str:
        """This page of the same day, with what is known today."""
        return self._address(("on", self.asked.on.isoformat()))

    @property
    def cited(self) -> PageRequest:
        """What was asked, with both clocks: the page that stays as it is."""
        return self.asked.to_cite()

    @property
    def cited_address(self) -> str:
        """The address of the page that stays as it is."""
        return self.site + self._address(*self.cited.clocks)

    @property
    def report(self) -> str:
        """The address of a prepared mail about this page; empty where nobody is to be written to."""
        cited = self.cited
        return report_address(self.who, self.cited_address, cited.dated, self.page)

    def _address(self, *clocks: tuple[str, str]) -> str:
        question = urlencode((*self.kept, *clocks), safe=":")
        return f"{self.path}?{question}" if question else self.path

    @property
    def locale(self) -> str:
        """The language as Open Graph names it."""
        return str(languages.locale_of(self.language))


def public_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Gives a view the day and the moment asked for, and turns what it refuses into a page in the reader's language.

    A reader who already holds the page of this address is told so, and nothing is built; nor is a page that was built
    before (caching.py).
    """

    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        started = monotonic()

        def build() -> tuple[HttpResponseBase, str]:
            # The state is read before the rows: a page is never newer than its validator and its citation say.
            state = recent_state(since=started)
            with reading_replica(state.version):
                response = packed(_answer(view, request, state, *args, **kwargs))
            if not request.GET.keys().isdisjoint(CLOCKS):
                response["X-Robots-Tag"] = "noindex"  # there is no end of days and moments
            return response, validator_of(request, state)

        return kept_or_built(request, build)

    return answer


def _answer(
    view: Callable[..., HttpResponseBase],
    request: HttpRequest,
    state: DataState,
    *args: Any,
    **kwargs: Any,
) -> HttpResponseBase:
    asked = today_only()
    try:
        asked = replace(read_asked(request), published=state.published)
        return view(request, asked, *args, **kwargs)
    except RefusedError as refusal:
        return render_page(
            request, "public/refused.html", today_only(), {"reason": str(refusal)}, status=400
        )
    except NotFoundError:
        # what is published under the address since then is a link away
        return not_found_page(request, replace(asked, published=None) if asked.known else None)


def today_only() -> PageRequest:
    """Today, where the page is not one of figures."""
    today = timezone.localdate()
    return PageRequest(today, today)


def not_found_page(request: HttpRequest, asked: PageRequest | None = None) -> HttpResponse:
    """The page for an unknown address or code, or for one of which nothing was known at the moment asked for."""
    return render_page(request, "404.html", asked or today_only(), {}, status=404)


def unavailable_page(
    sentence: str, *, seconds: int, status: int = 503, has_failed: bool = False
) -> HttpResponse:
    """A page for something that is not there yet: it says so, and looks again by itself after so many seconds.

    has_failed: whether operators are told, as of an error.
    """
    html = render_to_string(
        "503.html",
        {
            "name": remembered_name(),
            "sentence": sentence,
            "is_coming": status == 202,
            "language": language(),
            "direction": "rtl" if get_language_bidi() else "ltr",
        },
    )
    response = HttpResponse(html, status=status)
    response["Retry-After"] = response["Refresh"] = str(seconds)
    response["Cache-Control"] = "no-store"
    if not has_failed:
        # Django would log an error, and mail it, for each reader who looks again
        response._has_been_logged = True  # type: ignore[attr-defined]  # what Django asks of an answer
    return response


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
    asked: PageRequest,
    context: dict[str, Any],
    *,
    status: int = 200,
    kept: Iterable[tuple[str, str]] = (),
) -> HttpResponse:
    """A page in its frame. The request itself stays outside the template: no session is touched."""
    frame = Frame(
        language=language(),
        direction="rtl" if get_language_bidi() else "ltr",
        language_links=tuple(
            LanguageLink(
                code, languages.own_name(code), in_language(request, code), code == language()
            )
            for code, _name in settings.LANGUAGES
        ),
        site=settings.SITE_URL,
        asked=asked,
        links=links_for(asked.query),
        path=request.path,
        who=site_words(),
        page=context.get("page"),
        kept=tuple(kept),
    )
    html = render_to_string(template, {**context, "frame": frame, "links": frame.links})
    return HttpResponse(html, status=status)
