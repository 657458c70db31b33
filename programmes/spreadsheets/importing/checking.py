"""What a file would do, found without writing anything: its cells column by column, its rules row by row."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from programmes import access
from programmes.models import FrozenRowError, Measurement
from programmes.models.names import fold
from programmes.models.review import OwnedByReviewed
from programmes.models.sealed import SealedPart
from programmes.models.sealed_values import row_value
from programmes.spreadsheets.columns.cells import RowCell
from programmes.spreadsheets.columns.column import Column
from programmes.spreadsheets.columns.doubts import Cause, Doubt
from programmes.spreadsheets.columns.lookups import Lookups
from programmes.spreadsheets.columns.memo import Memo, ReadCell
from programmes.spreadsheets.columns.resource import TableResource, messages_of, shown_key
from programmes.spreadsheets.columns.stored import StoredRows
from programmes.spreadsheets.columns.tables import TABLES
from programmes.spreadsheets.columns.values import NameCells, as_text
from programmes.spreadsheets.importing.repairs import Repairs
from programmes.spreadsheets.importing.tally import CellTally
from programmes.spreadsheets.importing.writing.outcomes import (
    CHANGED,
    DOUBTFUL,
    NEW,
    PROPOSED,
    REFUSED,
    UNCHANGED,
    CellDoubt,
    CellError,
    Outcome,
    UnchangedRows,
)
from programmes.spreadsheets.importing.writing.proposing import ProposalFinder, relied_on
from programmes.spreadsheets.importing.writing.unusual import UnusualRows
from programmes.spreadsheets.reading.headers import Block, table_names
from programmes.spreadsheets.reading.sheets import Sheet
from programmes.type_names import certain

# what programs and people add to the name of a file
_COUNTED = re.compile(r"[\s_-]*(\(\d+\)|\d[\d_-]*)$")
# rows that are looked at together: fewer questions to the database
TOGETHER = 2000


class SheetCheck:
    """One pass over the rows of a sheet, which compares each with what is stored.

    Writes nothing, and never shows values out of the sender's scope. `confirmed`: the causes, and the numbers of rows,
    that the sender ticked. `repairs`: what they typed in place of cells. `left_out`: the numbers of rows left out.

    Each distinct cell is read once, and texts are compared with what is stored column by column. A record is built of
    a row only where it is new or changes something: the rules of its model are asked of that.
    """

    def __init__(
        self,
        sheet: Sheet,
        table: TableResource,
        by: User,
        confirmed: frozenset[str] = frozenset(),
        repairs: Repairs | None = None,
        left_out: frozenset[int] = frozenset(),
    ) -> None:
        self.repairs, self.left_out = repairs or Repairs(), left_out
        self.tally = CellTally(sheet)
        # by the number of a row, what its sender was asked of it and confirmed
        self.ticked: dict[int, list[CellDoubt]] = {}
        self.sheet, self.table, self.by, self.confirmed = sheet, table, by, confirmed
        self.lookups = Lookups(by)
        # of each column that is read, where it stands in the file
        self.places = {
            column.code: place
            for place, column in enumerate(sheet.columns)
            if column.decided or not column.readonly
        }
        self.memos = {code: self._memo(sheet.columns[place]) for code, place in self.places.items()}
        self.of_other_table = _other_table(sheet, table)
        # an empty cell of these means "as usual"
        self.usual = {code for code in self.memos if has_default(table, table.fields[code])}
        self.compared = {code: n for code, n in self.places.items() if code not in table.keys}
        # columns that may name a record that an earlier row makes
        self.own = [
            memo
            for memo in self.memos.values()
            if isinstance(memo.column.widget, RowCell)
            and memo.column.widget.model is table.model
            and memo.column.widget.key == "code"
        ]
        self.missing = [
            column for column in table.columns if column.required and column.code not in self.memos
        ]
        self.stored = StoredRows(table)
        self.asked: set[int] = set()
        self.in_scope: set[int] = set()
        self.may_add = access.may_add(by, table.model)
        self.seen: dict[Any, int] = {}
        self.held: dict[str, str] = {}
        self.proposing = ProposalFinder(table.model, by)
        self.unusual = UnusualRows(table.model)
        self.nothing: list[str | None] = [None] * len(sheet.columns)

    def _memo(self, column: Column) -> Memo:
        number_format = self.sheet.detected.get("number_format", "")
        rounding = self.sheet.detected.get("rounding", "")
        digits = int(rounding) if rounding else None
        return Memo(
            column,
            lambda raw: column.read_cell(raw, self.lookups, number_format, digits),
            lambda raw, value: column.widget.doubt(raw, value, self.lookups),
            self.repairs.of_column(column.code),
        )

    def outcomes(self) -> Iterator[Outcome | UnchangedRows]:
        """What each row would do, in the file's order."""
        for numbers, columns in self._blocks():
            self._repair(numbers, columns)
            for outcome in self._of_block(numbers, columns):
                if isinstance(outcome, Outcome):
                    self._tally(outcome, numbers, columns)
                yield outcome

    def _tally(
        self, outcome: Outcome, numbers: Sequence[int], columns: list[Sequence[Any]]
    ) -> None:
        ticked = self.ticked.pop(outcome.row, [])
        is_read = outcome.action not in (REFUSED, DOUBTFUL)
        if is_read and not ticked:
            return
        row = numbers.index(outcome.row)
        cells = [column[row] for column in columns]
        if not is_read and outcome.row in self.left_out:
            self.tally.leave_out(outcome.row, cells)
        elif is_read:
            self.tally.confirm(outcome.row, cells, ticked)
        else:
            self.tally.count(outcome, cells)

    def _repair(self, numbers: Sequence[int], columns: list[Sequence[Any]]) -> None:
        """Puts what the sender typed for single rows in the place of their cells."""
        for number in self.repairs.rows.keys() & set(numbers):
            row = numbers.index(number)
            for code, text in self.repairs.rows[number].items():
                if code in self.places:
                    cells = list(columns[self.places[code]])
                    cells[row] = text
                    columns[self.places[code]] = cells

    def _blocks(self) -> Iterator[Block]:
        """The rows of the sheet, several of its blocks as one; row by row where one may name the record before it."""
        if self.own:
            for number, raw in self.sheet.rows:
                yield (number,), [[cell] for cell in raw]
            return
        numbers: list[int] = []
        columns: list[Any] = [[] for _column in self.sheet.columns]
        for some, cells in self.sheet.blocks:
            numbers += some
            for column, more in zip(columns, cells, strict=True):
                column += more
            if len(numbers) >= TOGETHER:
                yield numbers, columns
                numbers, columns = [], [[] for _column in self.sheet.columns]
        if numbers:
            yield numbers, columns

    def _of_block(
        self, numbers: Sequence[int], columns: list[Sequence[Any]]
    ) -> Iterator[Outcome | UnchangedRows]:
        read = {code: memo.cells(columns[self.places[code]]) for code, memo in self.memos.items()}
        texts = {code: [cell.text for cell in cells] for code, cells in read.items()}
        self.stored.read(texts)
        keys = self._keys(texts, len(numbers))
        stored = [self.stored.place(key) for key in keys]
        errors = self._errors(numbers, read, columns)
        differing = self._differing(texts, stored)
        self._ask_scope([self.stored.pks[place] for place in stored if place is not None])
        pks = [None if place is None else self.stored.pks[place] for place in stored]
        if not errors and not differing and self._are_all_known(pks):
            self.seen.update(zip((*keys, *pks), (*numbers, *numbers), strict=True))
            yield UnchangedRows(numbers)
            return
        records = self._records({pk for row in differing if (pk := pks[row]) is not None})
        if self.table.model is Measurement:
            self.unusual.read(
                {cell.value.pk for cell in read.get("series", ()) if cell.value is not None}
                | {
                    record.series_id
                    for record in records.values()
                    if isinstance(record, Measurement)
                }
            )
        for row, number in enumerate(numbers):
            found = errors.get(row)
            if found is None:
                cells = {code: column[row].value for code, column in read.items()}
                sent = {code: column[row] for code, column in texts.items()}
                doubts: list[CellDoubt] = []
                if stored[row] is None or row in differing:
                    doubts = self._doubts(number, row, read, stored[row], columns)
                try:
                    self._refuse_twice(keys[row], pks[row], number)
                    if stored[row] is None:
                        new, record = self._new(
                            number, shown_key(keys[row]), cells, sent, expected=not doubts
                        )
                        yield self._asked(new, doubts + self._doubts_of_record(number, record))
                    elif pks[row] not in self.in_scope:
                        raise ValidationError(access.outside_sentence(self.table.model))
                    elif row not in differing:
                        yield Outcome(number, UNCHANGED, shown_key(keys[row]), pks[row])
                    else:
                        change = self._compared(certain(stored[row]), sent)
                        outcome = Outcome(number, CHANGED, shown_key(keys[row]), pks[row], *change)
                        record = records[certain(pks[row])]
                        outcome = self._changed(outcome, record, cells)
                        if self._moves_a_figure(outcome):
                            doubts += self._doubts_of_record(number, record)
                        yield self._asked(outcome, doubts)
                    continue
                except ValidationError as error:
                    found = self._located(error, number, [column[row] for column in columns])
                except FrozenRowError as error:
                    found = [CellError(number, "", "", str(error))]
            yield Outcome(number, REFUSED, errors=found)

    def _keys(self, texts: dict[str, list[str]], count: int) -> list[tuple[str, ...]]:
        """What tells the record of each row apart: its key, or without one its nature."""
        nothing = [""] * count
        keys = list(zip(*(texts.get(code, nothing) for code in self.table.keys), strict=True))
        if not self.table.nature:
            return keys
        natures = zip(*(texts.get(code, nothing) for code in self.table.nature), strict=True)
        return [key if any(key) else nature for key, nature in zip(keys, natures, strict=True)]

    def _errors(
        self,
        numbers: Sequence[int],
        read: dict[str, list[ReadCell]],
        columns: list[Sequence[Any]],
    ) -> dict[int, list[CellError]]:
        """The refused cells of each row that has any, in the order of the columns."""
        errors: dict[int, list[CellError]] = {}
        for code, cells in read.items():
            for row, cell in enumerate(cells) if self.memos[code].refuses else ():
                if cell.sentence:
                    raw = as_text(columns[self.places[code]][row])
                    error = CellError(
                        numbers[row], code, raw, cell.sentence, True, cell.near, cell.rounds
                    )
                    errors.setdefault(row, []).append(error)
        return errors

    def _differing(self, texts: dict[str, list[str]], stored: list[int | None]) -> set[int]:
        """The rows that say anything else than what is stored, and those of which nothing is."""
        rows = [(row, place) for row, place in enumerate(stored) if place is not None]
        found: set[int] = set()
        for code in self.compared:
            sent, was = texts[code], self.stored.column(code)
            usual = code in self.usual
            found.update(
                row
                for row, place in rows
                if sent[row] != was[place] and not (usual and not sent[row])
            )
        return found

    def _ask_scope(self, pks: list[int]) -> None:
        """Which of some records, or of all where a table is read whole, the sender may change."""
        new = set(pks) - self.asked
        if not new:
            return
        rows = self.table.model._default_manager.all()
        if self.table.narrowed_by:
            rows = rows.filter(pk__in=new)
        else:
            new = set(self.stored.pks)
        self.asked |= new
        self.in_scope |= set(access.changeable(rows, self.by).values_list("pk", flat=True))

    def _are_all_known(self, pks: list[int | None]) -> bool:
        return (
            None not in pks
            and self.in_scope.issuperset(pks)
            and len(set(pks)) == len(pks)
            and self.seen.keys().isdisjoint(pks)
        )

    def _records(self, pks: set[int]) -> dict[int, models.Model]:
        """The stored records that some rows change, where they are the sender's."""
        if not pks & self.in_scope:
            return {}
        rows = self.table.model._default_manager.select_related(*self.table.related)
        return rows.prefetch_related(*self.table.many).in_bulk(list(pks & self.in_scope))

    def _doubts(
        self,
        number: int,
        row: int,
        read: dict[str, list[ReadCell]],
        place: int | None,
        columns: list[Sequence[Any]],
    ) -> list[CellDoubt]:
        """What the sender is asked of a row and has not confirmed."""
        found = list(self._doubts_of_row(number))
        for code, cells in read.items():
            doubts = self._doubts_of_cell(number, code, cells[row], place)
            found += [(code, doubt) for doubt in doubts]
        if not found:
            return []
        # what is asked of a whole row is asked beside what the row holds
        whole = str(NameCells(cells[row].text for cells in read.values()))
        return self._unconfirmed(
            number,
            [
                CellDoubt(
                    code,
                    self.stored.column(code)[place] if code and place is not None else "",
                    read[code][row].text if code else whole,
                    *doubt,
                    as_text(columns[self.places[code]][row])
                    if code and read[code][row].doubt
                    else "",
                )
                for code, doubt in found
            ],
        )

    def _unconfirmed(self, number: int, doubts: list[CellDoubt]) -> list[CellDoubt]:
        """Those that the sender has not ticked, by their row or their cause; the others are told."""
        waiting = [
            doubt
            for doubt in doubts
            if str(number) not in self.confirmed and doubt.cause not in self.confirmed
        ]
        if len(waiting) < len(doubts):
            ticked = [doubt for doubt in doubts if doubt not in waiting]
            self.ticked.setdefault(number, []).extend(ticked)
        return waiting

    def _doubts_of_row(self, number: int) -> Iterator[tuple[str, Doubt]]:
        if self.of_other_table:
            yield "", Doubt(Cause.OTHER_TABLE, self.of_other_table)
        if number in self.sheet.marks.hidden:
            yield "", Doubt(Cause.HIDDEN, _("The row is hidden in the file."))

    def _doubts_of_cell(
        self, number: int, code: str, cell: ReadCell, place: int | None
    ) -> Iterator[Doubt]:
        is_stored = place is not None and code in self.compared
        # what is stored already was asked about, or entered by hand
        if cell.doubt and not (is_stored and self.stored.column(code)[certain(place)] == cell.text):
            yield cell.doubt
        if span := self._span(number, code):
            sentence = _("The cell is part of the merged cells %(range)s: it takes their value.")
            yield Doubt(Cause.MERGED, sentence % {"range": span})
        is_erased = is_stored and not cell.text
        if is_erased and code not in self.usual and self.stored.column(code)[certain(place)]:
            yield Doubt(Cause.ERASED, _("The cell is empty: it would erase what is stored."))

    def _moves_a_figure(self, outcome: Outcome) -> bool:
        """Whether a changed row changes a figure or its date, not only what is said beside them."""
        return any(
            text is not None and column.attribute in ("value", "numerator", "denominator", "as_of")
            for column, text in zip(self.sheet.columns, outcome.after, strict=False)
        )

    def _doubts_of_record(self, number: int, record: models.Model) -> list[CellDoubt]:
        """What is unusual of the record that a row would leave, unless its sender has confirmed that."""
        sentences = self.unusual.of(record)
        if not sentences:
            return []
        held = [
            column
            for column in self.table.columns
            if column.code in self.memos
            and column.attribute in ("value", "numerator")
            and self.table.value_of(record, column.code) is not None
        ]
        code, now = (held[0].code, self.table.text_of(record, held[0])) if held else ("", "")
        doubt = CellDoubt(code, "", now, Cause.UNUSUAL, " ".join(sentences))
        return self._unconfirmed(number, [doubt])

    def _span(self, number: int, code: str) -> str:
        """The merged cells whose value a cell takes; empty where it has its own."""
        spans = self.sheet.marks.filled.get(number)
        if not spans:
            return ""
        source = self.sheet.sources[self.places[code]]
        places = source if isinstance(source, tuple) else (source,)
        return next((spans[place] for place in places if place in spans), "")

    @staticmethod
    def _asked(outcome: Outcome, doubts: list[CellDoubt]) -> Outcome:
        """The outcome of a row that breaks no rule: itself, or what is to be confirmed first."""
        if not doubts or outcome.action == UNCHANGED:
            return outcome
        return Outcome(outcome.row, DOUBTFUL, outcome.key, outcome.pk, doubts=doubts)

    @property
    def invisible(self) -> list[str]:
        """The invisible signs that were taken out of the cells read so far, by their names."""
        signs = set().union(*(memo.invisible for memo in self.memos.values()))
        return [f"U+{ord(sign):04X} {unicodedata.name(sign, '')}".strip() for sign in sorted(signs)]

    def _refuse_twice(self, key: tuple[str, ...], pk: int | None, number: int) -> None:
        # two keys may mean one record: a reference, and what else tells it apart
        for known in (key, pk) if pk is not None else (key,):
            row = self.seen.setdefault(known, number)
            if row != number:
                raise ValidationError(
                    _("The same record stands in row %(row)s already. Keep one of the two.")
                    % {"row": self.sheet.addresses.row(row)}
                )

    def _compared(
        self, place: int, sent: dict[str, str]
    ) -> tuple[list[str | None], list[str | None]]:
        """The texts before and after of the cells that would change."""
        before, after = list(self.nothing), list(self.nothing)
        for code, column in self.compared.items():
            was, now = self.stored.column(code)[place], sent[code]
            if was != now and not (code in self.usual and not now):
                before[column], after[column] = was, now
        return before, after

    def _changed(self, outcome: Outcome, record: models.Model, cells: dict[str, Any]) -> Outcome:
        changed = [
            column
            for column, text in zip(self.sheet.columns, outcome.after, strict=True)
            if text is not None
        ]
        refusal = self.table.refusal(record)
        if refusal:
            raise ValidationError({changed[0].code: refusal})
        self._refuse_decided(changed)
        self._refuse_held(changed)
        self.proposing.refuse(record, changed)
        relied = self._relied_on(record, changed)
        self.table.settle(record, cells, is_new=False)
        self._refuse_moved(record, cells, changed)
        self.table.check(record)
        return self._told_apart(outcome, record, cells, relied)

    def _relied_on(self, record: models.Model, changed: list[Column]) -> dict[str, Any]:
        """What a row would change of a record and the public relies on, as it is before the row is settled."""
        if isinstance(record, SealedPart):
            return row_value(record) if relied_on(record) else {}
        return self.proposing.values(record, changed)

    def _told_apart(
        self, outcome: Outcome, record: models.Model, cells: dict[str, Any], relied: dict[str, Any]
    ) -> Outcome:
        """The outcome of a changed row, what it would only propose marked, without what waits as a proposal already."""
        if not relied:
            return outcome
        columns = self.sheet.columns
        sent = [place for place, text in enumerate(outcome.after) if text is not None]
        if isinstance(record, SealedPart):
            waits = not self.proposing.proposes_row(record, relied)
            proposes, left_out = frozenset(sent), set(sent) if waits else set()
        else:
            anew = self.proposing.proposed(record, cells, relied, self.table.fields)
            proposes = frozenset(place for place in sent if columns[place].declared in anew)
            left_out = {place for place in sent if columns[place].declared in relied} - proposes
        before, after = outcome.before, outcome.after
        assert isinstance(before, list)
        assert isinstance(after, list)
        for place in left_out:
            before[place] = after[place] = None
        left = set(sent) - left_out
        if not left:
            return Outcome(outcome.row, UNCHANGED, outcome.key, outcome.pk)
        outcome.proposes = proposes - left_out
        if outcome.proposes == left:
            outcome.action = PROPOSED
        return outcome

    def _refuse_decided(self, changed: list[Column]) -> None:
        """Raises ValidationError beside each changed column that no file decides."""
        refusals = {column.code: column.decided for column in changed if column.decided}
        if refusals:
            raise ValidationError(refusals)

    def _refuse_held(self, changed: list[Column]) -> None:
        """Raises ValidationError beside each changed column that is not the sender's to change."""
        for column in changed:
            if column.code not in self.held:
                self.held[column.code] = self.table.refusal_of_columns([column.code], self.by)
        refusals = {column.code: self.held[column.code] for column in changed}
        if any(refusals.values()):
            raise ValidationError({code: text for code, text in refusals.items() if text})

    def _refuse_moved(
        self, record: models.Model, cells: dict[str, Any], changed: list[Column]
    ) -> None:
        """Raises ValidationError where a row would take a record out of the sender's scope."""
        if not any(isinstance(column.widget, RowCell) for column in changed):
            return
        links = {column.code: column.of(record) for column in self.table.columns if column.many}
        if not self.table.placed(record, links | cells, self.by):
            raise ValidationError(
                _("This record would lie outside your territories and programmes.")
            )

    def _new(
        self,
        number: int,
        shown: str,
        cells: dict[str, Any],
        sent: dict[str, str],
        *,
        expected: bool,
    ) -> tuple[Outcome, models.Model]:
        """What a row would make, and the record. `expected`: rows after it may name the record."""
        if self.missing:
            raise ValidationError(
                {
                    column.code: _("A new record needs this column: it is not in the file.")
                    for column in self.missing
                }
            )
        cells = {
            code: value for code, value in cells.items() if not self.table.fields[code].decided
        }
        record = self.table.blank(cells, self.by)
        self.table.settle(record, cells, is_new=True)
        if isinstance(record, OwnedByReviewed) and (refusal := self.table.refusal(record)):
            raise ValidationError(refusal)
        if not self.may_add:
            raise ValidationError(access.outside_sentence(self.table.model))
        if not self.table.placed(record, cells, self.by):
            raise ValidationError(
                _("This record would lie outside your territories and programmes.")
            )
        self.table.check(record)
        if expected and hasattr(record, "code"):
            self.lookups.expect(record, "code")
            for memo in self.own:
                memo.forget()
        after = [
            (sent[column.code] or None) if column.code in cells else None
            for column in self.sheet.columns
        ]
        outcome = Outcome(number, NEW, shown, None, self.nothing, after)
        if isinstance(record, SealedPart) and relied_on(record):
            if not self.proposing.proposes_row(record, None):
                return Outcome(number, UNCHANGED, shown), record
            outcome.action = PROPOSED
        return outcome, record

    def _located(self, error: ValidationError, number: int, raw: Sequence[Any]) -> list[CellError]:
        """Each sentence beside the column it is about, found by code, attribute or the column of a date."""
        by_attribute = {column.attribute: column.code for column in self.table.columns}
        values = {column.code: value for column, value in zip(self.sheet.columns, raw, strict=True)}
        found = []
        for name, message in messages_of(error):
            stem = name.removesuffix("_on").removesuffix("_precision").removesuffix("_from")
            code = name if name in self.table.fields else by_attribute.get(name, "")
            code = self._in_the_file(code or (stem if stem in self.table.fields else ""))
            found.append(CellError(number, code, as_text(values.get(code)), message))
        return found

    def _in_the_file(self, code: str) -> str:
        """The column that a sentence stands beside: of a text that one language suffices for, one that the file has."""
        column = self.table.fields.get(code)
        there = {one.code: one for one in self.sheet.columns}
        if column is None or code in there or not column.one_of:
            return code
        return next((one.code for one in there.values() if one.one_of == column.one_of), code)


def _other_table(sheet: Sheet, table: TableResource) -> str:
    """Why a sheet seems to be of another table, by its name or that of the file; empty where it does not."""
    name = sheet.name
    if not sheet.detected.get("sheet"):
        # a file is sent again as “organisations (1)”, or with its year
        name = _COUNTED.sub("", PurePath(sheet.name).stem)
    name = fold(name)
    if name in table_names(table):
        return ""
    for other in TABLES.values():
        if name in table_names(other()):
            return _("“%(name)s” is the name of another table: %(table)s.") % {
                "name": sheet.name,
                "table": other.model._meta.verbose_name_plural,
            }
    return ""


def has_default(table: TableResource, column: Column) -> bool:
    """Whether an empty cell means "as usual": closed sets, counts and flags that are never empty on a record."""
    stored = {field.name: field for field in table.model._meta.fields}.get(column.attribute)
    return stored is not None and not stored.null and stored.get_default() not in ("", None)
