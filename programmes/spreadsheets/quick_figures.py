"""Checking many figures quickly: the outcomes of checking.Check for measurements, without building records.

Each distinct cell is read once and cells go column by column, related rows are looked up in dictionaries, stored
figures are read once per series, and the rules run on plain values. A test holds the outcomes against those of the
slow way, and against full_clean().
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice, repeat
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from programmes import access
from programmes.calculations.dates import DateError, PreciseDate, as_of
from programmes.models import EDITABLE, Measurement, Series, Source, State
from programmes.models.date_sentences import date_sentence
from programmes.models.figure_rules import OTHER_SERIES, RATIO, figure_faults, row_faults
from programmes.spreadsheets.lookups import Lookups
from programmes.spreadsheets.numbers import write_number
from programmes.spreadsheets.outcomes import CHANGED, NEW, REFUSED, UNCHANGED, CellError, Outcome
from programmes.spreadsheets.quick_cells import NATURE, Cell, Line, Memo
from programmes.spreadsheets.reading import Sheet
from programmes.spreadsheets.values import as_text

BATCH = 2000
# the columns of a stored figure, in the order of Stored below
FIELDS = (
    "pk",
    "ref",
    "series_id",
    "period_start",
    "as_of_on",
    "as_of_precision",
    "as_of_from",
    "value",
    "numerator",
    "denominator",
    "qualifier",
    "source__code",
    "note",
    "supersedes__ref",
    "state",
    "entered_at",
)


class Stored:
    """A figure of the database, as texts by column and as the values that the rules need."""

    __slots__ = ("pk", "row", "texts")

    def __init__(self, row: tuple[Any, ...], series_code: str, is_ratio: bool) -> None:
        self.pk, self.row = row[0], row
        value = row[7]
        self.texts = Line(
            ref=row[1],
            series=series_code,
            period_start=row[3].isoformat() if row[3] else "",
            as_of=PreciseDate.from_stored(row[4], row[5], row[6]).notation,
            value="" if value is None or is_ratio else write_number(value),
            percent="" if value is None or not is_ratio else write_number(value * 100),
            numerator="" if row[8] is None else write_number(row[8]),
            denominator="" if row[9] is None else write_number(row[9]),
            qualifier=row[10],
            source=row[11],
            note=row[12].replace("\r\n", "\n"),
            supersedes=row[13] or "",
        )

    @property
    def nature(self) -> tuple[str, ...]:
        """What tells it apart where a file names no reference."""
        return tuple(getattr(self.texts, code) for code in NATURE)


class QuickCheck:
    """One pass over the rows of a sheet of measurements."""

    def __init__(self, sheet: Sheet, table: Any, by: Any) -> None:
        self.sheet, self.table, self.by = sheet, table, by
        lookups = Lookups(by)
        number_format = sheet.detected.get("number_format", "")
        self.memos: dict[str, tuple[int, Memo]] = {
            column.code: (
                index,
                Memo(column, lambda raw, c=column: c.read_cell(raw, lookups, number_format)),
            )
            for index, column in enumerate(sheet.columns)
            if not column.readonly
        }
        self.missing = [
            column for column in table.columns if column.required and column.code not in self.memos
        ]
        # what a new record has before: nothing in any column
        self.nothing = [None] * len(sheet.columns)
        mine = access.changeable(Series.objects.all(), by)
        self.mine: set[int] = set(mine.values_list("pk", flat=True))
        self.measures: dict[int, str] = dict(Series.objects.values_list("pk", "indicator__measure"))
        self.series_codes: dict[int, str] = dict(Series.objects.values_list("pk", "code"))
        self.source_dates: dict[str, PreciseDate] = {
            code: PreciseDate.from_stored(on, precision, first)
            for code, on, precision, first in Source.objects.values_list(
                "code", "date_on", "date_precision", "date_from"
            )
        }
        self.today = timezone.localdate()
        self.loaded: set[str] = set()
        self.by_ref: dict[str, Stored] = {}
        self.by_nature: dict[tuple[str, ...], Stored] = {}
        self.seen: dict[tuple[str, ...], int] = {}
        self.effective: dict[tuple[str, str, date], date | str] = {}

    def outcomes(self) -> Iterator[Outcome]:
        """What each row would do, in the file's order."""
        rows = iter(self.sheet.rows)
        while batch := list(islice(rows, BATCH)):
            yield from self._outcomes(*zip(*batch, strict=True))

    def _outcomes(self, numbers: Sequence[int], raws: Sequence[list[Any]]) -> Iterator[Outcome]:
        """What some rows would do. Their cells are read column by column, which is several times as quick."""
        count, columns = len(numbers), list(zip(*raws, strict=True))
        read = {code: memo.cells(columns[index]) for code, (index, memo) in self.memos.items()}
        texts = {code: [cell.text for cell in cells] for code, cells in read.items()}
        values = {code: [cell.value for cell in cells] for code, cells in read.items()}
        self._load(set(texts.get("series", ())), set(texts.get("ref", ())))
        errors = self._errors(numbers, read, columns)

        def across(found: dict[str, list[Any]], codes: Iterable[str], absent: Any) -> Iterator[Any]:
            return zip(*(found.get(code) or repeat(absent, count) for code in codes), strict=True)

        rows = zip(
            numbers,
            map(Line._make, across(values, Line._fields, None)),
            map(Line._make, across(texts, Line._fields, None)),
            across(texts, NATURE, ""),
            raws,
            strict=True,
        )
        for place, (number, row, text, nature, raw) in enumerate(rows):
            if place in errors:
                yield Outcome(number, REFUSED, errors=errors[place])
            else:
                yield self._outcome(number, row, text, nature, raw)

    def _errors(
        self, numbers: Sequence[int], read: dict[str, list[Cell]], columns: list[Sequence[Any]]
    ) -> dict[int, list[CellError]]:
        """The refused cells of each row that has any, in the order of the columns."""
        errors: dict[int, list[CellError]] = {}
        for code, (index, memo) in self.memos.items():
            if not memo.refuses:
                continue
            for place, cell in enumerate(read[code]):
                if cell.sentence:
                    raw = as_text(columns[index][place])
                    error = CellError(numbers[place], code, raw, cell.sentence)
                    errors.setdefault(place, []).append(error)
        return errors

    def _load(self, series: set[str], refs: set[str]) -> None:
        """Reads the stored figures of the series and references that some rows name, each series once."""
        rows: list[tuple[Any, ...]] = []
        for field, names in (
            ("series__code", series - self.loaded - {""}),
            ("ref", refs - self.by_ref.keys() - {""}),
        ):
            left = iter(sorted(names))
            while some := list(islice(left, 500)):
                found = Measurement.objects.filter(**{f"{field}__in": some})
                rows += found.order_by("pk").values_list(*FIELDS)
        self.loaded |= series
        for row in rows:
            stored = Stored(row, self.series_codes[row[2]], self.measures[row[2]] == RATIO)
            self.by_ref[row[1]] = stored
            if row[14] not in (State.WITHDRAWN, State.SUPERSEDED) or row[13] is None:
                self.by_nature[stored.nature] = stored

    def _outcome(
        self, number: int, values: Line, texts: Line, nature: tuple[str, ...], raw: list[Any]
    ) -> Outcome:
        ref = texts.ref
        key = (ref,) if ref else nature
        if key in self.seen:
            sentence = _("The same record stands in row %(row)s already. Keep one of the two.")
            return self._refused(number, raw, {"": sentence % {"row": self.seen[key]}})
        self.seen[key] = number
        stored = self.by_ref.get(ref) if ref else self.by_nature.get(key)
        shown = ref or " · ".join(filter(None, key))
        if stored is None:
            return self._new(number, shown, values, texts, raw)
        if stored.row[2] not in self.mine:
            return self._refused(
                number, raw, {"": _("This record lies outside your territories and programmes.")}
            )
        return self._changed(number, shown, stored, values, texts, raw)

    def _new(self, number: int, shown: str, values: Line, texts: Line, raw: list[Any]) -> Outcome:
        if self.missing:
            sentence = _("A new record needs this column: it is not in the file.")
            return self._refused(number, raw, {column.code: sentence for column in self.missing})
        if texts.ref:
            sentence = _("No figure has this reference. Leave the cell empty for a new figure.")
            return self._refused(number, raw, {"ref": sentence})
        series = values.series.pk
        faults = self._amount_faults(series, values)
        if not faults and series not in self.mine:
            faults = {"": _("This record would lie outside your territories and programmes.")}
        if not faults:
            faults = self._faults(series, values, texts.as_of, texts.source, self.today)
        if faults:
            return self._refused(number, raw, faults)
        return Outcome(number, NEW, shown, None, self.nothing, self._sent(texts))

    def _sent(self, texts: Line) -> list[str | None]:
        """The texts in the order of the file's columns, None for an empty one."""
        return [getattr(texts, column.code, None) or None for column in self.sheet.columns]

    def _changed(
        self,
        number: int,
        shown: str,
        stored: Stored,
        values: Line,
        texts: Line,
        raw: list[Any],
    ) -> Outcome:
        # most rows of a file sent again are as they were; what follows finds it too, column by column
        if texts[1:] == stored.texts[1:]:
            return Outcome(number, UNCHANGED, shown, stored.pk)
        before: list[str | None] = []
        after: list[str | None] = []
        first = ""
        for column in self.sheet.columns:
            code = column.code
            sent = getattr(texts, code, None)
            same = (
                sent is None
                or code == "ref"
                or (sent == "" and code == "qualifier")
                or sent == getattr(stored.texts, code)
            )
            before.append(None if same else getattr(stored.texts, code))
            after.append(None if same else sent)
            first = first or ("" if same else code)
        if not first:
            return Outcome(number, UNCHANGED, shown, stored.pk)
        if stored.row[14] not in EDITABLE:
            return self._refused(number, raw, {first: self.table.refusal_of_state(stored.row[14])})
        series = values.series.pk if values.series is not None else stored.row[2]
        faults = self._amount_faults(series, values)
        if not faults:
            merged = self._merged(stored, values, series)
            source = texts.source or stored.texts.source
            recorded = timezone.localdate(stored.row[15])
            stated = texts.as_of or stored.texts.as_of
            faults = self._faults(series, merged, stated, source, recorded)
        if faults:
            return self._refused(number, raw, faults)
        return Outcome(number, CHANGED, shown, stored.pk, before, after)

    def _merged(self, stored: Stored, values: Line, series: int) -> Line:
        """The values a figure would have: those sent, else those stored."""
        row = stored.row
        kept = {
            "period_start": row[3],
            "as_of": PreciseDate.from_stored(row[4], row[5], row[6]),
            "percent" if self.measures[series] == RATIO else "value": row[7],
            "numerator": row[8],
            "denominator": row[9],
        }
        return values._replace(
            **{code: value for code, value in kept.items() if code not in self.memos}
        )

    def _amount_faults(self, series: int, values: Line) -> dict[str, Any]:
        is_ratio = self.measures[series] == RATIO
        if (values.value if is_ratio else values.percent) is None:
            return {}
        unused = "value" if is_ratio else "percent"
        return {unused: self.table.sentence_of_amount(is_ratio=is_ratio)}

    def _faults(
        self, series: int, values: Line, stated: str, source: str, recorded: date
    ) -> dict[str, Any]:
        measure = self.measures[series]
        amount: Decimal | None = values.percent if measure == RATIO else values.value
        numbers = {
            "period_start": values.period_start,
            "value": amount,
            "numerator": values.numerator,
            "denominator": values.denominator,
        }
        faults = figure_faults(measure=measure, **numbers)
        effective = self._effective(values.as_of, stated, source, recorded)
        if isinstance(effective, str):
            faults["as_of"] = effective
            effective = None
        corrected = values.supersedes
        if corrected is not None and corrected.series_id != series:
            faults["supersedes"] = OTHER_SERIES
        # like full_clean(): a constraint that speaks of a column refused already adds nothing
        whole = [
            str(sentence)
            for columns, sentence in row_faults(as_of_on=effective, **numbers)
            if not columns & faults.keys()
        ]
        if whole:
            faults[""] = " ".join(sorted(whole))
        if measure == RATIO and "value" in faults:
            faults["percent"] = faults.pop("value")
        return faults

    def _effective(self, stated: PreciseDate, text: str, source: str, recorded: date) -> date | str:
        """The day a figure counts from, or the sentence of refusal."""
        key = (text, source, recorded)
        if key not in self.effective:
            try:
                self.effective[key] = as_of(stated, self.source_dates.get(source), recorded)
            except DateError as error:
                self.effective[key] = date_sentence(error)
        return self.effective[key]

    def _refused(self, number: int, raw: list[Any], faults: dict[str, Any]) -> Outcome:
        values = {column.code: cell for column, cell in zip(self.sheet.columns, raw, strict=True)}
        errors = [
            CellError(number, code, as_text(values.get(code)), str(sentence))
            for code, sentence in faults.items()
        ]
        return Outcome(number, REFUSED, errors=errors)


def quick_check(sheet: Sheet, table: Any, by: Any) -> Iterator[Outcome]:
    """What each row of a sheet of measurements would do."""
    return QuickCheck(sheet, table, by).outcomes()
