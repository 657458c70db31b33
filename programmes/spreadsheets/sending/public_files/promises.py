"""Promises as one flat file, a row a target, and where targets stood over time. No file fills them."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from programmes.calculations.choices import Measure, Status
from programmes.languages import CODES
from programmes.models import (
    Agreement,
    Centre,
    Indicator,
    Organisation,
    Programme,
    Qualifier,
    Source,
    Standing,
    Target,
    TargetRevision,
    Territory,
)
from programmes.models.standing import FOR_GOOD
from programmes.selectors.lines.withdrawals import reasons_of_withdrawal
from programmes.selectors.promises.counts import standings_on
from programmes.selectors.promises.target.sentences import sentence
from programmes.selectors.promises.target.target_standing import TargetStanding, target_standings
from programmes.spreadsheets.columns.cells import (
    ChoiceCell,
    DayCell,
    IntegerCell,
    MomentCell,
    NumberCell,
    PreciseDateCell,
    RowCell,
    TextCell,
    YesNoCell,
)
from programmes.spreadsheets.columns.column import Column, in_each_language
from programmes.spreadsheets.columns.query_rows import Cells
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.sending.public_files.addresses import page_address

# With each target are read all its figures: of so many, hundreds each, they take some 30 MB.
TARGETS_AT_ONCE = 25
RELATED = (
    "target__series__indicator",
    "target__series__territory__parent",
    "target__series__programme",
    "target__series__centre",
    "target__agreement",
    "target__responsible",
    "target__original",
    "figure__source",
    "opening__source",
)


class UntilCell(DayCell):
    """The last day of something; empty where it holds for good."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> date | None:
        return None if value == FOR_GOOD else value


class DerivedResource(TableResource):
    """A table that is worked out of others: what is public of it is said here."""

    title: Any = ""

    @property
    def label(self) -> str:
        return str(self.title)

    def rows(self, on: date, known: datetime | None) -> QuerySet[Any]:
        """The rows of a day, as known at a moment (None: now)."""
        raise NotImplementedError


class StandingResource(DerivedResource):
    """Where each target stood, from a day to a day: a row for each time that it changed."""

    name, model = "standings", Standing
    title = _("where promises stood, over time")
    keys = ("target", "from_day")
    related = ("target", "present", "original")

    target = Column("target", _("target"), RowCell(Target))
    from_day = Column("from_day", _("from"), DayCell())
    until_day = Column("until_day", _("until"), UntilCell())
    status = Column("status", _("status"), ChoiceCell(Standing.Status))
    original_status = Column(
        "original_status", _("status against the first announcement"), ChoiceCell(Standing.Status)
    )
    value = Column("value", _("value, of a ratio as a share of 1"), NumberCell())
    as_of = Column("as_of", _("as of"), DayCell())
    progress = Column("progress", _("progress, as a share of 1"), NumberCell())
    expected_progress = Column(
        "expected_progress", _("expected progress, as a share of 1"), NumberCell()
    )
    announcement = Column(
        "announcement",
        _("number of the announcement in force"),
        IntegerCell(),
        attribute="present__number",
    )
    covered = Column("covered", _("parts that reported"), IntegerCell())
    total = Column("total", _("parts in all"), IntegerCell())
    known_from = Column("known_from", _("said since"), MomentCell())

    def rows(self, on: date, known: datetime | None) -> QuerySet[Any]:
        targets = standings_on(on, known).order_by().values("target")
        found = Standing.objects.known(known).filter(from_day__lte=on, target__in=targets)
        return found.exclude(status=Status.NOT_YET_PROMISED)


def _percent(code: str, label: Any) -> Column:
    return Column(code, label, NumberCell(percent=True))


