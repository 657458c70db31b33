"""What a page is asked for: today, or `?on=2024-12-31`, as known now, or `&known=2025-03-01` (a day, or a moment)."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.selectors.lines.kept_since import kept_since
from programmes.selectors.pages.places.comparison import MOST
from programmes.selectors.pages.programme_filters import Filters
from programmes.selectors.wording.formats import day_words, language, moment_words

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
# The day and the moment. There is no end of them: search engines are kept from pages that name one.
CLOCKS = ("on", "known")
NUMBER = re.compile(r"[1-9][0-9]{0,2}")
EARLIEST = date(1956, 1, 1)


class RefusedError(Exception):
    """A question that cannot be answered; the text says what to do, in the reader's language.

    parameter: the one at fault, where it is one of the clocks.
    """

    parameter = ""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A day, and the moment of what was known of it.

    known: None is now. known_words: the moment, as the reader asked for it. clocks: what links carry on to stay on
    both; empty for today's pages. published: the moment of the last publication, None before the first.
    """

    on: date
    today: date
    clocks: tuple[tuple[str, str], ...] = ()
    known: datetime | None = None
    known_words: str = ""
    published: datetime | None = None

    @property
    def is_past(self) -> bool:
        """Whether the page may say something else than today's."""
        return self.on < self.today or self.known is not None

    @property
    def query(self) -> str:
        """The clocks as addresses write them."""
        return (
            "?" + "&".join(f"{name}={value}" for name, value in self.clocks) if self.clocks else ""
        )

    @property
    def words(self) -> str:
        """The day."""
        return day_words(self.on)

    @property
    def dated(self) -> str:
        """The day, and the moment where one was asked for."""
        if self.known is None:
            return self.words
        return _("%(day)s, as known on %(moment)s") % {
            "day": self.words,
            "moment": self.known_words,
        }

    def to_cite(self) -> "PageRequest":
        """The same with both clocks: what stays as it is, whatever is published after.

        Until something is published, what is known now is what was known at the last publication. On a later day
        it is said of the beginning of that day: a day is not asked of an earlier moment.
        """
        if self.known is not None:
            return self
        if self.published is None:
            return replace(self, clocks=(("on", self.on.isoformat()),))
        known = max(self.published, timezone.make_aware(datetime.combine(self.on, time.min)))
        return _at(self, known, _written(known), moment_words(known))


def read_asked(request: HttpRequest) -> PageRequest:
    """The day and the moment asked for: by default today in the country of the site, and what is known now.

    A moment without a day asks for the day of that moment.

    Raises:
        RefusedError: one of them cannot be read, or asked for; the day lies after the moment.
    """
    today = timezone.localdate()
    asked = PageRequest(today, today)
    if text := request.GET.get("on", "").strip():
        with _naming("on"):
            on = _read_day(text, today)
        asked = replace(asked, on=on, clocks=(("on", on.isoformat()),))
    if known := request.GET.get("known", "").strip():
        with _naming("known"):
            asked = _read_known(known, asked)
    return asked


@contextmanager
def _naming(parameter: str) -> Iterator[None]:
    try:
        yield
    except RefusedError as refusal:
        refusal.parameter = refusal.parameter or parameter
        raise


def _read_day(text: str, today: date) -> date:
    if not DAY.fullmatch(text):
        raise RefusedError(_("A date is written year-month-day, for example 2024-12-31."))
    on = _day(text)
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
    return on


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RefusedError(_("There is no such day in the calendar. Check the date.")) from None


def _read_known(text: str, asked: PageRequest) -> PageRequest:
    """The same as known at a moment; a day is what was known when it ended."""
    if DAY.fullmatch(text):
        day = _day(text)
        if day == asked.today:  # it has not ended: what is known now
            return replace(asked, clocks=(("on", asked.on.isoformat()), ("known", text)))
        known, words = timezone.make_aware(datetime.combine(day, time.max)), day_words(day)
    else:
        known = _moment(text)
        text, words = _written(known), moment_words(known)
    if known > timezone.now():
        raise RefusedError(
            _("That moment lies in the future. Choose %(today)s or earlier.")
            % {"today": day_words(asked.today)}
        )
    since = kept_since()
    if since is None:
        raise RefusedError(_("Nothing has been published yet. Ask for the page without a moment."))
    if known < since:
        raise RefusedError(
            _(
                "This site keeps what it said since %(since)s, when something was first published. "
                "Choose that moment or a later one."
            )
            % {"since": moment_words(since)}
        )
    day = timezone.localdate(known)
    if not asked.clocks:
        asked = replace(asked, on=day)
    elif asked.on > day:
        with _naming("on"):
            raise RefusedError(
                _("On %(known)s nothing was known of a later day. Choose %(day)s or earlier.")
                % {"known": words, "day": day_words(day)}
            )
    return _at(asked, known, text, words)


def _moment(text: str) -> datetime:
    text = text[:10] + text[10:].replace(" ", "+")  # in an address, a plus sign is a space
    if not MOMENT.fullmatch(text):
        raise RefusedError(
            _(
                "A moment is written as a day, for example 2025-03-01, or with its time, "
                "for example 2025-03-01T14:30Z."
            )
        )
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = timezone.make_aware(moment)
        # the first and the last hours that there are lie outside of the calendar here
        timezone.localtime(moment)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise RefusedError(_("There is no such moment. Check the date and the time.")) from None


def _written(moment: datetime) -> str:
    """A moment as addresses write it, to the microsecond: two publications never share one."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _at(asked: PageRequest, known: datetime, text: str, words: str) -> PageRequest:
    clocks = (("on", asked.on.isoformat()), ("known", text))
    return replace(asked, clocks=clocks, known=known, known_words=words)


def read_page_number(request: HttpRequest) -> int:
    """The page of a long list asked for, by default the first.

    Raises:
        RefusedError: it is not a number from 1 to 999.
    """
    text = request.GET.get("page", "").strip() or "1"
    if not NUMBER.fullmatch(text):
        raise RefusedError(_("There is no page of that number. Pages are numbered from 1."))
    return int(text)


def read_choice(request: HttpRequest, name: str, choices: Iterable[str]) -> str:
    """One of some values that an address may name; empty where it names none.

    Raises:
        RefusedError: it names another.
    """
    chosen = request.GET.get(name, "")
    if chosen and chosen not in choices:
        raise RefusedError(_("One of the filters is not in the list. Choose again."))
    return chosen


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
