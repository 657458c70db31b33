"""History of the editable tables, beside translated columns."""

from typing import Any

from django.db import models
from modeltranslation.fields import TranslationField
from simple_history.models import HistoricalRecords

from programmes.models.data_version import mark_change


class TranslatedHistory(HistoricalRecords):
    """Keeps every column of a translated table.

    Registered in translation.py, after the translated columns exist. A translated column is rebuilt as a plain
    one here: the original would bring its own descriptor, and with it a TypeError on every save.

    Every save and deletion of such a table passes here, whoever makes it: it gives the data another version.
    """

    def create_historical_record(
        self, instance: models.Model, history_type: str, *args: Any, **options: Any
    ) -> None:
        super().create_historical_record(instance, history_type, *args, **options)
        mark_change()

    def copy_fields(self, model: type[models.Model]) -> dict[str, models.Field]:
        fields = super().copy_fields(model)
        for name, field in fields.items():
            if isinstance(field, TranslationField):
                plain = (
                    models.TextField
                    if isinstance(field.translated_field, models.TextField)
                    else models.CharField
                )
                options = {"null": True, "blank": True, "verbose_name": field.verbose_name}
                if plain is models.CharField:
                    options["max_length"] = field.translated_field.max_length
                fields[name] = plain(**options)
                fields[name].name = name
        return fields
