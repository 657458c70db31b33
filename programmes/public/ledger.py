"""The ledger in public: what it is, the digest of each day, the whole of it, and the script that checks it."""

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from programmes import verify
from programmes.languages import CODES
from programmes.public.links import Links, links_for
from programmes.public.open_data.feeds import StableFeed
from programmes.public.page_request import PageRequest, RefusedError
from programmes.public.pages import found, public_page, render_page
from programmes.selectors.lines.ledger_entries import (
    DAYS,
    PER_PAGE,
    entries_of_target,
    ledger_days,
)
from programmes.selectors.pages.targets import promise_of
from programmes.selectors.wording.formats import language, number
from programmes.selectors.wording.site import site_words
from programmes.selectors.wording.texts import Text
from programmes.spreadsheets.sending.public_files.published import public_tables

IN_FEED = 50


@public_page
def ledger(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    """What the ledger is, how a digest is kept, and how all is checked."""
    days = list(ledger_days(DAYS, on=asked.on, known=asked.known))
    # to the public, a proposal that was published is a change
    labels = {"amendments": _("Changes")}
    context = {
        "count": number(days[0].number) if days else "",
        "kept": days[0].kept if days else "",
        "days": days,
        "tables": [(table.name, labels.get(table.name, table.label)) for table in public_tables()],
        "here": links_for(),
        # with a day, files are what the database holds, not what was made before
        "held": links_for(f"?on={asked.today.isoformat()}"),
    }
    return render_page(request, "public/ledger.html", asked, context)


@public_page
def target_entries(request: HttpRequest, asked: PageRequest, code: str) -> HttpResponse:
    """The entries of one target, newest first, a hundred a page."""
    line = found(promise_of(code, asked.on, known=asked.known)).line
    before = request.GET.get("before", "0")
    if not (before.isascii() and before.isdecimal() and len(before) < 16):
        raise RefusedError(_("There is no page of that number. Pages are numbered from 1."))
    entries = entries_of_target(
        line.code,
        asked.on,
        record_labels(),
        known=asked.known,
        before=int(before),
        limit=PER_PAGE,
    )
    here = links_for(asked.query).to("target_ledger", line.code)
    mark = "&" if "?" in here else "?"
    context = {
        "line": line,
        "entries": entries,
        "older": f"{here}{mark}before={entries.older}" if entries.older else "",
    }
    return render_page(request, "public/target_ledger.html", asked, context)


def record_labels() -> dict[str, str]:
    """What people call a row of each table."""
    labels = {table.name: str(table.model._meta.verbose_name) for table in public_tables()}
    return labels | {"amendments": _("change")}


@public_page
def digests(request: HttpRequest, asked: PageRequest) -> HttpResponseBase:
    """The digest of every day, a line each, newest first."""
    days = ledger_days(on=asked.on, known=asked.known)
    lines = (f"{one.day.isoformat()} {one.kept}\n" for one in days)
    return HttpResponse("".join(lines), content_type="text/plain; charset=utf-8")


@public_page
def verifier(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    """The script that checks a ledger, as it is, but for the languages of the site."""
    content = Path(verify.__file__).read_text(encoding="utf-8")
    spoken = f'"SITE_LANGUAGES", "{",".join(CODES)}"'
    content = content.replace('"SITE_LANGUAGES", "fr,ar,en"', spoken)
    response = HttpResponse(content, content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="verify.py"'
    return response


@public_page
def ledger_feed(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    """The digests of the last days that have ended."""
    site, address = settings.SITE_URL, Links(language(), asked.query).to("ledger")
    title = _("Digests of the ledger")
    feed = StableFeed(
        asked,
        title=Text(f"{title} – {site_words().name.plain}"),
        author=site_words().says,
        link=site + address,
        description=None,
        language=language(),
        feed_url=site + request.path + asked.query,
        feed_guid=site + request.path,
    )
    ended = min(asked.on, asked.today - timedelta(1))
    for one in ledger_days(IN_FEED, on=ended, known=asked.known):
        feed.add_item(
            title=_("Digest of %(day)s") % {"day": one.words},
            link=site + address,
            description=one.kept,
            unique_id=f"{site}/ledger/{one.number}",
            pubdate=one.at,
            updateddate=one.at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml")
