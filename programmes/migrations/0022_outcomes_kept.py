"""Reasons of proposals, and why entries no longer hold, that were given before they had a column a language: each in
that of its letters, as pages showed it.

The ledger tells nothing of it: what was published is the same text, which `verify.py` finds in the column that it
stands in now.
"""

from django.db import migrations, models

from programmes.languages import language_of
from programmes.services.ledger import rewrite

# the columns of the migration before
LANGUAGES = ("fr", "ar", "en")
AT_ONCE = 5000
OUTCOME = "outcome_reason"
TEXTS = (
    ("Amendment", "reason"),
    ("Amendment", OUTCOME),
    ("Measurement", OUTCOME),
    ("MilestoneStatement", OUTCOME),
    ("Reply", OUTCOME),
    ("TargetRevision", OUTCOME),
)


def keep_texts(apps, schema_editor):
    for table, column in TEXTS:
        rows = models.QuerySet(apps.get_model("programmes", table)).order_by()

        def keep(rows=rows, column=column):
            keys = {language: [] for language in LANGUAGES}
            for key, text in rows.exclude(**{column: ""}).values_list("pk", column).iterator():
                found = language_of(text, "fr")
                keys[found if found in keys else "fr"].append(key)
            for language, some in keys.items():
                for start in range(0, len(some), AT_ONCE):
                    part = rows.filter(pk__in=some[start : start + AT_ONCE])
                    part.update(**{f"{column}_{language}": models.F(column)})

        rewrite(table.lower(), (), keep, why="Reasons and outcomes kept by the language they are in")


def keep_one(apps, schema_editor):
    for table, column in TEXTS:
        rows = models.QuerySet(apps.get_model("programmes", table)).order_by()

        def keep(rows=rows, column=column):
            told = models.Q()
            for language in LANGUAGES:
                told |= models.Q(**{f"{column}_{language}__gt": ""})
            columns = [f"{column}_{language}" for language in LANGUAGES]
            for key, *texts in rows.filter(told).values_list("pk", *columns):
                rows.filter(pk=key).update(**{column: next(filter(None, texts))})

        rewrite(table.lower(), (), keep, why="Reasons and outcomes kept in one column")


class Migration(migrations.Migration):
    dependencies = [("programmes", "0021_outcomes_in_languages")]
    operations = [migrations.RunPython(keep_texts, keep_one)]
