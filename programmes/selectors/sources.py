"""Where a figure, a promise or a statement comes from."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from programmes.calculations.dates import PreciseDate
from programmes.models import Source
from programmes.selectors.formats import date_words, day_words, language, remembered
from programmes.selectors.prepared import Among, Choice, Chosen, Prepared
from programmes.selectors.texts import Text, stated_in


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source: who published it, and when. `url` is where it can be read."""

    code: str
    publisher: str
    date: str
    title: Text
    url: str
    archived_url: str
    read_on: str
    label: str


# What a line is made of; the organisation is named where the source itself names no publisher.
ORGANISATION = ("acronym", "name_fr", "name_ar", "name_en", "code")
COLUMNS = (
    *(f"organisation__{name}" for name in ORGANISATION),
    "code",
    "publisher",
    "title",
    "language",
    "url",
    "archived_url",
    "date_on",
    "date_precision",
    "date_from",
    "read_on",
)


def source_line(source: Source) -> SourceLine:
    """A source whose organisation has been read with it. The label: OFPPT, 20 février 2026."""
    named = (getattr(source.organisation, name, None) for name in ORGANISATION)
    return line_of(*named, *(getattr(source, name) for name in COLUMNS[len(ORGANISATION) :]))


@remembered
def line_of(
    acronym: str | None,
    name_fr: str | None,
    name_ar: str | None,
    name_en: str | None,
    organisation: str | None,
    code: str,
    publisher: str,
    title: str,
    written_in: str,
    url: str,
    archived_url: str,
    date_on: date | None,
    date_precision: str,
    date_from: date | None,
    read_on: date | None,
) -> SourceLine:
    """A source from its `COLUMNS`."""
    name = {"fr": name_fr, "ar": name_ar, "en": name_en}.get(language()) or name_fr
    publisher = publisher or acronym or name or organisation or title
    when = PreciseDate.from_stored(date_on, date_precision, date_from)
    day = date_words(when) if when.last else _("undated")
    return SourceLine(
        code=code,
        publisher=publisher,
        date=day,
        title=stated_in(title, written_in),
        url=url,
        archived_url=archived_url,
        read_on=day_words(read_on) if read_on else "",
        label=_("%(publisher)s, %(date)s") % {"publisher": publisher, "date": day},
    )


def read_sources(
    cited: set[int], own: QuerySet[Source] | Choice | None
) -> tuple[dict[int, SourceLine], frozenset[int]]:
    """The public ones of the sources that are cited and of a record's own, latest first; the keys of its own."""
    found = SOURCES.rows(own is not None, chosen=own, cited=sorted(cited))
    here = language()
    return (
        {pk: line_of.spoken(here, *columns) for pk, _own, *columns in found},
        frozenset(pk for pk, is_own, *_columns in found if is_own),
    )


def _rows(has_own: bool) -> QuerySet[Source]:
    asked, is_own = Q(Among(Source, "cited")), Value(False)
    if has_own:
        own = Chosen(Source)
        asked, is_own = asked | Q(own), Case(When(own, then=True), default=False)
    return (
        Source.objects.published()
        .filter(asked)
        .annotate(is_own=is_own)
        .values_list("pk", "is_own", *COLUMNS)
    )


SOURCES = Prepared(_rows)
