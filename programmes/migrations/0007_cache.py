"""The table of the cache that all processes share: it counts attempts to sign in."""

from django.core.management import call_command
from django.db import migrations

CACHE = "programmes_cache"


def make_cache(apps, schema_editor):
    call_command("createcachetable", CACHE, database=schema_editor.connection.alias, verbosity=0)


def drop_cache(apps, schema_editor):
    schema_editor.execute(f"DROP TABLE {CACHE}")


class Migration(migrations.Migration):
    dependencies = [("programmes", "0006_roles")]
    operations = [migrations.RunPython(make_cache, drop_cache)]