class PromiseResource(DerivedResource):
    """A row a target: what was promised first and last, what is reported, how it stands and how far it moved."""

    name, model = "promises", Standing
    title = _("promises, a row each")
    keys = ("target",)
    related = RELATED

    target = Column("target", _("target"), RowCell(Target))
    label_columns = in_each_language("label", _("what is counted"), TextCell())
    indicator = Column(
        "indicator", _("indicator"), RowCell(Indicator), attribute="target__series__indicator"
    )
    programme = Column(
        "programme", _("programme"), RowCell(Programme), attribute="target__series__programme"
    )
    territory = Column(
        "territory", _("territory"), RowCell(Territory), attribute="target__series__territory"
    )
    region = Column(
        "region", _("region"), RowCell(Territory), attribute="target__series__territory"
    )
    centre = Column("centre", _("centre"), RowCell(Centre), attribute="target__series__centre")
    agreement = Column("agreement", _("made in"), RowCell(Agreement), attribute="target__agreement")
    responsible = Column(
        "responsible", _("responsible"), RowCell(Organisation), attribute="target__responsible"
    )
    unit_columns = in_each_language("unit", _("unit of all values"), TextCell())
    sense = Column(
        "sense", _("sense"), ChoiceCell(TargetRevision.Sense), attribute="present__sense"
    )
    first_value = Column("first_value", _("value first promised"), NumberCell())
    first_qualifier = Column(
        "first_qualifier",
        _("qualifier of the value first promised"),
        ChoiceCell(Qualifier),
        attribute="original__qualifier",
    )
    first_due = Column("first_due", _("due date first promised"), PreciseDateCell())
    first_announced = Column("first_announced", _("first announced on"), PreciseDateCell())
    first_source = Column(
        "first_source",
        _("source of the first promise"),
        RowCell(Source),
        attribute="original__source",
    )
    value = Column("promised_value", _("value promised now"), NumberCell())
    qualifier = Column(
        "promised_qualifier",
        _("qualifier of the value promised now"),
        ChoiceCell(Qualifier),
        attribute="present__qualifier",
    )
    due = Column("promised_due", _("due date promised now"), PreciseDateCell())
    announced = Column("promised_announced", _("promised so since"), PreciseDateCell())
    promised_source = Column(
        "promised_source",
        _("source of the present promise"),
        RowCell(Source),
        attribute="present__source",
    )
    figure = Column("figure", _("last figure"), NumberCell())
    figure_qualifier = Column(
        "figure_qualifier",
        _("qualifier of the last figure"),
        ChoiceCell(Qualifier),
        attribute="qualifier",
    )
    figure_date = Column("figure_date", _("date of the last figure"), PreciseDateCell())
    figure_source = Column(
        "figure_source", _("source of the last figure"), RowCell(Source), attribute="figure__source"
    )
    figure_address = Column("figure_address", _("address of that source"), TextCell())
    status = Column("status", _("status"), ChoiceCell(Standing.Status))
    original_status = Column(
        "original_status", _("status against the first announcement"), ChoiceCell(Standing.Status)
    )
    progress = _percent("progress_percent", _("progress in %"))
    expected = _percent("expected_percent", _("expected progress in %"))
    gone = _percent("time_gone_percent", _("time gone in %"))
    moves = Column("moves", _("times moved"), IntegerCell())
    months_moved = Column("months_moved", _("months moved"), NumberCell())
    value_change = _percent("value_change_percent", _("change of the promised value in %"))
    moved_after_due = Column(
        "moved_after_due", _("moved after its due date had passed"), YesNoCell()
    )
    covered = Column("covered", _("parts that reported"), IntegerCell())
    total = Column("total", _("parts in all"), IntegerCell())
    missing = Column("missing", _("parts not reported"), TextCell(lines=True))
    sentence_columns = in_each_language("sentence", _("sentence"), TextCell())
    withdrawn_at = Column("withdrawn_at", _("withdrawn since"), DayCell())
    reason_columns = in_each_language("withdrawn_reason", _("why it was withdrawn"), TextCell())
    address = Column("address", _("address of the page"), TextCell())

    def rows(self, on: date, known: datetime | None) -> QuerySet[Any]:
        return standings_on(on, known).exclude(status=Status.NOT_YET_PROMISED)

    def order(self) -> tuple[str, ...]:
        return ("target__code",)

    def cells(
        self, rows: QuerySet[Any], columns: list[Column], on: date, known: datetime | None
    ) -> Iterator[list[Cells]]:
        """The cells of standings, a chunk of rows at a time."""
        reasons = reasons_of_withdrawal("target", known)
        found = rows.iterator(chunk_size=TARGETS_AT_ONCE)
        while chunk := list(islice(found, TARGETS_AT_ONCE)):
            told = target_standings([row.target for row in chunk], on, known)
            cells = [
                _cells(row, told[row.target_id], on, known, reasons)
                for row in chunk
                if row.target_id in told
            ]
            yield [[_written(column, row.get(column.code)) for row in cells] for column in columns]


