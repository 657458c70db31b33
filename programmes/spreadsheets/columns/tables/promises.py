"""Columns of targets with their first announcement, later revisions, waypoints and milestone statements."""

from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from programmes import access, languages, services
from programmes.models import (
    Agreement,
    Centre,
    Indicator,
    Milestone,
    MilestoneStatement,
    Organisation,
    Programme,
    Qualifier,
    Series,
    Source,
    State,
    Target,
    TargetRevision,
    Territory,
    Waypoint,
)
from programmes.services.entries import require
from programmes.services.promises import free_code
from programmes.spreadsheets.columns.cells import (
    ChoiceCell,
    DayCell,
    IntegerCell,
    PreciseDateCell,
    RowCell,
    TextCell,
)
from programmes.spreadsheets.columns.column import Column, in_each_language
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.columns.tables.figures import AmountColumn, settle_amounts
from programmes.spreadsheets.columns.tables.places import code_column, shown_column
from programmes.spreadsheets.columns.tables.reviewed import PartResource, ReviewedResource

AMOUNTS = {"value": "percent", "baseline": "baseline_percent"}
TERMS = (
    "value",
    "percent",
    "qualifier",
    "sense",
    "due",
    "due_text",
    "baseline",
    "baseline_percent",
    "baseline_date",
    *(f"definition_{language}" for language in languages.CODES),
    "wording",
    "wording_language",
    "announced",
    "source",
    *(f"reason_{language}" for language in languages.CODES),
)


class RevisionColumns(TableResource):
    """The columns of an announcement, on a row of its own or on its target's."""

    value = AmountColumn("value", _("value"), attribute="value")
    percent = AmountColumn("percent", _("value in %"), attribute="value", percent=True)
    qualifier = Column("qualifier", _("qualifier"), ChoiceCell(Qualifier))
    sense = Column("sense", _("sense"), ChoiceCell(TargetRevision.Sense))
    due = Column("due", _("due date"), PreciseDateCell())
    due_text = Column("due_text", _("due date as printed"), TextCell(max_length=120))
    baseline = AmountColumn("baseline", _("baseline"), attribute="baseline")
    baseline_percent = AmountColumn(
        "baseline_percent", _("baseline in %"), attribute="baseline", percent=True
    )
    baseline_date = Column(
        "baseline_date", _("date of the baseline"), DayCell(), attribute="baseline_on"
    )
    definition_columns = in_each_language("definition", _("definition"), TextCell(), had_one=True)
    wording = Column("wording", _("wording as printed"), TextCell())
    wording_language = Column(
        "wording_language", _("language of the wording"), ChoiceCell(Source.Language)
    )
    announced = Column("announced", _("announced on"), PreciseDateCell(), required=True)
    source = Column("source", _("source"), RowCell(Source), required=True)
    reason_columns = in_each_language(
        "reason", _("reason of the revision"), TextCell(), had_one=True
    )


