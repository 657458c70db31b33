from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programmes", "0018_notes_kept")]
    operations = [
        *(
            migrations.AddField(
                "targetrevision",
                f"definition_{language}",
                models.TextField(blank=True, null=True, verbose_name="definition"),
            )
            for language in ("fr", "ar", "en")
        ),
        migrations.AddField(
            "targetrevision",
            "definition_languages",
            models.CharField(
                editable=False,
                max_length=100,
                null=True,
                verbose_name="languages of the definition when it was published",
            ),
        ),
        # the database does not know this default: SQLite would copy the table for nothing
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "ledgerentry", "format", models.PositiveSmallIntegerField(default=4)
                ),
            ]
        ),
    ]
