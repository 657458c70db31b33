"""What was changed in the open after the public had read it: amendments in the words of the reader's language."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from programmes.calculations.dates import PreciseDate
from programmes.languages import CODES
from programmes.models import Amendment
from programmes.models.attachment import AttachmentField, file_words, short_digest
from programmes.models.columns import precise_dates
from programmes.models.sealed import Sealed, columns_of, label_of_column
from programmes.selectors.lines.sources import SourceLine, public_source
from programmes.selectors.wording.formats import date_words, day_words, language, number
from programmes.selectors.wording.names import Record, series_label
from programmes.selectors.wording.texts import Text, first_of, stated_in, translated
from programmes.type_names import certain

# Where the name of a record stands, of tables whose records have another one than `name`.
TITLES = {"agreement": "title", "milestone": "title"}
# The tables whose records have a page of their own.
WITH_PAGE = ("programme", "target", "territory", "centre", "agreement", "organisation")
# Names of records by their table and code.
RecordNames = dict[Record, Text]


@dataclass(frozen=True, slots=True)
class AmendedColumn:
    """One column that was changed: its name, what it said, what it says."""

    column: str
    old: Text
    new: Text


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One amendment: when, of which record, what it changed, and why.

    page: the page of the record, empty where it has none. later: whether it came after the moment of the page, which
    shows the record as it is today all the same. blanks: whether it removed personal data, and nothing else. withdraws:
    whether it withdrew the record.
    """

    key: int
    table: str
    code: str
    kind_words: str
    label: Text
    page: str
    day: str
    changes: tuple[AmendedColumn, ...]
    reason: Text
    source: SourceLine | None
    later: bool = False
    blanks: bool = False
    withdraws: bool = False


def change_lines(rows: list[Amendment], *, known: datetime | None = None) -> tuple[ChangeLine, ...]:
    """Amendments in words, on a page as known at a moment (None: now). One query for each table of named records.

    Records are shown as they are today: what was changed after the moment is said to be.
    """
    names = record_names(_named(rows))
    return tuple(
        ChangeLine(
            key=row.pk,
            table=row.table,
            code=row.key,
            kind_words=str(getattr(row, "said_of", row.model)._meta.verbose_name),
            label=names.get((row.table, row.key)) or Text(row.key),
            page=row.table if row.table in WITH_PAGE else "",
            day=day_words(timezone.localdate(row.applied_at)),
            changes=amended_columns(row, names),
            reason=translated(row, "reason"),
            source=public_source(row.source),
            later=known is not None and certain(row.applied_at) > known,
            blanks=row.kind == Amendment.Kind.BLANKING,
            withdraws=row.kind in (Amendment.Kind.WITHDRAWAL, Amendment.Kind.SETTING_ASIDE),
        )
        for row in rows
    )


def amended_columns(row: Amendment, names: RecordNames) -> tuple[AmendedColumn, ...]:
    """What one amendment changed, column by column, in the order of the record's own."""
    model = row.model
    sealed = model.sealed if issubclass(model, Sealed) else ()
    return tuple(
        AmendedColumn(
            capfirst(label_of_column(model, name)),
            *_before_and_after(model, name, row.changes[name][0], row.changes[name][1], names),
        )
        for name in sealed
        if name in row.changes
    )


def record_names(records: Iterable[Record]) -> RecordNames:
    """The names of records, as they are called today. One query a table."""
    wanted = defaultdict(set)
    for table, code in records:
        wanted[table].add(code)
    found: RecordNames = {}
    for table, codes in wanted.items():
        model = Amendment(table=table).model
        rows: models.QuerySet[Any] = model._default_manager.filter(code__in=codes)
        if table == "series":
            rows = rows.select_related("indicator")
        elif table == "target":
            rows = rows.select_related("series__indicator")
        found |= {(table, row.code): record_name(row) or Text(row.code) for row in rows}
    return found


