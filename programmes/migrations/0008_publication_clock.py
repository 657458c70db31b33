"""The one row that whoever publishes locks."""

from datetime import UTC, datetime

from django.db import migrations


def make_clock(apps, schema_editor):
    apps.get_model("programmes", "PublicationClock").objects.get_or_create(
        pk=1, defaults={"last": datetime(1970, 1, 1, tzinfo=UTC)}
    )


class Migration(migrations.Migration):
    dependencies = [("programmes", "0007_cache")]
    operations = [migrations.RunPython(make_clock, migrations.RunPython.noop)]
