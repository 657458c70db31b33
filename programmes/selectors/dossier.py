"""What a page prints of promises, figures, milestones and centres, read together: a fixed number of queries."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q, QuerySet

from programmes.calculations.figures import Status
from programmes.models import Centre, MilestoneStatement, Series, Target
from programmes.selectors.centre_lines import CentreLine, centre_line
from programmes.selectors.context import SeriesLine, series_line
from programmes.selectors.ledger import Ledger, read_ledger, with_relations
from programmes.selectors.milestones import MilestoneLine, milestone_lines, read_statements
from programmes.selectors.promises import PromiseLine, promise_line
from programmes.selectors.sources import SourceLine, sources_by_id
from programmes.selectors.standings import Standing, standings_of

NONE = Q(pk__in=[])


@dataclass(frozen=True, slots=True)
class Dossier:
    """The rows of a page on a day. Its methods turn them into lines; `where` narrows them."""

    ledger: Ledger
    standings: tuple[Standing, ...]
    series: tuple[Series, ...]
    statements: tuple[MilestoneStatement, ...]
    centres: tuple[Centre, ...]
    sources: dict[int, SourceLine]
    own_source_ids: frozenset[int]

    def promises(
        self, where: Callable[[Target], bool] = lambda target: True
    ) -> tuple[PromiseLine, ...]:
        """The lines of what had been promised by the day."""
        return tuple(
            promise_line(one)
            for one in self.standings
            if one.status is not Status.NOT_YET_PROMISED and where(one.target)
        )

    def most_followed_first(self) -> "Dossier":
        """The same with the targets of which most was published first."""
        ordered = sorted(self.standings, key=lambda one: (-one.followed, one.target.code))
        return replace(self, standings=tuple(ordered))

    def series_lines(self) -> tuple[SeriesLine, ...]:
        """Series with a published figure, progress before context."""
        lines = (series_line(row, self.ledger, self.sources) for row in self.series)
        return tuple(line for line in lines if line)

    def milestones(
        self, where: Callable[[MilestoneStatement], bool] = lambda statement: True
    ) -> tuple[MilestoneLine, ...]:
        return milestone_lines(row for row in self.statements if where(row))

    def centre_lines(
        self, where: Callable[[Centre], bool] = lambda centre: True
    ) -> tuple[CentreLine, ...]:
        said = defaultdict(list)
        for row in self.statements:
            said[row.milestone.centre_id].append(row)
        return tuple(centre_line(row, said[row.pk]) for row in self.centres if where(row))

    def own_sources(self) -> tuple[SourceLine, ...]:
        """The sources named on the record itself."""
        return tuple(line for pk, line in self.sources.items() if pk in self.own_source_ids)


def promise_lines(targets: QuerySet[Target], on: date) -> tuple[PromiseLine, ...]:
    """The lines of the public ones among targets, in the order of the queryset. At most six queries."""
    return read_dossier(on, targets=targets).promises()


def read_dossier(
    on: date,
    *,
    targets: QuerySet[Target] | None = None,
    series: QuerySet[Series] | None = None,
    statements: Q = NONE,
    centres: QuerySet[Centre] | None = None,
    source_ids: QuerySet | None = None,
    all_sources: bool = False,
) -> Dossier:
    """Reads public rows only. One query each for targets, their parts (where measured by parts), announcements,
    waypoints, other series, figures, centres, statements and sources: nine at most.

    `statements` is a condition on milestone statements; those of the centres are read too. `source_ids` are sources
    of the record itself. `all_sources`: also those of announcements and of every figure of the targets.
    """
    chosen = list(with_relations(targets.published())) if targets is not None else []
    others = _read_series(series) if series is not None else ()
    places = _read_centres(centres) if centres is not None else ()
    ledger = read_ledger(chosen, on, [row.pk for row in others])
    condition = statements | Q(milestone__centre__in=places) if places else statements
    sources: dict[int, SourceLine] = {}
    standings = standings_of(ledger, chosen, on, sources)
    own = frozenset(source_ids) if source_ids is not None else frozenset()
    wanted = _source_ids(ledger, standings, others, everything=all_sources) | own
    if wanted:
        sources.update(sources_by_id(Q(pk__in=wanted)))
    return Dossier(
        ledger=ledger,
        standings=standings,
        series=others,
        statements=read_statements(condition, on) if condition is not NONE else (),
        centres=places,
        sources=sources,
        own_source_ids=own,
    )


def _read_series(series: QuerySet[Series]) -> tuple[Series, ...]:
    rows = series.published().select_related("indicator", "territory").distinct()
    # Progress stands before context: the roles in the order of the alphabet, backwards.
    return tuple(rows.order_by("-role", "indicator__code", "code"))


def _read_centres(centres: QuerySet[Centre]) -> tuple[Centre, ...]:
    rows = centres.published().select_related("territory__parent", "parent").distinct()
    return tuple(sorted(rows, key=_place_in_list))


def _place_in_list(row: Centre) -> tuple[str, str, bool, str]:
    """By region; an annex after the centre it belongs to."""
    main = row.parent or row
    return row.territory.hcp_code[:2], main.code, row.parent_id is not None, row.code


def _source_ids(
    ledger: Ledger,
    standings: tuple[Standing, ...],
    series: tuple[Series, ...],
    *,
    everything: bool,
) -> set[int]:
    """The sources that the lines name: of last figures and abandonments; of every figure of the other series."""
    ids = {one.last.source_id for one in standings if one.last}
    ids |= {one.present.source_id for one in standings if one.present and one.present.value is None}
    series_ids = {row.pk for row in series}
    if everything:
        series_ids |= {one.target.series_id for one in standings}
        ids |= {
            row.source_id
            for one in standings
            for row in ledger.all_revisions.get(one.target.pk, ())
        }
    for rows in (ledger.figures, ledger.others):
        ids |= {row.source_id for pk in series_ids for row in rows.get(pk, ())}
    return ids
