"""The coming dates as iCalendar (RFC 5545), for a reader's own calendar."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from programmes.public.links import links_for
from programmes.public.page_request import PageRequest
from programmes.public.pages import public_page
from programmes.selectors.pages.calendar import CalendarDate, calendar_page
from programmes.selectors.wording.formats import language
from programmes.selectors.wording.site import site_name
from programmes.selectors.wording.texts import plain, printable

LONGEST_LINE = 74


@public_page
def calendar_file(request: HttpRequest, asked: PageRequest) -> HttpResponse:
    """The dates to come, each an event of a whole day with the address of its page."""
    page = calendar_page(asked.on, known=asked.known)
    host = settings.SITE_URL.split("//")[-1]
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{host}//{language().upper()}",
        f"X-WR-CALNAME:{_escaped(site_name())}",
    ]
    for one in page.coming:
        lines += _event(one, host, asked.on.strftime("%Y%m%d"))
    lines.append("END:VCALENDAR")
    text = "\r\n".join(folded for line in lines for folded in _folded(line)) + "\r\n"
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")


def _event(one: CalendarDate, host: str, stamp: str) -> list[str]:
    address = settings.SITE_URL + links_for().to(one.page, one.code)
    summary = _("%(what)s: %(label)s") % {"what": plain(one.label), "label": one.detail}
    return [
        "BEGIN:VEVENT",
        f"UID:{one.key}@{host}",
        f"DTSTAMP:{stamp}T000000Z",
        f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{one.day + timedelta(1):%Y%m%d}",
        f"SUMMARY:{_escaped(summary)}",
        f"DESCRIPTION:{_escaped(' '.join(part for part in (one.words, plain(one.place)) if part))}",
        f"URL:{address}",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    return printable(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> list[str]:
    """A line in pieces of at most 75 octets, each after the first begun with a space."""
    pieces, current = [], ""
    for sign in line:
        if len((current + sign).encode()) > LONGEST_LINE:
            pieces.append(current)
            current = " "
        current += sign
    return [*pieces, current]
