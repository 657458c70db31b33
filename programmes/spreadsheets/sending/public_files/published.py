"""The tables as anyone may take them: the published rows of a day and a moment, and nothing that is for staff alone.

Which rows are public is said by the querysets of their models. What was published and no longer holds stays, with its
state, since when, and why. No cell depends on whether another row still holds.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import compress
from typing import Any, NamedTuple

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from programmes import languages
from programmes.calculations.dates import written_moment
from programmes.models import (
    Agreement,
    Amendment,
    Category,
    Centre,
    Dimension,
    Evidence,
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
    State,
    Target,
    TargetRevision,
    Territory,
    Waypoint,
)
from programmes.models.review import Reviewed, column_names
from programmes.models.sealed import Showable
from programmes.selectors.lines.milestone_lines import said_by
from programmes.selectors.lines.withdrawals import reasons_of_withdrawal
from programmes.selectors.pages.agreements import agreements_made_by
from programmes.selectors.promises.breakdowns import publishable
from programmes.spreadsheets.columns.cells import (
    MANY,
    ChoiceCell,
    IntegerCell,
    MomentCell,
    RowCell,
    RowsCell,
    TextCell,
)
from programmes.spreadsheets.columns.column import Column, in_each_language
from programmes.spreadsheets.columns.query_rows import Cells, chunks
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.columns.tables.promises import TERMS
from programmes.spreadsheets.sending.exporting import export_columns, file_pieces
from programmes.spreadsheets.sending.public_files.amendments import (
    AmendmentResource,
    amendment_cells,
)
from programmes.spreadsheets.sending.public_files.promises import (
    DerivedResource,
    PromiseResource,
    StandingResource,
)
from programmes.spreadsheets.sending.public_files.target_columns import with_cells_beside
from programmes.type_names import Rows

# Of every table: what is true of each row that leaves. Of some: what may not leave, or stands in another file.
WITHHELD = {
    "": {"is_public"},
    # people's names
    "signatures": {f"person_{code}" for code in languages.CODES},
    # each announcement has a row of its own among the target revisions
    "targets": set(TERMS),
}


# Of rows that are told whatever their date.
LAST_DAY = date.max


class ReasonCell(TextCell):
    """Why a record was withdrawn, by its code, in a language. Empty where it stands."""


# What a file adds for those who read it: which rows no longer hold, since when, and why.
OF_SHOWABLE = (
    Column("withdrawn_at", _("withdrawn since"), MomentCell(), read_only=True),
    *in_each_language(
        "withdrawn_reason",
        _("why it was withdrawn"),
        ReasonCell(),
        attribute="code",
        read_only=True,
    ),
)
OF_REVIEWED = (
    Column("published_at", _("published at"), MomentCell(), read_only=True),
    Column("ended_at", _("no longer holds since"), MomentCell(), read_only=True),
    *in_each_language("outcome_reason", _("why it no longer holds"), TextCell(), read_only=True),
)
OF_ATTACHED = (Column("file_digest", _("digest of the attached file"), TextCell(), read_only=True),)
OF_TARGETS = (
    Column(
        "original",
        _("original announcement"),
        IntegerCell(),
        attribute="original__number",
        read_only=True,
    ),
)
STATE = Column("state", _("state"), ChoiceCell(State), read_only=True)


# Of each moment at which something ends, what its row says until then.
ENDS: dict[str, dict[str, str | None]] = {
    "ended_at": {"ended_at": None, "state": State.PUBLISHED.value}
    | dict.fromkeys(column_names(Measurement, "outcome_reason"), ""),
    "withdrawn_at": {"withdrawn_at": None},
}


def public_tables() -> list[TableResource]:
    """The tables that anyone may take, in the order in which one may refer to the one before."""
    resources: list[type[TableResource]] = [*TABLES.values(), AmendmentResource]
    return [resource() for resource in resources]


def derived_tables() -> list[DerivedResource]:
    """What is worked out of the tables: promises, a row a target, and where they stood over time."""
    return [PromiseResource(), StandingResource()]


def public_files() -> list[TableResource]:
    """All that anyone may take as a file: first what most look for, then the tables it is made of."""
    return [*derived_tables(), *public_tables()]


def public_columns(table: TableResource, languages: str | None = None) -> list[Column]:
    """The columns that leave: translated ones in one language, or in all where none is named."""
    withheld = WITHHELD[""] | WITHHELD.get(table.name, set())
    columns = [one for one in export_columns(table, languages) if one.code not in withheld]
    added = OF_SHOWABLE if issubclass(table.model, Showable) else ()
    added = {
        Source: OF_ATTACHED,
        Evidence: OF_ATTACHED,
        Target: (*OF_TARGETS, *OF_SHOWABLE),
    }.get(table.model, added)
    if issubclass(table.model, Reviewed) and table.model is not Amendment:
        added = OF_REVIEWED
        if not any(column.code == "state" for column in columns):
            added = (STATE, *added)
    return [
        *columns,
        *(one for one in added if not languages or not one.language or one.language == languages),
    ]


class Clocks(NamedTuple):
    """The day that a file speaks of, and the moment of what was known of it. None: now."""

    on: date
    known: datetime | None = None


def public_file(
    table: TableResource,
    on: date,
    *,
    known: datetime | None = None,
    kind: str,
    languages: str | None = None,
    only: Q | None = None,
    beside: dict[Column, Any] | None = None,
) -> Iterator[bytes]:
    """The published rows of a table by a day, as known at a moment (None: now), in a stream, in a format of exports.

    What was corrected, set aside or withdrawn by then is among them, and says so. `only` narrows the rows; `beside`
    are cells that stand beside each. Headers are in the reader's language; in a file of all languages they are codes.

    Raises:
        DoesNotFitError: more than XLSX can hold.
    """
    rows = rows_as_known(table, on, known)
    if only is not None:
        rows = rows.filter(only)
    columns = public_columns(table, languages)
    found = public_cells(table, table.complete(rows), columns, on, known)
    if beside:
        found = with_cells_beside(found, columns, beside)
        columns = [*columns, *beside]
    headings = "labels" if languages else "codes"
    return file_pieces(table, columns, found, kind=kind, headings=headings)


def rows_as_known(table: TableResource, on: date, known: datetime | None = None) -> QuerySet[Any]:
    """The rows of a file of a day, as known at a moment (None: now)."""
    if isinstance(table, DerivedResource):
        return table.rows(on, known)
    return public_rows(table.model, on, known)


def public_cells(
    table: TableResource,
    rows: QuerySet[Any],
    columns: list[Column],
    on: date,
    known: datetime | None = None,
) -> Iterator[list[Cells]]:
    """The cells of complete rows, a chunk of rows at a time, in the order of the columns."""
    if isinstance(table, AmendmentResource):
        taken = [column in columns for column in table.columns]
        return (list(compress(chunk, taken)) for chunk in amendment_cells(rows))
    found = (
        table.cells(rows, columns, on, known)
        if isinstance(table, PromiseResource)
        else chunks(table, rows, columns)
    )
    return _screened(table, columns, found, known)


def public_rows(
    model: type[models.Model], on: date, known: datetime | None = None
) -> QuerySet[Any]:
    """The rows of a model that speak of a day or earlier, of those that had been published at a moment (None: now)."""
    return _ROWS[model](Clocks(on, known))


def _published(rows: Rows, at: Clocks) -> Rows:
    """Of rows that were once published, those that were by the moment."""
    return rows if at.known is None else rows.filter(published_at__lte=at.known)


def _series(at: Clocks) -> QuerySet[Series]:
    """Series that something published rests on, as the ledger has them: a sum rests on each of its parts, one without
    figures too. A draft promise does not give itself away by its series."""
    sealed = Series.objects.published().sealed()
    return sealed if at.known is None else sealed.filter(sealed_at__lte=at.known)


def _targets(at: Clocks) -> QuerySet[Target]:
    announced = _revisions(at).filter(target=OuterRef("pk"))
    return Target.objects.published().filter(Exists(announced))


def _revisions(at: Clocks) -> QuerySet[TargetRevision]:
    return _published(TargetRevision.objects.once_published(), at).filter(announced_on__lte=at.on)


def _measurements(at: Clocks) -> QuerySet[Measurement]:
    return _published(Measurement.objects.once_published(), at).filter(as_of_on__lte=at.on)


def _statements(at: Clocks) -> QuerySet[MilestoneStatement]:
    """As on pages: what happened by then, and what was announced by then."""
    return _published(MilestoneStatement.objects.once_published(), at).filter(said_by(at.on))


def _milestones(at: Clocks) -> QuerySet[Milestone]:
    said = _statements(at).filter(milestone=OuterRef("pk"))
    return Milestone.objects.published().filter(Exists(said))


def _replies(at: Clocks) -> QuerySet[Reply]:
    return _published(Reply.objects.once_published(), at).filter(
        Q(target__in=_targets(at)) | Q(milestone__in=_milestones(at)), date_on__lte=at.on
    )


def _amendments(at: Clocks) -> QuerySet[Amendment]:
    return Amendment.objects.applied(at.known).filter(applied_at__date__lte=at.on)


def _sources(at: Clocks) -> QuerySet[Source]:
    """Sources of something that is public."""
    cited = Q()
    for rows in (
        _measurements(at), _revisions(at), _statements(at), _replies(at), _amendments(at)
    ):  # fmt: skip
        cited |= Q(Exists(rows.filter(source=OuterRef("pk"))))
    for owner in (
        Programme.objects.published(at.known),
        Centre.objects.published(at.known),
        agreements_made_by(at.on, at.known),
    ):
        cited |= Q(Exists(owner.filter(sources=OuterRef("pk"))))
    return Source.objects.published().filter(cited)


def _of_programme(model: type[models.Model]) -> Callable[[Clocks], QuerySet[Any]]:
    return lambda at: model._default_manager.filter(
        programme__in=Programme.objects.published(at.known)
    )


def _whole(model: Any) -> Callable[[Clocks], QuerySet[Any]]:
    return lambda at: model._default_manager.published(at.known)


# The tables of which all that is public leaves, whether something rests on it or not.
WHOLE = (Territory, Organisation, Sector, Programme, Centre, Indicator, Dimension)
_ROWS: dict[type[models.Model], Callable[[Clocks], QuerySet[Any]]] = {
    model: _whole(model) for model in WHOLE
}
_ROWS |= {
    Category: lambda at: Category.objects.filter(dimension__in=Dimension.objects.published()),
    Source: _sources,
    Evidence: lambda at: Evidence.objects.filter(source__in=_sources(at)),
    Participation: lambda at: _of_programme(Participation)(at).filter(
        organisation__in=Organisation.objects.published()
    ),
    Stage: _of_programme(Stage),
    Agreement: lambda at: agreements_made_by(at.on, at.known),
    Signature: lambda at: Signature.objects.filter(
        agreement__in=agreements_made_by(at.on, at.known),
        organisation__in=Organisation.objects.published(),
    ),
    Series: _series,
    Target: _targets,
    TargetRevision: _revisions,
    Waypoint: lambda at: Waypoint.objects.filter(revision__in=_revisions(at)),
    Measurement: _measurements,
    MeasurementShare: lambda at: publishable().filter(measurement__in=_measurements(at)),
    Milestone: _milestones,
    MilestoneStatement: _statements,
    Reply: _replies,
    Amendment: _amendments,
}


def _screened(
    table: TableResource,
    columns: list[Column],
    found: Iterator[list[Cells]],
    known: datetime | None,
) -> Iterator[list[Cells]]:
    """Moments as texts, none later than the moment of what is known; withdrawals with their reasons; no codes of
    records that the public was never shown.

    What is published rests on nothing hidden: only rows that nothing rests on yet may name such a record.
    """
    shown: dict[type[models.Model], dict[str, bool]] = {}
    places = {column.code: place for place, column in enumerate(columns)}
    is_showable = issubclass(table.model, Showable)
    withdrawn = (
        reasons_of_withdrawal(str(table.model._meta.model_name), known) if is_showable else {}
    )
    for chunk in found:
        yield [
            _screen(column.widget, cells, shown.setdefault(column.widget.model, {}))
            if isinstance(column.widget, RowCell) and column.widget.key == "code"
            else [written_moment(cell) if cell else None for cell in cells]
            if isinstance(column.widget, MomentCell)
            else [withdrawn.get(cell, {}).get(column.language) or "" for cell in cells]
            if isinstance(column.widget, ReasonCell)
            else cells
            for column, cells in zip(columns, _as_known(chunk, places, known), strict=True)
        ]


def _as_known(chunk: list[Cells], places: dict[str, int], known: datetime | None) -> list[Cells]:
    """Cells of rows that ended after a moment as they were at it: nobody knew of the end."""
    found = list(chunk)
    if known is None:
        return found
    for end, ended in ENDS.items():
        if end not in places:
            continue
        later = [moment is not None and moment > known for moment in chunk[places[end]]]
        for code, before in ended.items():
            if code in places:
                cells = chunk[places[code]]
                found[places[code]] = [
                    before if gone else cell for cell, gone in zip(cells, later, strict=True)
                ]
    return found


def _screen(widget: RowCell, cells: Cells, known: dict[str, bool]) -> Cells:
    asked = {code for cell in cells if cell for code in cell.split(MANY)} - known.keys()
    if asked:
        shown = _shown(widget.model).filter(code__in=asked).values_list("code", flat=True)
        known |= dict.fromkeys(asked, False) | dict.fromkeys(shown, True)
    if isinstance(widget, RowsCell):
        return [MANY.join(code for code in cell.split(MANY) if known.get(code)) for cell in cells]
    return [cell if known.get(cell) else "" for cell in cells]


def is_shown(model: type[models.Model], code: str) -> bool:
    """Whether the public knows a record of that code."""
    return _shown(model).filter(code=code).exists()


def _shown(model: Any) -> QuerySet[Any]:
    """What the public relies on, and of the tables that leave whole, all that is public."""
    rows: QuerySet[Any] = model._default_manager.filter(sealed_at__isnull=False)
    return rows | model._default_manager.published() if model in WHOLE else rows
