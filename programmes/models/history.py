"""History of the editable tables, beside translated columns."""

from django.db import models
from modeltranslation.fields import TranslationField
from simple_history.models import HistoricalRecords


class TranslatedHistory(HistoricalRecords):
    """Keeps every column of a translated table.

    Registered in translation.py, after the translated columns exist. A translated column is rebuilt as a plain
    one here: the original would bring its own descriptor, and with it a TypeError on every save.
    """

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
