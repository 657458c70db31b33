"""Every column of a table that files fill stands in its description, or is left out for a reason."""

from itertools import chain
from typing import Any

import pytest
from django.db import models

from programmes.languages import CODES
from programmes.spreadsheets.columns.resource import TableResource
from programmes.spreadsheets.columns.tables import TABLES

# of every table
KEPT_BY_THE_TRACKER = {
    "id": "given by the database",
    "sealed_at": "stamped when something is published",
    "outcome_reason": "a step of review",
    "published_at": "a step of review",
    "ended_at": "a step of review",
    "confirmation": "a step of review",
    "withdrawn_at": "a step of review",
    "withdrawal_reason": "a step of review",
    "entered_by": "who did it",
    "changed_by": "who did it",
    "entered_at": "when it was done",
    "changed_at": "when it was done",
}
LEFT_OUT: dict[str, dict[str, str]] = {
    "sources": {
        "file": "a file is no cell: it is sent in the form",
        "file_digest": "it follows from the file",
    },
    "evidence": {
        "file": "a file is no cell: it is sent in the form",
        "file_digest": "it follows from the file",
    },
    "programmes": {"organisations": "who takes part is a table of its own: participations"},
    "target-revisions": {"definition_languages": "a step of review"},
    "targets": {"original": "settled by the publication of the first announcement"},
}


def filled(table: TableResource) -> set[str]:
    """The columns of its model, or of what it is joined with, that a description names."""
    return {
        name
        for column in table.columns
        for name in (column.declared, column.attribute.partition("__")[0])
    }


def own_columns(model: type[models.Model]) -> set[str]:
    """The names by which the columns of a model are described: a date and a text in three languages have one."""
    names = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    dates = {name.removesuffix("_precision") for name in names if name.endswith("_precision")}
    names -= {f"{date}_{part}" for date in dates for part in ("on", "precision", "from")}
    texts = {name.removesuffix("_fr") for name in names if name.endswith("_fr")}
    return (names - {f"{text}_{language}" for text in texts for language in CODES}) | dates


@pytest.mark.parametrize("name", TABLES)
def test_every_column_of_a_model_is_described(name: str) -> None:
    table: Any = TABLES[name]()
    left = own_columns(table.model) - filled(table) - KEPT_BY_THE_TRACKER.keys()
    assert left == set(LEFT_OUT.get(name, {}))


@pytest.mark.parametrize("name", TABLES)
def test_keys_and_natures_are_columns(name: str) -> None:
    table = TABLES[name]()
    named = (*table.keys, *table.nature, *chain.from_iterable(table.narrowed_by))
    assert set(named) <= table.fields.keys()
