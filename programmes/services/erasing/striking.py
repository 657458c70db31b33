"""Striking words from what is kept of an agreement and its changes: within a removal of personal data (blanking.py).

Only whole words are struck: a short name may be a part of many others.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from simple_history.utils import get_history_model_for_model

from programmes.languages import CODES
from programmes.models import Agreement, Amendment, ImportJob, ReviewEvent, Signature
from programmes.models.reasons import has_words
from programmes.models.review import column_names, stored_values
from programmes.models.sealed import personal_columns

STRIKE_MARK = "[…]"
SHORTEST = 3
# Why something was proposed, and what came of it; the columns without a language keep whatever was saved last.
COPIES = ("reason", "outcome_reason")
REASONS = tuple(column for name in COPIES for column in column_names(Amendment, name))
# Columns of text in which nobody writes.
NOT_FREE = ("code", "change_message")


def refuse_words(owner: Agreement, words: list[str]) -> None:
    """Raises ValidationError where words cannot be struck: too short, of a record that was never public, still in the
    record, or nowhere."""
    if not words:
        return
    if owner.sealed_at is None:
        raise ValidationError(
            {"words": _("The public never read this record: change or remove the proposal.")}
        )
    standing = "\n".join(_texts_of_record(owner))
    kept = "\n".join(_texts_of_amendments(owner))
    for word in words:
        if len(word) < SHORTEST or not has_words(word):
            sentence = _("Each line has %(number)s letters or more: “%(words)s” is too short.")
            said = {"number": SHORTEST, "words": word}
            raise ValidationError({"words": sentence % said})
        if _whole(word).search(standing):
            sentence = _("The record itself says “%(words)s”: propose a change of it first.")
            raise ValidationError({"words": sentence % {"words": word}})
        if not _whole(word).search(kept):
            sentence = _(
                "“%(words)s” stands in no reason, note or text of the changes of this record. Copy it as it"
                " stands there."
            )
            raise ValidationError({"words": sentence % {"words": word}})


def _texts_of_record(owner: Agreement) -> Iterator[str]:
    """The texts of a record and of its child rows, but for what is kept of persons."""
    personal = personal_columns(Signature)
    for row in (owner, *models.QuerySet(Signature).filter(agreement_id=owner.pk)):
        yield from (text for field, text in _free_texts(row) if field not in personal)


def _free_texts(row: models.Model) -> Iterator[tuple[models.Field[Any, Any], str]]:
    """The columns of a row in which anything may be written, with what is: no code, nor one of several choices."""
    for field in row._meta.concrete_fields:
        text = getattr(row, field.attname)
        is_free = not (field.choices or field.is_relation) and field.name not in NOT_FREE
        if is_free and isinstance(text, str):
            yield field, text


def _texts_of_amendments(owner: Agreement) -> Iterator[str]:
    for row in Amendment.objects.of(owner):
        yield from (getattr(row, name) or "" for name in REASONS)
        yield from _texts(row.changes)
        yield from row.events.order_by().values_list("note", flat=True)


def _texts(value: Any) -> Iterator[str]:
    """The texts of a plain value: those that are said in several languages."""
    if isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        if value.keys() <= set(CODES):
            yield from filter(None, value.values())
        else:
            yield from _texts(list(value.values()))


def strike(owner: Agreement, words: list[str]) -> None:
    """Strikes words from the reasons and texts of the amendments of a record, from the notes of their review, and from
    what histories keep of it."""
    for row in Amendment.objects.of(owner):
        said = stored_values(row) or {}
        now = {name: _without(said[name], words) for name in (*REASONS, *COPIES, "changes")}
        if any(said[name] != value for name, value in now.items()):
            models.QuerySet(Amendment).filter(pk=row.pk).update(**now)
        for event in row.events.order_by("pk"):
            if (note := _without(event.note, words)) != event.note:
                models.QuerySet(ReviewEvent).filter(pk=event.pk).update(note=note)
    for job in ImportJob.objects.filter(options__has_key="reason"):
        if (reason := _without(job.options["reason"], words)) != job.options["reason"]:
            job.options["reason"] = reason
            job.save(update_fields=["options"])
    _strike_histories(owner, words)


def _strike_histories(owner: Agreement, words: list[str]) -> None:
    """Strikes words from the states that a record and its child rows had, and from what staff's log calls it."""
    of_owner, of_parts = (
        get_history_model_for_model(Agreement),
        get_history_model_for_model(Signature),
    )
    log = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(Agreement), object_id=str(owner.pk)
    )
    past = (
        *models.QuerySet(of_owner).filter(id=owner.pk),
        *models.QuerySet(of_parts).filter(agreement_id=owner.pk),
        *log,
    )
    for row in past:
        texts = {field.attname: text for field, text in _free_texts(row)}
        struck = {name: _without(text, words) for name, text in texts.items()}
        if struck != texts:
            models.QuerySet(type(row)).filter(pk=row.pk).update(**struck)


def _whole(word: str) -> re.Pattern[str]:
    """Where words stand, and not within longer ones: a short name may be a part of any."""
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")


def says(text: str, values: Iterable[str], words: Iterable[str]) -> bool:
    """Whether a text holds one of some values, or one of some words as a whole word."""
    return any(value in text for value in values) or any(_whole(one).search(text) for one in words)


def _without(value: Any, words: list[str]) -> Any:
    """A text, or the texts of a plain value in whichever language, without some words."""
    if isinstance(value, str):
        for word in words:
            value = _whole(word).sub(STRIKE_MARK, value)
        return value
    if isinstance(value, list):
        return [one if isinstance(one, str) else _without(one, words) for one in value]
    if isinstance(value, dict):
        is_text = value.keys() <= set(CODES)
        return {
            name: one if isinstance(one, str) and not is_text else _without(one, words)
            for name, one in value.items()
        }
    return value