class TargetResource(RevisionColumns):
    """A target with its first announcement; later ones have a sheet of their own."""

    name, model = "targets", Target
    related = (
        "series__indicator",
        "series__territory",
        "series__programme",
        "series__centre",
        "agreement",
        "responsible",
        "share_of",
    )
    many = ("revisions__source", "revisions__target__series__indicator")
    of_another_row = frozenset(TERMS)

    code = code_column(120)
    series = Column("series", _("series"), RowCell(Series, related=("indicator",)))
    indicator = Column(
        "indicator", _("indicator"), RowCell(Indicator), attribute="series__indicator"
    )
    territory = Column(
        "territory", _("territory"), RowCell(Territory), attribute="series__territory"
    )
    programme = Column(
        "programme", _("programme"), RowCell(Programme), attribute="series__programme"
    )
    centre = Column("centre", _("centre"), RowCell(Centre), attribute="series__centre")
    agreement = Column("agreement", _("made in"), RowCell(Agreement))
    responsible = Column("responsible", _("responsible"), RowCell(Organisation))
    share_of = Column("share_of", _("announced share of"), RowCell(Target))
    is_public = shown_column()

    def get_export_order(self) -> list[str]:
        own = [code for code in self.fields if code not in TERMS]
        return [*own, *TERMS]

    @property
    def columns(self) -> list[Column]:
        return [self.fields[code] for code in self.get_export_order()]

    def first(self, record: Target) -> TargetRevision | None:
        """The first announcement of a target: saved, or waiting to be."""
        waiting: TargetRevision | None = getattr(record, "first_revision", None)
        if waiting is not None or record.pk is None:
            return waiting
        return min(record.revisions.all(), key=lambda revision: revision.number, default=None)

    def value_of(self, record: Target, code: str) -> Any:
        if code not in TERMS:
            return super().value_of(record, code)
        revision = self.first(record)
        return None if revision is None else self.fields[code].of(revision)

    def export_field(self, field: Column, instance: Target, **kwargs: Any) -> Any:
        if field.code not in TERMS:
            return super().export_field(field, instance, **kwargs)
        revision = self.first(instance)
        return "" if revision is None else field.export(revision, **kwargs)

    def settle(self, record: Target, cells: dict[str, Any], *, is_new: bool) -> None:
        place = {
            code: cells.get(code) for code in ("indicator", "territory", "programme", "centre")
        }
        own = {
            code: value for code, value in cells.items() if code not in TERMS and code not in place
        }
        terms = {code: value for code, value in cells.items() if code in TERMS}
        if is_new:
            own["series"] = self._series(own.get("series"), place)
            record.series = own["series"]
            record.first_revision = TargetRevision(target=record, number=1)
            terms = settle_amounts(record.first_revision, terms, AMOUNTS)
            for code, value in terms.items():
                RevisionResource.put_term(record.first_revision, self.fields[code], value)
        else:
            self._refuse_moves(record, cells)
            own.pop("series", None)
        super().settle(record, own, is_new=is_new)

    def placed(self, record: Target, cells: dict[str, Any], by: User) -> bool:
        if record.series.pk:
            return self.owners_placed([record.series], by)
        return access.may_place(
            by, territory=record.series.territory, programme=record.series.programme
        )

    def check(self, record: Target) -> None:
        super().check(record)
        revision = getattr(record, "first_revision", None)
        if revision is not None:
            revision.clean_fields(exclude=["target"])
            revision.clean()
            revision.validate_constraints(exclude=["target"])

    def save(self, record: Target, cells: dict[str, Any], *, by: User, is_new: bool) -> None:
        if not is_new:
            super().save(record, cells, by=by, is_new=False)
            return
        place = services.SeriesIdentity(
            record.series.indicator,
            record.series.territory,
            record.series.programme,
            record.series.centre,
        )
        made = services.promise(
            record.first_revision,
            by=by,
            place=place,
            series=record.series if record.series.pk else None,
            code=record.code,
            agreement=record.agreement,
            responsible=record.responsible,
            share_of=record.share_of,
        )
        record.pk = made.pk

    def remove(self, record: Target, *, by: User) -> None:
        require(by, "delete", Target)
        for revision in record.revisions.all():
            services.discard(revision, by=by)
        super().remove(record, by=by)

    @staticmethod
    def _series(series: Series | None, place: dict[str, Any]) -> Series:
        """The series named, or the one that stands at the place described, or a new one there."""
        if series is not None:
            for code, wanted in place.items():
                if wanted is not None and wanted != getattr(series, code):
                    raise ValidationError(
                        {code: _("This differs from the series that the row names.")}
                    )
            return series
        for code in ("indicator", "territory"):
            if place[code] is None:
                raise ValidationError(
                    {code: _("Name the series, or the indicator and the territory.")}
                )
        described = services.SeriesIdentity(**place)
        found = services.twin_series(described)
        if found is not None:
            return found
        stem = "-".join(
            part.code.lower() for part in (place["programme"], place["indicator"]) if part
        )
        return Series(code=free_code(stem, Series), **place)

    def _refuse_moves(self, record: Target, cells: dict[str, Any]) -> None:
        errors: dict[str, Any] = {}
        for code, value in cells.items():
            fixed = code in TERMS or code in (
                "series",
                "indicator",
                "territory",
                "programme",
                "centre",
            )
            if fixed and not self.fields[code].same(self.value_of(record, code), value):
                errors[code] = (
                    _(
                        "A target keeps its first announcement. Enter the change on the sheet of target revisions."
                    )
                    if code in TERMS
                    else _("A target stays on its series. Make a new target for another one.")
                )
        if errors:
            raise ValidationError(errors)


class RevisionResource(RevisionColumns, ReviewedResource):
    """Announcements of targets, the first included."""

    name, model = "target-revisions", TargetRevision
    related = ("target__series__indicator", "source", "corrects")
    keys = ("target", "number")

    target = Column("target", _("target"), RowCell(Target), required=True)
    number = Column("number", _("number"), IntegerCell(), required=True)
    kind = Column("kind", _("kind"), ChoiceCell(TargetRevision.Kind))
    corrects = Column("corrects", _("corrects"), IntegerCell(), attribute="corrects__number")
    state = Column("state", _("state"), ChoiceCell(State), read_only=True)

    def get_export_order(self) -> list[str]:
        return ["target", "number", "kind", "corrects", *TERMS, "state"]

    @property
    def columns(self) -> list[Column]:
        return [self.fields[code] for code in self.get_export_order()]

    @staticmethod
    def put_term(record: TargetRevision, column: Column, value: Any) -> None:
        """Sets one value of an announcement; an empty cell keeps the column's default."""
        if value in (None, "") and column.code in ("qualifier", "sense", "kind"):
            return
        setattr(record, column.attribute, value)

    def settle(self, record: TargetRevision, cells: dict[str, Any], *, is_new: bool) -> None:
        if is_new:
            record.target, record.number = cells["target"], cells["number"]
            expected = next_number(
                TargetRevision.objects.filter(target=record.target), cells, self.seen
            )
            if record.number != expected:
                raise ValidationError(
                    {
                        "number": _("The next revision of this target has the number %(n)s.")
                        % {"n": expected}
                    }
                )
        terms = settle_amounts(
            record, {code: cells[code] for code in TERMS if code in cells}, AMOUNTS
        )
        for code, value in terms.items():
            self.put_term(record, self.fields[code], value)
        if "kind" in cells:
            self.put_term(record, self.fields["kind"], cells["kind"])
        if "corrects" in cells:
            record.corrects = announcement_by_number(
                TargetRevision.objects.filter(target=record.target), cells["corrects"]
            )

    def placed(self, record: TargetRevision, cells: dict[str, Any], by: User) -> bool:
        return self.owners_placed([record.target], by)

    def save(
        self, record: TargetRevision, cells: dict[str, Any], *, by: User, is_new: bool
    ) -> None:
        if is_new:
            services.revise(record, by=by)
        else:
            services.change_draft(record, by=by)


