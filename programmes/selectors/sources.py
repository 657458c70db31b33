"""Where a figure, a promise or a statement comes from."""

from dataclasses import dataclass

from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext as _

from programmes.models import Source
from programmes.selectors.formats import date_words, day_words
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


def source_line(source: Source) -> SourceLine:
    """A source whose organisation has been read with it. The label: OFPPT, 20 février 2026."""
    organisation = source.organisation
    publisher = source.publisher or (str(organisation) if organisation else source.title)
    day = date_words(source.date) if source.date.last else _("undated")
    return SourceLine(
        code=source.code,
        publisher=publisher,
        date=day,
        title=stated_in(source.title, source.language),
        url=source.url,
        archived_url=source.archived_url,
        read_on=day_words(source.read_on) if source.read_on else "",
        label=_("%(publisher)s, %(date)s") % {"publisher": publisher, "date": day},
    )


def read_sources(
    cited: set[int], own: QuerySet[Source]
) -> tuple[dict[int, SourceLine], frozenset[int]]:
    """The public ones of the sources that are cited and of a record's own, latest first; the keys of its own."""
    keys = own.order_by().values("pk")
    rows = (
        Source.objects.published()
        .filter(Q(pk__in=cited) | Q(pk__in=keys))
        .select_related("organisation")
        .annotate(is_own=Case(When(pk__in=keys, then=True), default=False))
    )
    found = list(rows)
    return (
        {row.pk: source_line(row) for row in found},
        frozenset(row.pk for row in found if row.is_own),
    )
