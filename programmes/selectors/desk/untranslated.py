"""Which records still lack the languages of their name."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Q
from modeltranslation.translator import translator

from programmes.languages import CODES


def untranslated(model: type[models.Model], languages: Iterable[str] = CODES) -> Q:
    """The condition under which the name of a record lacks one of the languages."""
    name = main_column(model)
    condition = Q(pk__in=[])
    for code in languages:
        condition |= Q(**{f"{name}_{code}": ""}) | Q(**{f"{name}_{code}__isnull": True})
    return condition


def main_column(model: Any) -> str:
    """The translated column that names a record: its name or its title; of a reply, its text."""
    options: Any = translator.get_options_for_model(model)  # its types know no fields
    columns = options.fields
    # their own order is not that of their declaration
    return next(name for name in ("name", "title", "text") if name in columns)
