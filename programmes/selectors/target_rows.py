"""Targets with what is read beside them, as light rows: a page of many makes few objects of its own."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any

from programmes.selectors.nested import EXACT, nested_flag, nested_key

LANGUAGES = ("fr", "ar", "en")


def _in_each(name: str) -> tuple[str, ...]:
    return tuple(f"{name}_{language}" for language in LANGUAGES)


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """An indicator; in lists without its definition."""

    pk: int
    code: str
    measure: str
    decimals: int
    name_fr: str
    name_ar: str
    name_en: str
    unit_fr: str
    unit_ar: str
    unit_en: str
    definition_fr: str = ""
    definition_ar: str = ""
    definition_en: str = ""


@dataclass(frozen=True, slots=True)
class ParentRow:
    pk: int
    code: str
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class PlaceRow:
    pk: int
    code: str
    kind: str
    hcp_code: str
    parent_id: int | None
    name_fr: str
    name_ar: str
    name_en: str
    parent: ParentRow | None


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """A programme, centre or organisation; an agreement with its title as its name."""

    pk: int
    code: str
    is_public: bool
    name_fr: str
    name_ar: str
    name_en: str


@dataclass(frozen=True, slots=True)
class SeriesRow:
    pk: int
    code: str
    role: str
    interval_months: int
    territory_id: int
    programme_id: int | None
    centre_id: int | None
    name_fr: str
    name_ar: str
    name_en: str
    indicator: IndicatorRow
    territory: PlaceRow
    programme: OwnerRow | None
    centre: OwnerRow | None


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A public target. The columns of the tables under their own names. In lists, not who is responsible for it."""

    pk: int
    code: str
    series_id: int
    part_of_id: int | None
    measured_by: str
    series: SeriesRow
    responsible: OwnerRow | None = None
    agreement: OwnerRow | None = None


OWN = ("pk", "code", "series_id", "part_of_id", "measured_by")
SERIES = (
    "code",
    "role",
    "interval_months",
    "territory_id",
    "programme_id",
    "centre_id",
    *_in_each("name"),
)
INDICATOR = ("pk", "code", "measure", "decimals")
INDICATOR += (*_in_each("name"), *_in_each("unit"))
PLACE = ("pk", "code", "kind", "hcp_code", "parent_id", *_in_each("name"))
PARENT = ("pk", "code", "parent_id")
OWNER = ("pk", "code", "is_public", *_in_each("name"))
AGREEMENT = ("pk", "code", "is_public", *_in_each("title"))
# The columns of a target, by the relation they belong to.
GROUPS = (
    ("", OWN),
    ("series__", SERIES),
    ("series__indicator__", INDICATOR),
    ("series__territory__", PLACE),
    ("series__territory__parent__", PARENT),
    ("series__programme__", OWNER),
    ("series__centre__", OWNER),
)
# What the page of a target adds.
MORE_GROUPS = (
    ("series__indicator__", _in_each("definition")),
    ("responsible__", OWNER),
    ("agreement__", AGREEMENT),
)
SERIES_GROUPS = (
    ("", ("pk", *SERIES)),
    ("indicator__", INDICATOR),
    ("territory__", PLACE),
    ("territory__parent__", PARENT),
    ("programme__", OWNER),
    ("centre__", OWNER),
)


def _places(groups: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[slice, ...]:
    """Where the columns of each group stand among all."""
    ends = tuple(accumulate(len(names) for _path, names in groups))
    return tuple(slice(start, end) for start, end in zip((0, *ends), ends, strict=False))


def _columns(groups: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, ...]:
    return tuple(f"{path}{name}" for path, names in groups for name in names)


PLACES, MORE_PLACES = _places(GROUPS), _places(MORE_GROUPS)
SERIES_PLACES = _places(SERIES_GROUPS)
SERIES_COLUMNS, TARGET_COLUMNS = _columns(SERIES_GROUPS), _columns(GROUPS)
WHOLE_COLUMNS = (*TARGET_COLUMNS, *_columns(MORE_GROUPS))
WHOLE_NUMBERS = ("pk", "decimals", "interval_months")


@lru_cache(maxsize=4096)
def target_row(packed: str) -> TargetRow:
    """A `Packed` of `TARGET_COLUMNS` or `WHOLE_COLUMNS`. Of the same text it is made once by each process."""
    columns = tuple(map(_typed, WHOLE_COLUMNS, EXACT.decode(packed)))
    own, series, *beside = [columns[place] for place in PLACES]
    if len(columns) == len(TARGET_COLUMNS):
        return TargetRow(*own, _series((own[2], *series), *beside))
    more = columns[len(TARGET_COLUMNS) :]
    definition, responsible, agreement = (more[place] for place in MORE_PLACES)
    indicator, *around = beside
    return TargetRow(
        *own,
        _series((own[2], *series), indicator + definition, *around),
        _shared(OwnerRow, responsible),
        _shared(OwnerRow, agreement),
    )


def _typed(column: str, value: Any) -> Any:
    """A value of a column as its row holds it: PostgreSQL packs texts, SQLite numbers too."""
    name = column.rpartition("__")[2]
    if name == "is_public":
        return nested_flag(value)
    return nested_key(value) if name in WHOLE_NUMBERS or name.endswith("_id") else value


def series_row(columns: tuple[Any, ...]) -> SeriesRow:
    """A row of `SERIES_COLUMNS`."""
    return _series(*(columns[place] for place in SERIES_PLACES))


def place_row(columns: tuple[Any, ...]) -> PlaceRow:
    """A row of `PLACE` and, of the place above it, `PARENT`."""
    place, parent = columns[: len(PLACE)], columns[len(PLACE) :]
    return _shared(PlaceRow, place, _shared(ParentRow, parent))


def _series(
    own: tuple[Any, ...],
    indicator: tuple[Any, ...],
    place: tuple[Any, ...],
    parent: tuple[Any, ...],
    programme: tuple[Any, ...],
    centre: tuple[Any, ...],
) -> SeriesRow:
    return SeriesRow(
        *own,
        _shared(IndicatorRow, indicator),
        _shared(PlaceRow, place, _shared(ParentRow, parent)),
        _shared(OwnerRow, programme),
        _shared(OwnerRow, centre),
    )


@lru_cache(maxsize=4096)
def _shared(kind: type, columns: tuple[Any, ...], *more: Any) -> Any:
    """What several rows name, made once."""
    return None if columns[0] is None else kind(*columns, *more)
