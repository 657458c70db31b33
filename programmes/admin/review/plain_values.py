"""The plain values that an amendment keeps, in words that a person reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.template.defaultfilters import yesno
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from programmes import languages, services
from programmes.admin.forms.labels import RELATED, code_sign, label_of, written
from programmes.calculations.dates import PreciseDate
from programmes.models import Amendment
from programmes.models.attachment import AttachmentField, file_words, short_digest
from programmes.models.columns import precise_dates
from programmes.models.reasons import has_words
from programmes.models.sealed import columns_of, label_of_column
from programmes.models.sealed_values import value_of
from programmes.selectors.wording.texts import direction_of
from programmes.type_names import certain


@dataclass(frozen=True)
class Piece:
    """One line of a value; its language where it has one. stays: it is only there to be compared with."""

    text: str
    language: str = ""
    stays: bool = False

    @property
    def direction(self) -> str:
        """For the attribute `dir`."""
        if self.language in languages.CODES:
            return languages.direction(self.language)
        return direction_of(self.text)


@dataclass(frozen=True)
class ProposedChange:
    """A column of an amendment: what it is called, what stood there, what is to stand there."""

    label: str
    old: Sequence[Piece]
    new: Sequence[Piece]


def proposed_changes(amendment: Amendment) -> list[ProposedChange]:
    """The columns that an amendment changes. Of a text in several languages, those that differ; beside a translation
    stands what it translates."""
    model = amendment.model
    found = []
    for name, (old, new) in amendment.changes.items():
        before, after = _differing(model, name, old, new)
        if amendment.kind == Amendment.Kind.TRANSLATION:
            before = [Piece(text, code, stays=True) for code, text in old.items() if text] or before
        found.append(ProposedChange(label_of_column(model, name), before, after))
    return found


@dataclass(frozen=True)
class ColumnValue:
    """A column of a record that is to be shown: what it is called, what stands there."""

    label: str
    pieces: Sequence[Piece]


def column_values(record: Any) -> list[ColumnValue]:
    """What the public will rely on once a record is shown, but for its code; what says nothing is left out."""
    model = type(record)
    told = (
        ColumnValue(label_of_column(model, name), _words(model, name, value_of(record, name)))
        for name in model.sealed
        if name != "code"
    )
    return [one for one in told if one.pieces not in ([], [Piece("–")])]


def conflict_words(error: services.ChangedMeanwhileError) -> str:
    """What a record says otherwise than when a change of it was proposed, column by column."""
    found = []
    for name, old, now in error.differing:
        label = capfirst(label_of_column(error.model, name))
        before, after = _differing(error.model, name, old, now)
        if before[0].language:
            found += [
                _changed(f"{label} – {languages.own_name(one.language)}", [one], [other])
                for one, other in zip(before, after, strict=True)
            ]
        else:
            found.append(_changed(label, before, after))
    return _("The record changed since this was proposed. %(columns)s. Propose it anew.") % {
        "columns": "; ".join(found)
    }


def _changed(label: str, before: Sequence[Piece], after: Sequence[Piece]) -> str:
    old, now = (", ".join(piece.text for piece in pieces) for pieces in (before, after))
    return _("%(column)s: it was %(old)s when this was proposed, and is %(now)s now") % {
        "column": label,
        "old": _quoted(old),
        "now": _quoted(now),
    }


def _quoted(text: str) -> str:
    if text == "–":
        return _("nothing")
    return _("“%(words)s”") % {"words": text} if has_words(text) else text


def columns_words(amendment: Amendment) -> str:
    """The names of the columns that an amendment changes; empty where it changes none."""
    return ", ".join(label_of_column(amendment.model, name) for name in amendment.changes)


def _differing(model: type[models.Model], name: str, old: Any, new: Any) -> tuple[Any, Any]:
    if isinstance(old, dict) and isinstance(new, dict):
        codes = [code for code in new if old.get(code) != new.get(code)]
        return _texts(old, codes), _texts(new, codes)
    return _words(model, name, old), _words(model, name, new)


def _texts(value: dict[str, str], codes: Sequence[str]) -> list[Piece]:
    return [Piece(value.get(code) or "–", code) for code in codes]


def _words(model: type[models.Model], name: str, value: Any) -> list[Piece]:
    """A plain value of a column; nothing is a dash."""
    if value in (None, "", [], {}):
        return [Piece("–")]
    if name in precise_dates(model):
        return [Piece(written(PreciseDate.parse(value)))]
    field = model._meta.get_field(name)
    if isinstance(field, models.ManyToOneRel):
        return [Piece(_row_words(field.related_model, entry)) for entry in value]
    if isinstance(value, dict):
        return _texts(value, [code for code, text in value.items() if text])
    if isinstance(field, models.ManyToManyField):
        return [Piece(_record_words(field.related_model, key)) for key in value]
    if field.is_relation:
        return [Piece(_record_words(certain(field.related_model), value))]
    if isinstance(field, AttachmentField):
        return [Piece(file_words(value))]
    if name == "file_digest":
        return [Piece(short_digest(value))]
    assert isinstance(field, models.Field)
    if field.choices:
        return [Piece(str(dict(field.flatchoices).get(value, value)))]
    return [Piece(str(yesno(value) if isinstance(value, bool) else value))]


def _row_words(model: type[models.Model], entry: dict[str, Any]) -> str:
    """A child row in one line: its columns that say something."""
    pieces = [
        piece.text
        # in the order of the columns: PostgreSQL keeps another one
        for name in columns_of(model)
        if (value := entry.get(name)) not in (None, "", [])
        for piece in _words(model, name, value)
    ]
    return ", ".join(text for text in pieces if text != "–")


def _record_words(model: type[models.Model], key: str) -> str:
    if hasattr(model, "number"):
        return _("no. %(number)s") % {"number": key}
    row = model._base_manager.select_related(*RELATED.get(model, ())).filter(code=key).first()
    if row is None:
        return code_sign(key)
    return label_of(row)
