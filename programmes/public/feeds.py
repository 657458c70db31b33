"""Atom feeds of what was published: of the site, of a programme, of a territory."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from programmes.public.asked import Asked
from programmes.public.links import Links
from programmes.public.pages import found, public_page
from programmes.selectors.formats import language
from programmes.selectors.updates import (
    Scope,
    UpdateLine,
    programme_scope,
    read_updates,
    territory_scope,
)

# What XML 1.0 cannot hold, even escaped.
UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@public_page
def site_feed(request: HttpRequest, asked: Asked) -> HttpResponse:
    return _feed(request, asked, Scope(), "updates")


@public_page
def programme_feed(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    return _feed(request, asked, found(programme_scope(code)), "programme", code)


@public_page
def territory_feed(request: HttpRequest, asked: Asked, code: str) -> HttpResponse:
    scope = found(territory_scope(code.upper()))
    return _feed(request, asked, scope, "territory", code.upper())


def _feed(
    request: HttpRequest, asked: Asked, scope: Scope, page: str, code: str = ""
) -> HttpResponse:
    """The last fifty steps, each with the address of the page that shows it."""
    site, links = settings.SITE_URL, Links(language())
    title = _("Training programmes tracker")
    if scope.name:
        title = f"{scope.name} – {title}"
    feed = Atom1Feed(
        title=_clean(title),
        link=site + links.to(page, code),
        description=None,
        subtitle=_("What was published, revised or corrected"),
        language=language(),
        feed_url=site + request.path,
        feed_guid=site + request.path,
        author_name=_("Training programmes tracker"),
    )
    for line in read_updates(asked.on, scope=scope).lines:
        _add(feed, line, site, links)
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml")


def _add(feed: Atom1Feed, line: UpdateLine, site: str, links: Links) -> None:
    words = " · ".join(
        part
        for part in (
            line.detail,
            line.place.text,
            _("Source: %(source)s") % {"source": line.source.label} if line.source else "",
            line.reason,
        )
        if part
    )
    feed.add_item(
        title=_clean(_("%(what)s: %(label)s") % {"what": line.what, "label": line.label}),
        link=site + links.to(line.page, line.code),
        description=_clean(words),
        unique_id=f"{site}/updates/{line.key}",
        pubdate=line.at,
        updateddate=line.at,
    )


def _clean(text: str) -> str:
    return UNWRITABLE.sub("", text)
