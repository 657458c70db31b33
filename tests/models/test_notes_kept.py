"""Migration 0017: notes and reasons of figures go into the column of the language of their letters, and back."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from programmes.models import LedgerEntry, Measurement
from programmes.models.guards import guards_lifted
from programmes.services.ledger import tell_rewritten
from tests.builders import make_measurement, make_series

pytestmark = pytest.mark.django_db

MIGRATION = import_module("programmes.migrations.0018_notes_kept")
NOTES = {
    "2021-12-31": ("Phase pilote, à Salé", "fr"),
    "2022-12-31": ("مرحلة تجريبية (JobInTech)", "ar"),
    "2023-12-31": ("Pilot phase of the programme", "en"),
    "2024-12-31": ("iMac", "fr"),
    "2025-12-31": ("", ""),
}


def stored() -> list[tuple[Any, ...]]:
    columns = ("note", "note_fr", "note_ar", "note_en", "reason", "reason_fr")
    return list(models.QuerySet(Measurement).order_by("as_of_on").values_list(*columns))


def test_notes_are_kept_by_their_language_and_back_in_one_column() -> None:
    series = make_series()
    for day, (note, _language) in NOTES.items():
        row = make_measurement(series, day, 100)
        with guards_lifted("as before the migration"):
            models.QuerySet(Measurement).filter(pk=row.pk).update(note=note, reason=note)
    editor = SimpleNamespace(connection=connection)
    entries = LedgerEntry.objects.count()
    MIGRATION.keep_texts(apps, editor)
    tell_rewritten()
    assert stored() == [
        (note, *(note if note and one == language else None for one in ("fr", "ar", "en")), note,
         note if language == "fr" else None)
        for note, language in NOTES.values()
    ]  # fmt: skip
    assert LedgerEntry.objects.count() == entries
    with guards_lifted("as after a year"):
        models.QuerySet(Measurement).update(note="", reason="")
    MIGRATION.keep_one(apps, editor)
    assert [(row[0], row[4]) for row in stored()] == [(note, note) for note, _one in NOTES.values()]
