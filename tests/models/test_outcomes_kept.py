"""Migration 0022: reasons of proposals and outcomes go into the column of the language of their letters, and back."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from programmes.models import Amendment, LedgerEntry, Measurement
from programmes.models.guards import guards_lifted
from programmes.services.ledger import tell_rewritten
from tests.builders import make_measurement, make_series, withdraw

pytestmark = pytest.mark.django_db

MIGRATION = import_module("programmes.migrations.0022_outcomes_kept")
REASONS = {
    "2021-12-31": ("Chiffre compté deux fois", "fr"),
    "2022-12-31": ("عُدّ الرقم مرتين (JobInTech)", "ar"),
    "2023-12-31": ("It was counted twice", "en"),
}
LANGUAGES = ("fr", "ar", "en")


def stored(model: type[models.Model], name: str) -> list[tuple[Any, ...]]:
    columns = (name, *(f"{name}_{language}" for language in LANGUAGES))
    rows = models.QuerySet(model).exclude(**{name: ""})
    return list(rows.order_by("pk").values_list(*columns))


def test_reasons_and_outcomes_are_kept_by_their_language_and_back_in_one_column() -> None:
    series = make_series()
    for day, (reason, _language) in REASONS.items():
        withdraw(make_measurement(series, day, 100), reason)
    kept = [
        (reason, *(reason if one == language else None for one in LANGUAGES))
        for reason, language in REASONS.values()
    ]
    places = (
        (Amendment, "reason"),
        (Measurement, "outcome_reason"),
    )
    with guards_lifted("as before the migration"):
        for model, name in places:
            models.QuerySet(model).update(**{f"{name}_{one}": None for one in LANGUAGES})
    editor = SimpleNamespace(connection=connection)
    entries = LedgerEntry.objects.count()
    MIGRATION.keep_texts(apps, editor)
    tell_rewritten()
    assert [stored(*place) for place in places] == [kept, kept]
    assert LedgerEntry.objects.count() == entries
    with guards_lifted("as after a year"):
        for model, name in places:
            models.QuerySet(model).update(**{name: "whatever was saved last"})
    MIGRATION.keep_one(apps, editor)
    assert [[row[0] for row in stored(*place)] for place in places] == [
        [reason for reason, _language in REASONS.values()]
    ] * 2
