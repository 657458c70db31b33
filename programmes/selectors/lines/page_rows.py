"""What a page prints of promises, figures, milestones and centres, read together: a fixed number of queries."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any

from django.db.models import QuerySet

from programmes.calculations.choices import CentreState, FiguresFrom, Status
from programmes.models import (
    Centre,
    Milestone,
    Series,
    Source,
    Target,
    Territory,
)
from programmes.selectors.lines.centre_lines import CentreLine, CentreRow, centre_line, read_centres
from programmes.selectors.lines.milestone_lines import (
    MilestoneLine,
    StatementRows,
    milestone_lines,
    read_statements,
)
from programmes.selectors.lines.notes import Notes, read_notes
from programmes.selectors.lines.owner_changes import CountedCentres
from programmes.selectors.lines.series_lines import (
    SeriesFigures,
    SeriesLine,
    read_series,
    series_line,
)
from programmes.selectors.lines.sources import SourceLine, read_sources, sources_of
from programmes.selectors.lines.withdrawals import Withdrawals, read_withdrawals
from programmes.selectors.promises.corrected_since import corrected_since
from programmes.selectors.promises.promise_lines import PromiseLine, promise_line
from programmes.selectors.promises.promise_rows import PromiseRow, promise_rows
from programmes.selectors.wording.names import NamedRecord, Record, named_if_public, record_of

# How many promises and how many series one page prints: more of them stand on the pages after it.
PROMISES_A_PAGE, SERIES_A_PAGE = 150, 50


@dataclass(frozen=True, slots=True)
class PageRows:
    """The rows of a page on a day. Its methods turn them into lines; `where` narrows them.

    number: which page of the long lists it is, from one.
    """

    on: date
    number: int
    rows: tuple[PromiseRow, ...]
    series: tuple[SeriesFigures, ...]
    statements: StatementRows
    centres: tuple[CentreRow, ...]
    sources: dict[int, SourceLine]
    own_source_ids: tuple[int, ...]
    withdrawals: Withdrawals
    names: dict[str, tuple[NamedRecord, ...]]
    notes: Notes

    def promise(self, row: PromiseRow) -> PromiseLine:
        """The line of one target, with its marks."""
        return promise_line(row, self.on, self.sources, self.withdrawals.of_target(row))

    def promises(self) -> tuple[PromiseLine, ...]:
        """The lines of all that had been promised by the day."""
        return tuple(map(self.promise, self.promised()))

    def promises_here(self, *groups: Iterable[PromiseRow]) -> tuple[tuple[PromiseLine, ...], ...]:
        """The lines of groups of promises, as far as they stand on this page: counted through all of them."""
        places, last = count(1), self.number * PROMISES_A_PAGE
        return tuple(
            tuple(
                self.promise(row) for row in rows if last - PROMISES_A_PAGE < next(places) <= last
            )
            for rows in groups
        )

    def promised(self) -> tuple[PromiseRow, ...]:
        """The rows of what had been promised by the day."""
        return promised_among(self.rows)

    def series_lines(self, page: Territory | None = None) -> tuple[SeriesLine, ...]:
        """Series with a published figure, progress before context. page: the territory of the page."""
        return tuple(series_line(one, self.sources, page) for one in self.series[:SERIES_A_PAGE])

    def goes_on(self, promises: int) -> bool:
        """Whether a page comes after this one, of so many promises and the series."""
        return self.number * PROMISES_A_PAGE < promises or len(self.series) > SERIES_A_PAGE

    def milestones(self) -> tuple[MilestoneLine, ...]:
        return milestone_lines(self.statements, self.sources, self.on, self.withdrawals)

    def centre_lines(
        self, where: Callable[[Centre], bool] = lambda centre: True
    ) -> tuple[CentreLine, ...]:
        """Those announced by the day: before that a centre is in no list and no count."""
        lines = (
            centre_line(one, self.on, self.withdrawals) for one in self.centres if where(one.centre)
        )
        return tuple(one for one in lines if one.state.code != CentreState.NOT_YET_ANNOUNCED)

    def own_sources(self) -> tuple[SourceLine, ...]:
        """The sources named on the record itself."""
        return tuple(self.sources[pk] for pk in self.own_source_ids)

    def named(self, row: Any, field: str = "name") -> NamedRecord | None:
        """A record that was read with that of the page, with its mark; None where there is none to show."""
        return self.withdrawals.marked(named_if_public(row, field))


def promised_among(rows: Iterable[PromiseRow]) -> tuple[PromiseRow, ...]:
    """The rows of what had been promised by the day."""
    return tuple(row for row in rows if row.status != Status.NOT_YET_PROMISED)


def records_of(row: PromiseRow) -> list[Record]:
    """The records that the line of a promise names or rests on, but for what it belongs to."""
    return [
        ("target", row.code),
        ("series", row.series_code),
        ("indicator", row.indicator_code),
        ("territory", row.territory_code),
    ]


def counted_by(rows: Iterable[PromiseRow]) -> set[CountedCentres]:
    """What the promises of some rows count of centres."""
    return {
        CountedCentres(row.counted_kind, row.territory_code, row.programme_code or "")
        for row in rows
        if row.figures == FiguresFrom.MILESTONES
    }


def _of_series(series: Series) -> list[Record]:
    rests_on = (series, series.indicator, series.territory, series.programme, series.centre)
    return [record_of(one) for one in rests_on if one is not None]


def read_page_rows(
    on: date,
    *,
    known: datetime | None = None,
    number: int = 1,
    own: Any = None,
    within: Iterable[Any] = (),
    owners: Iterable[Any] = (),
    beside: Iterable[Any] = (),
    names: Mapping[str, Iterable[NamedRecord]] | None = None,
    rows: Iterable[PromiseRow] | None = None,
    targets: QuerySet[Target] | None = None,
    series: QuerySet[Series] | None = None,
    without_promise: bool = False,
    milestones: QuerySet[Milestone] | None = None,
    centres: QuerySet[Centre] | None = None,
    own_sources: QuerySet[Source] | None = None,
) -> PageRows:
    """Reads public rows only, as known at a moment (None: now).

    Two queries for targets (three of a past day), one each for series, centres, statements, sources and withdrawals.

    number: the page of the long lists. own: the record of the page; within: others of which it lists what belongs to
    them; owners: what it belongs to; beside, names: the others that it names, where there are such. The notes speak of
    all these and of what the lines rest on. rows: of targets that have been read. own_sources: those of the record
    itself.
    """
    found = list(rows or ())
    if targets is not None:
        found += promise_rows(targets, on, known=known)
    if series is not None and without_promise:
        # the keys themselves: a database that knows little of its tables yet plans badly what is nested deeper
        promised = {row.series for row in found if row.status != Status.NOT_YET_PROMISED}
        series = series.exclude(pk__in=promised)
    others = tuple[SeriesFigures, ...]()
    if series is not None:
        first = (number - 1) * SERIES_A_PAGE
        others = read_series(series, on, known=known, first=first, most=SERIES_A_PAGE + 1)
    statements = StatementRows()
    if milestones is not None:
        statements = read_statements(milestones, on, known=known)
    placed = () if centres is None else read_centres(centres, known=known)
    sources, own_ids = sources_of(statements.rows), tuple[int, ...]()
    cited = {row.source for row in found if row.source}
    cited |= {row.source_id for one in others for row in (*one.figures, *one.others)}
    if cited - sources.keys() or own_sources is not None:
        more, own_ids = read_sources(cited, own_sources)
        sources |= more
    named = dict(names or {})
    above = [record_of(one) for one in owners if one is not None]
    printed = [
        *above,
        *(record_of(one) for one in (own, *beside) if one is not None),
        *(record_of(one) for some in named.values() for one in some),
        *(record for row in found for record in (*records_of(row), *row.owners)),
        *(record for one in others for record in _of_series(one.series)),
        *(record_of(row.milestone) for row in statements.rows),
        *(record_of(one) for row in placed for one in (row.centre, row.centre.territory)),
        *(("source", line.code) for line in sources.values()),
    ]
    withdrawals = read_withdrawals(
        printed,
        gathering=[record_of(one) for one in (own, *within) if one is not None],
        counted=counted_by(found)
        | {CountedCentres.of(one.series) for one in others if one.series.counted_kind},
        known=known,
    )
    return PageRows(
        on=on,
        number=number,
        rows=tuple(found),
        series=others,
        statements=statements,
        centres=placed,
        sources={pk: withdrawals.with_change(line) for pk, line in sources.items()},
        own_source_ids=own_ids,
        withdrawals=withdrawals,
        names={key: tuple(map(withdrawals.marked, some)) for key, some in named.items()},
        notes=read_notes(
            withdrawals,
            record_of(own) if own is not None else None,
            above,
            () if targets is None and rows is None else corrected_since(on, known, targets),
        ),
    )