def _written(column: Column, value: Any) -> Any:
    """A cell; of nothing, what stands for it."""
    empty = value is None and isinstance(column.widget, PreciseDateCell)
    return "" if empty else column.widget.render(value)


def _cells(
    row: Standing,
    told: TargetStanding,
    on: date,
    known: datetime | None,
    reasons: dict[str, dict[str, str | None]],
) -> dict[str, Any]:
    """One target, by the codes of columns. Ratios are in %, which the unit says."""
    target, series = row.target, row.target.series
    ratio = series.indicator.measure == Measure.RATIO
    scaled = _in_percent if ratio else _plain
    first, last = told.original, told.promised
    outcome = told.outcome
    gone = target.withdrawn_at
    if gone is not None and known is not None and gone > known:
        gone = None
    figure = row.figure or row.opening
    source = figure.source if figure is not None else None
    place = series.territory
    found: dict[str, Any] = {
        "target": target,
        "indicator": series.indicator,
        "programme": series.programme,
        "territory": place,
        "region": _region(place),
        "centre": series.centre,
        "agreement": target.agreement,
        "responsible": target.responsible,
        "sense": last.sense if last else "",
        "figure": scaled(row.value),
        "figure_qualifier": row.qualifier,
        "figure_date": told.dated if row.value is not None else None,
        "figure_source": source,
        "figure_address": source.url if source is not None and source.is_public else "",
        "status": row.status,
        "original_status": row.original_status or row.status,
        "progress_percent": row.progress,
        "expected_percent": row.expected_progress,
        "time_gone_percent": _fraction(outcome.time_gone(on) if outcome else None),
        "moves": row.moves or 0,
        "months_moved": _whole(row.months_moved),
        "value_change_percent": row.value_change,
        "moved_after_due": row.moved_after_due,
        "covered": row.covered,
        "total": row.total,
        "missing": "\n".join(row.missing),
        "withdrawn_at": timezone.localdate(gone) if gone else None,
        "address": page_address(f"targets/{target.code}/"),
    }
    for prefix, said in (("first", first), ("promised", last)):
        if said is not None:
            found |= {
                f"{prefix}_value": scaled(said.value),
                f"{prefix}_qualifier": said.qualifier,
                f"{prefix}_due": said.due,
                f"{prefix}_announced": said.announced,
                f"{prefix}_source": said.source,
            }
    withdrawn = reasons.get(target.code, {}) if gone else {}
    for code in CODES:
        found[f"withdrawn_reason_{code}"] = withdrawn.get(code)
        found[f"label_{code}"] = getattr(series, f"name_{code}") or getattr(
            series.indicator, f"name_{code}"
        )
        found[f"unit_{code}"] = "%" if ratio else getattr(series.indicator, f"unit_{code}")
        with translation.override(code):
            found[f"sentence_{code}"] = sentence(told)
    return found


def _region(place: Territory) -> Territory | None:
    """The region that a place is or lies in."""
    return {0: None, 1: place}.get(place.level, place.parent)


def _plain(value: Decimal | None) -> Decimal | None:
    return value


def _in_percent(value: Decimal | None) -> Decimal | None:
    return None if value is None else value * 100


def _whole(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _fraction(share: Any) -> Decimal | None:
    """A share of 1 to six decimals, cut."""
    if share is None:
        return None
    return Decimal(share.numerator * 10**6 // share.denominator) / 10**6
