"""The published figures of series: those without a promise, and context statistics, which are never progress."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby, pairwise

from django.db.models import Case, Exists, F, OuterRef, QuerySet, When, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from programmes.calculations.choices import FiguresFrom
from programmes.calculations.dates import PreciseDate
from programmes.languages import CODES
from programmes.models import (
    STRUCK,
    Measurement,
    MeasurementShare,
    MilestoneStatement,
    Series,
    State,
    Territory,
)
from programmes.models.histories import parts_of_sums
from programmes.models.key_in_subquery import KeyInSubquery
from programmes.models.measurement import MeasurementQuerySet
from programmes.models.openings import Opening, read_openings
from programmes.selectors.lines.sources import SourceLine
from programmes.selectors.wording.formats import (
    Unit,
    as_of_words,
    date_words,
    day_words,
    number,
    unit_of,
)
from programmes.selectors.wording.names import NamedRecord, named, series_label
from programmes.selectors.wording.texts import NOTHING, Sentence, Text, translated
from programmes.type_names import certain

# How many figures of a series stand in a list: the latest. And on the page of a target.
SHOWN, SHOWN_ALONE = 12, 200
SERIES_RELATIONS = ("indicator", "territory__parent", "programme", "centre")


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure with its date and source. date: as a sentence says it; day: as a table does.

    state, outcome, ended: empty for a figure that stands; else what became of it, why, and on which day.
    was: what the mistyped entries said whose place it took, each with the day and the reason; the latest first.
    """

    value: str
    date: str
    day: str
    source: SourceLine | None
    note: Text | Sentence
    ref: str
    state: str = ""
    state_words: str = ""
    outcome: Text = NOTHING
    ended: str = ""
    was: tuple[Sentence, ...] = ()

    @property
    def struck(self) -> bool:
        """Corrected or withdrawn. A figure set aside is another source's, and is not struck."""
        return self.state in STRUCK


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """One followed figure, oldest first (none where none stands any more), and the other figures that exist for it.

    cut: empty where these are all. where: the centre or place inside that of the page; empty where its own name says
    it. points: its figures by date, for a drawing.
    """

    code: str
    label: Text
    is_context: bool
    place: NamedRecord
    figures: tuple[FigureLine, ...]
    others: tuple[FigureLine, ...]
    cut: str
    where: Text = NOTHING
    points: tuple[tuple[date, float], ...] = ()

    @property
    def last(self) -> FigureLine:
        return self.figures[-1]

    @property
    def earlier(self) -> tuple[FigureLine, ...]:
        """The figures before the last, latest first."""
        return self.figures[-2::-1] if len(self.figures) > 1 else ()


@dataclass(frozen=True, slots=True)
class SeriesFigures:
    """A series with its latest figures, oldest first; others: the latest of those that no longer stand.

    is_cut: more were published than these.
    """

    series: Series
    figures: tuple[Measurement, ...]
    others: tuple[Measurement, ...]
    is_cut: bool


def read_series(
    series: QuerySet[Series],
    on: date,
    *,
    known: datetime | None = None,
    first: int = 0,
    most: int | None = None,
) -> tuple[SeriesFigures, ...]:
    """The public ones among series of which a figure was published, whether or not one still stands; progress before
    context.

    One query, without the sources: with more than eight joins PostgreSQL keeps their order, and would join all figures
    before it chooses among them. known: the moment as known at which; None: now. first, most: how many are left out
    before, and how many are read (None: all).
    """
    public = (
        _public_among(series)
        if most is None
        else listed_series(series, on, known=known)[first : first + most]
    )
    rows = latest_figures(public, on, known, SHOWN).select_related(
        *(f"series__{name}" for name in SERIES_RELATIONS)
    )
    # Progress stands before context: the roles in the order of the alphabet, backwards.
    rows = rows.order_by(
        "-series__role", "series__indicator__code", "series__code", "as_of_on", "pk"
    )
    found = (
        _reported(rows[0].series, rows, known, SHOWN)
        for rows in (list(some) for _key, some in groupby(rows, lambda row: row.series_id))
    )
    return tuple(one for one in found if one.figures or one.others)


def listed_series(
    series: QuerySet[Series], on: date, *, known: datetime | None = None
) -> QuerySet[Series]:
    """The public ones among series of which a figure was published, in the order of long lists."""
    told = Measurement.objects.readable(known).filter(series=OuterRef("pk"), as_of_on__lte=on)
    return _public_among(series).filter(Exists(told)).order_by("-role", "indicator__code", "code")


