"""What came to a record that readers know or left it by an amendment: its page and its feed tell it, not only the page
of what moved."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from django.db.models import ManyToOneRel, Model, Q

from programmes.calculations.choices import MilestoneKind
from programmes.models import Amendment, Centre, Milestone, MilestoneStatement, Series, Territory
from programmes.models.review import column_names
from programmes.models.sealed import sealed_models
from programmes.type_names import certain

# The tables whose records gather others, which are read on their pages.
GATHERING = (
    "programme",
    "centre",
    "agreement",
    "territory",
    "organisation",
    "series",
    "target",
)


STATEMENTS = "milestonestatement"


@dataclass(frozen=True, slots=True)
class CountedCentres:
    """What a series counts: the opened centres of a kind in a place, of a programme (empty: of any), by their codes."""

    kind: str
    place: str
    programme: str

    @classmethod
    def of(cls, series: Series) -> Self:
        """What a series counts that was read with its place and programme."""
        programme = series.programme.code if series.programme else ""
        return cls(series.counted_kind, series.territory.code, programme)


@cache
def referring_columns() -> dict[str, tuple[tuple[str, str], ...]]:
    """By table that gathers, the columns of public tables, or of their child rows, that name its records."""
    found: dict[str, list[tuple[str, str]]] = {table: [] for table in GATHERING}
    for model in sealed_models():
        for name in set(model.sealed) - set(model.identity):
            field = next((one for one in model._meta.get_fields() if one.name == name), None)
            if field is None or not field.is_relation:
                continue
            related = certain(field.related_model)
            named: set[type[Model] | None] = {related}
            if isinstance(field, ManyToOneRel):
                named = {
                    one.related_model for one in related._meta.concrete_fields if one.is_relation
                } - {model}
            for table in GATHERING:
                if any(one is not None and one._meta.model_name == table for one in named):
                    found[table].append((str(model._meta.model_name), name))
    return {table: tuple(sorted(some)) for table, some in found.items()}


def may_move(tables: Iterable[str], counted: Collection[CountedCentres] = ()) -> Q:
    """The amendments by which something may have come to a record of some tables, to a count, or left it; but for
    withdrawals of records."""
    kinds, found = Amendment.Kind, Q(pk__in=[])
    for table in tables:
        for of, column in referring_columns().get(table, ()):
            found |= Q(kind=kinds.CHANGE, table=of, changes__has_key=column)
    if counted:
        for of, columns in _DECIDING.items():
            found |= Q(kind=kinds.CHANGE, table=of, changes__has_any_keys=list(columns))
        found |= Q(kind__in=(kinds.WITHDRAWAL, kinds.SETTING_ASIDE), table=STATEMENTS)
    return found


# The columns of why an entry ended, and of why that was proposed, one a language.
_OUTCOME = column_names(MilestoneStatement, "outcome_reason")
_REASON = column_names(Amendment, "reason")
_NONE = ("",) * len(_REASON)


def retell_by_milestone(rows: Iterable[Amendment]) -> set[int]:
    """Makes withdrawals of statements speak of their milestone, which has a name. Gives their keys; one query.

    Those of a day that was reached are left: no other statement is counted. Their reason is given in the languages that
    were added to it since, beside the entry that ended.
    """
    found = {row.record: row for row in rows if row.table == STATEMENTS}
    if not found:
        return set()
    # of an entry that was corrected, its correction ended, at the moment of the amendment
    said = list(
        MilestoneStatement.objects.filter(milestone__statements__in=found)
        .order_by()
        .values_list("pk", "kind", "milestone__code", "ended_at", *_OUTCOME)
    )
    reasons = {(code, at): texts for _pk, _kind, code, at, *texts in said}
    told = set[int]()
    for key, kind, code, *_rest in said:
        if key not in found or kind != MilestoneStatement.Kind.REACHED:
            continue
        row = found[key]
        row.table, row.key, row.said_of = "milestone", code, MilestoneStatement
        for column, text in zip(_REASON, reasons.get((code, row.applied_at), _NONE), strict=True):
            if text:
                setattr(row, column, text)
        told.add(row.pk)
    return told


def came_to_or_left(row: Amendment, codes: Mapping[str, Container[str]]) -> bool:
    """Whether an amendment moved a record to one of some records, by table, or away from it."""
    return any(code in some for table, some in codes.items() for code in named_by(row, table))


def named_by(row: Amendment, table: str) -> set[str]:
    """The codes of the records of a table that something came to by an amendment, or left."""
    found = set[str]()
    for of, column in referring_columns().get(table, ()):
        if of == row.table and column in row.changes:
            old, new = row.changes[column]
            found |= _codes(old) ^ _codes(new)
    return found


# The columns by which it is decided what is counted.
_DECIDING = {
    "centre": ("kind", "programmes", "territory"),
    "milestone": ("kind", "centre"),
    "territory": ("parent",),
}


def moved_counts(rows: Iterable[Amendment], counted: Collection[CountedCentres]) -> set[int]:
    """The keys of those of some amendments by which an opening came to a count or left it; withdrawals too.

    No query without such rows, else at most four. Of what another amendment changed, each value counts that it ever
    had: an amendment is told once too often rather than never.
    """
    moved = [
        row
        for row in rows
        if row.table in _DECIDING
        and (row.kind != Amendment.Kind.CHANGE or row.changes.keys() & _DECIDING[row.table])
    ]
    if not (counted and moved):
        return set()
    values = _ValuesEverHad(moved)
    return {row.pk for row in moved if any(values.moves(row, one) for one in counted)}


class _ValuesEverHad:
    """The values that centres and milestones have and ever had, of those that some amendments speak of."""

    def __init__(self, rows: list[Amendment]) -> None:
        self.had = defaultdict[tuple[str, str, str], set[str]](set)
        for row in rows:
            for column in _DECIDING[row.table]:
                for value in row.changes.get(column, ()):
                    self.had[row.table, row.key, column] |= _codes(value)
        keys = {row.key for row in rows if row.table == "milestone"}
        found = Milestone.objects.filter(code__in=keys).values_list("code", "kind", "centre__code")
        for code, kind, centre in found:
            self.had["milestone", code, "kind"].add(kind)
            self.had["milestone", code, "centre"] |= _codes(centre)
        centres = {row.key for row in rows if row.table == "centre"}
        for key in keys:
            centres |= self.had["milestone", key, "centre"]
        around = {row.key for row in rows if row.table == "territory"}
        stored = Centre.objects.filter(
            Q(code__in=centres)
            | Q(territory__code__in=around)
            | Q(territory__parent__code__in=around)
        )
        for code, kind, place, programme in stored.values_list(
            "code", "kind", "territory__code", "programmes__code"
        ):
            self.had["centre", code, "kind"].add(kind)
            self.had["centre", code, "territory"].add(place)
            self.had["centre", code, "programmes"] |= _codes(programme)
        inside = {
            one
            for (_t, _k, column), some in self.had.items()
            if column in ("territory", "parent")
            for one in some
        }
        above = Territory.objects.filter(code__in=inside)
        self.above = {
            code: {code, *filter(None, more)}
            for code, *more in above.values_list("code", "parent__code", "parent__parent__code")
        }

    def moves(self, row: Amendment, counted: CountedCentres) -> bool:
        """Whether an amendment brought an opening to a count, or took one from it."""
        if row.table == "centre":
            return self._fits(row.key, counted) and (
                row.kind != Amendment.Kind.CHANGE or self._differs(row.changes, counted)
            )
        if row.table == "territory":
            old, new = (self._lies_in(code, counted) for code in row.changes["parent"])
            return old != new and any(self._is_of(code, counted) for code in self._in(row.key))
        opening = {MilestoneKind.OPENING.value}
        deciding = "centre" in row.changes or opening & {*row.changes.get("kind", ())}
        return (
            bool(opening & self.had["milestone", row.key, "kind"])
            and bool(deciding or row.kind != Amendment.Kind.CHANGE)
            and any(self._fits(one, counted) for one in self.had["milestone", row.key, "centre"])
        )

    def _fits(self, centre: str, counted: CountedCentres) -> bool:
        return self._is_of(centre, counted) and any(
            self._lies_in(one, counted) for one in self.had["centre", centre, "territory"]
        )

    def _in(self, place: str) -> list[str]:
        """The centres in a territory that moved, today."""
        return [
            code
            for (table, code, column), some in list(self.had.items())
            if (table, column) == ("centre", "territory")
            and any(place in self.above.get(one, ()) for one in some)
        ]

    def _is_of(self, centre: str, counted: CountedCentres) -> bool:
        """Whether a centre is of what is counted, wherever it lies."""
        return counted.kind in self.had["centre", centre, "kind"] and counted.programme in {
            "",
            *self.had["centre", centre, "programmes"],
        }

    def _lies_in(self, place: Any, counted: CountedCentres) -> bool:
        return counted.place in self.above.get(place, ())

    def _differs(self, changes: dict[str, Any], counted: CountedCentres) -> bool:
        tests = {
            "kind": lambda value: value == counted.kind,
            "programmes": lambda value: counted.programme in {"", *_codes(value)},
            "territory": lambda value: self._lies_in(value, counted),
        }
        return any(
            test(changes[column][0]) != test(changes[column][1])
            for column, test in tests.items()
            if column in changes
        )


def _codes(value: Any) -> set[str]:
    """The codes that a plain value names: of one record, of a set, or in child rows."""
    if isinstance(value, str):
        return {value} if value else set()
    if isinstance(value, dict):
        value = value.values()
    return set().union(*map(_codes, value)) if isinstance(value, Iterable) else set()
