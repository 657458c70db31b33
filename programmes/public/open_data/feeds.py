"""Atom feeds of what was published: of the site, a programme, a territory, an agreement or a target.

Each week that ended with something published has an entry of its own: what moved.
"""

from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from programmes.models.publication_clock import NEVER
from programmes.public.links import Links
from programmes.public.page_request import PageRequest
from programmes.public.pages import found, public_page
from programmes.selectors.pages.news.past_weeks import Week, weeks_of
from programmes.selectors.pages.news.update_scopes import (
    UpdateScope,
    agreement_scope,
    named_target_scope,
    programme_scope,
    territory_scope,
)
from programmes.selectors.pages.news.updates import UpdateLine, read_updates
from programmes.selectors.wording.formats import language
from programmes.selectors.wording.site import site_words
from programmes.selectors.wording.texts import Text, for_xml, plain


class FeedLink(NamedTuple):
    """Where the feed of a page is: its address by name and code, and what it is of."""

    page: str
    code: str
    name: Text


class StableFeed(Atom1Feed):
    """A feed that says the same until something is published: without a line, it is as old as what was known.

    Its title and its author are of the language that they are in, where that is not the one of the feed; what stands
    in a text of another language bears a word on its own.
    """

    def __init__(self, asked: PageRequest, *, title: Text, author: Text, **options: Any) -> None:
        super().__init__(title=for_xml(title.text), author_name=for_xml(author.text), **options)
        self.known = asked.known or asked.published or NEVER
        self.langs = {"title": title.lang, "author": author.lang}

    def add_root_elements(self, handler: Any) -> None:
        with_languages: Any = _LanguageHandler(
            handler, self.langs
        )  # it answers as what writes XML does
        super().add_root_elements(with_languages)

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else self.known


class _LanguageHandler:
    """What writes XML, and says of some elements of which language they are."""

    def __init__(self, handler: Any, langs: dict[str, str]) -> None:
        self.handler, self.langs, self.endElement = handler, langs, handler.endElement

    def startElement(self, name: str, attrs: dict[str, str]) -> None:
        self.handler.startElement(name, self._with_lang(name, attrs))

    def addQuickElement(
        self, name: str, contents: str, attrs: dict[str, str] | None = None
    ) -> None:
        self.handler.addQuickElement(name, contents, self._with_lang(name, attrs or {}))

    def _with_lang(self, name: str, attrs: dict[str, str]) -> dict[str, str]:
        lang = self.langs.get(name)
        return attrs | {"xml:lang": lang} if lang else attrs


@public_page
def site_feed(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    return _feed(request, asked, UpdateScope(), "updates")


@public_page
def programme_feed(request: HttpRequest, asked: PageRequest, code: str) -> HttpResponse:
    return _feed(request, asked, found(programme_scope(code)), "programme", code)


@public_page
def territory_feed(request: HttpRequest, asked: PageRequest, code: str) -> HttpResponse:
    return _feed(request, asked, found(territory_scope(code)), "territory", code)


@public_page
def agreement_feed(request: HttpRequest, asked: PageRequest, code: str) -> HttpResponse:
    return _feed(request, asked, found(agreement_scope(code)), "agreement", code)


@public_page
def target_feed(request: HttpRequest, asked: PageRequest, code: str) -> HttpResponse:
    return _feed(request, asked, found(named_target_scope(code)), "target", code)


def _feed(
    request: HttpRequest, asked: PageRequest, scope: UpdateScope, page: str, code: str = ""
) -> HttpResponse:
    """The last fifty steps and the last weeks, each with the address of the page that shows it; the newest first."""
    site, links, who = settings.SITE_URL, Links(language(), asked.query), site_words()
    title = Text(f"{scope.name.plain} – {who.name.plain}") if scope.name else who.name
    feed = StableFeed(
        asked,
        title=title,
        author=who.says,
        link=site + links.to(page, code),
        description=None,
        subtitle=_("What was published, revised or corrected"),
        language=language(),
        feed_url=site + request.path + asked.query,
        feed_guid=site + request.path,
        author_email=who.contact or None,
        feed_copyright=who.licence or None,
    )
    lines = read_updates(asked.on, known=asked.known, scope=scope).lines
    weeks = weeks_of(asked.on, known=asked.known, scope=scope)
    entries: list[UpdateLine | Week] = [*lines, *weeks]
    for one in sorted(entries, key=lambda one: one.at, reverse=True):
        if isinstance(one, Week):
            _add_week(feed, one, site, links, page, code)
        else:
            _add(feed, one, site, links)
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml")


def _add_week(feed: Atom1Feed, week: Week, site: str, links: Links, page: str, code: str) -> None:
    feed.add_item(
        title=for_xml(week.title),
        link=site + links.to(page, code),
        description=for_xml(week.words),
        unique_id=f"{feed.feed['id']}#{week.key}",
        pubdate=week.at,
        updateddate=week.at,
    )


def _add(feed: Atom1Feed, line: UpdateLine, site: str, links: Links) -> None:
    words = " · ".join(
        part
        for part in (
            plain(line.detail),
            line.place.plain,
            _("Source: %(source)s") % {"source": line.source.label} if line.source else "",
            line.reason.plain,
        )
        if part
    )
    feed.add_item(
        title=for_xml(_("%(what)s: %(label)s") % {"what": line.what, "label": line.label.plain}),
        link=site + links.to(line.page or "updates", line.code),
        description=for_xml(words),
        unique_id=f"{site}/updates/{line.key}",
        pubdate=line.at,
        updateddate=line.at,
    )