def _public_among(series: QuerySet[Series]) -> QuerySet[Series]:
    return Series.objects.published().filter(KeyInSubquery(series.order_by().values("pk")))


def read_figures(
    series: Series, on: date, *, known: datetime | None = None, most: int = SHOWN_ALONE
) -> SeriesFigures:
    """The figures of one series with their sources, reported or counted from openings; none of its own of a sum.

    One query.
    """
    if series.figures == FiguresFrom.PARTS:
        return SeriesFigures(series, (), (), is_cut=False)
    if series.figures == FiguresFrom.MILESTONES:
        openings = read_openings([series], known=known)[series.pk]
        rows = [_counted(one) for one in openings if one.day <= on]
    else:
        chosen = Series.objects.filter(pk=series.pk)
        shares = MeasurementShare.objects.filter(measurement=OuterRef("pk"))
        latest = latest_figures(chosen, on, known, most).annotate(is_broken_down=Exists(shares))
        rows = list(latest.select_related("source__organisation").order_by("as_of_on", "pk"))
    return _reported(series, rows, known, most)


def latest_figures(
    series: QuerySet[Series], on: date, known: datetime | None, most: int
) -> MeasurementQuerySet:
    """The latest figures of each series, one more than shown; as many that no longer stand."""
    alike: list[F | Case] = [F("series"), F("state")]
    if known is not None:
        alike.append(Case(When(ended_at__gt=known, then=1), default=0))
    place = Window(RowNumber(), partition_by=alike, order_by=[F("as_of_on").desc(), F("pk").desc()])
    # their keys alone are put in order: with all columns, of all figures, that takes four times as long
    keys = (
        Measurement.objects.readable(known)
        .filter(series__in=series.values("pk"), as_of_on__lte=on)
        .annotate(place=place)
        .filter(place__lte=most + 1)
        .values("pk")
    )
    return Measurement.objects.filter(KeyInSubquery(keys))


def _reported(
    series: Series, rows: list[Measurement], known: datetime | None, most: int
) -> SeriesFigures:
    rows = [row.as_known(known) for row in rows]
    standing = [row for row in rows if row.state == State.PUBLISHED]
    others = [row for row in rows if row.state != State.PUBLISHED]
    return SeriesFigures(
        series, tuple(standing[-most:]), tuple(others[-most:]), is_cut=len(standing) > most
    )


def _counted(opening: Opening) -> Measurement:
    """The figure of a day on which centres opened: dated and sourced by what was said of it. Nobody stored it."""
    said = opening.statements[-1]
    figure = Measurement(
        ref="", value=Decimal(opening.count), source=said.source, state=State.PUBLISHED
    )
    figure.as_of = said.date
    figure.opened = [certain(row.milestone.centre) for row in opening.statements]
    return figure


def figures_behind(
    target: str, *, known: datetime | None = None
) -> QuerySet[Measurement] | QuerySet[MilestoneStatement]:
    """The rows behind the figures of a target, by its code: of its series and the parts, or of the openings counted.

    These as known at a moment (None: now).
    """
    series = Series.objects.get(targets__code=target)
    if series.figures == FiguresFrom.MILESTONES:
        openings = read_openings([series], known=known)[series.pk]
        said = [row.pk for one in openings for row in one.statements]
        return MilestoneStatement.objects.filter(pk__in=said)
    parts = parts_of_sums([series.pk], known)[series.pk]
    return Measurement.objects.filter(series__in=[series.pk, *(one.pk for one in parts)])


def series_line(
    reported: SeriesFigures, sources: Mapping[int, SourceLine], page: Territory | None = None
) -> SeriesLine:
    """A series with its figures in words. page: the territory of the page, where it is one's."""
    row, others = reported.series, reported.others
    return SeriesLine(
        code=row.code,
        label=series_label(row),
        is_context=row.role == Series.Role.CONTEXT,
        place=named(row.territory),
        figures=figure_lines(row, reported.figures, sources, others),
        others=figure_lines(row, without_corrected(reported.figures, others), sources),
        cut=cut_words(SHOWN) if reported.is_cut else "",
        where=_where(row, page) if page else NOTHING,
        points=tuple((one.as_of_on, float(one.figure.amount)) for one in reported.figures),
    )


