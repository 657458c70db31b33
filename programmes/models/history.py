"""History of the editable tables, beside translated columns."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.signals import m2m_changed
from django.dispatch import receiver
from modeltranslation.fields import TranslationField
from simple_history.models import HistoricalRecords

from programmes.models.data_version import mark_change

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def name_author(record: Any, by: "User") -> None:
    """Says whose change of a record the next one is. A worker has no request from which its history could tell."""
    record._history_user = by


class TranslatedHistory(HistoricalRecords):
    """Keeps every column of a translated table.

    Registered in translation.py, after the translated columns exist. A translated column is rebuilt as a plain
    one here: the original would bring its own descriptor, and with it a TypeError on every save.

    Every save and deletion of such a table passes here, whoever makes it: it gives the data another version. Changes of
    its many-to-many sets pass `keep_change_of_set`.
    """

    def create_historical_record(
        self, instance: models.Model, history_type: str, *args: Any, **options: Any
    ) -> None:
        super().create_historical_record(instance, history_type, *args, **options)
        mark_change()

    def copy_fields(self, model: type[models.Model]) -> dict[str, models.Field[Any, Any]]:
        fields: dict[str, models.Field[Any, Any]] = super().copy_fields(model)
        for name, field in fields.items():
            if isinstance(field, TranslationField):
                fields[name] = _plain(field)
                fields[name].name = name
        return fields


def _plain(field: TranslationField) -> models.Field[Any, Any]:
    """A column without its translations."""
    text = field.translated_field
    if isinstance(text, models.TextField):
        return models.TextField(null=True, blank=True, verbose_name=field.verbose_name)
    return models.CharField(
        null=True, blank=True, verbose_name=field.verbose_name, max_length=text.max_length
    )


@receiver(m2m_changed)
def keep_change_of_set(
    sender: Any,
    instance: Any,
    action: str,
    reverse: bool,
    model: type[models.Model],
    pk_set: set[Any] | None,
    **options: Any,
) -> None:
    """A change of a many-to-many set is a change of its record: its history says when, and who made it."""
    owners = model if reverse else type(instance)
    field = next((one for one in owners._meta.many_to_many if _through(one) is sender), None)
    if field is None or not hasattr(owners, "history"):
        return
    if action not in ("post_add", "pre_remove", "pre_clear"):
        return
    # what is taken out is still there: only what was in it counts
    mine: dict[str, Any] = {"pk": instance.pk}
    others: dict[str, Any] = {f"{field.name}__in": pk_set}
    if action == "pre_clear":
        others = {f"{field.name}__isnull": False}
    if reverse:
        others = {field.name: instance.pk}
        mine = {"pk__in": pk_set} if pk_set is not None else {}
    rows = list(owners._base_manager.filter(**mine, **others).distinct())
    for row in rows:
        if hasattr(instance, "_history_user"):
            # a worker has no request from which the history could tell who it was
            row._history_user = instance._history_user
    owners.history.bulk_history_create(rows, update=True, default_change_reason=field.name)
    if rows:
        mark_change()


def _through(field: models.ManyToManyField[Any, Any]) -> type[models.Model] | None:
    return field.remote_field.through
