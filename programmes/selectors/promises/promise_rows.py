"""Where targets stand on a day, as known at a moment: the rows that lists of promises are printed from."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from programmes import country
from programmes.calculations.choices import FiguresFrom, Status
from programmes.calculations.dates import PreciseDate
from programmes.languages import CODES
from programmes.models import TAKEN_BACK, Series, Standing, Target, TargetRevision
from programmes.models.columns import DATE_PARTS

# A name in each of the languages of the site, in their order.
Names = tuple[str | None, ...]
# The keys of a territory, of the one above it and of the one above that.
Place = tuple[int, int | None, int | None]
# What the parts of a sum are said to be.
CENTRES, REGIONS, PARTS = "centres", "regions", "parts"


class AnnouncementRow(NamedTuple):
    """One announcement, as far as a list tells it, by its key. stands: it was neither withdrawn nor set aside."""

    key: int
    value: Decimal | None
    qualifier: str
    sense: str
    due: PreciseDate
    announced: PreciseDate
    stands: bool


class PromiseRow(NamedTuple):
    """A target and what the site says of it.

    value, progress, expected_progress: as `Standing` has them. dated: the date of the figure or opening behind it;
    None where there is none, or where it is a sum. source: the key of that of the figure. announcements: first to last.
    parts_are: what the parts of a sum are; empty where it is none. moves, months_moved, value_change, moved_after_due:
    the slippage since the original announcement, None where nothing was announced after it. from_day: since when it
    stands so.
    """

    target: int
    code: str
    share_of: int | None
    withdrawn_at: datetime | None
    agreement_code: str | None
    series: int
    series_code: str
    figures: str
    indicator: int
    indicator_code: str
    measure: str
    decimals: int
    territory: int
    territory_code: str
    territory_kind: str
    above: int | None
    top: int | None
    programme: int | None
    programme_code: str | None
    centre: int | None
    centre_code: str | None
    status: str
    original_status: str
    present: int | None
    value: Decimal | None
    qualifier: str
    as_of: date | None
    oldest: date | None
    counted_from: date | None
    started_on: date | None
    progress: Decimal | None
    expected_progress: Decimal | None
    covered: int | None
    total: int | None
    original: int | None
    moves: int | None
    months_moved: int | None
    value_change: Decimal | None
    moved_after_due: bool
    from_day: date
    counted_kind: str
    figure: int | None
    series_names: Names
    indicator_names: Names
    units: Names
    territory_names: Names
    programme_names: Names
    centre_names: Names
    notes: Names
    dated: PreciseDate | None
    source: int | None
    announcements: tuple[AnnouncementRow, ...]
    parts_are: str

    @property
    def is_sum(self) -> bool:
        """Whether its series is the sum of others."""
        return self.figures == FiguresFrom.PARTS

    @property
    def is_withdrawn(self) -> bool:
        """Whether the target itself is withdrawn, or all that was announced of it."""
        return self.withdrawn_at is not None or self.status == Status.WITHDRAWN

    @property
    def owners(self) -> tuple[tuple[str, str], ...]:
        """What it belongs to, by table and code: its programme and its centre."""
        owners = (("programme", self.programme_code), ("centre", self.centre_code))
        return tuple((table, code) for table, code in owners if code)

    @property
    def place(self) -> Place:
        """The territory and those above it."""
        return self.territory, self.above, self.top

    @property
    def said(self) -> tuple[AnnouncementRow, ...]:
        """The announcements that stand; of a promise that was taken back as a whole, all."""
        return tuple(one for one in self.announcements if one.stands) or self.announcements


# Where the columns of a row stand, from a standing on.
COLUMNS = (
    "target_id",
    "target__code",
    "target__share_of_id",
    "target__withdrawn_at",
    "target__agreement__code",
    "target__series_id",
    "target__series__code",
    "target__series__figures",
    "target__series__indicator_id",
    "target__series__indicator__code",
    "target__series__indicator__measure",
    "target__series__indicator__decimals",
    "target__series__territory_id",
    "target__series__territory__code",
    "target__series__territory__kind",
    "target__series__territory__parent_id",
    "target__series__territory__parent__parent_id",
    "target__series__programme_id",
    "target__series__programme__code",
    "target__series__centre_id",
    "target__series__centre__code",
    "status",
    "original_status",
    "present_id",
    "value",
    "qualifier",
    "as_of",
    "oldest",
    "counted_from",
    "started_on",
    "progress",
    "expected_progress",
    "covered",
    "total",
    "original_id",
    "moves",
    "months_moved",
    "value_change",
    "moved_after_due",
    "from_day",
    "target__series__counted_kind",
    "figure_id",
)
NAMES = (
    "target__series__name",
    "target__series__indicator__name",
    "target__series__indicator__unit",
    "target__series__territory__name",
    "target__series__programme__name",
    "target__series__centre__name",
    "figure__note",
)
DATES = (
    *(f"figure__as_of_{part}" for part in DATE_PARTS),
    *(f"opening__date_{part}" for part in DATE_PARTS),
    "figure__source_id",
    "opening__source_id",
    "announcements",
    "parts_are",
)
READ = (*COLUMNS, *(f"{name}_{language}" for name in NAMES for language in CODES), *DATES)
ANNOUNCED = (
    "pk",
    "value",
    "qualifier",
    "sense",
    "due_on",
    "due_precision",
    "due_from",
    "announced_on",
    "announced_precision",
    "announced_from",
    "state",
    "ended_at",
)


def promise_rows(
    targets: QuerySet[Target], on: date, *, known: datetime | None = None
) -> list[PromiseRow]:
    """Where the public ones among targets stand, in their order. Two queries.

    known: the moment as known at which; None: now.
    """
    order = [_from_standing(str(name)) for name in targets.query.order_by or ("code",)]
    chosen = Target.objects.published().filter(pk__in=targets.order_by().values("pk"))
    rows = Standing.objects.of(chosen, on, known)
    return rows_of_standings(rows.order_by(*order), known=known)


def _from_standing(name: str) -> str:
    """The name of an order of targets, from a standing on."""
    return f"-target__{name[1:]}" if name.startswith("-") else f"target__{name}"


def rows_of_standings(
    standings: QuerySet[Standing],
    *,
    known: datetime | None = None,
    told: Iterable[TargetRevision] | None = None,
) -> list[PromiseRow]:
    """The same of standings, in their order. told: their announcements, where these were read already."""
    found = list(standings.annotate(parts_are=_parts_are()).values_list(*READ))
    if told is None:
        rows = TargetRevision.objects.filter(pk__in={pk for row in found for pk in row[-2]})
        announced = dict(_announced(*row, known) for row in rows.order_by().values_list(*ANNOUNCED))
    else:
        columns = ([getattr(row, name) for name in ANNOUNCED] for row in told)
        announced = dict(_announced(*row, known) for row in columns)
    return [_row(row, announced) for row in found]


def _parts_are() -> Case:
    """What the parts of a sum are, by the same rule as `kind_of_parts`; empty where there are none."""
    parts = Series.objects.filter(part_of=OuterRef("target__series"), sealed_at__isnull=False)
    of_regions = Q(centre=None, territory__kind__in=country.REGIONS)
    return Case(
        When(~Q(target__series__figures=FiguresFrom.PARTS) | ~Exists(parts), then=Value("")),
        When(~Exists(parts.filter(centre=None)), then=Value(CENTRES)),
        When(~Exists(parts.exclude(of_regions)), then=Value(REGIONS)),
        default=Value(PARTS),
    )


def _row(row: tuple[Any, ...], announced: dict[int, AnnouncementRow]) -> PromiseRow:
    own, names, dates = row[: len(COLUMNS)], row[len(COLUMNS) : -len(DATES)], row[-len(DATES) :]
    size = len(CODES)
    figure, opening, (source, opening_source, keys, parts_are) = dates[:3], dates[3:6], dates[6:]
    dated = figure if figure[0] else opening if opening[0] else None
    columns = (
        *own,
        *(names[at : at + size] for at in range(0, len(names), size)),
        PreciseDate.from_stored(*dated) if dated else None,
        source or opening_source,
        tuple(announced[pk] for pk in keys),
        parts_are,
    )
    return PromiseRow(*columns)


def _announced(
    pk: int, value: Decimal | None, qualifier: str, sense: str, *said: Any
) -> tuple[int, AnnouncementRow]:
    """The key of an announcement, and the announcement."""
    *dates, state, ended, known = said
    gone = state in TAKEN_BACK and (known is None or ended is None or ended <= known)
    due, announced = (PreciseDate.from_stored(*part) for part in (dates[:3], dates[3:]))
    return pk, AnnouncementRow(pk, value, qualifier, sense, due, announced, not gone)


def kind_of_parts(kinds: Iterable[str]) -> str:
    """What parts are, by their kinds: CENTRES, or those of their territories."""
    found = set(kinds)
    return (
        CENTRES
        if found == {CENTRES}
        else REGIONS
        if found and found <= set(country.REGIONS)
        else PARTS
    )
