import django.db.models.deletion
from django.db import migrations, models

TO_FILES = """
INSERT INTO programmes_importfile (job_id, content)
SELECT id, content FROM programmes_importjob
"""
BACK = """
UPDATE programmes_importjob SET content = (
    SELECT content FROM programmes_importfile WHERE job_id = programmes_importjob.id
)
"""


class Migration(migrations.Migration):
    dependencies = [("programmes", "0013_set_aside")]

    operations = [
        migrations.CreateModel(
            name="ImportFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.BinaryField(verbose_name="content")),
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="file",
                        to="programmes.importjob",
                        verbose_name="import",
                    ),
                ),
            ],
            options={
                "verbose_name": "file",
                "verbose_name_plural": "files",
                "default_permissions": (),
            },
        ),
        migrations.RunSQL(TO_FILES, BACK),
        # so that the column can be made again, empty, on the way back
        migrations.AlterField(
            model_name="importjob",
            name="content",
            field=models.BinaryField(blank=True, verbose_name="content"),
        ),
        migrations.RemoveField(model_name="importjob", name="content"),
    ]