def _where(row: Series, page: Territory) -> Text:
    """The centre of a series, or its place inside that of the page, where its own name does not say it."""
    is_inside = row.centre_id is not None or row.territory.parent_id == page.pk
    if any(getattr(row, f"name_{code}") for code in CODES) or not is_inside:
        return NOTHING
    return translated(row.centre or row.territory, "name")


def without_corrected(
    figures: Iterable[Measurement], others: Iterable[Measurement]
) -> list[Measurement]:
    """Figures that no longer stand, without the entries that one of the others says it was before."""
    by_key = {row.pk: row for row in others}
    said = {before.pk for row in figures for before in _corrected(row, by_key)}
    return [row for row in by_key.values() if row.pk not in said]


def _corrected(row: Measurement, others: Mapping[int, Measurement]) -> Iterator[Measurement]:
    """The mistyped entries whose place a figure took, the latest first."""
    while (before := others.get(row.supersedes_id or 0)) is not None:
        yield before
        row = before


def cut_words(shown: int) -> str:
    """Says that a long series is not shown whole."""
    return _("Only the latest %(count)s figures are shown here.") % {"count": number(shown)}


def figure_lines(
    series: Series,
    rows: Iterable[Measurement],
    sources: Mapping[int, SourceLine],
    others: Iterable[Measurement] = (),
) -> tuple[FigureLine, ...]:
    """The figures of a series in words, in the order given. others: those that no longer stand, beside them."""
    unit, by_key = unit_of(series.indicator), {row.pk: row for row in others}
    return tuple(
        FigureLine(
            value=figure_words(row, unit),
            date=period_words(row.period_start, row.as_of),
            day=date_words(period_of(row.period_start, row.as_of)),
            source=sources.get(row.source_id),
            note=_note(row),
            ref=row.ref,
            state="" if row.state == State.PUBLISHED else row.state,
            state_words="" if row.state == State.PUBLISHED else row.get_state_display(),
            outcome=translated(row, "outcome_reason"),
            ended=_ended(row),
            was=tuple(
                _was(row, before, after, unit, sources)
                for after, before in pairwise((row, *_corrected(row, by_key)))
            ),
        )
        for row in rows
    )


def _note(row: Measurement) -> Text | Sentence:
    """What is said beside a figure; of one that was counted, which centres opened."""
    if row.pk:
        return translated(row, "note")
    names = {f"at{place}": translated(one, "name") for place, one in enumerate(row.opened)}
    return Sentence.of(" · ".join(f"%({place})s" for place in names), **names)


def _was(
    row: Measurement,
    before: Measurement,
    after: Measurement,
    unit: Unit,
    sources: Mapping[int, SourceLine],
) -> Sentence:
    """What a figure was before it was corrected, its day and, where they differ, its note and its source included.

    after: what corrected it, and says why.
    """
    value: str | Sentence = figure_words(before, unit)
    note = translated(before, "note")
    if note and note.text not in [getattr(row, f"note_{code}") for code in CODES]:
        value = Sentence.of(_("%(value)s (“%(note)s”)"), value=value, note=note)
    words = {
        "value": value,
        "date": period_words(before.period_start, before.as_of),
        "day": _ended(before),
        "reason": translated(after, "reason"),
    }
    source = sources.get(before.source_id)
    if source is None or before.source_id == row.source_id:
        return Sentence.of(_("was %(value)s %(date)s, corrected on %(day)s: %(reason)s"), **words)
    pattern = _("was %(value)s %(date)s (%(source)s), corrected on %(day)s: %(reason)s")
    return Sentence.of(pattern, source=source.label, **words)


def figure_words(row: Measurement, unit: Unit) -> str:
    """The value of a figure, with its qualifier and unit."""
    return unit.amount(row.figure.amount, row.qualifier)


def _ended(row: Measurement) -> str:
    return day_words(timezone.localdate(row.ended_at)) if row.ended_at else ""


def period_words(start: date | None, as_of: PreciseDate) -> str:
    """The date of a figure, or the period that it counts where its date does not already say it."""
    return as_of_words(period_of(start, as_of))


def period_of(start: date | None, as_of: PreciseDate) -> PreciseDate:
    """The period that a figure counts, where its date does not already say it; else its date."""
    if start is None or as_of.last is None or start == as_of.first:
        return as_of
    return PreciseDate.of_span(start, as_of.last)
