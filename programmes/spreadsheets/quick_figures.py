"""Checking many figures quickly: the outcomes of checking.Check for measurements, without building records.

Each distinct cell is read once and cells go column by column, related rows are looked up in dictionaries, stored
figures are read once per series, and the rules run on plain values. A test holds the outcomes against those of the
slow way, and against full_clean().
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import repeat
from operator import itemgetter
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from programmes import access
from programmes.calculations.dates import DateError, PreciseDate, as_of
from programmes.models import EDITABLE, Series
from programmes.models.date_sentences import date_sentence
from programmes.models.figure_rules import OTHER_SERIES, RATIO, figure_faults, row_faults
from programmes.spreadsheets.headers import Block
from programmes.spreadsheets.known_figures import KnownFigures, Stored, nature_of
from programmes.spreadsheets.lookups import Lookups
from programmes.spreadsheets.outcomes import (
    CHANGED,
    NEW,
    REFUSED,
    UNCHANGED,
    CellError,
    Outcome,
    Unchanged,
)
from programmes.spreadsheets.quick_cells import Cell, Line, Memo
from programmes.spreadsheets.reading import Sheet
from programmes.spreadsheets.values import as_text

BATCH = 2000
# the cell of a reference that is stored, whose text is what stands in it
KNOWN = Cell(None, "", "")
VALUE, TEXT = itemgetter(0), itemgetter(1)
# the columns that name another record by its code
CODES = ("series", "source", "supersedes")


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
        # the columns that can change a figure: where in the file and in a line, and its code
        self.changing = [
            (index, Line._fields.index(code), code)
            for code, (index, _memo) in self.memos.items()
            if code != "ref"
        ]
        # what a new record has before: nothing in any column
        self.nothing = [None] * len(sheet.columns)
        mine = access.changeable(Series.objects.all(), by)
        self.mine: set[int] = set(mine.values_list("pk", flat=True))
        self.known = table.foreseen or KnownFigures()
        self.figures = self.known.figures
        self.measures = self.figures.measures
        self.today = timezone.localdate()
        # the rows in which records stand: by primary key; new ones by reference or nature
        self.seen: dict[Any, int] = {}
        self.effective: dict[tuple[str, str, date], date | str] = {}

    def outcomes(self) -> Iterator[Outcome | Unchanged]:
        """What each row would do, in the file's order."""
        for numbers, columns in self._blocks():
            yield from self._outcomes(numbers, columns)

    def _blocks(self) -> Iterator[Block]:
        """The rows of the sheet, several of its blocks as one: fewer questions to the database."""
        numbers: list[int] = []
        columns: list[list[Any]] = [[] for _column in self.sheet.columns]
        for some, cells in self.sheet.blocks:
            numbers += some
            for column, more in zip(columns, cells, strict=True):
                column += more
            if len(numbers) >= BATCH:
                yield numbers, columns
                numbers, columns = [], [[] for _column in self.sheet.columns]
        if numbers:
            yield numbers, columns

    def _outcomes(
        self, numbers: Sequence[int], columns: list[Sequence[Any]]
    ) -> Iterable[Outcome | Unchanged]:
        """What some rows would do. Their cells are read column by column, which is several times as quick."""
        pks = self._all_unchanged(numbers, columns)
        if pks is not None:
            return [Unchanged(numbers, columns[self.memos["ref"][0]], pks)]
        read = {
            code: memo.cells(columns[index])
            for code, (index, memo) in self.memos.items()
            if code != "ref"
        }
        texts = {code: list(map(TEXT, cells)) for code, cells in read.items()}
        self.known.read_series(set(texts.get("series", ())))
        if "ref" in self.memos:
            texts["ref"], read["ref"] = self._references(columns[self.memos["ref"][0]])
        else:
            self.known.tell_apart()
        return self._one_by_one(numbers, columns, read, texts)

    def _all_unchanged(
        self, numbers: Sequence[int], columns: list[Sequence[Any]]
    ) -> list[int] | None:
        """The primary keys of the figures of some rows, if each is as the row says: most of a file sent again."""
        known = self.known
        if "ref" not in self.memos or "series" not in self.memos:
            return None
        refs = columns[self.memos["ref"][0]]
        if None in map(known.by_ref.get, refs):
            index, memo = self.memos["series"]
            known.read_series({text for text in memo.texts(columns[index]) if text})
        places = list(map(known.by_ref.get, refs))
        if None in places:
            return None
        pks = known.column("pk", places)
        same = (
            len(set(pks)) == len(pks)
            and self.seen.keys().isdisjoint(pks)
            and self.mine.issuperset(known.column("series_id", places))
            and all(
                self._says(code, columns[index], known.column(code, places))
                for code, (index, _memo) in self.memos.items()
                if code != "ref"
            )
        )
        if not same:
            return None
        self.seen.update(zip(pks, numbers, strict=True))
        return pks

    def _says(self, code: str, raws: Sequence[Any], stored: list[str]) -> bool:
        """Whether some cells of a column say what is stored. A code that is stored needs no reading."""
        return (code in CODES and raws == stored) or self.memos[code][1].texts(raws) == stored

    def _one_by_one(
        self,
        numbers: Sequence[int],
        columns: list[Sequence[Any]],
        read: dict[str, list[Cell]],
        texts: dict[str, list[str]],
    ) -> Iterator[Outcome]:
        errors = self._errors(numbers, read, columns)
        lines = _across(texts, "", len(numbers))
        values = _across(
            {code: list(map(VALUE, cells)) for code, cells in read.items()}, None, len(numbers)
        )
        raws = zip(*columns, strict=True)
        rows = zip(numbers, lines, values, raws, strict=True)
        for place, (number, line, value, raw) in enumerate(rows):
            if place in errors:
                yield Outcome(number, REFUSED, errors=errors[place])
                continue
            ref = line[0]
            key = ref or nature_of(line)
            shown = ref or " · ".join(filter(None, key))
            stored = self.known.figure(ref, key)
            row = self.seen.setdefault(stored.pk if stored else key, number)
            if row != number:
                sentence = _("The same record stands in row %(row)s already. Keep one of the two.")
                yield self._refused(number, raw, {"": sentence % {"row": row}})
                continue
            sent = Line._make(line)
            yield self._outcome(number, shown, stored, Line._make(value), sent, raw)

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

    def _references(self, raws: Sequence[Any]) -> tuple[list[str], list[Cell]]:
        """The texts and cells of the references of some rows, whose figures are read. A known one needs no reading."""
        known, memo = self.known.by_ref, self.memos["ref"][1]
        if None not in map(known.get, raws):
            return list(raws), [KNOWN] * len(raws)
        pairs = zip(raws, memo.cells(raws), strict=True)
        cells = [KNOWN if raw in known else cell for raw, cell in pairs]
        pairs = zip(raws, cells, strict=True)
        texts = [raw if cell is KNOWN else cell.text for raw, cell in pairs]
        self.known.read_refs(set(texts))
        if "" in texts:
            self.known.tell_apart()
        return texts, cells

    def _outcome(
        self,
        number: int,
        shown: str,
        stored: Stored | None,
        values: Line,
        texts: Line,
        raw: Sequence[Any],
    ) -> Outcome:
        if stored is None:
            return self._new(number, shown, values, texts, raw)
        if stored.series not in self.mine:
            return self._refused(
                number, raw, {"": _("This record lies outside your territories and programmes.")}
            )
        return self._changed(number, shown, stored, values, texts, raw)

    def _new(
        self, number: int, shown: str, values: Line, texts: Line, raw: Sequence[Any]
    ) -> Outcome:
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
        raw: Sequence[Any],
    ) -> Outcome:
        pk, series, state, entered, was = stored
        before, after, first = list(self.nothing), list(self.nothing), ""
        for place, index, code in self.changing:
            sent, now = texts[index], was[index]
            if sent != now and (sent or code != "qualifier"):
                before[place], after[place] = now, sent
                first = first or code
        if not first:
            return Outcome(number, UNCHANGED, shown, pk)
        if state not in EDITABLE:
            return self._refused(number, raw, {first: self.table.refusal_of_state(state)})
        series = values.series.pk if values.series is not None else series
        faults = self._amount_faults(series, values)
        if not faults:
            kept = Line._make(was)
            merged = self._merged(kept, values, series)
            source = texts.source or kept.source
            stated = texts.as_of or kept.as_of
            faults = self._faults(series, merged, stated, source, self.figures.day_of(entered))
        if faults:
            return self._refused(number, raw, faults)
        return Outcome(number, CHANGED, shown, pk, before, after)

    def _merged(self, was: Line, values: Line, series: int) -> Line:
        """The values a figure would have: those sent, else those stored."""
        if len(self.memos) == len(Line._fields):
            return values
        share = _number(was.percent)
        amount = _number(was.value) if share is None else share / 100
        kept = {
            "period_start": date.fromisoformat(was.period_start) if was.period_start else None,
            "as_of": PreciseDate.parse(was.as_of),
            "percent" if self.measures[series] == RATIO else "value": amount,
            "numerator": _number(was.numerator),
            "denominator": _number(was.denominator),
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
                self.effective[key] = as_of(stated, self.figures.source_dates.get(source), recorded)
            except DateError as error:
                self.effective[key] = date_sentence(error)
        return self.effective[key]

    def _refused(self, number: int, raw: Sequence[Any], faults: dict[str, Any]) -> Outcome:
        values = {column.code: cell for column, cell in zip(self.sheet.columns, raw, strict=True)}
        errors = [
            CellError(number, code, as_text(values.get(code)), str(sentence))
            for code, sentence in faults.items()
        ]
        return Outcome(number, REFUSED, errors=errors)


def _across(found: dict[str, list[Any]], absent: Any, count: int) -> list[tuple[Any, ...]]:
    """Columns as lines; `absent` stands in those that a file does not have."""
    columns = (found.get(code) or repeat(absent, count) for code in Line._fields)
    return list(zip(*columns, strict=True))


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def quick_check(sheet: Sheet, table: Any, by: Any) -> Iterator[Outcome | Unchanged]:
    """What each row of a sheet of measurements would do."""
    return QuickCheck(sheet, table, by).outcomes()
