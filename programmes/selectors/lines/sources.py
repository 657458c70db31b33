"""Where a figure, a promise or a statement comes from."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from programmes.languages import language_of
from programmes.models import Source
from programmes.selectors.wording.formats import date_words, day_words, language
from programmes.selectors.wording.texts import Text, stated_in, translated
from programmes.type_names import certain


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """What a source has besides its own address, and where it can be read."""

    title: Text
    url: str


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source: who published it, and when. `url` is where it can be read.

    evidence: what else it has that can be read at an address; files are for staff.
    change: the key of the amendment that changed it last; None where none did, or the page does not tell it.
    """

    code: str
    publisher: str
    date: str
    title: Text
    url: str
    archived_url: str
    read_on: str
    label: str
    evidence: tuple[EvidenceLine, ...] = ()
    change: int | None = None


def source_line(source: Source) -> SourceLine:
    """A source in words, its organisation read with it, which is named where the source names no publisher.

    The label: OFPPT, 20 février 2026.
    """
    office = source.organisation
    publisher = source.publisher or source.title
    if office and not source.publisher:
        publisher = office.acronym or translated(office, "name").text or office.code
    day = date_words(source.date) if source.date.last else _("undated")
    return SourceLine(
        code=source.code,
        publisher=publisher,
        date=day,
        title=stated_in(source.title, source.language or language_of(source.title, language())),
        url=source.url,
        archived_url=source.archived_url,
        read_on=day_words(source.read_on) if source.read_on else "",
        label=_("%(publisher)s, %(date)s") % {"publisher": publisher, "date": day},
    )


def public_source(source: Source | None) -> SourceLine | None:
    """The same where there is one that the public may see."""
    return source_line(source) if source is not None and source.is_public else None


def sources_of(rows: Iterable[Any]) -> dict[int, SourceLine]:
    """The public sources that were read with some rows, by key."""
    sources = {row.source_id: row.source for row in rows}
    return {pk: source_line(one) for pk, one in sources.items() if one.is_public}


def read_sources(
    cited: Iterable[int], own: QuerySet[Source] | None = None
) -> tuple[dict[int, SourceLine], tuple[int, ...]]:
    """The public ones of the sources that are cited and of a record's own, latest first, with their evidence; the keys
    of its own."""
    asked = Q(pk__in=set(cited))
    rows = Source.objects.published().select_related("organisation")
    if own is not None:
        is_own = Exists(own.order_by().filter(pk=OuterRef("pk")))
        rows, asked = rows.annotate(is_own=is_own), asked | Q(is_own=True)
    # one row a piece of evidence, so that none needs a query of its own
    beside = rows.filter(asked).annotate(
        evidence_title=F("evidence__title"),
        evidence_language=F("evidence__language"),
        evidence_url=F("evidence__url"),
    )
    found, pieces = dict[int, Any](), defaultdict[int, list[EvidenceLine]](list)
    row: Any  # a source with what the query adds
    for row in beside.order_by(*certain(Source._meta.ordering), "evidence_title"):
        found[row.pk] = row
        if row.evidence_url:
            title = stated_in(row.evidence_title, row.evidence_language)
            pieces[row.pk].append(EvidenceLine(title, row.evidence_url))
    owned = tuple(row.pk for row in found.values() if own is not None and row.is_own)
    lines = {pk: replace(source_line(row), evidence=tuple(pieces[pk])) for pk, row in found.items()}
    return lines, owned
