"""Columns of what is counted: indicators, series, measurements and their shares."""

from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes import access, languages, services
from programmes.models import (
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
from programmes.models.figure_rules import row_faults
from programmes.models.names import fold
from programmes.spreadsheets.columns.cells import (
    ChoiceCell,
    DayCell,
    IntegerCell,
    NumberCell,
    PreciseDateCell,
    RowCell,
    RowsCell,
    TextCell,
)
from programmes.spreadsheets.columns.column import Column, in_each_language
from programmes.spreadsheets.columns.lookups import Lookups
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.columns.row_by_columns import RowByColumnsCell
from programmes.spreadsheets.columns.tables.places import code_column, public_column
from programmes.spreadsheets.columns.tables.reviewed import PartResource, ReviewedResource


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
    return bool(record.series.indicator.measure == Indicator.Measure.RATIO)


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


class IndicatorResource(TableResource):
    name, model = "indicators", Indicator

    code = code_column()
    name_columns = in_each_language("name", _("name"), TextCell(max_length=200), required=True)
    definition_columns = in_each_language("definition", _("definition"), TextCell())
    unit_columns = in_each_language("unit", _("unit"), TextCell(max_length=80), required=True)
    decimals = Column("decimals", _("decimals"), IntegerCell())
    measure = Column("measure", _("measure"), ChoiceCell(Indicator.Measure), required=True)
    is_public = public_column()


class SeriesResource(TableResource):
    name, model = "series", Series
    related, many = ("indicator", "territory", "programme", "centre", "part_of"), ("areas",)

    code = code_column(120)
    indicator = Column("indicator", _("indicator"), RowCell(Indicator), required=True)
    territory = Column("territory", _("territory"), RowCell(Territory), required=True)
    programme = Column("programme", _("programme"), RowCell(Programme))
    centre = Column("centre", _("centre"), RowCell(Centre))
    areas = Column("areas", _("territories covered"), RowsCell(Territory), many=True)
    role = Column("role", _("role"), ChoiceCell(Series.Role))
    figures = Column("figures", _("where its figures come from"), ChoiceCell(Series.Figures))
    part_of = Column("part_of", _("part of the sum"), RowCell(Series))
    counted_kind = Column("counted_kind", _("centres counted"), ChoiceCell(Centre.Kind))
    interval_months = Column("interval_months", _("reporting interval in months"), IntegerCell())
    delay_days = Column("delay_days", _("days until a figure is usually available"), IntegerCell())
    name_columns = in_each_language("name", _("name"), TextCell(max_length=250))

    def placed(self, record: Series, cells: dict[str, Any], by: User) -> bool:
        return access.may_place(by, territory=record.territory, programme=record.programme)


def series_parts(path: str = "") -> tuple[Column, ...]:
    """The columns that name a series by what it is about, in place of its code; `path` leads to it."""
    parts: dict[str, tuple[Any, type[models.Model]]] = {
        "indicator": (_("indicator"), Indicator),
        "territory": (_("territory"), Territory),
        "programme": (_("programme"), Programme),
        "centre": (_("centre"), Centre),
    }
    return tuple(
        Column(code, label, RowCell(model), attribute=f"{path}{code}")
        for code, (label, model) in parts.items()
    )


class MeasurementResource(ReviewedResource):
    name, model = "measurements", Measurement
    related = ("series__indicator", "source", "supersedes")
    keys = ("ref",)
    # so a sheet sent twice with empty references does not enter its figures twice
    nature = ("series", "period_start", "as_of", "source", "supersedes")
    narrowed_by = (("ref",), ("series", "as_of"))
    many_rows = True

    ref = Column("ref", _("reference"), TextCell(max_length=12))
    series = Column(
        "series",
        _("series"),
        RowByColumnsCell(
            Series,
            related=("indicator", "territory", "programme", "centre"),
            parts=series_parts(),
        ),
        required=True,
    )
    period_start = Column("period_start", _("start of the period"), DayCell())
    as_of = Column("as_of", _("as of"), PreciseDateCell(), required=True)
    value = AmountColumn("value", _("value"), attribute="value")
    percent = AmountColumn("percent", _("value in %"), attribute="value", percent=True)
    numerator = Column("numerator", _("numerator"), NumberCell())
    denominator = Column("denominator", _("denominator"), NumberCell())
    qualifier = Column("qualifier", _("qualifier"), ChoiceCell(Qualifier))
    source = Column("source", _("source"), RowCell(Source), required=True)
    note_columns = in_each_language("note", _("note"), TextCell(max_length=300), had_one=True)
    supersedes = Column("supersedes", _("corrects"), RowCell(Measurement, key="ref"))
    reason_columns = in_each_language(
        "reason", _("reason of the correction"), TextCell(), had_one=True
    )
    state = Column("state", _("state"), ChoiceCell(State), read_only=True)

    def order(self) -> tuple[str, ...]:
        return ("series__code", "as_of_on", "ref")

    def is_told_apart(self, texts: dict[str, str]) -> bool:
        """Not a correction that no longer holds: the next one like it is new."""
        return not (texts["supersedes"] and texts["state"] in (State.WITHDRAWN, State.SUPERSEDED))

    def check(self, record: Measurement) -> None:
        """What full_clean() asks, without asking the database about each constraint.

        Cells are of their kind and length already, and the constraints that look at other rows speak of published
        ones. A test holds it against full_clean().
        """
        faults: dict[str, Any] = {}
        try:
            record.clean()
        except ValidationError as error:
            faults = {
                "as_of" if name == "as_of_on" else name: sentences
                for name, sentences in error.error_dict.items()
            }
        rows = row_faults(
            period_start=record.period_start,
            as_of_on=record.as_of_on,
            value=record.value,
            numerator=record.numerator,
            denominator=record.denominator,
        )
        # a constraint that speaks of a column refused already adds nothing
        whole = [sentence for columns, sentence in rows if not columns & faults.keys()]
        if whole:
            faults["__all__"] = whole
        if faults:
            raise self._by_column(record, ValidationError(faults))

    def blank(self, cells: dict[str, Any], by: User) -> Measurement:
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

    def placed(self, record: Measurement, cells: dict[str, Any], by: User) -> bool:
        return self.owners_placed([record.series], by)

    def save(self, record: Measurement, cells: dict[str, Any], *, by: User, is_new: bool) -> None:
        if is_new:
            services.record(record, by=by)
        else:
            services.change_draft(record, by=by)


class CategoryCell(TextCell):
    """The code of a category, or its name in any language where all that bear it have one code."""

    def read(  # type: ignore[override]  # it is always given what it looks up in
        self, value: Any, *, lookups: Lookups, **kwargs: Any
    ) -> str:
        text = super().read(value, lookups=lookups, **kwargs)
        by_code = lookups.grouped(Category, "pk", (), "code")
        if not text or text in by_code:
            return text
        folded = fold(text)
        codes = {
            code
            for code, rows in by_code.items()
            for row in rows
            if folded in {fold(getattr(row, f"name_{one}") or "") for one in languages.CODES}
        }
        return codes.pop() if len(codes) == 1 else text


class MeasurementShareResource(PartResource):
    name, model = "measurement-shares", MeasurementShare
    owned = _("The figure is submitted or published: its shares are never changed by a file.")
    related = ("measurement__series__indicator", "category__dimension")
    keys = ("measurement", "dimension", "category")

    measurement = Column(
        "measurement",
        _("measurement"),
        RowByColumnsCell(
            Measurement,
            key="ref",
            related=("series__indicator", "series__territory"),
            parts=(
                Column("series", _("series"), RowCell(Series)),
                *series_parts("series__"),
                Column("period_start", _("start of the period"), DayCell()),
                Column("as_of", _("as of"), PreciseDateCell()),
            ),
        ),
        required=True,
    )
    dimension = Column(
        "dimension",
        _("dimension"),
        RowCell(Dimension),
        required=True,
        attribute="category__dimension",
    )
    category = Column(
        "category", _("category"), CategoryCell(), required=True, attribute="category__code"
    )
    value = Column("value", _("value"), NumberCell(), required=True)

    def settle(self, record: MeasurementShare, cells: dict[str, Any], *, is_new: bool) -> None:
        if is_new:
            record.measurement = cells["measurement"]
            known = {row.code: row for row in Category.objects.filter(dimension=cells["dimension"])}
            if cells["category"] not in known:
                accepted = ", ".join(f"{row} ({code})" for code, row in known.items())
                sentence = _("This dimension has no such category. Accepted: %(accepted)s.")
                raise ValidationError({"category": sentence % {"accepted": accepted}})
            record.category = known[cells["category"]]
        record.value = cells["value"]
