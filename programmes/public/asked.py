"""The day that a page is asked for: today, or `?on=2024-12-31`."""

import re
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.selectors.comparing import MOST
from programmes.selectors.formats import day_words, language
from programmes.selectors.programme_filters import Filters

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NUMBER = re.compile(r"[1-9][0-9]{0,2}")
EARLIEST = date(1956, 1, 1)


class RefusedError(Exception):
    """A question that cannot be answered; the text says what to do, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Asked:
    """on: the day. query: what links carry on to stay on it; empty for today's pages."""

    on: date
    today: date
    query: str = ""

    @property
    def is_past(self) -> bool:
        return self.on < self.today

    @property
    def words(self) -> str:
        return day_words(self.on)


def read_asked(request: HttpRequest) -> Asked:
    """The day asked for, by default today in Morocco.

    Raises:
        RefusedError: it is not a date, or lies in the future.
    """
    today = timezone.localdate()
    text = request.GET.get("on", "").strip()
    if not text:
        return Asked(today, today)
    if not DAY.fullmatch(text):
        raise RefusedError(_("A date is written year-month-day, for example 2024-12-31."))
    try:
        on = date.fromisoformat(text)
    except ValueError:
        raise RefusedError(_("There is no such day in the calendar. Check the date.")) from None
    if on > today:
        raise RefusedError(
            _(
                "That day lies in the future. Nothing is known of it yet; choose %(today)s or earlier."
            )
            % {"today": day_words(today)}
        )
    if on < EARLIEST:
        raise RefusedError(
            _("That day is too long ago. Choose %(earliest)s or later.")
            % {"earliest": day_words(EARLIEST)}
        )
    return Asked(on, today, f"?on={on.isoformat()}")


def read_page_number(request: HttpRequest) -> int:
    """The page of a long list asked for, by default the first.

    Raises:
        RefusedError: it is not a number from 1 to 999.
    """
    text = request.GET.get("page", "").strip() or "1"
    if not NUMBER.fullmatch(text):
        raise RefusedError(_("There is no page of that number. Pages are numbered from 1."))
    return int(text)


def read_languages(request: HttpRequest) -> str | None:
    """The language of the texts of a file: that of the page, or None for all of them (`?languages=all`).

    Raises:
        RefusedError: anything else is asked for.
    """
    text = request.GET.get("languages", "").strip()
    if text not in ("", "all"):
        raise RefusedError(_("A file is in the language of its address, or in all: languages=all."))
    return None if text else language()


def read_regions(request: HttpRequest) -> list[str]:
    """The codes of the regions to compare, each once, in the order given.

    Raises:
        RefusedError: there are more than can stand side by side.
    """
    asked = (text.strip().upper() for text in request.GET.getlist("region"))
    codes = list(dict.fromkeys(code for code in asked if code))
    if len(codes) > MOST:
        raise RefusedError(_("Three regions at most can be compared. Choose again."))
    return codes


def read_filters(request: HttpRequest) -> Filters:
    """What the list of programmes is narrowed by. Whether the values exist is asked of the choices."""
    names = ("territory", "sector", "status", "organisation")
    return Filters(**{name: request.GET.get(name, "").strip() for name in names})