class WaypointResource(PartResource):
    name, model = "waypoints", Waypoint
    owned = _("The revision is submitted or published: its waypoints are never changed by a file.")
    related = ("revision__target__series__indicator",)
    keys = ("target", "number", "date")

    target = Column(
        "target", _("target"), RowCell(Target), required=True, attribute="revision__target"
    )
    number = Column(
        "number", _("number"), IntegerCell(), required=True, attribute="revision__number"
    )
    date = Column("date", _("date"), DayCell(), required=True, attribute="on")
    value = AmountColumn("value", _("value"), attribute="value")
    percent = AmountColumn("percent", _("value in %"), attribute="value", percent=True)

    def settle(self, record: Waypoint, cells: dict[str, Any], *, is_new: bool) -> None:
        if is_new:
            record.on = cells["date"]
            record.revision = announcement_by_number(
                TargetRevision.objects.filter(target=cells["target"]), cells["number"]
            )
        amounts: dict[str, Any] = {
            code: cells[code] for code in ("value", "percent") if code in cells
        }
        for value in settle_amounts(record, amounts, {"value": "percent"}).values():
            record.value = value


class StatementResource(ReviewedResource):
    name, model = "milestone-statements", MilestoneStatement
    related = ("milestone", "source", "corrects")
    keys = ("milestone", "number")

    milestone = Column("milestone", _("milestone"), RowCell(Milestone), required=True)
    number = Column("number", _("number"), IntegerCell(), required=True)
    kind = Column("kind", _("kind"), ChoiceCell(MilestoneStatement.Kind), required=True)
    date = Column("date", _("date"), PreciseDateCell())
    date_text = Column("date_text", _("date as printed"), TextCell(max_length=120))
    announced = Column("announced", _("announced on"), PreciseDateCell(), required=True)
    source = Column("source", _("source"), RowCell(Source), required=True)
    wording = Column("wording", _("wording as printed"), TextCell())
    wording_language = Column(
        "wording_language", _("language of the wording"), ChoiceCell(Source.Language)
    )
    reason_columns = in_each_language("reason", _("reason"), TextCell(), had_one=True)
    corrects = Column("corrects", _("corrects"), IntegerCell(), attribute="corrects__number")
    state = Column("state", _("state"), ChoiceCell(State), read_only=True)

    def settle(self, record: MilestoneStatement, cells: dict[str, Any], *, is_new: bool) -> None:
        cells = dict(cells)
        if is_new:
            record.milestone = cells["milestone"]
            expected = next_number(
                MilestoneStatement.objects.filter(milestone=record.milestone), cells, self.seen
            )
            if cells["number"] != expected:
                raise ValidationError(
                    {
                        "number": _("The next statement on this milestone has the number %(n)s.")
                        % {"n": expected}
                    }
                )
        if "corrects" in cells:
            earlier = MilestoneStatement.objects.filter(milestone=record.milestone)
            record.corrects = announcement_by_number(earlier, cells.pop("corrects"))
        super().settle(record, cells, is_new=is_new)

    def placed(self, record: MilestoneStatement, cells: dict[str, Any], by: User) -> bool:
        return self.owners_placed([record.milestone], by)

    def save(
        self, record: MilestoneStatement, cells: dict[str, Any], *, by: User, is_new: bool
    ) -> None:
        if is_new:
            services.state(record, by=by)
        else:
            services.change_draft(record, by=by)


def next_number(earlier: models.QuerySet[Any], cells: dict[str, Any], seen: dict[Any, int]) -> int:
    """The number a new announcement must bear, counting those that earlier rows of the same file add."""
    owner = next(cells[code] for code in ("target", "milestone") if code in cells)
    stored = earlier.aggregate(last=models.Max("number"))["last"] or 0
    seen[owner] = max(stored, seen.get(owner, 0)) + 1
    return seen[owner]


def announcement_by_number(earlier: models.QuerySet[Any], number: int | None) -> Any:
    """The announcement of that number, None where no number is given. Raises ValidationError where there is none."""
    if number is None:
        return None
    found = earlier.filter(number=number).first()
    if found is None:
        raise ValidationError({"number": _("There is no number %(n)s here.") % {"n": number}})
    return found
