"""The roles of the staff, as groups: contributor, reviewer, editor, administrator."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

REVIEWED = ["measurement", "targetrevision", "milestonestatement"]
PARTS = ["measurementshare", "waypoint"]
KEPT = [
    "agreement",
    "category",
    "centre",
    "dimension",
    "indicator",
    "milestone",
    "organisation",
    "participation",
    "programme",
    "reply",
    "sector",
    "series",
    "signature",
    "source",
    "stage",
    "target",
    "territory",
]
EDIT = ["add", "change", "delete"]
FILES = ["import", "export"]


def _codes(actions, tables):
    return {f"{action}_{table}" for action in actions for table in tables}


EVERY_VIEW = _codes(["view"], [*REVIEWED, *PARTS, *KEPT]) | {"view_reviewevent"}
ENTER = _codes([*EDIT, *FILES, "submit"], REVIEWED) | _codes([*EDIT, *FILES], PARTS)
ROLES = {
    # enters figures, promises and statements of its territories and programmes, and submits them
    "contributor": EVERY_VIEW
    | ENTER
    | _codes(["add", "import"], ["source", "series", "target"])
    | _codes(["export"], KEPT),
    # reads what was submitted, publishes it or sends it back
    "reviewer": EVERY_VIEW
    | _codes(["publish", "export"], REVIEWED)
    | _codes(["export"], [*PARTS, *KEPT]),
    # keeps programmes, centres, targets, agreements and the reference tables
    "editor": EVERY_VIEW | ENTER | _codes([*EDIT, *FILES], KEPT),
    # all of it, the assignments and the accounts
    "administrator": EVERY_VIEW
    | ENTER
    | _codes(["publish"], REVIEWED)
    | _codes([*EDIT, *FILES], KEPT)
    | _codes([*EDIT, "view"], ["assignment", "user", "group"])
    | {"view_importjob"},
}


def make_roles(apps, schema_editor):
    for label in ("programmes", "auth"):
        create_permissions(
            installed.get_app_config(label), verbosity=0, using=schema_editor.connection.alias
        )
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for name, codes in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        found = Permission.objects.filter(
            codename__in=codes, content_type__app_label__in=["programmes", "auth"]
        )
        group.permissions.set(found)
        assert found.count() == len(codes), (
            f"unknown permissions: {codes - {p.codename for p in found}}"
        )


def remove_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0002_published_rows_guard"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_roles, remove_roles)]
