"""Columns of what is counted: indicators, series, measurements and their shares."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes import access, services
from programmes.models import (
    EDITABLE,
    Category,
    Centre,
    Dimension,
    Indicator,
    Measurement,
    MeasurementShare,
    Programme,
    Qualifier,
    Series,
    Source,
    State,
    Territory,
)
from programmes.services.entries import require, require_scope
from programmes.spreadsheets.cells import (
    ChoiceCell,
    DayCell,
    IntegerCell,
    NumberCell,
    PreciseDateCell,
    RowCell,
    RowsCell,
    TextCell,
)
from programmes.spreadsheets.columns import Column, translated
from programmes.spreadsheets.known_figures import KnownFigures
from programmes.spreadsheets.quick_figures import quick_check
from programmes.spreadsheets.quick_writing import FigureApplier
from programmes.spreadsheets.resource import Key, TableResource
from programmes.spreadsheets.tables.places import SharedResource, code_column, public_column


class AmountColumn(Column):
    """A quantity that is a percentage where the indicator is a ratio.

    Two columns stand for one value: `value` for counts, `percent` for ratios, so that 73 under a header that says %
    can never be taken for 73 people. Each is empty where the other holds.
    """

    def __init__(self, code: str, label: Any, *, attribute: str, percent: bool = False) -> None:
        super().__init__(code, label, NumberCell(percent=percent), attribute=attribute)
        self.percent = percent

    def holds(self, record: models.Model) -> bool:
        return is_ratio(record) == self.percent

    def of(self, record: models.Model) -> Decimal | None:
        return super().of(record) if self.holds(record) else None

    def export(self, instance: models.Model, **kwargs: Any) -> Any:
        return self.widget.render(self.of(instance), **kwargs)


def is_ratio(record: Any) -> bool:
    """Whether the figure of a measurement, revision or waypoint is a share of 1."""
    if hasattr(record, "revision_id"):
        record = record.revision
    if hasattr(record, "target_id"):
        record = record.target
    return record.series.indicator.measure == Indicator.Measure.RATIO


def settle_amounts(
    record: models.Model, cells: dict[str, Any], pairs: dict[str, str]
) -> dict[str, Any]:
    """The cells without the half of each pair that does not apply; `pairs` maps value columns to percent columns.

    Raises:
        ValidationError: a count under %, or a ratio outside it.
    """
    cells, errors = dict(cells), {}
    ratio = is_ratio(record)
    for value, percent in pairs.items():
        unused = value if ratio else percent
        if cells.pop(unused, None) is not None:
            errors[unused] = sentence_of_amount(is_ratio=ratio)
    if errors:
        raise ValidationError(errors)
    return cells


def sentence_of_amount(*, is_ratio: bool) -> Any:
    """What to say where a figure stands in the wrong one of its two columns."""
    if is_ratio:
        return _("This indicator is a ratio: write it in the column that says %, as 73 for 73 %.")
    return _("This indicator is not a ratio: write the figure in the column of the value.")


class ReviewedResource(TableResource):
    """A table whose rows arrive as drafts and are never changed once submitted."""

    def refusal(self, record: Any) -> str:
        return self.refusal_of_state(record.state)

    def refusal_of_state(self, state: str) -> str:
        """Why a record in that state may not be changed by a file; empty where it may."""
        if state == State.SUBMITTED:
            return _("This record awaits review: it can be changed only once it has been returned.")
        if state not in EDITABLE:
            return _(
                "This record is published or past it: a file never changes it. Enter a new one that corrects it."
            )
        return ""

    def remove(self, record: Any, *, by: Any) -> None:
        services.discard(record, by=by)

    def remove_all(self, records: list[Any], *, by: Any) -> None:
        rows = self.model.objects.filter(pk__in=[record.pk for record in records])
        services.discard_all(rows, by=by)

    def last_changed_by(self, record: Any) -> str:
        event = record.events.select_related("by").first()
        return str(event.by if event else record.changed_by or "")


class IndicatorResource(SharedResource):
    name, model = "indicators", Indicator

    code = code_column()
    name_fr, name_ar, name_en = translated(
        "name", _("name"), TextCell(max_length=200), required=True
    )
    definition_fr, definition_ar, definition_en = translated(
        "definition", _("definition"), TextCell()
    )
    unit_fr, unit_ar, unit_en = translated(
        "unit", _("unit"), TextCell(max_length=80), required=True
    )
    decimals = Column("decimals", _("decimals"), IntegerCell())
    measure = Column("measure", _("measure"), ChoiceCell(Indicator.Measure), required=True)
    is_public = public_column()


class SeriesResource(TableResource):
    name, model = "series", Series
    related, many = ("indicator", "territory", "programme", "centre"), ("areas",)

    code = code_column(120)
    indicator = Column("indicator", _("indicator"), RowCell(Indicator), required=True)
    territory = Column("territory", _("territory"), RowCell(Territory), required=True)
    programme = Column("programme", _("programme"), RowCell(Programme))
    centre = Column("centre", _("centre"), RowCell(Centre))
    areas = Column("areas", _("territories covered"), RowsCell(Territory), many=True)
    role = Column("role", _("role"), ChoiceCell(Series.Role))
    interval_months = Column("interval_months", _("reporting interval in months"), IntegerCell())
    name_fr, name_ar, name_en = translated("name", _("name"), TextCell(max_length=250))

    def placed(self, record: Series, cells: dict[str, Any], by: Any) -> bool:
        return access.may_place(by, territory=record.territory, programme=record.programme)


class MeasurementResource(ReviewedResource):
    name, model = "measurements", Measurement
    related = ("series__indicator", "source", "supersedes")
    keys = ("ref",)

    ref = Column("ref", _("reference"), TextCell(max_length=12))
    series = Column("series", _("series"), RowCell(Series), required=True)
    period_start = Column("period_start", _("start of the period"), DayCell())
    as_of = Column("as_of", _("as of"), PreciseDateCell(), required=True)
    value = AmountColumn("value", _("value"), attribute="value")
    percent = AmountColumn("percent", _("value in %"), attribute="value", percent=True)
    numerator = Column("numerator", _("numerator"), NumberCell())
    denominator = Column("denominator", _("denominator"), NumberCell())
    qualifier = Column("qualifier", _("qualifier"), ChoiceCell(Qualifier))
    source = Column("source", _("source"), RowCell(Source), required=True)
    note = Column("note", _("note"), TextCell(max_length=300))
    supersedes = Column("supersedes", _("corrects"), RowCell(Measurement, key="ref"))
    state = Column("state", _("state"), ChoiceCell(State), read_only=True)

    quick_check = staticmethod(quick_check)
    sentence_of_amount = staticmethod(sentence_of_amount)

    def foresee(self, rows: int, by: Any) -> None:
        series = access.changeable(Series.objects.all(), by)
        if not Measurement.objects.filter(series__in=series).order_by()[rows : rows + 1].exists():
            self.foreseen = KnownFigures()
            self.foreseen.read_all(series)

    def applier(self, job: Any, table: TableResource, by: Any) -> FigureApplier:
        return FigureApplier(job, table, by)

    def order(self) -> tuple[str, ...]:
        return ("series__code", "as_of_on", "ref")

    def key_of(self, cells: dict[str, Any]) -> Key:
        """The reference; without one, what tells two figures apart: series, period, date and source.

        So a sheet sent twice with empty references does not enter its figures twice.
        """
        if cells.get("ref"):
            return (cells["ref"],)
        return self._natural_key(cells)

    def existing(self, by: Any) -> dict[Key, models.Model]:
        found: dict[Key, models.Model] = {}
        rows = Measurement.objects.select_related(*self.related)
        for row in rows.order_by("pk"):
            found[row.ref,] = row
            if row.state not in (State.WITHDRAWN, State.SUPERSEDED) or row.supersedes_id is None:
                cells = {
                    code: self.fields[code].of(row)
                    for code in ("series", "period_start", "as_of", "source")
                }
                found[self._natural_key(cells | {"supersedes": row.supersedes})] = row
        return found

    def blank(self, cells: dict[str, Any], by: Any) -> Measurement:
        if cells.get("ref"):
            raise ValidationError(
                {"ref": _("No figure has this reference. Leave the cell empty for a new figure.")}
            )
        return Measurement()

    def settle(self, record: Measurement, cells: dict[str, Any], *, is_new: bool) -> None:
        cells = {code: value for code, value in cells.items() if code != "ref"}
        if "series" in cells:
            record.series = cells["series"]
        cells = settle_amounts(record, cells, {"value": "percent"})
        super().settle(record, cells, is_new=is_new)

    def placed(self, record: Measurement, cells: dict[str, Any], by: Any) -> bool:
        return self.owners_placed([record.series], by)

    def save(self, record: Measurement, cells: dict[str, Any], *, by: Any, is_new: bool) -> None:
        if is_new:
            services.record(record, by=by)
        else:
            services.amend(record, by=by)

    @staticmethod
    def _natural_key(cells: dict[str, Any]) -> Key:
        return tuple(
            str(part)
            for part in (
                cells["series"].code if cells.get("series") else "",
                cells.get("period_start") or "",
                cells["as_of"].notation if cells.get("as_of") else "",
                cells["source"].code if cells.get("source") else "",
                cells["supersedes"].ref if cells.get("supersedes") else "",
            )
        )


class MeasurementShareResource(TableResource):
    name, model = "measurement-shares", MeasurementShare
    related = ("measurement__series__indicator", "category__dimension")
    keys = ("measurement", "dimension", "category")

    measurement = Column(
        "measurement", _("measurement"), RowCell(Measurement, key="ref"), required=True
    )
    dimension = Column(
        "dimension",
        _("dimension"),
        RowCell(Dimension),
        required=True,
        attribute="category__dimension",
    )
    category = Column(
        "category", _("category"), TextCell(), required=True, attribute="category__code"
    )
    value = Column("value", _("value"), NumberCell(), required=True)

    def key_of(self, cells: dict[str, Any]) -> Key:
        return tuple(
            str(part)
            for part in (
                cells["measurement"].ref if cells.get("measurement") else "",
                cells["dimension"].code if cells.get("dimension") else "",
                cells.get("category") or "",
            )
        )

    def settle(self, record: MeasurementShare, cells: dict[str, Any], *, is_new: bool) -> None:
        if is_new:
            record.measurement = cells["measurement"]
            category = Category.objects.filter(
                dimension=cells["dimension"], code=cells["category"]
            ).first()
            if category is None:
                raise ValidationError({"category": _("This dimension has no such category.")})
            record.category = category
        record.value = cells["value"]

    def refusal(self, record: MeasurementShare) -> str:
        if not record.measurement.is_editable:
            return _(
                "The figure is submitted or published: its shares are never changed by a file."
            )
        return ""

    def placed(self, record: MeasurementShare, cells: dict[str, Any], by: Any) -> bool:
        return self.owners_placed([record.measurement], by)

    def save(
        self, record: MeasurementShare, cells: dict[str, Any], *, by: Any, is_new: bool
    ) -> None:
        require(by, "add" if is_new else "change", MeasurementShare)
        require_scope(by, record.measurement)
        record.full_clean()
        record.save()
