"""Notes and reasons of figures that were given before they had a column a language: each in that of its letters, as
pages showed it.

There may be a million of them. Each different text is looked at once, and each language is one statement. The ledger
tells nothing of it: what was published is the same text, which `verify.py` finds in the column that it stands in now.
"""

from itertools import islice

from django.db import migrations, models

from programmes.languages import language_of
from programmes.services.ledger import rewrite

TABLE, COLUMNS = "programmes_measurement", ("note", "reason")
# the columns of the migration before
LANGUAGES = ("fr", "ar", "en")
AT_ONCE = 5000


def keep_texts(apps, schema_editor):
    figures = models.QuerySet(apps.get_model("programmes", "Measurement")).order_by()

    def keep():
        with schema_editor.connection.cursor() as cursor:
            for column in COLUMNS:
                texts = figures.exclude(**{column: ""}).values_list(column, flat=True).distinct()
                _keep_column(cursor, column, texts.iterator())

    rewrite("measurement", (), keep, why="Notes and reasons of figures kept by their language")


def _keep_column(cursor, column, texts):
    cursor.execute("CREATE TEMPORARY TABLE told (text text, language text)")
    while some := list(islice(texts, AT_ONCE)):
        found = ((text, language_of(text, "fr")) for text in some)
        cursor.executemany(
            "INSERT INTO told VALUES (%s, %s)",
            [(text, one if one in LANGUAGES else "fr") for text, one in found],
        )
    for language in LANGUAGES:
        cursor.execute(
            f"UPDATE {TABLE} SET {column}_{language} = {column} "
            f"WHERE {column} IN (SELECT text FROM told WHERE language = %s)",
            [language],
        )
    cursor.execute("DROP TABLE told")


def keep_one(apps, schema_editor):
    def keep():
        with schema_editor.connection.cursor() as cursor:
            one = ", ".join(
                f"{column} = COALESCE("
                + ", ".join(f"NULLIF({column}_{language}, '')" for language in LANGUAGES)
                + ", '')"
                for column in COLUMNS
            )
            cursor.execute(f"UPDATE {TABLE} SET {one}")

    rewrite("measurement", (), keep, why="Notes and reasons of figures kept in one column")


class Migration(migrations.Migration):
    dependencies = [("programmes", "0017_notes_in_languages")]
    operations = [migrations.RunPython(keep_texts, keep_one)]
