"""Checking many figures quickly: the outcomes of checking.Check for measurements, without building records.

Each distinct cell is read once, related rows are looked up in dictionaries, stored figures are read once per series,
and the rules run on plain values. A test holds the outcomes against those of the slow way, and against full_clean().
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from programmes import access
from programmes.calculations.dates import DateError, PreciseDate, as_of
from programmes.models import EDITABLE, Measurement, Series, Source, State
from programmes.models.date_sentences import date_sentence
from programmes.models.figure_rules import OTHER_SERIES, RATIO, figure_faults, row_faults
from programmes.spreadsheets.cells import as_text, is_empty
from programmes.spreadsheets.columns import Column
from programmes.spreadsheets.lookups import Lookups
from programmes.spreadsheets.numbers import write_number
from programmes.spreadsheets.outcomes import CHANGED, NEW, REFUSED, UNCHANGED, CellError, Outcome
from programmes.spreadsheets.reading import Sheet

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


class Memo(dict):
    """Reads each distinct cell of a column once: (value, text as written, sentence of refusal)."""

    def __init__(self, column: Column, read: Callable[[Any], Any]) -> None:
        super().__init__()
        self.column, self.read = column, read
        self.empty = self[str, ""]

    def __missing__(self, key: tuple[type, Any]) -> tuple[Any, str, str]:
        try:
            value = self.read(key[1])
        except ValueError as error:
            found = (None, "", str(error))
        else:
            found = (value, self.column.written(value), "")
            if self.column.required and is_empty(key[1]):
                found = (value, "", _("This cell must not be empty."))
        if len(self) > 50_000:
            self.clear()
        self[key] = found
        return found


class Stored:
    """A figure of the database, as texts by column code and as the values that the rules need."""

    __slots__ = ("pk", "row", "texts")

    def __init__(self, row: tuple[Any, ...], series_code: str, is_ratio: bool) -> None:
        self.pk, self.row = row[0], row
        value = row[7]
        self.texts = {
            "series": series_code,
            "period_start": row[3].isoformat() if row[3] else "",
            "as_of": PreciseDate.from_stored(row[4], row[5], row[6]).notation,
            "value": "" if value is None or is_ratio else write_number(value),
            "percent": "" if value is None or not is_ratio else write_number(value * 100),
            "numerator": "" if row[8] is None else write_number(row[8]),
            "denominator": "" if row[9] is None else write_number(row[9]),
            "qualifier": row[10],
            "source": row[11],
            "note": row[12].replace("\r\n", "\n"),
            "supersedes": row[13] or "",
        }


class QuickCheck:
    """One pass over the rows of a sheet of measurements."""

    def __init__(self, sheet: Sheet, table: Any, by: Any) -> None:
        self.sheet, self.table, self.by = sheet, table, by
        lookups = Lookups(by)
        number_format = sheet.detected.get("number_format", "")
        self.positions = [
            (
                index,
                column.code,
                Memo(column, lambda raw, c=column: c.read_cell(raw, lookups, number_format)),
            )
            for index, column in enumerate(sheet.columns)
            if not column.readonly
        ]
        self.present = {code for _index, code, _memo in self.positions}
        self.missing = [
            column
            for column in table.columns
            if column.required and column.code not in self.present
        ]
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
        self.loaded: set[int] = set()
        self.by_ref: dict[str, Stored] = {}
        self.by_nature: dict[tuple[str, ...], Stored] = {}
        self.seen: dict[tuple[str, ...], int] = {}
        self.effective: dict[tuple[str, str, date], date | str] = {}

    def outcomes(self) -> Iterator[Outcome]:
        """What each row would do, in the file's order."""
        rows = iter(self.sheet.rows)
        while batch := list(islice(rows, BATCH)):
            read = [self._read(number, raw) for number, raw in batch]
            self._load(read)
            for number, values, texts, errors, raws in read:
                yield self._outcome(number, values, texts, errors, raws)

    def _read(
        self, number: int, raw: list[Any]
    ) -> tuple[int, dict[str, Any], dict[str, str], list[CellError], Any]:
        values, texts, errors = {}, {}, []
        for index, code, memo in self.positions:
            cell = raw[index]
            # most cells of most sheets are empty
            value, text, sentence = memo.empty if cell == "" else memo[cell.__class__, cell]
            if sentence:
                errors.append(CellError(number, code, as_text(cell), sentence))
            values[code] = value
            texts[code] = text
        return number, values, texts, errors, raw

    def _load(self, read: list[Any]) -> None:
        """Reads the stored figures of the series and references that a batch names, each series once."""
        series = {
            values["series"].pk
            for _n, values, _t, _e, _r in read
            if values.get("series") is not None
        } - self.loaded
        refs = {
            values["ref"]
            for _n, values, _t, _e, _r in read
            if values.get("ref") and values["ref"] not in self.by_ref
        }
        rows: list[tuple[Any, ...]] = []
        for start in range(0, len(ids := sorted(series)), 500):
            found = Measurement.objects.filter(series_id__in=ids[start : start + 500])
            rows += found.order_by("pk").values_list(*FIELDS)
        for start in range(0, len(names := sorted(refs)), 500):
            rows += Measurement.objects.filter(ref__in=names[start : start + 500]).values_list(
                *FIELDS
            )
        self.loaded |= series
        for row in rows:
            stored = Stored(row, self.series_codes[row[2]], self.measures[row[2]] == RATIO)
            self.by_ref[row[1]] = stored
            if row[14] not in (State.WITHDRAWN, State.SUPERSEDED) or row[13] is None:
                self.by_nature[_nature(stored.texts)] = stored

    def _outcome(
        self,
        number: int,
        values: dict[str, Any],
        texts: dict[str, str],
        errors: list[CellError],
        raw: list[Any],
    ) -> Outcome:
        if errors:
            return Outcome(number, REFUSED, errors=errors)
        ref = texts.get("ref")
        key = (ref,) if ref else _nature(texts)
        if key in self.seen:
            sentence = _("The same record stands in row %(row)s already. Keep one of the two.")
            return self._refused(number, raw, {"": sentence % {"row": self.seen[key]}})
        self.seen[key] = number
        stored = self.by_ref.get(ref) if ref else self.by_nature.get(key)
        shown = ref or " · ".join(part for part in key if part)
        if stored is None:
            return self._new(number, shown, values, texts, raw)
        if stored.row[2] not in self.mine:
            return self._refused(
                number, raw, {"": _("This record lies outside your territories and programmes.")}
            )
        return self._changed(number, shown, stored, values, texts, raw)

    def _new(
        self, number: int, shown: str, values: dict[str, Any], texts: dict[str, str], raw: list[Any]
    ) -> Outcome:
        if self.missing:
            sentence = _("A new record needs this column: it is not in the file.")
            return self._refused(number, raw, {column.code: sentence for column in self.missing})
        if texts.get("ref"):
            sentence = _("No figure has this reference. Leave the cell empty for a new figure.")
            return self._refused(number, raw, {"ref": sentence})
        series = values["series"]
        faults = self._amount_faults(series.pk, values)
        if not faults and series.pk not in self.mine:
            faults = {"": _("This record would lie outside your territories and programmes.")}
        if not faults:
            faults = self._faults(series.pk, values, texts["as_of"], texts["source"], self.today)
        if faults:
            return self._refused(number, raw, faults)
        after = [texts.get(column.code) or None for column in self.sheet.columns]
        return Outcome(number, NEW, shown, None, [None] * len(after), after)

    def _changed(
        self,
        number: int,
        shown: str,
        stored: Stored,
        values: dict[str, Any],
        texts: dict[str, str],
        raw: list[Any],
    ) -> Outcome:
        before: list[str | None] = []
        after: list[str | None] = []
        first = ""
        for column in self.sheet.columns:
            code = column.code
            sent = texts.get(code)
            same = (
                sent is None
                or code == "ref"
                or (sent == "" and code == "qualifier")
                or sent == stored.texts[code]
            )
            before.append(None if same else stored.texts[code])
            after.append(None if same else sent)
            first = first or ("" if same else code)
        if not first:
            return Outcome(number, UNCHANGED, shown, stored.pk)
        if stored.row[14] not in EDITABLE:
            return self._refused(number, raw, {first: self.table.refusal_of_state(stored.row[14])})
        series = values["series"].pk if values.get("series") is not None else stored.row[2]
        faults = self._amount_faults(series, values)
        if not faults:
            merged = self._merged(stored, values, series)
            source = texts.get("source") or stored.texts["source"]
            recorded = timezone.localdate(stored.row[15])
            stated = texts.get("as_of") or stored.texts["as_of"]
            faults = self._faults(series, merged, stated, source, recorded)
        if faults:
            return self._refused(number, raw, faults)
        return Outcome(number, CHANGED, shown, stored.pk, before, after)

    def _merged(self, stored: Stored, values: dict[str, Any], series: int) -> dict[str, Any]:
        """The values a figure would have: those sent, else those stored."""
        row = stored.row
        kept = {
            "period_start": row[3],
            "as_of": PreciseDate.from_stored(row[4], row[5], row[6]),
            "numerator": row[8],
            "denominator": row[9],
        }
        amount = "percent" if self.measures[series] == RATIO else "value"
        return {
            **kept,
            **values,
            amount: values.get(amount, row[7]) if amount in self.present else row[7],
        }

    def _amount_faults(self, series: int, values: dict[str, Any]) -> dict[str, Any]:
        unused = "value" if self.measures[series] == RATIO else "percent"
        if values.get(unused) is None:
            return {}
        return {unused: self.table.sentence_of_amount(is_ratio=unused == "value")}

    def _faults(
        self, series: int, values: dict[str, Any], stated: str, source: str, recorded: date
    ) -> dict[str, Any]:
        measure = self.measures[series]
        amount: Decimal | None = values.get("percent" if measure == RATIO else "value")
        numbers = {
            "period_start": values.get("period_start"),
            "value": amount,
            "numerator": values.get("numerator"),
            "denominator": values.get("denominator"),
        }
        faults = figure_faults(measure=measure, **numbers)
        effective = self._effective(values["as_of"], stated, source, recorded)
        if isinstance(effective, str):
            faults["as_of"] = effective
            effective = None
        corrected = values.get("supersedes")
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


def _nature(texts: dict[str, str]) -> tuple[str, ...]:
    """What tells two figures without a reference apart."""
    return (
        texts.get("series", ""),
        texts.get("period_start", ""),
        texts.get("as_of", ""),
        texts.get("source", ""),
        texts.get("supersedes", ""),
    )
