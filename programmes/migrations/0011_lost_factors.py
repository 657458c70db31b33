"""The administrators' right to remove a second factor that somebody lost."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations


def _administrators(apps):
    return apps.get_model("auth", "Group").objects.filter(name="administrator")


def _removal(apps):
    return apps.get_model("auth", "Permission").objects.get(
        content_type__app_label="mfa", codename="delete_authenticator"
    )


def allow_removal(apps, schema_editor):
    create_permissions(
        installed.get_app_config("mfa"), verbosity=0, using=schema_editor.connection.alias
    )
    for group in _administrators(apps):
        group.permissions.add(_removal(apps))


def forbid_removal(apps, schema_editor):
    for group in _administrators(apps):
        group.permissions.remove(_removal(apps))


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0010_cache"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [migrations.RunPython(allow_removal, forbid_removal)]
