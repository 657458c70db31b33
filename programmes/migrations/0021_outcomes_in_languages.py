from django.db import migrations, models

LANGUAGES = ("fr", "ar", "en")
REVIEWED = ("amendment", "measurement", "milestonestatement", "reply", "targetrevision")
OUTCOME = {
    "blank": True,
    "editable": False,
    "null": True,
    "help_text": "Why it was superseded, set aside or withdrawn. Public.",
    "verbose_name": "reason of the outcome",
}
REASON = {
    "blank": True,
    "null": True,
    "help_text": "Why. Public, for good.",
    "verbose_name": "reason",
}


class Migration(migrations.Migration):
    dependencies = [("programmes", "0020_definitions_kept")]
    operations = [
        *(
            migrations.AddField(table, f"outcome_reason_{language}", models.TextField(**OUTCOME))
            for table in REVIEWED
            for language in LANGUAGES
        ),
        *(
            migrations.AddField("amendment", f"reason_{language}", models.TextField(**REASON))
            for language in LANGUAGES
        ),
        # the database does not know this default: SQLite would copy the table for nothing
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "ledgerentry", "format", models.PositiveSmallIntegerField(default=5)
                ),
            ]
        ),
    ]
