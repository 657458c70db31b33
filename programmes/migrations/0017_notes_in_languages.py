from django.db import migrations, models

NOTE = {
    "blank": True,
    "null": True,
    "max_length": 300,
    "help_text": "A few words beside the figure. Public.",
    "verbose_name": "note",
}
REASON = {
    "blank": True,
    "null": True,
    "help_text": "Why the earlier entry was wrong. Public.",
    "verbose_name": "reason of the correction",
}


class Migration(migrations.Migration):
    dependencies = [("programmes", "0016_evidence")]
    operations = [
        *(
            migrations.AddField("measurement", f"note_{language}", models.CharField(**NOTE))
            for language in ("fr", "ar", "en")
        ),
        *(
            migrations.AddField("measurement", f"reason_{language}", models.TextField(**REASON))
            for language in ("fr", "ar", "en")
        ),
        # the database knows neither of these defaults: SQLite would copy both tables for nothing
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "measurement",
                    "reason",
                    models.TextField(
                        blank=True,
                        help_text="Why the earlier entry was wrong. Public.",
                        verbose_name="reason of the correction",
                    ),
                ),
                migrations.AlterField(
                    "ledgerentry", "format", models.PositiveSmallIntegerField(default=3)
                ),
            ]
        ),
    ]
