"""Definitions of announcements that were given before they had a column a language: each in that of its letters, as
pages showed it, and given in that one.

The ledger tells nothing of it: what was published is the same text, which `verify.py` finds in the column that it
stands in now.
"""

from django.db import migrations, models

from programmes.languages import language_of
from programmes.services.ledger import rewrite

# the columns of the migration before
LANGUAGES = ("fr", "ar", "en")


def keep_definitions(apps, schema_editor):
    rows = models.QuerySet(apps.get_model("programmes", "TargetRevision")).order_by()

    def keep():
        published = rows.filter(published_at__isnull=False)
        published.update(definition_languages="")
        for text in set(rows.exclude(definition="").values_list("definition", flat=True)):
            found = language_of(text, "fr")
            language = found if found in LANGUAGES else "fr"
            rows.filter(definition=text).update(**{f"definition_{language}": text})
            published.filter(definition=text).update(definition_languages=language)

    rewrite("targetrevision", (), keep, why="Definitions kept by the language they are in")


def keep_one(apps, schema_editor):
    rows = models.QuerySet(apps.get_model("programmes", "TargetRevision")).order_by()

    def keep():
        for key, *texts in rows.values_list("pk", *(f"definition_{one}" for one in LANGUAGES)):
            rows.filter(pk=key).update(definition=next(filter(None, texts), ""))

    rewrite("targetrevision", (), keep, why="Definitions kept in one column")


class Migration(migrations.Migration):
    dependencies = [("programmes", "0019_definitions_in_languages")]
    operations = [migrations.RunPython(keep_definitions, keep_one)]
