"""Migration 0020: definitions go into the column of the language of their letters, were given in it, and back."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from programmes.models import LedgerEntry, TargetRevision
from programmes.models.guards import guards_lifted
from programmes.services.ledger import tell_rewritten
from tests.builders import make_target, published_by_two

pytestmark = pytest.mark.django_db

MIGRATION = import_module("programmes.migrations.0020_definitions_kept")
DEFINITIONS = [
    ("Stagiaires inscrits à Salé", "fr"),
    ("المتدربون المسجلون", "ar"),
    ("Trainees of the pilot phase", "en"),
    ("", ""),
]


def stored(*more: str) -> list[tuple[Any, ...]]:
    return list(models.QuerySet(TargetRevision).order_by("pk").values_list("definition", *more))


def test_definitions_are_kept_by_their_language_and_back_in_one_column() -> None:
    for number, (text, _language) in enumerate(DEFINITIONS):
        row = make_target(f"t-{number}").revisions.get()
        with guards_lifted("as before the migration"):
            models.QuerySet(TargetRevision).filter(pk=row.pk).update(definition=text)
    editor = SimpleNamespace(connection=connection)
    entries = LedgerEntry.objects.count()
    MIGRATION.keep_definitions(apps, editor)
    tell_rewritten()
    assert stored("definition_fr", "definition_ar", "definition_en", "definition_languages") == [
        (
            text,
            *(text if text and one == language else None for one in ("fr", "ar", "en")),
            language,
        )
        for text, language in DEFINITIONS
    ]
    assert LedgerEntry.objects.count() == entries
    with guards_lifted("as after a year"):
        models.QuerySet(TargetRevision).update(definition="")
    MIGRATION.keep_one(apps, editor)
    assert stored() == [(text,) for text, _language in DEFINITIONS]


def test_definition_of_a_draft_is_given_when_it_is_published() -> None:
    draft = make_target(draft=True).revisions.get()
    models.QuerySet(TargetRevision).update(definition="Stagiaires inscrits")
    MIGRATION.keep_definitions(apps, SimpleNamespace(connection=connection))
    draft.refresh_from_db()
    assert (draft.definition_fr, draft.definition_languages) == ("Stagiaires inscrits", None)
    assert published_by_two(draft, show=True).definition_languages == "fr"
