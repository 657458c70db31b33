"""Reasons that were given before they had a column a language: each in that of its letters, as pages showed it."""

from django.db import migrations

from programmes.languages import language_of
from programmes.services.ledger import rewrite

TABLES = ("TargetRevision", "MilestoneStatement")
# the columns of the migration before
LANGUAGES = ("fr", "ar", "en")


def keep_reasons(apps, schema_editor):
    for table in TABLES:
        rows = apps.get_model("programmes", table).objects
        reasons = dict(rows.exclude(reason="").values_list("pk", "reason"))

        def keep(rows=rows, reasons=reasons):
            for key, reason in reasons.items():
                found = language_of(reason, "fr")
                column = f"reason_{found if found in LANGUAGES else 'fr'}"
                rows.filter(pk=key).update(**{column: reason})

        rewrite(table.lower(), reasons, keep, why="Reasons kept by the language they are in")


def keep_one(apps, schema_editor):
    columns = [f"reason_{code}" for code in LANGUAGES]
    for table in TABLES:
        rows = apps.get_model("programmes", table).objects

        def keep(rows=rows):
            for key, *reasons in rows.values_list("pk", *columns):
                rows.filter(pk=key).update(reason=next(filter(None, reasons), ""))

        rewrite(table.lower(), (), keep, why="Reasons kept in one column")


class Migration(migrations.Migration):
    dependencies = [("programmes", "0013_reasons_in_languages")]
    operations = [migrations.RunPython(keep_reasons, keep_one)]
