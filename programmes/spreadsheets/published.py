"""The tables as anyone may take them: the published rows of a day, and nothing that is for staff alone.

Which rows are public is said by `published()` of their querysets. What hangs on a row that is not public goes with it;
a code in a cell that no other of these files would explain is left out.
"""

from collections.abc import Callable, Iterator
from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet

from programmes.models import (
    Agreement,
    Category,
    Centre,
    Dimension,
    Indicator,
    Measurement,
    MeasurementShare,
    Milestone,
    MilestoneStatement,
    Organisation,
    Participation,
    Programme,
    Reply,
    Sector,
    Series,
    Signature,
    Source,
    Stage,
    Target,
    TargetRevision,
    Territory,
    Waypoint,
)
from programmes.selectors.agreements import made_by
from programmes.selectors.shares import publishable
from programmes.spreadsheets.cells import MANY, RowCell, RowsCell
from programmes.spreadsheets.columns import Column
from programmes.spreadsheets.exporting import export_columns, written
from programmes.spreadsheets.flat import Cells, chunks
from programmes.spreadsheets.resource import TableResource
from programmes.spreadsheets.tables import TABLES
from programmes.spreadsheets.tables.promises import TERMS

# Of every table: what is true of each row that leaves. Of some: what may not leave, or stands in another file.
WITHHELD = {
    "": {"is_public", "state"},
    # people's names
    "signatures": {"person_fr", "person_ar", "person_en"},
    # the figure it corrects is no longer published
    "measurements": {"supersedes"},
    # each announcement has a row of its own among the target revisions
    "targets": set(TERMS),
}


def public_tables() -> list[TableResource]:
    """The tables that anyone may take, in the order in which one may refer to the one before."""
    return [resource() for resource in TABLES.values()]


def public_columns(table: TableResource, languages: str | None = None) -> list[Column]:
    """The columns that leave: translated ones in one language, or in all where none is named."""
    withheld = WITHHELD[""] | WITHHELD.get(table.name, set())
    return [one for one in export_columns(table, languages) if one.code not in withheld]


def public_file(
    table: TableResource,
    on: date,
    *,
    kind: str,
    languages: str | None = None,
    only: Q | None = None,
) -> Iterator[bytes]:
    """The published rows of a table as known on a day, in a stream, in one of the formats of exports.

    `only` narrows the rows. Headers are in the reader's language; in a file of all languages they are codes.

    Raises:
        DoesNotFitError: more than XLSX can hold.
    """
    rows = public_rows(table.model, on)
    if only is not None:
        rows = rows.filter(only)
    columns = public_columns(table, languages)
    found = chunks(table, table.complete(rows), columns)
    headings = "labels" if languages else "codes"
    return written(table, columns, _screened(columns, found, on), kind=kind, headings=headings)


def public_rows(model: type[models.Model], on: date) -> QuerySet:
    """The rows of a model that had been published, or said, by a day, as known today."""
    return _ROWS[model](on)


def _series(on: date) -> QuerySet:
    """Series of which something is public: a draft promise does not give itself away by its series."""
    return Series.objects.published().filter(
        Exists(_measurements(on).filter(series=OuterRef("pk")))
        | Exists(_targets(on).filter(series=OuterRef("pk")))
    )


def _targets(on: date) -> QuerySet:
    announced = _revisions(on).filter(target=OuterRef("pk"))
    return Target.objects.published().filter(Exists(announced))


def _revisions(on: date) -> QuerySet:
    return TargetRevision.objects.published().filter(announced_on__lte=on)


def _measurements(on: date) -> QuerySet:
    return Measurement.objects.published().filter(as_of_on__lte=on)


def _statements(on: date) -> QuerySet:
    """As on pages: what was reached by then, and what was announced by then."""
    reached = Q(kind=MilestoneStatement.Kind.REACHED, date_on__lte=on)
    return MilestoneStatement.objects.published().filter(reached | Q(announced_on__lte=on))


def _milestones(on: date) -> QuerySet:
    said = _statements(on).filter(milestone=OuterRef("pk"))
    return Milestone.objects.published().filter(Exists(said))


def _replies(on: date) -> QuerySet:
    return Reply.objects.published().filter(
        Q(target__in=_targets(on)) | Q(milestone__in=_milestones(on)), date_on__lte=on
    )


def _sources(on: date) -> QuerySet:
    """Sources of something that is public."""
    cited = Q()
    for rows in (_measurements(on), _revisions(on), _statements(on), _replies(on)):
        cited |= Q(Exists(rows.filter(source=OuterRef("pk"))))
    for owner in (Programme.objects.published(), Centre.objects.published(), made_by(on)):
        cited |= Q(Exists(owner.filter(sources=OuterRef("pk"))))
    return Source.objects.published().filter(cited)


def _of_programme(model: type[models.Model]) -> Callable[[date], QuerySet]:
    return lambda on: model._default_manager.filter(programme__in=Programme.objects.published())


_ROWS: dict[type[models.Model], Callable[[date], QuerySet]] = {
    model: (lambda on, model=model: model._default_manager.published())
    for model in (Territory, Organisation, Sector, Programme, Centre, Indicator, Dimension)
}
_ROWS |= {
    Category: lambda on: Category.objects.filter(dimension__in=Dimension.objects.published()),
    Source: _sources,
    Participation: lambda on: _of_programme(Participation)(on).filter(
        organisation__in=Organisation.objects.published()
    ),
    Stage: _of_programme(Stage),
    Agreement: made_by,
    Signature: lambda on: Signature.objects.filter(
        agreement__in=made_by(on), organisation__in=Organisation.objects.published()
    ),
    Series: _series,
    Target: _targets,
    TargetRevision: _revisions,
    Waypoint: lambda on: Waypoint.objects.filter(revision__in=_revisions(on)),
    Measurement: _measurements,
    MeasurementShare: lambda on: publishable().filter(measurement__in=_measurements(on)),
    Milestone: _milestones,
    MilestoneStatement: _statements,
    Reply: _replies,
}


def _screened(
    columns: list[Column], found: Iterator[list[Cells]], on: date
) -> Iterator[list[Cells]]:
    """The cells without codes of records that are in none of these files."""
    known: dict[type[models.Model], dict[str, bool]] = {}
    for chunk in found:
        yield [
            _screen(column.widget, cells, known.setdefault(column.widget.model, {}), on)
            if isinstance(column.widget, RowCell) and column.widget.key == "code"
            else cells
            for column, cells in zip(columns, chunk, strict=True)
        ]


def _screen(widget: RowCell, cells: Cells, known: dict[str, bool], on: date) -> Cells:
    asked = {code for cell in cells if cell for code in cell.split(MANY)} - known.keys()
    if asked:
        shown = public_rows(widget.model, on).filter(code__in=asked).values_list("code", flat=True)
        known |= dict.fromkeys(asked, False) | dict.fromkeys(shown, True)
    if isinstance(widget, RowsCell):
        return [MANY.join(code for code in cell.split(MANY) if known.get(code)) for cell in cells]
    return [cell if known.get(cell) else "" for cell in cells]