def record_name(row: Any) -> Text:
    """What a record of any public table is called on pages."""
    table = row._meta.model_name
    if table == "source":
        return stated_in(row.title or row.publisher, row.language)
    if table == "target":
        return record_name(row.series)
    if table == "series":
        return series_label(row)
    return translated(row, TITLES.get(table, "name"))


def _named(rows: list[Amendment]) -> set[Record]:
    """The records that amendments speak of, and those that their values name."""
    found = {(row.table, row.key) for row in rows}
    for row in rows:
        for name, values in row.changes.items():
            related = _related(row.model, name)
            for value in values:
                if related is not None and not hasattr(related, "owner_name"):
                    codes = value if isinstance(value, list) else [value]
                    found |= {(str(related._meta.model_name), code) for code in codes if code}
                elif related is not None:
                    found |= _named_in_parts(related, value)
    return {one for one in found if _has_code(one[0])}


def _named_in_parts(model: type[models.Model], parts: list[dict[str, Any]] | None) -> set[Record]:
    return {
        (str(related._meta.model_name), value)
        for part in parts or ()
        for name, value in part.items()
        if value and (related := _related(model, name)) is not None
    }


def _related(model: type[models.Model], name: str) -> type[models.Model] | None:
    if name in precise_dates(model):
        return None
    return model._meta.get_field(name).related_model


def _has_code(table: str) -> bool:
    return any(field.name == "code" for field in Amendment(table=table).model._meta.fields)


def _before_and_after(
    model: type[models.Model], name: str, old: Any, new: Any, names: RecordNames
) -> tuple[Text, Text]:
    """A column before and after. Of a text in several languages, in a language in which the two differ."""
    if isinstance(old, dict) or isinstance(new, dict):
        before, after = old or {}, new or {}
        wanted = (language(), *CODES)
        lang = next((one for one in wanted if before.get(one) != after.get(one)), language())
        return _stated(before.get(lang), lang), _stated(after.get(lang), lang)
    return _words(model, name, old, names), _words(model, name, new, names)


def _stated(text: str | None, lang: str) -> Text:
    return stated_in(text, lang) if text else Text(_("nothing"))


def _words(model: type[models.Model], name: str, value: Any, names: RecordNames) -> Text:
    """A plain value (models/sealed_values.py) as a reader reads it."""
    if value in (None, "", [], {}):
        return Text(_("nothing"))
    if name in precise_dates(model):
        return Text(date_words(PreciseDate.parse(value)))
    field = model._meta.get_field(name)
    if isinstance(field, models.ManyToOneRel):
        return Text(_("; ").join(_part_words(field.related_model, part, names) for part in value))
    if field.is_relation:
        return _record_words(certain(field.related_model), value, names)
    if isinstance(value, dict):
        return first_of(value)
    if isinstance(field, AttachmentField):
        return Text(file_words(value))
    if name == "file_digest":
        return Text(short_digest(value))
    assert isinstance(field, models.Field)
    if field.choices:
        return Text(str(dict(field.flatchoices).get(value, value)))
    if isinstance(field, models.DateField):
        return Text(day_words(date.fromisoformat(value)))
    if isinstance(value, bool):
        return Text(_("yes") if value else _("no"))
    if isinstance(field, models.DecimalField | models.IntegerField):
        return Text(number(Decimal(value), 4))
    return Text(str(value))


def _record_words(model: type[models.Model], value: Any, names: RecordNames) -> Text:
    table = str(model._meta.model_name)
    if isinstance(value, list):
        texts = (names.get((table, code)) or Text(code) for code in value)
        return Text(_(", ").join(text.text for text in texts))
    if not _has_code(table):
        return Text(_("announcement %(number)s") % {"number": value})
    return names.get((table, value)) or Text(value)


def _part_words(model: type[models.Model], part: dict[str, Any], names: RecordNames) -> str:
    """A child row: who does what in a programme, who signed an agreement."""
    # in the order of the columns: PostgreSQL keeps another one
    said = [name for name in columns_of(model) if part.get(name)]
    texts = (_words(model, name, part[name], names).text for name in said)
    return _(", ").join(text for text in texts if text)
