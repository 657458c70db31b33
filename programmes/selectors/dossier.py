"""What a page prints of promises, figures, milestones and centres, read together: a fixed number of queries."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import QuerySet

from programmes.calculations.figures import Status
from programmes.models import Centre, Milestone, Series, Source, Target
from programmes.selectors.centre_lines import (
    CentreLine,
    CentreRow,
    ask_centres,
    centre_line,
    centres_of,
)
from programmes.selectors.context import (
    SHOWN_ALONE,
    Reported,
    SeriesLine,
    ask_series,
    series_line,
    series_of,
)
from programmes.selectors.ledger import Ledger, ask_ledger, ledger_of
from programmes.selectors.milestones import (
    MilestoneLine,
    StatementRow,
    ask_statements,
    milestone_lines,
    statements_of,
)
from programmes.selectors.prepared import Choice, Question, answers
from programmes.selectors.promises import PromiseLine, promise_line
from programmes.selectors.sources import SourceLine, read_sources
from programmes.selectors.standings import Standing, standings_of
from programmes.selectors.target_rows import TargetRow


@dataclass(frozen=True, slots=True)
class Dossier:
    """The rows of a page on a day. Its methods turn them into lines; `where` narrows them."""

    ledger: Ledger
    standings: tuple[Standing, ...]
    series: tuple[Reported, ...]
    statements: tuple[StatementRow, ...]
    centres: tuple[CentreRow, ...]
    sources: dict[int, SourceLine]
    own_source_ids: frozenset[int]
    beside: list[tuple[Any, ...]]

    def promises(
        self, where: Callable[[TargetRow], bool] = lambda target: True
    ) -> tuple[PromiseLine, ...]:
        """The lines of what had been promised by the day."""
        return tuple(promise_line(one) for one in self.promised() if where(one.target))

    def promised(self) -> tuple[Standing, ...]:
        """The standings of what had been promised by the day."""
        return tuple(one for one in self.standings if one.status is not Status.NOT_YET_PROMISED)

    def most_followed_first(self) -> "Dossier":
        """The same with the targets of which most was published first."""
        ordered = sorted(self.standings, key=lambda one: (-one.followed, one.target.code))
        return replace(self, standings=tuple(ordered))

    def series_lines(self) -> tuple[SeriesLine, ...]:
        """Series with a published figure, progress before context."""
        return tuple(series_line(one, self.sources) for one in self.series)

    def milestones(self) -> tuple[MilestoneLine, ...]:
        return milestone_lines(self.statements)

    def centre_lines(
        self, where: Callable[[CentreRow], bool] = lambda centre: True
    ) -> tuple[CentreLine, ...]:
        return tuple(centre_line(one) for one in self.centres if where(one))

    def own_sources(self) -> tuple[SourceLine, ...]:
        """The sources named on the record itself."""
        return tuple(line for pk, line in self.sources.items() if pk in self.own_source_ids)


def promise_lines(targets: QuerySet[Target], on: date) -> tuple[PromiseLine, ...]:
    """The lines of the public ones among targets, in the order of the queryset. Two queries."""
    return read_dossier(on, targets=targets).promises()


def read_dossier(
    on: date,
    *,
    targets: QuerySet[Target] | Choice | None = None,
    series: QuerySet[Series] | Choice | None = None,
    milestones: QuerySet[Milestone] | Choice | None = None,
    centres: QuerySet[Centre] | Choice | None = None,
    own_sources: QuerySet[Source] | Choice | None = None,
    whole: bool = False,
    beside: Question | None = None,
) -> Dossier:
    """Reads public rows only. One query each for targets, other series, centres, statements and sources: five at most.

    Where PostgreSQL has planned them, all but the sources go there and back together. beside: a question of the page's
    own, which goes with them. `own_sources` are those of the record itself. `whole`: every figure of the targets is
    read, and the sources of all figures and announcements.
    """
    told, reported, said, placed, asked_beside = answers(
        ask_ledger(targets, on, whole=whole) if targets is not None else None,
        ask_series(series, on) if series is not None else None,
        ask_statements(milestones, on) if milestones is not None else None,
        ask_centres(centres, on) if centres is not None else None,
        beside,
    )
    ledger, others = ledger_of(told, on), series_of(reported, on)
    sources: dict[int, SourceLine] = {}
    standings = standings_of(ledger, ledger.chosen, on, sources)
    cited, own_ids = _cited(ledger, standings, others, whole=whole), frozenset()
    if cited or own_sources is not None:
        found, own_ids = read_sources(cited, own_sources)
        sources.update(found)
    return Dossier(
        ledger=ledger,
        standings=standings,
        series=others,
        statements=statements_of(said),
        centres=centres_of(placed),
        sources=sources,
        own_source_ids=own_ids,
        beside=asked_beside,
    )


def _cited(
    ledger: Ledger,
    standings: tuple[Standing, ...],
    series: tuple[Reported, ...],
    *,
    whole: bool,
) -> set[int]:
    """The sources that the lines name: of last figures and abandonments; of every figure of the other series."""
    ids = {one.last.source_id for one in standings if one.last}
    ids |= {one.present.source_id for one in standings if one.present and one.present.value is None}
    ids |= {row.source_id for one in series for row in (*one.figures, *one.others)}
    if whole:
        for target in ledger.targets.values():
            ids |= {row.source_id for row in ledger.rows_of(target)[-1:]}
        for target in ledger.chosen:
            ids |= {row.source_id for row in ledger.told[target.pk].all}
            ids |= {row.source_id for row in ledger.rows_of(target)[-SHOWN_ALONE:]}
            ids |= {row.source_id for row in ledger.others_of(target)[-SHOWN_ALONE:]}
    return ids
