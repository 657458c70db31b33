"""The roles of the staff, as groups: contributor, reviewer, editor, administrator."""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.db import migrations

REVIEWED = ["measurement", "targetrevision", "milestonestatement", "reply"]
PROPOSED = ["amendment"]
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


EVERY_VIEW = _codes(["view"], [*REVIEWED, *PROPOSED, *PARTS, *KEPT]) | {"view_reviewevent"}
# whoever enters or reads may propose that something be changed, shown or withdrawn
PROPOSE = _codes([*EDIT, "submit"], PROPOSED)
ENTER = PROPOSE | _codes([*EDIT, *FILES, "submit"], REVIEWED) | _codes([*EDIT, *FILES], PARTS)
ROLES = {
    # enters figures, promises and statements of its territories and programmes, and submits them
    "contributor": EVERY_VIEW
    | ENTER
    | _codes(["add", "import"], ["source", "series", "target"])
    | _codes(["export"], KEPT),
    # reads what was submitted, publishes it or sends it back
    "reviewer": EVERY_VIEW
    | PROPOSE
    | _codes(["publish"], PROPOSED)
    | _codes(["publish", "export"], REVIEWED)
    | _codes(["export"], [*PARTS, *KEPT]),
    # keeps programmes, centres, targets, agreements and the reference tables
    "editor": EVERY_VIEW | ENTER | _codes([*EDIT, *FILES], KEPT),
    # all of it, the assignments and the accounts
    "administrator": EVERY_VIEW
    | ENTER
    | _codes(["publish"], [*REVIEWED, *PROPOSED])
    | _codes([*EDIT, *FILES], KEPT)
    | _codes([*EDIT, "view"], ["assignment", "user"])
    | _codes(["add", "change", "view"], ["site"])
    | {"view_importjob", "view_bulkreview"}
    # removing a second factor that somebody lost
    | {"delete_authenticator"},
}
APPS = ["programmes", "auth", "mfa"]


def make_roles(apps, schema_editor):
    for label in APPS:
        create_permissions(
            installed.get_app_config(label), verbosity=0, using=schema_editor.connection.alias
        )
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    for name, codes in ROLES.items():
        group, _created = Group.objects.get_or_create(name=name)
        found = Permission.objects.filter(
            codename__in=codes, content_type__app_label__in=APPS
        )
        group.permissions.set(found)
        assert found.count() == len(codes), (
            f"unknown permissions: {codes - {p.codename for p in found}}"
        )


def remove_roles(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0005_history"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [migrations.RunPython(make_roles, remove_roles)]
